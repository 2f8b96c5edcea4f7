"""`vmq pack …`: tools for the authors of personality packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, out, settings
from vmq.cli.remote import Remote, UrlOption

RELOAD_S = 120.0
"""To check all packs takes a moment each."""
Folder = Annotated[Path, typer.Argument(help="The pack's folder.")]

app = typer.Typer(no_args_is_help=True, help="Write, check, try and install personality packs.")


@app.command("new")
def pack_new(
    folder: Annotated[Path, typer.Argument(help="The new pack's folder; its name is the pack's id.")],
    based_on: Annotated[str, typer.Option(help="The pack it takes everything from that it does not say itself.")] = (
        "comedian"
    ),
) -> None:
    """Begin a pack that passes its checks."""
    from vmq.app.pack_tools import new

    for path in new(folder, based_on):
        out.print(f"wrote {path}", markup=False)


@app.command("check")
def pack_check(folder: Folder) -> None:
    """Tell everything that is wrong with a pack; exit status 1 if anything is."""
    from vmq.app.pack_tools import check

    findings = check(folder)
    for finding in findings:
        out.print(str(finding), markup=False)
    out.print(f"{folder.name}: " + (f"{len(findings)} to mend" if findings else "good"), markup=False)
    if findings:
        sys.exit(1)


@app.command("say")
def pack_say(
    folder: Folder,
    cue: Annotated[str, typer.Argument(help="The cue's name.")],
    facts: Annotated[list[str] | None, typer.Argument(help="Facts, e.g. new=3.")] = None,
) -> None:
    """Print the clips that a cue becomes."""
    from vmq.app.pack_tools import say

    for clip, text in say(folder, cue, facts or []):
        out.print(f"{clip:<28}{text}", markup=False)


@app.command("simulate")
def pack_simulate(
    folder: Folder,
    call: Annotated[str, typer.Argument(help="A test call of the pack to begin as; without one they are listed.")] = "",
) -> None:
    """Play a call in the terminal: what is heard is printed; type keys and Enter (only Enter: silence, h: hang up)."""
    from vmq.app.pack_tools import calls, simulate

    if call:
        simulate(folder, call, tell=lambda text: out.print(text, markup=False), ask=input)
        return
    for name in calls(folder):
        out.print(name, markup=False)


@app.command("test")
def pack_test(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="Only calls whose name holds this.")] = "",
    transcript: Annotated[bool, typer.Option("--transcript", help="Print what is said in each call.")] = False,
) -> None:
    """Run the pack's own test calls; exit status 1 if one fails."""
    from vmq.app.pack_tools import run_tests

    results = [result for result in run_tests(folder) if name in result.name]
    for result in results:
        out.print(f"{'FAIL' if result.failure else 'ok  '} {result.name}", markup=False)
        for line in (result.failure, *(result.transcript if transcript else ())):
            if line:
                out.print(f"       {line}", markup=False)
    failed = sum(bool(result.failure) for result in results)
    out.print(f"{folder.name}: {len(results)} calls, {failed} failed")
    if failed or not results:
        sys.exit(1)


@app.command("coverage")
def pack_coverage(folder: Folder) -> None:
    """List states, keys and outcomes that no test call of the pack reaches; exit status 1 if there are any."""
    from vmq.app.pack_tools import covered

    is_whole = True
    for subject, found in covered(folder).items():
        missed = (("state", found.states), ("way", found.edges), ("seek key", found.seeks), ("speech", found.spoken))
        for kind, places in missed:
            for place in places:
                out.print(f"{kind:<9}{place}", markup=False)
        for action in found.failures:
            out.print(f"{'failure':<9}of {action}", markup=False)
        out.print(f"{folder.name}, {subject}: {found.percent:.0f} % ({found.reached} of {found.all})")
        is_whole = is_whole and found.is_whole
    if not is_whole:
        sys.exit(1)


@app.command("diagram")
def pack_diagram(
    folder: Folder,
    to: Annotated[Path, typer.Option(help="The folder that gets <flow>.svg and <flow>.mmd (Mermaid).")] = Path(),
    flow: Annotated[str, typer.Option(help="Only this flow.")] = "",
) -> None:
    """Draw the flows."""
    from vmq.app.pack_tools import diagrams

    to.mkdir(parents=True, exist_ok=True)
    for name, picture, text in diagrams(folder):
        if flow in ("", name):
            for path, content in ((to / f"{name}.svg", picture), (to / f"{name}.mmd", text)):
                path.write_text(content, encoding="utf-8")
                out.print(f"wrote {path}", markup=False)


@app.command("card")
def pack_card(
    folder: Folder,
    to: Annotated[Path, typer.Option(help="The folder that gets <pack>.html and <pack>.pdf.")] = Path(),
) -> None:
    """Make the quick-reference card, to print and lay beside the telephone."""
    from vmq.app.pack_tools import reference_card
    from vmq.authoring.card_html import card_html
    from vmq.authoring.card_pdf import card_pdf

    card = reference_card(folder)
    to.mkdir(parents=True, exist_ok=True)
    page, print_out = to / f"{folder.resolve().name}.html", to / f"{folder.resolve().name}.pdf"
    page.write_text(card_html(card), encoding="utf-8")
    out.print(f"wrote {page}", markup=False)
    print_out.write_bytes(card_pdf(card))
    out.print(f"wrote {print_out}", markup=False)


@app.command("install")
def pack_install(
    source: Annotated[Path, typer.Argument(help="A pack's folder, or a zip of it.")],
    config: ConfigOption = None,
) -> None:
    """Check a pack and put it into the data folder, in the place of an older one of its id."""
    from vmq.app.pack_tools import install_pack

    target = settings(config).paths.installed_personalities
    name = install_pack(source, target)
    out.print(f"installed {name} in {target}; a running vmq takes it up on `vmq pack reload`", markup=False)


@app.command("reload")
def pack_reload(config: ConfigOption = None, url: UrlOption = "") -> None:
    """Have a running vmq open all packs anew. Calls under way end on the version they began with."""
    reloaded = Remote(config, url).ask("POST", "/packs/reload", timeout_s=RELOAD_S)
    out.print("in use: " + ", ".join(reloaded["packs"]), markup=False)
    for name, why in reloaded["refused"].items():
        out.print(f"refused {name}: {why}", markup=False)
    if reloaded["refused"]:
        sys.exit(1)

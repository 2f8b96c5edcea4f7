"""`vmq pack …`: tools for the authors of personality packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import out

app = typer.Typer(no_args_is_help=True, help="Check, hear and try personality packs.")


@app.command("check")
def pack_check(folder: Annotated[Path, typer.Argument(help="The pack's folder.")]) -> None:
    """Tell everything that is wrong with a pack; exit status 1 if anything is."""
    from vmq.app.tools import check

    findings = check(folder)
    for finding in findings:
        out.print(str(finding), markup=False)
    out.print(f"{folder.name}: " + (f"{len(findings)} to mend" if findings else "good"), markup=False)
    if findings:
        sys.exit(1)


@app.command("say")
def pack_say(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")],
    cue: Annotated[str, typer.Argument(help="The cue's name.")],
    facts: Annotated[list[str] | None, typer.Argument(help="Facts, e.g. new=3.")] = None,
) -> None:
    """Print the clips that a cue becomes."""
    from vmq.app.tools import say

    for clip, text in say(folder, cue, facts or []):
        out.print(f"{clip:<28}{text}", markup=False)


@app.command("simulate")
def pack_simulate(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")],
    call: Annotated[str, typer.Argument(help="A test call of the pack to begin as; without one they are listed.")] = "",
) -> None:
    """Play a call in the terminal: what is heard is printed; type keys and Enter (only Enter: silence, h: hang up)."""
    from vmq.app.tools import calls, simulate

    if call:
        simulate(folder, call, tell=lambda text: out.print(text, markup=False), ask=input)
        return
    for name in calls(folder):
        out.print(name, markup=False)

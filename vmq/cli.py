"""The `vmq` command: each subcommand turns its words into one call of the program and its errors into one line.

Exit status: 0 done, 1 something failed or was found wrong, 2 the command or the configuration can't be used.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from vmq import __version__
from vmq.config.load import load
from vmq.config.model import Config
from vmq.errors import ConfigError, VmqError
from vmq.logs import configure

ConfigOption = Annotated[
    Path | None,
    # Not checked here: vmq.config.load says what is wrong with a file, and what to do about it.
    typer.Option("--config", "-c", readable=False, help="The TOML file; without it the demo runs."),
]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Call queues and voicemail for Asterisk.",
)
asterisk_app = typer.Typer(no_args_is_help=True, help="Prepare an Asterisk for vmq.")
pack_app = typer.Typer(no_args_is_help=True, help="Check, hear and try personality packs.")
app.add_typer(asterisk_app, name="asterisk")
app.add_typer(pack_app, name="pack")
out = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """The console script. A VmqError is one line on standard error (several mistakes: one line each)."""
    try:
        app()
    except VmqError as error:
        for line in str(error).splitlines():
            print(f"vmq: {line}", file=sys.stderr)
        sys.exit(2 if isinstance(error, ConfigError) else 1)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


@app.command()
def run(
    config: ConfigOption = None,
    guide: Annotated[bool, typer.Option("--guide", help="Play a short guided call first (on the stand-in).")] = False,
) -> None:
    """Serve calls until interrupted. Without an Asterisk in the configuration, on the stand-in PBX."""
    from vmq.app.serve import serve

    settings = _load(config)
    _run(serve(settings, guide=guide, say=out.print))


@app.command()
def phone(  # noqa: PLR0917  options of a command
    extension: Annotated[str, typer.Argument(help="What to dial at once, if anything.")] = "",
    number: Annotated[str, typer.Option("--as", help="Which telephone of the stand-in to be.")] = "1003",
    config: ConfigOption = None,
    address: Annotated[str, typer.Option(help="host:port of the stand-in's control port; else found by itself.")] = "",
    script: Annotated[str, typer.Option(help="E.g. 'dial 600; wait connected; press 1#; hang up'.")] = "",
    silent: Annotated[bool, typer.Option("--silent", help="Don't play sound.")] = False,
) -> None:
    """A telephone in the terminal, on the stand-in PBX of a running `vmq run`."""
    from vmq.lab.phone import run_phone
    from vmq.lab.remote import find_control

    where = address or find_control(_load(config).paths.data)
    lines = [script] if script else None
    sys.exit(asyncio.run(run_phone(where, number, extension, lines, is_silent=silent)))


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Check a running Asterisk point by point, and say how to mend what is wrong."""
    from vmq.app.tools import examine_asterisk

    findings = asyncio.run(examine_asterisk(_load(config)))
    for finding in findings:
        mark = "[green]ok  [/]" if finding.is_ok else "[red]MEND[/]"
        out.print(f"{mark} {escape(finding.point)}: {escape(finding.seen)}")
        if not finding.is_ok:
            out.print(f"       → {escape(finding.mend)}")
    if not all(finding.is_ok for finding in findings):
        sys.exit(1)


@asterisk_app.command("setup")
def asterisk_setup(
    folder: Annotated[Path, typer.Argument(help="Asterisk's configuration folder, e.g. /etc/asterisk.")],
    config: ConfigOption = None,
    vmq_host: Annotated[str, typer.Option(help="The address vmq connects to Asterisk from.")] = "127.0.0.1",
) -> None:
    """Write the manager user, dialplan and log file for Asterisk to include; the secret also into the configuration."""
    from vmq.app.tools import set_up_asterisk

    for line in set_up_asterisk(_load(config), config, folder, vmq_host):
        out.print(line, markup=False)


@pack_app.command("check")
def pack_check(folder: Annotated[Path, typer.Argument(help="The pack's folder.")]) -> None:
    """Tell everything that is wrong with a pack; exit status 1 if anything is."""
    from vmq.app.tools import check

    findings = check(folder)
    for finding in findings:
        out.print(str(finding), markup=False)
    out.print(f"{folder.name}: " + (f"{len(findings)} to mend" if findings else "good"), markup=False)
    if findings:
        sys.exit(1)


@pack_app.command("say")
def pack_say(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")],
    cue: Annotated[str, typer.Argument(help="The cue's name.")],
    facts: Annotated[list[str] | None, typer.Argument(help="Facts, e.g. new=3.")] = None,
) -> None:
    """Print the clips that a cue becomes."""
    from vmq.app.tools import say

    for clip, text in say(folder, cue, facts or []):
        out.print(f"{clip:<28}{text}", markup=False)


@pack_app.command("simulate")
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


def _load(path: Path | None) -> Config:
    """The configuration, with logs set up. A demo without a file is quieter: its terminal is for the newcomer."""
    config = load(path, os.environ)
    is_chosen = path is not None or "level" in config.log.model_fields_set
    configure(config.log.level if is_chosen else "warning", config.log.json_lines)
    return config


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until done, or until an interrupt or SIGTERM, which end it in good order."""

    async def interruptible() -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("no task runs")
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await work
        except asyncio.CancelledError:
            out.print("vmq: stopped")

    asyncio.run(interruptible())


if __name__ == "__main__":
    main()

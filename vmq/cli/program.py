"""The commands without a noun: version, run, reload, phone, doctor."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from typing import Annotated

import typer
from rich.markup import escape

from vmq import __version__
from vmq.cli.base import ConfigOption, out, run_until_interrupted, settings
from vmq.cli.remote import Remote, UrlOption


def version() -> None:
    """Print the version."""
    out.print(__version__)


def run(
    config: ConfigOption = None,
    guide: Annotated[bool, typer.Option("--guide", help="Play a short guided call first (on the stand-in).")] = False,
) -> None:
    """Serve calls until interrupted. Without an Asterisk in the configuration, on the stand-in PBX."""
    gc.disable()  # what a start makes is here to stay; vmq.app.serve switches it on again
    from vmq.app.serve import serve
    from vmq.config.file import ConfigFile

    file = ConfigFile(config, os.environ) if config else None
    run_until_interrupted(serve(settings(config), file, guide=guide, say=out.print))


def reload(config: ConfigOption = None, url: UrlOption = "") -> None:
    """Let a running vmq read its configuration anew; exit status 1, and what is wrong, when it refuses."""
    done = Remote(config, url).ask("POST", "/config/reload")
    for line in done["changed"]:
        out.print(line, markup=False)
    for key in done["needs_restart"]:
        out.print(f"{key}: takes effect when vmq is started again", markup=False)
    if not done["changed"] and not done["needs_restart"]:
        out.print("nothing changed")


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

    where = address or find_control(settings(config).paths.data)
    lines = [script] if script else None
    sys.exit(asyncio.run(run_phone(where, number, extension, lines, is_silent=silent)))


def doctor(config: ConfigOption = None) -> None:
    """Check a running Asterisk, and the mail server, point by point, and say how to mend what is wrong."""
    from vmq.app.tools import examine

    findings = asyncio.run(examine(settings(config)))
    for finding in findings:
        mark = "[green]ok  [/]" if finding.is_ok else "[red]MEND[/]"
        out.print(f"{mark} {escape(finding.point)}: {escape(finding.seen)}")
        if not finding.is_ok:
            out.print(f"       → {escape(finding.mend)}")
    if not all(finding.is_ok for finding in findings):
        sys.exit(1)

"""`vmq import`: move queues, penalty rules and agents over from app_queue's configuration files."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import out

Files = Annotated[list[Path], typer.Argument(help="queues.conf, and beside it queuerules.conf and agents.conf.")]


def import_(
    files: Files,
    target: Annotated[
        Path | None, typer.Option("--out", help="The configuration to write into; without it nothing is written.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what --out would change.")] = False,
) -> None:
    """Tell line by line what becomes of queues.conf, queuerules.conf and agents.conf, and write it with --out."""
    from vmq.config.file import ConfigFile
    from vmq.errors import ConfigError
    from vmq.importing.run import import_files

    before = target.read_text(encoding="utf-8") if target and target.exists() else ""
    imported = import_files(files, before, target or Path("vmq.toml"))
    for line in imported.lines:
        out.print(line, markup=False)
    if imported.problems:
        raise ConfigError("\n".join(imported.problems))
    if target is None:
        out.print("\n" + imported.text, markup=False, end="")
    elif dry_run:
        lines = (before.splitlines(), imported.text.splitlines())
        for line in difflib.unified_diff(*lines, "before", "after", lineterm=""):
            out.print(line, markup=False)
    else:
        ConfigFile(target, {}).write(imported.text, before)
        out.print(f"wrote {target}", markup=False)

"""`vmq backup FILE` and `vmq restore FILE`: everything in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, out


def backup(
    file: Annotated[Path, typer.Argument(help="The backup to write; compressed when its name ends in .gz.")],
    *,
    without_database: Annotated[
        bool, typer.Option("--without-database", help="Where that is PostgreSQL: run pg_dump before.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Write everything into one file: configuration, database, recordings, packs. vmq may run meanwhile."""
    from vmq.app.backup import make_backup

    done = make_backup(config, file.absolute(), os.environ, without_database=without_database)
    out.print(f"{file}: {done.files} files, {done.size / 1e6:.1f} MB", markup=False)
    _each("secret, in it: keep the file as you keep these", done.secrets)
    _each("not in it", done.outside)
    _each("lost before: a row has no recording", done.missing)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    *,
    config: Annotated[
        Path, typer.Option("--config", "-c", help="Where its configuration goes, and tells where the rest does.")
    ] = Path("vmq.toml"),
    force: Annotated[bool, typer.Option("--force", help="Move aside what is there.")] = False,
) -> None:
    """Put a backup back, after comparing every file of it with its hash. vmq must be stopped."""
    from vmq.app.restore import restore as put_back

    done = put_back(file, config.absolute(), os.environ, force=force)
    out.print(f"{done.files} files of {done.made_at} are back", markup=False)
    _each("moved aside", [str(path) for path in done.aside])
    _each("was not in the backup", done.outside)
    _each("a row has no recording", done.missing)


def _each(what: str, items: list[str] | tuple[str, ...]) -> None:
    for item in items:
        out.print(f"{what}: {item}", markup=False)

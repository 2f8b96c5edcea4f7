"""`vmq import` and `vmq export`: moving over from app_queue's and app_voicemail's files, and back."""

from __future__ import annotations

import asyncio
import difflib
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from vmq.cli.base import ConfigOption, out, settings
from vmq.errors import ConfigError

if TYPE_CHECKING:
    from vmq.app.moving import Move
    from vmq.config.model import Config

Paths = Annotated[
    list[Path],
    typer.Argument(
        help="queues.conf, queuerules.conf, agents.conf, voicemail.conf, and app_voicemail's spool (a folder)."
    ),
]


def import_(
    paths: Paths,
    target: Annotated[
        Path | None, typer.Option("--out", help="The configuration to write into; without it nothing is written.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what --out would change.")] = False,
    context: Annotated[str, typer.Option(help="Mailboxes of this context of app_voicemail's alone.")] = "",
) -> None:
    """Tell what becomes of every line of Asterisk's files and every message of its spool, and take it with --out.

    It can be repeated: what is there already is left as it is. Restart a running vmq afterwards.
    """
    files = [path for path in paths if not path.is_dir()]
    spools = [path for path in paths if path.is_dir()]
    if files:
        _import_files(files, target, context, dry_run=dry_run)
    for spool in spools:
        _import_spool(spool, target, context, dry_run=dry_run)


def export(
    folder: Annotated[Path, typer.Argument(help="Where the spool goes: /var/spool/asterisk/voicemail, or elsewhere.")],
    context: Annotated[str, typer.Option(help="The context of app_voicemail's to put the mailboxes into.")] = "default",
    config: ConfigOption = None,
) -> None:
    """Write all messages and greetings as a spool of app_voicemail."""
    from vmq.app.moving import Move, storage
    from vmq.app.spool_out import SpoolExport

    if not context.isprintable() or "/" in context or context in ("", ".", ".."):
        raise ConfigError(f"--context: {context!r} is no name of a context")

    async def work() -> Move:
        move = Move()
        async with storage(settings(config)) as (store, mailboxes):
            await SpoolExport(store, mailboxes, move, context).run(folder)
        return move

    _print(asyncio.run(work()))


def _import_files(files: list[Path], target: Path | None, context: str, *, dry_run: bool) -> None:
    from vmq.config.file import ConfigFile
    from vmq.importing.run import import_files

    before = target.read_text(encoding="utf-8") if target and target.exists() else ""
    imported = import_files(files, before, target or Path("vmq.toml"), context)
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


def _import_spool(spool: Path, target: Path | None, context: str, *, dry_run: bool) -> None:
    """Into the storage that the configuration `target` names; without one nothing is kept."""
    is_dry = dry_run or target is None
    config = settings(target if target and target.exists() else None)
    if is_dry and not config.paths.data.exists():
        with TemporaryDirectory() as nowhere:
            paths = config.paths.model_copy(update={"data": Path(nowhere), "recordings": None})
            move = asyncio.run(_take_spool(config.model_copy(update={"paths": paths}), spool, context, is_dry=True))
    else:
        move = asyncio.run(_take_spool(config, spool, context, is_dry=is_dry))
    _print(move)


async def _take_spool(config: Config, spool: Path, context: str, *, is_dry: bool) -> Move:
    from vmq.app.moving import Move, storage
    from vmq.app.spool_in import SpoolImport

    move = Move()
    async with storage(config) as (store, mailboxes):
        await SpoolImport(store, mailboxes, move, now=time.time(), is_dry=is_dry).run(spool, context)
    return move


def _print(move: Move) -> None:
    for line in move.lines:
        out.print(line, markup=False)
    out.print(move.summary, markup=False)

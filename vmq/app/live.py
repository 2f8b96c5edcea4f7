"""The configuration while the program runs: read again when it is changed, and put into effect or refused as a whole.

In: a file that changed, a word to reload, an edit through the API. Out: the new configuration handed to the program, or
ConfigError with all that is wrong, and everything as it was. One at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog

from vmq.app.changes import Change, difference
from vmq.config.edits import Edit, EditStore
from vmq.config.file import ConfigFile
from vmq.config.model import Config
from vmq.errors import ConfigError, NoConfigFile, NothingToUndo, VmqError

T = TypeVar("T")

log = structlog.get_logger(__name__)

Apply = Callable[[Config, Change, str], Awaitable[None]]
"""Puts a configuration into effect, knowing what changed and by whom."""


class LiveConfig:
    """`file` None: the program was started without one, and nothing can be changed. `kept` is the folder in which
    changes are kept over a restart, to be undone; None = they aren't."""

    def __init__(self, file: ConfigFile | None, started: Config, apply: Apply, kept: Path | None = None) -> None:
        self._file = file
        self._started = started
        self._apply = apply
        self._one_at_a_time = asyncio.Lock()
        self._edits = EditStore(kept, file.path if file else None)
        self.running = started

    @property
    def file(self) -> ConfigFile:
        """The file. Raises NoConfigFile when there is none."""
        if self._file is None:
            raise NoConfigFile("vmq runs without a configuration file; write one and start it with --config")
        return self._file

    @property
    def has_file(self) -> bool:
        """True when there is something to change."""
        return self._file is not None

    async def reload(self, by: str) -> Change:
        """Put into effect what the file says now; what differs. Raises ConfigError, StorageError: all is as it was."""
        async with self._one_at_a_time:
            return await self._reload(by)

    async def edit(self, work: Callable[[ConfigFile], T], by: str) -> tuple[T, Change]:
        """Change the file (`work` runs in a thread), and put it into effect. Raises as the work and `reload` do."""
        async with self._one_at_a_time:
            file = self.file
            was, done, text = await asyncio.to_thread(lambda: (file.text(), work(file), file.text()))
            if text != was:
                await asyncio.to_thread(self._edits.add, Edit(time.time(), by, was, text))
            return done, await self._reload(by)

    @property
    def edits(self) -> Sequence[Edit]:
        """What was changed, oldest first, and can be undone from the last one on; to be asked in a thread."""
        return self._edits.all

    async def undo(self, by: str) -> Change:
        """Let the file say what it said before the last edit, and put that into effect. Raises NothingToUndo, and
        SettingChanged when somebody else changed it since; and as `reload` does."""
        async with self._one_at_a_time:
            edits = await asyncio.to_thread(lambda: self._edits.all)
            if not edits:
                raise NothingToUndo("no change of this file by vmq is remembered")
            last = edits[-1]
            await asyncio.to_thread(self.file.write, last.was, last.text)
            await asyncio.to_thread(self._edits.drop_last)
            return await self._reload(by)

    async def on_file_changed(self) -> None:
        """Somebody wrote the file. A mistake in it is logged, line by line; the rules that run stay."""
        try:
            await self.reload("file")
        except ConfigError as error:
            for line in str(error).splitlines():
                log.error("config_refused", problem=line)
        except VmqError as error:
            log.error("config_not_changed", error=str(error))

    async def _reload(self, by: str) -> Change:
        wanted = await asyncio.to_thread(self.file.load)
        change = difference(self._started, self.running, wanted)
        if change.rules or change.others:
            await self._apply(wanted, change, by)
            log.info("config_changed", by=by, changed=[*change.rules, *change.others])
        self.running = wanted
        if change.restart:
            log.warning("config_needs_restart", settings=list(change.restart))
        return change

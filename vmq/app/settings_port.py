"""The configuration file as the HTTP API asks for it and changes it: each change takes effect before it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from vmq.app.live import LiveConfig
from vmq.config.bulk import export_sheet, take_sheet
from vmq.config.diff import shown_diff
from vmq.config.differences import KINDS
from vmq.config.file import ConfigFile, Entry
from vmq.config.renaming import rename_mailbox
from vmq.http.ports import ReloadDone, SettingEdit

T = TypeVar("T")


class SettingsPort:
    """Implements vmq.http.ports.Settings."""

    def __init__(self, live: LiveConfig) -> None:
        self._live = live

    @property
    def kinds(self) -> Mapping[str, type[BaseModel]]:
        """What can be changed, and the model of each."""
        return KINDS

    async def all(self, kind: str) -> Sequence[Entry]:
        """All of a kind, as the file says them now."""
        return await asyncio.to_thread(self._live.file.entries, kind)

    async def get(self, kind: str, name: str) -> Entry:
        """One of them, as the file says it now."""
        return await asyncio.to_thread(self._live.file.entry, kind, name)

    async def put(self, kind: str, name: str, values: Mapping[str, Any], etag: str, by: str) -> bool:
        """Let it say just this."""
        return await self._edit(lambda file: file.put(kind, name, values, etag), by)

    async def patch(self, kind: str, name: str, values: Mapping[str, Any], etag: str, by: str) -> None:
        """Change some of what it says."""
        await self._edit(lambda file: file.patch(kind, name, values, etag), by)

    async def delete(self, kind: str, name: str, etag: str, by: str) -> None:
        """Take it out."""
        await self._edit(lambda file: file.delete(kind, name, etag), by)

    async def preview(self, kind: str, name: str, values: Mapping[str, Any] | None, etag: str) -> str:
        """What a change would change."""

        def work() -> str:
            return shown_diff(*self._live.file.preview(kind, name, values, etag))

        return await asyncio.to_thread(work)

    async def edits(self) -> Sequence[SettingEdit]:
        """What was changed, oldest first."""
        live = self._live
        return await asyncio.to_thread(lambda: [SettingEdit(e.at, e.by, shown_diff(e.was, e.text)) for e in live.edits])

    async def undo(self, by: str) -> ReloadDone:
        """Undo the last change."""
        change = await self._live.undo(by)
        return ReloadDone((*change.rules, *change.others), change.restart)

    async def rename_mailbox(self, number: str, to: str, *, keep_as_alias: bool, by: str) -> None:
        """Let the file mean `to` wherever it means the mailbox `number`. Without a file there can be no alias."""

        def work(file: ConfigFile) -> None:
            text = file.text()
            file.write(rename_mailbox(text, number, to, keep_as_alias=keep_as_alias), text)

        if self._live.has_file or keep_as_alias:
            await self._edit(work, by)
        else:
            rename_mailbox("", number, to, keep_as_alias=False)

    async def sheet(self, kind: str) -> bytes:
        """All of a kind as CSV."""
        return await asyncio.to_thread(lambda: export_sheet(self._live.file.text(), kind))

    async def take_sheet(self, kind: str, content: bytes, *, is_dry: bool, by: str) -> Sequence[str]:
        """Let the file say what a CSV does, all or nothing; what changes, line by line."""
        if is_dry:
            return await asyncio.to_thread(take_sheet, self._live.file, kind, content, is_dry=True)
        return await self._edit(lambda file: take_sheet(file, kind, content, is_dry=False), by)

    async def reload(self, by: str) -> ReloadDone:
        """Put into effect what the file says now."""
        change = await self._live.reload(by)
        return ReloadDone((*change.rules, *change.others), change.restart)

    async def _edit(self, work: Callable[[ConfigFile], T], by: str) -> T:
        done, _ = await self._live.edit(work, by)
        return done

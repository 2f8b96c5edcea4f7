"""A message that another subject's dialogue records for a mailbox: as safe as one that voicemail's own flows take."""

from __future__ import annotations

from vmq.domain import line
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.leave import LeaveActions
from vmq.voicemail.settings import Settings


class Dictation:
    """One message in the making. `ref` is where it is recorded to, `max_s` its longest; `is_wanted` False when the
    mailbox takes none now."""

    def __init__(self, drafts: Drafts, actions: LeaveActions, settings: Settings, *, is_wanted: bool) -> None:
        self.ref = drafts.current.ref
        self.max_s = settings.max_message_s
        self.is_wanted = is_wanted
        self._drafts = drafts
        self._store = actions.table["store_message"]

    async def begin(self) -> None:
        """Write it down before it is recorded. Raises StorageError."""
        await self._drafts.begin()

    async def store(self) -> bool:
        """Make it a message; False when nothing was recorded. Raises StorageError: then it is stored later."""
        return isinstance(await self._store({}), line.Done)

"""What moving a spool in and out have in common: the open storage, and what became of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from vmq.app.storage import open_database, open_recordings
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.mailboxes import MailboxRepository

VERDICTS = ("taken", "repaired", "there already", "refused")


@dataclass(slots=True)
class Move:
    """What became of each file so far."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def tell(self, where: str, verdict: str, notes: Sequence[str] = ()) -> None:
        """One line; what was there already is only counted."""
        self.counts[verdict] += 1
        if verdict != "there already":
            self.lines.append(f"{where:<40} {verdict:<14} {'; '.join(notes)}".rstrip())

    @property
    def summary(self) -> str:
        """How many of each verdict."""
        return ", ".join(f"{self.counts[verdict]} {verdict}" for verdict in VERDICTS)


@asynccontextmanager
async def storage(config: Config) -> AsyncIterator[tuple[RecordingStore, MailboxRepository]]:
    """The storage of a configuration, open. Raises StorageError."""
    async with open_database(config) as database:
        yield await open_recordings(config), MailboxRepository(database)

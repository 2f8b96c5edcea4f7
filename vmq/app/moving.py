"""What moving a spool in and out have in common: the open storage, and what became of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.engine import Database, sqlite_url
from vmq.db.mailboxes import MailboxRepository
from vmq.db.migrate import upgrade

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
    """The storage of a configuration, open and of this program's form. Raises StorageError."""
    config.paths.data.mkdir(parents=True, exist_ok=True)
    store = RecordingStore(config.paths.recordings_folder, config.paths.recordings_asterisk)
    await store.open()
    database = Database(config.storage.url.get_secret_value() or sqlite_url(config.paths.data / "vmq.db"))
    try:
        await upgrade(database)
        yield store, MailboxRepository(database)
    finally:
        await database.close()

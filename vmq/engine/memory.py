"""A Journal in memory: for tests, benchmarks and a run that is to leave nothing behind. As real as the one on disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from itertools import islice

from vmq.domain.records import Record
from vmq.engine.ports import JournalEntry

MAX_ENTRIES = 100_000  # kept; the oldest go first
MAX_BEHIND = 10_000  # entries a follower may lag

_END = None


class MemoryJournal:
    """The last `max_entries` records, and bounded followers. Everything appended is "durable" at once."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_behind: int = MAX_BEHIND) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=max_entries)
        self._max_behind = max_behind
        self._last_id = 0
        self._followers: set[asyncio.Queue[JournalEntry | None]] = set()

    @property
    def last_id(self) -> int:
        """The id of the newest entry; 0 when there is none."""
        return self._last_id

    def append(self, record: Record, at: float) -> JournalEntry:
        """Keep the record and tell the followers."""
        self._last_id += 1
        entry = JournalEntry(self._last_id, at, record)
        self._entries.append(entry)
        for follower in list(self._followers):
            if follower.qsize() >= self._max_behind:
                self._end(follower)
            else:
                follower.put_nowait(entry)
        return entry

    async def flush(self) -> None:
        """Nothing is ever behind."""

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[JournalEntry]:
        """Entries with id > after, oldest first."""
        skip = max(0, after - (self._last_id - len(self._entries)))
        return list(islice(self._entries, skip, skip + limit))

    def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        """Entries with id > after, then each new one; see the port."""
        news: asyncio.Queue[JournalEntry | None] = asyncio.Queue()
        start = self._last_id if after is None else after
        for entry in self._entries:
            if entry.id > start:
                news.put_nowait(entry)
        self._followers.add(news)
        return self._entries_of(news)

    def close(self) -> None:
        """End all followers, after what they have yet to take."""
        for follower in list(self._followers):
            self._end(follower)

    def _end(self, follower: asyncio.Queue[JournalEntry | None]) -> None:
        self._followers.discard(follower)
        follower.put_nowait(_END)

    async def _entries_of(self, news: asyncio.Queue[JournalEntry | None]) -> AsyncIterator[JournalEntry]:
        try:
            while (entry := await news.get()) is not _END:
                yield entry
        finally:
            self._followers.discard(news)

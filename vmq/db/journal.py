"""The journal in the database: records get their id at once and are written behind, many in one commit.

Comes in: records, one at a time, from one event loop. Goes out: entries to followers at once, rows a moment later. When
the database fails, entries wait in memory and are tried again; past MAX_WAITING the oldest are given up, which is
logged. Followers may have heard of entries that a crash then lost, so each run leaves a gap of as many ids behind the
last: an id never means two entries.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import Row, Select, func, select

from vmq.db.engine import Database
from vmq.db.tables import NUMBER_LENGTH, journal
from vmq.domain.records import (
    RECORDS,
    CallerEntered,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    PenaltySet,
    Record,
    record_of,
)
from vmq.engine.ports import JournalEntry
from vmq.errors import StorageError

GATHER_S = 0.03  # how long the writer waits for company before it commits
MAX_ROWS = 500  # in one commit
MAX_WAITING = 100_000  # entries kept in memory while the database fails
MAX_BEHIND = 10_000  # entries that a follower may lag
RETRY_S = (0.1, 0.5, 2.0, 5.0)  # after the first, second, … failure in a row

_SUBJECTS = ("party", "call_id", "agent", "mailbox")
MEMBERSHIP = (MemberAdded, MemberRemoved, MemberPaused, PenaltySet)

log = structlog.get_logger(__name__)


class _Follower:
    """The live end of one follow(): entries not yet taken. Ended when it lags or the journal closes."""

    def __init__(self, entries: Sequence[JournalEntry]) -> None:
        self._entries = deque(entries)
        self._news = asyncio.Event()
        self._is_ended = False

    def put(self, entry: JournalEntry) -> bool:
        """Add an entry; False when this follower lags too far and is ended."""
        self._entries.append(entry)
        if len(self._entries) > MAX_BEHIND:
            self.end()
        self._news.set()
        return not self._is_ended

    def end(self) -> None:
        """Let it take what it has, and no more."""
        self._is_ended = True
        self._news.set()

    async def take(self) -> JournalEntry | None:
        """The next entry, waiting for it; None at the end."""
        while not self._entries:
            if self._is_ended:
                return None
            self._news.clear()
            await self._news.wait()
        return self._entries.popleft()


class DatabaseJournal:
    """The Journal port over a database. `start()` first: it finds the last id of earlier runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last_id = 0
        self._gap = 0
        self._durable_id = 0
        self._waiting: deque[JournalEntry] = deque()
        self._followers: set[_Follower] = set()
        self._work = asyncio.Event()
        self._hurry = asyncio.Event()
        self._changed = asyncio.Condition()
        self._failure: StorageError | None = None
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the last id and start the writer. Raises StorageError."""
        newest = select(func.coalesce(func.max(journal.c.id), 0))
        self._last_id = await self._database.read("read the journal", lambda c: c.execute(newest).scalar_one())
        self._durable_id = self._last_id
        self._gap = MAX_WAITING if self._last_id else 0
        self._writer = asyncio.create_task(self._write_behind(), name="journal writer")

    async def close(self) -> None:
        """Write what waits (one try), end all followers, stop. Raises StorageError when that failed."""
        self._hurry.set()
        try:
            await self.flush()
        finally:
            for follower in self._followers:
                follower.end()
            self._followers.clear()
            if self._writer:
                self._writer.cancel()
                await asyncio.gather(self._writer, return_exceptions=True)

    @property
    def last_id(self) -> int:
        """The id of the newest entry, durable or not; 0 when there is none."""
        return self._last_id

    def append(self, record: Record, at: float) -> JournalEntry:
        """Give the record its id, tell the followers, and have it written soon."""
        self._last_id += self._gap + 1
        self._gap = 0
        entry = JournalEntry(self._last_id, at, record)
        self._waiting.append(entry)
        if len(self._waiting) > MAX_WAITING:
            lost = self._waiting.popleft()
            log.error("journal_entry_lost", entry_id=lost.id, kind=type(lost.record).__name__, reason="database fails")
        self._work.set()
        self._followers -= {follower for follower in self._followers if not follower.put(entry)}
        return entry

    async def flush(self) -> None:
        """Return once everything appended so far is durable: with the writer's next commit, which is not hurried, since
        the callers who hung up a moment later go into it. Raises StorageError when that fails."""
        target = self._last_id
        self._failure = None
        async with self._changed:
            await self._changed.wait_for(lambda: self._durable_id >= target or self._failure)
        if self._durable_id < target and self._failure:
            raise self._failure

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[JournalEntry]:
        """Durable entries with id > after, oldest first. Raises StorageError."""
        return await self._select(select(journal).where(journal.c.id > after).order_by(journal.c.id).limit(limit))

    async def tail(self, limit: int) -> Sequence[JournalEntry]:
        """The newest durable entries, oldest first. Raises StorageError."""
        return (await self._select(select(journal).order_by(journal.c.id.desc()).limit(limit)))[::-1]

    async def newest_of_each(self, kind: type[Record]) -> Sequence[JournalEntry]:
        """The newest durable record of a kind for each of its subjects, oldest first. Raises StorageError."""
        newest = select(func.max(journal.c.id)).where(journal.c.kind == kind.__name__).group_by(journal.c.subject)
        return await self._select(select(journal).where(journal.c.id.in_(newest)).order_by(journal.c.id))

    async def newest_memberships(self) -> Sequence[JournalEntry]:
        """The newest durable record of each kind for each agent in each queue, oldest first. Raises StorageError."""
        kinds = [kind.__name__ for kind in MEMBERSHIP]
        query = select(journal).where(journal.c.kind.in_(kinds)).order_by(journal.c.id)
        newest: dict[tuple[str, str, str], JournalEntry] = {}
        for entry in await self._select(query):
            if isinstance(entry.record, MEMBERSHIP):
                key = (type(entry.record).__name__, entry.record.agent, entry.record.queue)
                newest.pop(key, None)
                newest[key] = entry
        return list(newest.values())

    async def _select(self, query: Select[Any]) -> Sequence[JournalEntry]:
        """The entries of these rows; a kind that this version doesn't know is passed over."""
        rows = await self._database.read("read the journal", lambda connection: connection.execute(query).all())
        return [entry_of(row) for row in rows if row.kind in RECORDS]

    def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        """Entries with id > after, then each new one; see the port."""
        start = self._last_id if after is None else after
        follower = _Follower([entry for entry in self._waiting if entry.id > start])
        self._followers.add(follower)
        until = self._waiting[0].id - 1 if self._waiting else self._last_id
        return self._replay(follower, start, until)

    async def _replay(self, follower: _Follower, after: int, until: int) -> AsyncIterator[JournalEntry]:
        try:
            while after < until:
                page = [entry for entry in await self.read(after) if entry.id <= until]
                for entry in page:
                    yield entry
                after = page[-1].id if page else until
            while entry_or_end := await follower.take():
                yield entry_or_end
        finally:
            self._followers.discard(follower)

    async def _write_behind(self) -> None:
        failures = 0
        while True:
            await self._work.wait()
            if not self._hurry.is_set() and len(self._waiting) < MAX_ROWS:
                await _wait(self._hurry, GATHER_S)
            self._hurry.clear()
            batch = list(islice(self._waiting, MAX_ROWS))
            try:
                await self._write(batch)
            except Exception as error:  # whatever it is, without a writer nothing would be durable again
                failures += 1
                log.error("journal_write_failed", error=str(error), waiting=len(self._waiting), failures=failures)
                failure = error if isinstance(error, StorageError) else StorageError(f"journal: {error!r}")
                await self._tell(failure=failure)
                await _wait(self._hurry, RETRY_S[min(failures, len(RETRY_S)) - 1])
                continue
            failures = 0
            while self._waiting and self._waiting[0].id <= batch[-1].id:
                self._waiting.popleft()
            if not self._waiting:
                self._work.clear()
            await self._tell(durable_id=batch[-1].id)

    async def _write(self, batch: Sequence[JournalEntry]) -> None:
        rows = [
            {
                "id": entry.id,
                "at": entry.at,
                "kind": type(entry.record).__name__,
                "subject": _subject(entry.record),
                "body": json.dumps(asdict(entry.record)),
                "number": entry.record.number[:NUMBER_LENGTH] if isinstance(entry.record, CallerEntered) else "",
            }
            for entry in batch
        ]
        insert = self._database.insert(journal).on_conflict_do_nothing()
        await self._database.write("write the journal", lambda connection: connection.execute(insert, rows))

    async def _tell(self, durable_id: int | None = None, failure: StorageError | None = None) -> None:
        async with self._changed:
            self._durable_id = durable_id or self._durable_id
            self._failure = failure
            self._changed.notify_all()


def _subject(record: Record) -> str:
    """Whose record it is: that of a number at a door, else a call's, an agent's, a mailbox's."""
    return next((str(getattr(record, name)) for name in _SUBJECTS if hasattr(record, name)), "")


def entry_of(row: Row[Any]) -> JournalEntry:
    """The entry of a row of a known kind."""
    return JournalEntry(row.id, row.at, record_of(row.kind, json.loads(row.body)))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but not longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return

"""The live stream: journal entries as server-sent events, resumable by Last-Event-ID.

In: a journal and where the client stopped. Out: chunks of text/event-stream. The id of an event is the entry's id in
the journal, so a client that reconnects misses nothing. Where that can't be promised (its last entry is no longer in
the journal), a `reset` event tells it to ask for the floor anew. A stream ends when the client falls too far behind,
when the server stops, or when the client goes; nothing waits for the client to read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from vmq.engine.ports import Journal, JournalEntry
from vmq.http.problems import ProblemError

HEARTBEAT_S = 15.0
RETRY_MS = 2000
MAX_STREAMS = 400
_HEARTBEAT = ": still here\n\n"


class Streams:
    """All live streams of a server: bounded in number, ended together."""

    def __init__(self, journal: Journal, heartbeat_s: float = HEARTBEAT_S, max_streams: int = MAX_STREAMS) -> None:
        self._journal = journal
        self._heartbeat_s = heartbeat_s
        self._max_streams = max_streams
        self._closing = asyncio.Event()
        self._last: tuple[JournalEntry | None, str] = (None, "")
        self.open = 0

    def close(self) -> None:
        """End all streams now, and every later one at once."""
        self._closing.set()

    async def begin(self, last_id: str | None) -> AsyncGenerator[str, None]:
        """A stream that goes on after the entry `last_id` (None = from now on).

        Raises ProblemError("too-many-streams") and StorageError (the journal can't be read) before anything is sent.
        """
        if self.open >= self._max_streams:
            raise ProblemError("too-many-streams", f"{self._max_streams} are open")
        after = await self._resume_point(last_id)
        has_gap = last_id is not None and after is None
        # Following begins here and not with the first read of the body: nothing is missed between.
        start = self._journal.last_id if after is None else after
        return self._chunks(self._journal.follow(start), _greeting(start, has_gap))

    async def _resume_point(self, last_id: str | None) -> int | None:
        """The entry to go on after, if the journal still has it (0 = its beginning)."""
        if last_id is None or not (last_id.isascii() and last_id.isdigit() and len(last_id) < 19):
            return None
        after = int(last_id)
        if after == 0:
            return 0
        await self._journal.flush()
        entries = await self._journal.read(after - 1, limit=1)
        return after if entries and entries[0].id == after else None

    async def _chunks(self, entries: AsyncIterator[JournalEntry], greeting: str) -> AsyncGenerator[str, None]:
        self.open += 1
        closing = asyncio.ensure_future(self._closing.wait())
        upcoming: asyncio.Future[JournalEntry | None] | None = None
        try:
            yield greeting
            while not closing.done():
                upcoming = upcoming or asyncio.ensure_future(_next(entries))
                await asyncio.wait((upcoming, closing), timeout=self._heartbeat_s, return_when=asyncio.FIRST_COMPLETED)
                if closing.done():
                    return
                if not upcoming.done():
                    yield _HEARTBEAT
                    continue
                entry, upcoming = upcoming.result(), None
                if entry is None:
                    return
                yield self._written(entry)
        finally:
            self.open -= 1
            await _end(closing)
            await _end(upcoming)
            if isinstance(entries, AsyncGenerator):
                await entries.aclose()

    def _written(self, entry: JournalEntry) -> str:
        """The entry as an event; written once for all streams, which are all told of it in one go."""
        if self._last[0] is not entry:
            self._last = (entry, _record(entry))
        return self._last[1]


def _greeting(start: int, has_gap: bool) -> str:
    """What a client is told first: how soon to come back, and from where even if nothing happens until then."""
    text = f"retry: {RETRY_MS}\nid: {start}\n"
    return text + (_event("reset", {"reason": "the journal doesn't reach back to that event"}) if has_gap else "\n")


async def _next(entries: AsyncIterator[JournalEntry]) -> JournalEntry | None:
    """The next entry; None when the journal has ended the following."""
    return await anext(entries, None)


async def _end(task: asyncio.Future[Any] | None) -> None:
    if task is not None and not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _record(entry: JournalEntry) -> str:
    kind = type(entry.record).__name__
    data = {"id": entry.id, "at": entry.at, "kind": kind, "record": asdict(entry.record)}
    return f"id: {entry.id}\n{_event('record', data)}"


def _event(name: str, data: object) -> str:
    # JSON has no line break outside of its escapes: the data is one line.
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"

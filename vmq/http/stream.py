"""The live stream: journal entries as server-sent events, resumable by Last-Event-ID.

In: a journal and where the client stopped. Out: chunks of text/event-stream. The id of an event is the entry's id in
the journal, so a client that reconnects misses nothing. Where that can't be promised (its last entry is no longer in
the journal), a `reset` event tells it to ask for the floor anew. A stream ends when the client falls too far behind,
when the server stops, or when the client goes; nothing waits for the client to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from vmq.engine.ports import Journal
from vmq.http.fanout import Fanout, Outbox, Sees, event, written
from vmq.http.problems import ProblemError

HEARTBEAT_S = 15.0
RETRY_MS = 2000
MAX_STREAMS = 400
_HEARTBEAT = ": still here\n\n"

IsStill = Callable[[], Awaitable[bool]]
"""May who follows go on? May raise StorageError, which ends the stream."""


async def _for_ever() -> bool:
    return True


class Streams:
    """All live streams of a server: bounded in number, ended together."""

    def __init__(self, journal: Journal, heartbeat_s: float = HEARTBEAT_S, max_streams: int = MAX_STREAMS) -> None:
        self._journal = journal
        self._heartbeat_s = heartbeat_s
        self._max_streams = max_streams
        self._fanout = Fanout(journal)
        self._is_closing = False
        self.open = 0

    def close(self) -> None:
        """End all streams now, and every later one at once."""
        self._is_closing = True
        self._fanout.close()

    async def begin(
        self, last_id: str | None, sees: Sees = lambda _: True, is_still: IsStill = _for_ever
    ) -> AsyncGenerator[str, None]:
        """A stream that goes on after the entry `last_id` (None = from now on), of those that `sees` lets through. It
        ends when `is_still`, asked once a heartbeat, says so.

        Raises ProblemError("too-many-streams") and StorageError (the journal can't be read) before anything is sent.
        """
        if self.open >= self._max_streams:
            raise ProblemError("too-many-streams", f"{self._max_streams} are open")
        after = await self._resume_point(last_id)
        has_gap = last_id is not None and after is None
        start = self._journal.last_id if after is None else after
        return self._chunks(start, _greeting(start, has_gap), sees, is_still)

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

    async def _chunks(self, start: int, greeting: str, sees: Sees, is_still: IsStill) -> AsyncGenerator[str, None]:
        """The outbox is opened here, where it is also forgotten: the body of a client that went already is never read.
        What came since `start` is in the journal."""
        outbox = self._fanout.open(sees)
        self.open += 1
        now = asyncio.get_running_loop().time
        asked_at = now()
        try:
            yield greeting
            if start < outbox.after:
                async for text in self._missed(outbox, start):
                    yield text
            while not self._is_closing:
                text = await outbox.take(self._heartbeat_s)
                if text:
                    yield text
                elif outbox.is_over:
                    return
                else:
                    yield _HEARTBEAT
                if now() - asked_at >= self._heartbeat_s:
                    if not await is_still():
                        return
                    asked_at = now()
        finally:
            self.open -= 1
            self._fanout.forget(outbox)

    async def _missed(self, outbox: Outbox, start: int) -> AsyncGenerator[str, None]:
        """What the journal has behind `start`, up to what goes to the outbox."""
        until = outbox.after
        entries = self._journal.follow(start)
        try:
            async for entry in entries:
                if entry.id <= until and not self._is_closing and outbox.sees(entry.record):
                    yield written(entry)
                if entry.id >= until or self._is_closing:
                    return
        finally:
            if isinstance(entries, AsyncGenerator):
                await entries.aclose()


def _greeting(start: int, has_gap: bool) -> str:
    """What a client is told first: how soon to come back, and from where even if nothing happens until then."""
    text = f"retry: {RETRY_MS}\nid: {start}\n"
    return text + (event("reset", {"reason": "the journal doesn't reach back to that event"}) if has_gap else "\n")

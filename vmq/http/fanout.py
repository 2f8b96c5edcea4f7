"""Tells all live streams of each new journal entry: one follower of the journal, which writes every entry once.

A stream has an outbox. What comes while it is being sent something waits there, and goes out as one piece; a stream
that takes nothing for too long is ended, and never waited for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict

from vmq.domain.records import Record
from vmq.engine.ports import Journal, JournalEntry

MAX_BEHIND = 10_000  # entries that an outbox holds

Sees = Callable[[Record], bool]
"""May who follows see this entry of the journal?"""


class Outbox:
    """What one stream has yet to send, of what it `sees`. `after` is the journal's newest entry when it was opened."""

    def __init__(self, after: int, sees: Sees) -> None:
        self.after = after
        self.sees = sees
        self.is_over = False
        self._texts: list[str] = []
        self._news = asyncio.Event()

    def put(self, text: str) -> None:
        """Add an entry, or end the outbox when it is full."""
        self._texts.append(text)
        if len(self._texts) > MAX_BEHIND:
            self.drop()
        self._news.set()

    def end(self) -> None:
        """Nothing more comes; what is here may still be sent."""
        self.is_over = True
        self._news.set()

    def drop(self) -> None:
        """Nothing is to be sent any more."""
        self._texts.clear()
        self.end()

    async def take(self, within_s: float) -> str:
        """All that waits, in one piece; waits for it at most so long. Empty: nothing came."""
        if not self._texts and not self.is_over:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._news.wait()
        self._news.clear()
        texts, self._texts = self._texts, []
        return "".join(texts)


class Fanout:
    """Follows the journal as long as there is an outbox."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._outboxes: set[Outbox] = set()
        self._following: asyncio.Task[None] | None = None

    def open(self, sees: Sees) -> Outbox:
        """An outbox that gets every entry from now on that `sees` lets through."""
        after = self._journal.last_id
        outbox = Outbox(after, sees)
        self._outboxes.add(outbox)
        if self._following is None:
            self._following = asyncio.create_task(self._follow(self._journal.follow(after)), name="live streams")
        return outbox

    def forget(self, outbox: Outbox) -> None:
        """The stream is over. With the last one the following ends."""
        self._outboxes.discard(outbox)
        if not self._outboxes and self._following is not None:
            self._following.cancel()
            self._following = None

    def close(self) -> None:
        """End all streams at once."""
        for outbox in self._outboxes:
            outbox.drop()

    async def _follow(self, entries: AsyncIterator[JournalEntry]) -> None:
        me = asyncio.current_task()
        try:
            async for entry in entries:
                text = written(entry)
                for outbox in self._outboxes:
                    if entry.id > outbox.after and not outbox.is_over and outbox.sees(entry.record):
                        outbox.put(text)
        finally:
            # The journal has ended the following: whoever is still here has to come again.
            if self._following is me:
                self._following = None
                for outbox in self._outboxes:
                    outbox.end()
            if isinstance(entries, AsyncGenerator):
                await entries.aclose()


def written(entry: JournalEntry) -> str:
    """An entry as a server-sent event."""
    kind = type(entry.record).__name__
    data = {"id": entry.id, "at": entry.at, "kind": kind, "record": asdict(entry.record)}
    return f"id: {entry.id}\n{event('record', data)}"


def event(name: str, data: object) -> str:
    """One server-sent event."""
    # JSON has no line break outside of its escapes: the data is one line.
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"

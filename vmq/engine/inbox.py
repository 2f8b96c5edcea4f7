"""The inbox: every event goes through here, in one order, to one consumer. Posting never blocks and never fails."""

from __future__ import annotations

import asyncio

import structlog

from vmq.domain.events import Event

FIRST_MARK = 1024  # waiting events at which a warning is worth reading; then at each doubling

log = structlog.get_logger(__name__)


class Inbox:
    """Events in the order of their posting. `high_water` is the most that ever waited at once."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._next_mark = FIRST_MARK
        self.high_water = 0

    def __len__(self) -> int:
        return self._events.qsize()

    def post(self, event: Event) -> None:
        """Append an event. Not thread-safe: call it from the event loop."""
        self._events.put_nowait(event)
        self.high_water = max(self.high_water, len(self))
        if self.high_water >= self._next_mark:
            log.warning("inbox_behind", waiting=self.high_water)
            self._next_mark *= 2

    async def get(self) -> Event:
        """The next event, waiting for it. Say `done` when it has been dealt with."""
        return await self._events.get()

    def done(self) -> None:
        """The event last got has been dealt with."""
        self._events.task_done()

    async def settled(self) -> None:
        """Return once everything posted so far, and what it led to, has been dealt with."""
        await self._events.join()

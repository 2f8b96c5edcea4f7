"""Timers: a heap of deadlines that become TimerFired events. The loop is asked for the earliest only: there is no tick.

A timer counts until the consumer takes its event: one that is cancelled or set anew while its event waits in the inbox
has not fired (see `take`).
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

from vmq.domain.events import TimerFired
from vmq.engine.ports import Clock

SLACK = 64  # dead entries that the heap may hold before it is cleaned, besides as many as there are live ones

Due = tuple[float, int, str]


class Timers:
    """Deadlines by key, in epoch seconds of `clock`. `post` takes the events of those that are due."""

    def __init__(self, clock: Clock, post: Callable[[TimerFired], None]) -> None:
        self._clock = clock
        self._post = post
        self._heap: list[Due] = []
        self._live: dict[str, Due] = {}
        self._fired: set[str] = set()
        self._count = 0
        self._handle: asyncio.TimerHandle | None = None
        self._armed_for = 0.0

    def __len__(self) -> int:
        return len(self._live)

    @property
    def next_at(self) -> float | None:
        """When the earliest timer is due, or None."""
        self._drop_dead()
        return self._heap[0][0] if self._heap else None

    def set(self, key: str, at: float) -> None:
        """Set or replace a timer."""
        self._count += 1
        self._fired.discard(key)
        self._live[key] = due = (at, self._count, key)
        heapq.heappush(self._heap, due)
        if len(self._heap) > 2 * len(self._live) + SLACK:
            self._heap = sorted(self._live.values())
        self._arm()

    def cancel(self, key: str) -> None:
        """Forget a timer, if there is one."""
        self._live.pop(key, None)
        self._fired.discard(key)

    def take(self, key: str) -> bool:
        """The consumer has come to the event of this timer: True when it still counts."""
        if key not in self._fired:
            return False
        self._fired.remove(key)
        return True

    def fire_due(self) -> None:
        """Post the events of all timers that are due, the earliest first, and wait for the next one."""
        now = self._clock.now()
        while (at := self.next_at) is not None and at <= now:
            key = heapq.heappop(self._heap)[2]
            del self._live[key]
            self._fired.add(key)
            self._post(TimerFired(key))
        self._arm()

    def close(self) -> None:
        """No more events."""
        if self._handle is not None:
            self._handle.cancel()
        self._live.clear()
        self._heap.clear()

    def _drop_dead(self) -> None:
        while self._heap and self._live.get(self._heap[0][2]) is not self._heap[0]:
            heapq.heappop(self._heap)

    def _arm(self) -> None:
        """Ask the loop for the earliest deadline. When the clock was put back it wakes too early, and asks again."""
        at = self.next_at
        if self._handle is not None:
            if at == self._armed_for:
                return
            self._handle.cancel()
            self._handle = None
        if at is not None:
            loop = asyncio.get_running_loop()
            self._armed_for = at
            self._handle = loop.call_at(loop.time() + max(0.0, at - self._clock.now()), self._wake)

    def _wake(self) -> None:
        self._handle = None
        self.fire_due()

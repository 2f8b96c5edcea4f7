"""Wakes whoever waits for the time of something: set to the earliest of all times that it is told. There is no tick."""

from __future__ import annotations

import asyncio
import math

from vmq.engine.ports import Clock


class Alarm:
    """One alarm, waited for by one task."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self._at = math.inf

    def set(self, at: float) -> None:
        """Go off at this time (epoch seconds), unless it does so earlier."""
        if at < self._at:
            self._at = at
            self._changed.set()

    def set_anew(self) -> None:
        """Go off now: what there is to wait for is to be looked up."""
        self.set(-math.inf)

    async def wait(self) -> None:
        """Return once it goes off; it is then set to no time."""
        while (left_s := self._at - self._clock.now()) > 0:
            self._changed.clear()
            try:
                async with asyncio.timeout(None if math.isinf(left_s) else left_s):
                    await self._changed.wait()
            except TimeoutError:
                break
        self._at = math.inf

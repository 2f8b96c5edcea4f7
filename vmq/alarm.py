"""Wakes whoever waits for the time of something: set to the earliest of all times that it is told. There is no tick."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from vmq.engine.ports import Clock

SleepUntil = Callable[[float], Awaitable[None]]
"""Waits for a moment of the clock (epoch seconds)."""


def sleeping_by(clock: Clock) -> SleepUntil:
    """Sleeps as long as the clock says that it is until then."""

    async def sleep_until(at: float) -> None:
        await asyncio.sleep(max(0.0, at - clock.now()))

    return sleep_until


class Alarm:
    """One alarm, waited for by one task. `sleep_until` waits for a moment of the clock."""

    def __init__(self, clock: Clock, sleep_until: SleepUntil | None = None) -> None:
        self._clock = clock
        self._sleep_until = sleep_until or sleeping_by(clock)
        self._changed = asyncio.Event()
        self._at = math.inf

    def set(self, at: float | None) -> None:
        """Go off at this time (epoch seconds; None = at none), unless it does so earlier."""
        if at is not None and at < self._at:
            self._at = at
            self._changed.set()

    def set_anew(self) -> None:
        """Go off now: what there is to wait for is to be looked up."""
        self.set(-math.inf)

    async def wait(self) -> None:
        """Return once it goes off; it is then set to no time."""
        while self._at > self._clock.now():
            self._changed.clear()
            if await self._comes(self._at):
                break
        self._at = math.inf

    async def _comes(self, at: float) -> bool:
        """True when this time has come, False when another was set before."""
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._changed.wait())}
        time = None if math.isinf(at) else asyncio.ensure_future(self._sleep_until(at))
        if time is not None:
            waits.add(time)
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return time is not None and time.done()
        finally:
            for wait in waits:
                wait.cancel()

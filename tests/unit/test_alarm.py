"""The alarm that the workers wait for: the earliest time counts, and nothing that is set meanwhile is missed."""

from __future__ import annotations

import asyncio

from tests.support.house import StillClock
from vmq.alarm import Alarm


class Nap:
    """Sleeps until it is told that the time has come; remembers what was waited for."""

    def __init__(self) -> None:
        self.waited_for: list[float] = []
        self.is_over = asyncio.Event()

    async def until(self, at: float) -> None:
        self.waited_for.append(at)
        await self.is_over.wait()


async def waiting(alarm: Alarm) -> asyncio.Task[None]:
    """Somebody who waits for it."""
    waiter = asyncio.create_task(alarm.wait())
    for _ in range(5):
        await asyncio.sleep(0)
    return waiter


async def test_a_wake_while_nobody_waits_is_not_missed_and_counts_once() -> None:
    clock, nap = StillClock(), Nap()
    alarm = Alarm(clock, nap.until)
    alarm.set_anew()
    alarm.set(clock.now() + 60)
    await alarm.wait()
    waiter = await waiting(alarm)
    assert not waiter.done()
    assert not nap.waited_for
    waiter.cancel()


async def test_an_earlier_time_is_waited_for_instead_and_a_later_one_is_not() -> None:
    clock, nap = StillClock(), Nap()
    alarm = Alarm(clock, nap.until)
    for wait_s in (60, 90, 30):
        alarm.set(clock.now() + wait_s)
        waiter = await waiting(alarm)
        waiter.cancel()
    assert nap.waited_for == [clock.now() + 60, clock.now() + 60, clock.now() + 30]


async def test_it_goes_off_when_its_time_has_come_and_no_time_is_none() -> None:
    clock, nap = StillClock(), Nap()
    alarm = Alarm(clock, nap.until)
    alarm.set(None)
    waiter = await waiting(alarm)
    assert not nap.waited_for
    alarm.set(clock.now() + 60)
    nap.is_over.set()
    await asyncio.wait_for(waiter, 10)

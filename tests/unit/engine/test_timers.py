"""Timers: in order, replaced and cancelled up to the moment the consumer takes them, one wake-up at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fakes import START, FakeClock
from vmq.domain.events import TimerFired
from vmq.engine.clock import SystemClock
from vmq.engine.timers import SLACK, Timers


class Bench:
    """Timers on a fake clock, and the keys they fired."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fired: list[str] = []
        self.timers = Timers(self.clock, lambda event: self.fired.append(event.key))

    def advance(self, seconds: float) -> list[str]:
        """Let time pass; the keys that fired."""
        self.clock.advance(seconds)
        self.fired.clear()
        self.timers.fire_due()
        return self.fired


@pytest.fixture
async def bench() -> Iterator[Bench]:  # type: ignore[misc]
    bench = Bench()
    yield bench
    bench.timers.close()


async def test_they_fire_by_time_then_in_the_order_they_were_set(bench: Bench) -> None:
    for key, delay in [("c", 3), ("a2", 1), ("a1", 1), ("far", 99)]:
        bench.timers.set(key, START + delay)
    assert bench.advance(3) == ["a2", "a1", "c"]
    assert bench.timers.next_at == START + 99


async def test_a_key_has_one_timer(bench: Bench) -> None:
    bench.timers.set("x", START + 1)
    bench.timers.set("x", START + 5)
    assert bench.advance(1) == []
    assert bench.advance(4) == ["x"]
    assert len(bench.timers) == 0


async def test_cancelled_ones_do_not_fire_and_unknown_ones_do_not_matter(bench: Bench) -> None:
    bench.timers.set("x", START + 1)
    bench.timers.cancel("x")
    bench.timers.cancel("y")
    assert bench.advance(1) == []


@pytest.mark.parametrize("change", ["cancel", "set anew", "none"])
async def test_one_that_changed_while_its_event_waited_has_not_fired(bench: Bench, change: str) -> None:
    bench.timers.set("x", START + 1)
    assert bench.advance(1) == ["x"]
    if change == "cancel":
        bench.timers.cancel("x")
    elif change == "set anew":
        bench.timers.set("x", START + 9)
    assert bench.timers.take("x") is (change == "none")
    assert not bench.timers.take("x"), "it fires once"


async def test_dead_ones_do_not_pile_up(bench: Bench) -> None:
    for number in range(10_000):
        bench.timers.set("x", START + number)
    assert len(bench.timers._heap) <= 2 + SLACK


async def test_the_loop_wakes_them(bench: Bench) -> None:
    events: asyncio.Queue[TimerFired] = asyncio.Queue()
    timers = Timers(clock := SystemClock(), events.put_nowait)
    timers.set("late", clock.now() + 3600)
    timers.set("soon", clock.now() + 0.01)
    async with asyncio.timeout(5):
        assert await events.get() == TimerFired("soon")
    timers.close()
    assert bench.fired == []


async def test_a_clock_that_was_put_back_makes_them_wait_not_spin(bench: Bench) -> None:
    bench.timers.set("x", START + 0.001)
    bench.clock.advance(-60)
    async with asyncio.timeout(5):
        while bench.timers._armed_for != START + 0.001 or bench.timers._handle is None:
            await asyncio.sleep(0.001)
    assert bench.fired == []
    assert bench.advance(61) == ["x"]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 20), st.booleans()), max_size=40))
def test_as_a_plain_dict_would_have_it(steps: list[tuple[str, int, bool]]) -> None:
    async def play() -> None:
        bench, model = Bench(), {}
        for key, delay, is_set in steps:
            if is_set:
                bench.timers.set(key, START + delay)
                model[key] = delay
            else:
                bench.timers.cancel(key)
                model.pop(key, None)
        fired = bench.advance(10)
        assert sorted(fired) == sorted(key for key, delay in model.items() if delay <= 10)
        assert [model[key] for key in fired] == sorted(model[key] for key in fired)
        bench.timers.close()

    asyncio.run(play())

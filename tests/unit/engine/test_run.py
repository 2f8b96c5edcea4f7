"""The engine: events in, records and commands out, timers between; a mistake in one decision stops nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from tests.support.fakes import START, FakeClock, RecordingCallControl
from vmq.domain.commands import Command, HangUpLeg, RingAgent, SetLamp
from vmq.domain.decide import HANDLERS
from vmq.domain.events import CallerJoined, Event, LegRang, MailboxChanged, TimerFired, WorldSeen
from vmq.domain.floor import Floor
from vmq.domain.records import CallerEntered, LampSet, OfferFailed, OfferMade, WorldRebuilt
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.turn import Decision, Turn
from vmq.engine.memory import MemoryJournal
from vmq.engine.run import BATCH, Engine


def light(event: Event, _now: float) -> Decision:
    """What voicemail makes of a mailbox's change."""
    assert isinstance(event, MailboxChanged)
    lamp = (event.mailbox, event.new, event.old, event.urgent)
    return Decision((SetLamp(*lamp),), (LampSet(*lamp),))


class Running:
    """An engine that runs on a fake clock."""

    def __init__(self) -> None:
        self.clock, self.journal, self.control = FakeClock(), MemoryJournal(), RecordingCallControl()
        floor = Floor([QueueRules("sales")], [AgentRules("ann", "PJSIP/1001", ("sales",))], seed=1, now=START)
        self.engine = Engine(
            floor,
            clock=self.clock,
            journal=self.journal,
            control=self.control,
            listeners={MailboxChanged: light},
        )

    async def post(self, *events: Event) -> list[Command]:
        """Post events and wait until all is dealt with; gives the commands."""
        self.control.sent.clear()
        for event in events:
            self.engine.post(event)
        async with asyncio.timeout(5):
            await self.engine.inbox.settled()
        return self.control.sent

    async def kinds(self) -> list[type]:
        """The kinds of all records so far."""
        return [type(entry.record) for entry in await self.journal.read()]


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    running = Running()
    task = asyncio.create_task(running.engine.run())
    yield running
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


JOIN = CallerJoined("c1", "PJSIP/c1", "sales", START)


async def test_an_event_becomes_records_and_commands(running: Running) -> None:
    (ring,) = await running.post(WorldSeen({}, ()), JOIN)
    assert isinstance(ring, RingAgent)
    assert await running.kinds() == [WorldRebuilt, CallerEntered, OfferMade]
    assert (await running.journal.read())[0].at == START


async def test_timers_become_events(running: Running) -> None:
    (ring,) = await running.post(WorldSeen({}, ()), JOIN)
    assert isinstance(ring, RingAgent)
    running.clock.advance(ring.ring_s + 1)
    running.engine.timers.fire_due()
    assert await running.post() == [HangUpLeg(ring.offer_id, 19)]
    assert OfferFailed in await running.kinds()


async def test_a_timer_that_nobody_set_is_not_believed(running: Running) -> None:
    (ring,) = await running.post(WorldSeen({}, ()), JOIN)
    assert isinstance(ring, RingAgent)
    assert await running.post(TimerFired(f"offer:{ring.offer_id}")) == []


async def test_another_subjects_listener_decides_on_its_events(running: Running) -> None:
    assert await running.post(MailboxChanged("1001", new=2, old=1)) == [SetLamp("1001", 2, 1, 0)]
    assert await running.kinds() == [LampSet]


async def test_a_mistake_in_a_decision_is_logged_with_its_event_and_stops_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_turn: Turn, _event: Event) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, LegRang, stumble)
    with capture_logs() as logs:
        (ring,) = await running.post(WorldSeen({}, ()), LegRang("x"), JOIN)
    assert [entry["occurrence"] for entry in logs if entry["log_level"] == "error"] == [LegRang("x")]
    assert isinstance(ring, RingAgent)


async def test_a_command_that_cannot_be_started_is_logged_and_stops_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(command: Command) -> None:
        raise ConnectionError(f"no link for {command}")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(running.control, "send", refuse)
        await running.post(MailboxChanged("1001", 1, 0))
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["command_failed"]
    assert await running.post(MailboxChanged("1001", 0, 1)) == [SetLamp("1001", 0, 1, 0)]


async def test_a_flood_of_events_lets_others_on_the_loop_work(running: Running) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while len(running.engine.inbox):
            turns += 1
            await asyncio.sleep(0)

    for _ in range(10 * BATCH):
        running.engine.post(LegRang("x"))
    await asyncio.wait_for(other(), 5)
    assert turns > 5


async def test_cancelling_ends_it_and_its_timers() -> None:
    running = Running()
    task = asyncio.create_task(running.engine.run())
    await running.post(WorldSeen({}, ()), JOIN)
    assert len(running.engine.timers) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(running.engine.timers) == 0

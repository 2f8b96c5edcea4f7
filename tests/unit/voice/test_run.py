"""A call's run while an action takes its time: its party hears a tone, and may hang up without ending it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from vmq.dialogue.session import Session
from vmq.domain import line
from vmq.engine.ports import Line
from vmq.errors import HungUp, ProtocolError
from vmq.voice import run
from vmq.voice.run import DialogueRun, NoRecorder
from vmq.voicemail.vocabulary import VOICEMAIL

SEND = line.Act("send_message", {})
AFTERWARDS = line.Say((line.Clip("vm-msgsaved"),))


class Flow:
    """A session of these effects; what came of them is in `outcomes`."""

    where = "test"

    def __init__(self, *effects: line.Effect) -> None:
        self._effects: Iterator[line.Effect] = iter(effects)
        self.outcomes: list[line.Outcome] = []

    def start(self) -> line.Effect:
        return next(self._effects)

    def feed(self, outcome: line.Outcome) -> line.Effect:
        self.outcomes.append(outcome)
        return next(self._effects)


class Party:
    """Somebody who listens; `after` so many tones he hangs up. `heard` tells what he hears."""

    call_id = "call-1"

    def __init__(self, after: int = 1000) -> None:
        self.heard: asyncio.Queue[line.Segment] = asyncio.Queue()
        self._left = after

    async def say(self, effect: line.Say) -> line.Played:
        self._left -= 1
        if self._left < 0:
            raise HungUp("gone")
        self.heard.put_nowait(effect.segments[0])
        return line.Played()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WAIT_TONE_S", 0.001)


def started(flow: Flow, party: Party, action: Any) -> asyncio.Task[line.End]:
    made = DialogueRun(cast(Session, flow), cast(Line, party), VOICEMAIL, {"send_message": action}, NoRecorder())
    return asyncio.create_task(made.to_end())


async def test_who_waits_hears_a_tone_until_it_is_done() -> None:
    sent = asyncio.Event()

    async def send(_: object) -> line.Outcome:
        await sent.wait()
        return line.Done()

    flow, party = Flow(SEND, AFTERWARDS, line.End("done")), Party()
    call = started(flow, party, send)
    assert [await party.heard.get() for _ in range(3)] == [run.WAIT_TONE] * 3
    sent.set()
    await call
    assert flow.outcomes == [line.Done(), line.Played()]


async def test_sending_goes_on_when_he_hangs_up() -> None:
    may_go_on, is_sent = asyncio.Event(), asyncio.Event()

    async def send(_: object) -> line.Outcome:
        await may_go_on.wait()
        is_sent.set()
        return line.Done()

    flow, party = Flow(SEND, AFTERWARDS, line.End("gone")), Party(after=2)
    call = started(flow, party, send)
    assert [await party.heard.get() for _ in range(2)] == [run.WAIT_TONE] * 2
    may_go_on.set()
    await call
    assert is_sent.is_set()
    assert flow.outcomes == [line.Done(), line.HungUpSeen()]


async def test_a_tone_that_can_t_be_played_leaves_no_action_alone() -> None:
    is_sent = asyncio.Event()

    class Deaf(Party):
        async def say(self, effect: line.Say) -> line.Played:
            raise ProtocolError("510 Invalid or unknown command")

    async def send(_: object) -> line.Outcome:
        await asyncio.sleep(0.01)
        is_sent.set()
        return line.Done()

    flow = Flow(SEND, line.End("done"))
    await started(flow, Deaf(), send)
    assert is_sent.is_set()
    assert flow.outcomes == [line.Done()]


async def test_an_action_ends_with_the_program_that_stops() -> None:
    ended = asyncio.Event()

    async def send(_: object) -> line.Outcome:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return line.Done()

    party = Party()
    call = started(Flow(SEND), party, send)
    await party.heard.get()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(ended.wait(), 5)

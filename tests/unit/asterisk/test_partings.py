"""Why two parted: a transfer is told before what it leads to, and a hang-up at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.asterisk.test_outward import Sink
from vmq.asterisk.partings import HOLD_S, HangupAsked, Partings
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    CallerSessionEnded,
    CallTransferred,
    ChannelHungUp,
    ConnectEnded,
    Event,
    WorldSeen,
)

LEG, CALLER = "vmq-0a", "5.5"
TOLD = CallTransferred(CALLER, "blind", "1|x")
LEFT = [BridgeLeft(CALLER, "b"), BridgeLeft(LEG, "b"), ChannelHungUp(LEG, 16)]
AFTER: list[Event] = [CallerSessionEnded(CALLER), CallerJoined(CALLER, "PJSIP/5", "sales", 1.0)]


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def partings(sink: Sink) -> Partings:
    partings = Partings(sink)
    for channel_id in (LEG, CALLER):
        partings.post(BridgeEntered(channel_id, "b", is_holding=False))
    sink.events.clear()
    return partings


@pytest.mark.parametrize("place", range(6))
async def test_transfer_is_told_first_wherever_it_comes(partings: Partings, sink: Sink, place: int) -> None:
    events: list[Event] = [*LEFT, *AFTER]
    events.insert(place, TOLD)
    for event in events:
        partings.post(event)
    assert sink.events == [TOLD, *LEFT, *AFTER]


@pytest.mark.parametrize("place", range(1, 5))
async def test_transfer_is_told_before_a_session_that_is_quicker_than_ami(
    partings: Partings, sink: Sink, place: int
) -> None:
    joined, rest = AFTER[1], [*LEFT]
    rest.insert(place - 1, TOLD)
    for event in [joined, *rest]:
        partings.post(event)
    assert sink.events[0] == TOLD
    assert sorted(map(repr, sink.events)) == sorted(map(repr, [joined, *rest]))


async def test_caller_who_joins_anew_waits_a_moment_for_a_transfer_only(partings: Partings, sink: Sink) -> None:
    partings.post(AFTER[1])
    assert sink.events == []
    await asyncio.sleep(HOLD_S * 1.5)
    assert sink.events == [AFTER[1]]


@pytest.mark.parametrize("who", [LEG, CALLER])
async def test_hang_up_is_told_at_once(partings: Partings, sink: Sink, who: str) -> None:
    events: list[Event] = [BridgeLeft(who, "b"), ConnectEnded(CALLER, "0a", True), *LEFT]
    for event in (HangupAsked(who), *events):
        partings.post(event)
    assert sink.events == events


async def test_parting_that_no_transfer_explains_is_told_a_moment_after_the_session_goes_on(
    partings: Partings, sink: Sink
) -> None:
    events: list[Event] = [BridgeLeft(CALLER, "b"), BridgeLeft(LEG, "b"), CallerSessionEnded(CALLER)]
    for event in events:
        partings.post(event)
    assert sink.events == []
    await asyncio.sleep(HOLD_S * 1.5)
    assert sink.events == events


ASKS: list[Event] = [BridgeLeft(LEG, "b"), BridgeEntered(LEG, "target", is_holding=False)]
"""The agent asks somebody else before he transfers."""


async def test_agent_who_asks_somebody_and_comes_back_was_never_away(partings: Partings, sink: Sink) -> None:
    back: list[Event] = [BridgeLeft(LEG, "target"), BridgeEntered(LEG, "b", is_holding=False)]
    for event in [*ASKS, *back]:
        partings.post(event)
    await asyncio.sleep(HOLD_S * 1.5)
    assert sink.events == []
    partings.post(HangupAsked(CALLER))
    partings.post(BridgeLeft(CALLER, "b"))
    assert sink.events == [BridgeLeft(CALLER, "b")]


@pytest.mark.parametrize("is_told_first", [True, False])
async def test_agent_who_asks_somebody_and_hangs_up_has_transferred(
    partings: Partings, sink: Sink, is_told_first: bool
) -> None:
    told = CallTransferred(CALLER, "attended", "BRIDGE|target", "7.7")
    gone: list[Event] = [HangupAsked(LEG), BridgeLeft(LEG, "target"), ChannelHungUp(LEG, 16)]
    for event in [*ASKS, *((told, *gone) if is_told_first else (*gone, told))]:
        partings.post(event)
    assert sink.events[0] == told
    assert ChannelHungUp(LEG, 16) in sink.events


async def test_caller_who_hangs_up_while_his_agent_asks_somebody_ended_the_talk(partings: Partings, sink: Sink) -> None:
    events: list[Event] = [*ASKS, HangupAsked(CALLER), BridgeLeft(CALLER, "b"), ChannelHungUp(CALLER, 16)]
    for event in events:
        partings.post(event)
    await asyncio.sleep(HOLD_S * 1.5)
    assert sink.events == [BridgeLeft(CALLER, "b"), ChannelHungUp(CALLER, 16)]


async def test_talks_of_others_are_never_held(partings: Partings, sink: Sink) -> None:
    events: list[Event] = [
        BridgeEntered("1.1", "other", is_holding=False), BridgeEntered("1.2", "other", is_holding=False),
        BridgeLeft("1.1", "other"), ChannelHungUp("1.1", 16), BridgeLeft("1.2", "other"), BridgeLeft("9.9", "unknown"),
    ]  # fmt: skip
    for event in events:
        partings.post(event)
    assert sink.events == events


async def test_snapshot_lets_everything_go_before_it(partings: Partings, sink: Sink) -> None:
    partings.post(BridgeLeft(CALLER, "b"))
    partings.post(WorldSeen({}, ()))
    assert sink.events == [BridgeLeft(CALLER, "b"), WorldSeen({}, ())]

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


@pytest.mark.parametrize("who", [LEG, CALLER])
async def test_hang_up_is_told_at_once(partings: Partings, sink: Sink, who: str) -> None:
    events: list[Event] = [BridgeLeft(who, "b"), ConnectEnded(CALLER, "0a", True), *LEFT]
    for event in (HangupAsked(who), *events):
        partings.post(event)
    assert sink.events == events


async def test_parting_that_nothing_explains_is_told_after_a_moment(partings: Partings, sink: Sink) -> None:
    partings.post(BridgeLeft(CALLER, "b"))
    partings.post(BridgeLeft(LEG, "b"))
    assert sink.events == []
    await asyncio.sleep(HOLD_S * 1.5)
    assert sink.events == [BridgeLeft(CALLER, "b"), BridgeLeft(LEG, "b")]


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


async def test_caller_who_moves_to_another_bridge_is_told_in_order(partings: Partings, sink: Sink) -> None:
    """An attended transfer: the caller is in the target's bridge before it is told."""
    moved = BridgeEntered(CALLER, "target", is_holding=False)
    for event in (BridgeLeft(CALLER, "b"), moved, CallTransferred(CALLER, "attended", "BRIDGE|target", "7.7")):
        partings.post(event)
    partings.post(BridgeLeft(LEG, "b"))
    await asyncio.sleep(HOLD_S * 1.5)
    assert isinstance(next(event for event in sink.events if event != moved), CallTransferred)

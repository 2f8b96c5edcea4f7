"""The AMI side as the engine sees it: WorldSeen after each connect, events between, nothing lost, nothing too early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.support.ami_peer import SUCCESS, AmiPeer, list_answer
from vmq.asterisk.ami import CAUSE_WAIT_S, AsteriskManager
from vmq.asterisk.link import LinkSettings
from vmq.domain.commands import HangUpLeg, RingAgent, RingCaller, RunDialogue, SetLamp
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    ChannelHungUp,
    DeviceStateChanged,
    Event,
    LegEnd,
    LegFailed,
    LegRang,
    LinkWentDown,
    WorldSeen,
    leg_id,
)

OFFER = "00000000000000ab"
RING = RingAgent(OFFER, "1.5", "ann", "support", "PJSIP/1001", 10)
DEVICES = list_answer("Event: DeviceStateChange\r\nDevice: PJSIP/1001\r\nState: NOT_INUSE")
DENIED = "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"


class Sink:
    """Keeps the events, to be waited for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()

    def post(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()

    async def wait(self, is_true: Callable[[list[Event]], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_true(self.events):
                self._came.clear()
                await self._came.wait()

    async def wait_for(self, event: Event) -> None:
        await self.wait(lambda events: event in events)


class NoSessions:
    """There are no AGI sessions in these tests."""

    def park(self, offer_id: str) -> None: ...

    def dismiss(self, offer_id: str) -> None: ...

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None: ...

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...]) -> None: ...

    def talk(self, command: RunDialogue) -> None: ...

    def expect(self, command: RingAgent | RingCaller) -> None: ...

    def unexpect(self, leg: str) -> None: ...


@asynccontextmanager
async def managed(peer: AmiPeer) -> AsyncIterator[tuple[AsteriskManager, Sink]]:
    """A running AMI side on the peer."""
    sink = Sink()
    settings = LinkSettings("127.0.0.1", peer.port, "vmq", "x", first_retry_s=0.01, longest_retry_s=0.02)
    manager = AsteriskManager(settings, NoSessions(), sink)
    running = asyncio.create_task(manager.run())
    try:
        yield manager, sink
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def device(state: str) -> str:
    return f"Event: DeviceStateChange\r\nDevice: PJSIP/1001\r\nState: {state}\r\n\r\n"


def is_world(event: Event) -> bool:
    return isinstance(event, WorldSeen)


async def test_the_world_comes_first_and_again_after_each_loss() -> None:
    async with AmiPeer() as peer, managed(peer) as (manager, sink):
        peer.answers["DeviceStateList"] = DEVICES
        await sink.wait(lambda events: len(events) == 1)
        assert sink.events == [WorldSeen({"PJSIP/1001": DeviceState.NOT_INUSE}, ())]
        assert manager.is_up
        peer.drop()
        await sink.wait(lambda events: len(events) == 3)
        assert [type(event) for event in sink.events] == [WorldSeen, LinkWentDown, WorldSeen]


async def test_one_loss_is_told_once_however_many_tries_it_takes() -> None:
    async with AmiPeer() as peer, managed(peer) as (_, sink):
        await sink.wait(lambda events: len(events) == 1)
        peer.answers["CoreShowChannels"] = DENIED
        peer.drop()
        await peer.wait_action("CoreShowChannels", 4)
        peer.answers["CoreShowChannels"] = list_answer()
        await sink.wait(lambda events: len(events) == 3)
        assert [type(event) for event in sink.events] == [WorldSeen, LinkWentDown, WorldSeen]


async def test_a_change_during_the_snapshot_is_in_it_and_not_told_before_or_after() -> None:
    async with AmiPeer() as peer:
        peer.answers["DeviceStateList"] = DEVICES

        def between(name: str) -> None:
            if name in ("BridgeList", "CoreShowChannels"):
                peer.say(device("UNAVAILABLE") + device("INUSE"))

        peer.before_answer = between
        async with managed(peer) as (_, sink):
            await sink.wait(lambda events: len(events) == 1)
            assert sink.events == [WorldSeen({"PJSIP/1001": DeviceState.INUSE}, ())]
            peer.say(device("NOT_INUSE"))
            await sink.wait_for(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
            assert len(sink.events) == 2


async def test_a_leg_that_rings_during_the_snapshot_is_told_after_it() -> None:
    async with AmiPeer() as peer:
        ringing = f"Event: Newstate\r\nChannelState: 5\r\nUniqueid: {leg_id(OFFER)}\r\n\r\n"
        peer.before_answer = lambda name: peer.say(ringing) if name == "DeviceStateList" else None
        async with managed(peer) as (_, sink):
            await sink.wait(lambda events: len(events) == 2)
            assert is_world(sink.events[0])
            assert sink.events[1] == LegRang(OFFER)


MADE = f"Event: Newchannel\r\nUniqueid: {leg_id(OFFER)}\r\n\r\n"
FAILURE = f"Event: OriginateResponse\r\nResponse: Failure\r\nReason: 0\r\nUniqueid: {leg_id(OFFER)}\r\n\r\n"
HANGUP = f"Event: Hangup\r\nCause: 17\r\nChannelState: 5\r\nUniqueid: {leg_id(OFFER)}\r\n\r\n"


@pytest.mark.parametrize("order", [(MADE, FAILURE, HANGUP), (MADE, HANGUP, FAILURE), (FAILURE, MADE, HANGUP)])
async def test_a_failed_leg_is_told_once_with_its_hangups_cause_in_whatever_order(order: tuple[str, ...]) -> None:
    async with AmiPeer() as peer, managed(peer) as (manager, sink):
        await sink.wait(lambda events: len(events) == 1)
        manager.send(RING)
        await peer.wait_action("Originate")
        peer.say("".join(order))
        await sink.wait_for(ChannelHungUp(leg_id(OFFER), 17, LegEnd.BUSY))
        await asyncio.sleep(CAUSE_WAIT_S * 1.5)
        assert len(sink.events) == 2


async def test_a_redirect_is_told_though_its_hangup_has_lost_the_cause() -> None:
    dial_end = f"Event: DialEnd\r\nDestUniqueid: {leg_id(OFFER)}\r\nDialStatus: CANCEL\r\nForward: 1002\r\n\r\n"
    without_cause = f"Event: Hangup\r\nCause: 0\r\nChannelState: 0\r\nUniqueid: {leg_id(OFFER)}\r\n\r\n"
    async with AmiPeer() as peer, managed(peer) as (manager, sink):
        await sink.wait(lambda events: len(events) == 1)
        manager.send(RING)
        await peer.wait_action("Originate")
        peer.say(MADE + dial_end + without_cause + FAILURE)
        await sink.wait_for(ChannelHungUp(leg_id(OFFER), 0, LegEnd.UNREACHABLE))
        assert sink.events[1:2] == [LegFailed(OFFER, LegEnd.REDIRECTED)]


async def test_a_leg_that_was_never_made_fails_without_a_hangup() -> None:
    async with AmiPeer() as peer, managed(peer) as (manager, sink):
        await sink.wait(lambda events: len(events) == 1)
        manager.send(RING)
        await peer.wait_action("Originate")
        peer.say(FAILURE)
        await sink.wait_for(LegFailed(OFFER, LegEnd.UNREACHABLE))


async def test_a_leg_hung_up_before_it_exists_is_hung_up_when_it_does() -> None:
    async with AmiPeer() as peer, managed(peer) as (manager, sink):
        await sink.wait(lambda events: len(events) == 1)
        peer.answers["Hangup"] = "Response: Error\r\nActionID: {id}\r\nMessage: No such channel\r\n\r\n" + MADE
        manager.send(RING)
        manager.send(HangUpLeg(OFFER))
        action = await peer.wait_action("Hangup", 2)
        assert action["Channel"] == [leg_id(OFFER)]


async def test_filters_are_asked_for_and_a_refusal_is_no_trouble() -> None:
    async with AmiPeer() as peer:
        peer.answers["Filter"] = DENIED
        async with managed(peer) as (_, sink):
            await sink.wait(lambda events: len(events) == 1)
            assert peer.names().count("Filter") == 1


async def test_an_old_asterisk_gets_one_regular_expression() -> None:
    async with AmiPeer() as peer:

        def old(name: str) -> None:
            if name == "Filter":
                has_criteria = "MatchCriteria" in peer.actions[-1]
                peer.answers["Filter"] = DENIED.replace("Permission denied", "no") if has_criteria else SUCCESS

        peer.before_answer = old
        async with managed(peer) as (_, sink):
            await sink.wait(lambda events: len(events) == 1)
            assert "Hangup" in (await peer.wait_action("Filter", 2))["Filter"][0]


async def test_the_lamp_goes_the_way_this_asterisk_has() -> None:
    async with AmiPeer() as peer:
        peer.answers["ListCommands"] = "Response: Success\r\nActionID: {id}\r\nMWIUpdate: x\r\n\r\n"
        async with managed(peer) as (manager, sink):
            await sink.wait(lambda events: len(events) == 1)
            manager.send(SetLamp("1001", 1, 0))
            assert (await peer.wait_action("MWIUpdate"))["NewMessages"] == ["1"]

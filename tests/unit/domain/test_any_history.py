"""Whatever happens, in whatever order: the floor's promises hold after every event.

Hypothesis plays a PBX that may lose, repeat and reorder everything, and vmq's own restarts between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.stage import Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.caller import CallerState
from vmq.domain.commands import DismissLeg, ParkLeg, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentUnpaused,
    BridgeEntered,
    BridgeLeft,
    CallerSessionEnded,
    ChannelHungUp,
    ConnectEnded,
    DeviceStateChanged,
    LegAnswered,
    LegEnd,
    LegFailed,
    LegRang,
    LinkWentDown,
    SeenChannel,
    WorldSeen,
    WrapUpEnded,
    leg_id,
)
from vmq.domain.offer import Offer, OfferState
from vmq.domain.records import (
    CallCompleted,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    OfferFailed,
    OfferMade,
    Record,
)
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, QueueRules

QUEUES = (
    QueueRules("sales", max_wait_s=40, wrap_up_s=5),
    QueueRules("support", max_length=3, back_off_s=0),
    QueueRules("quiet"),
)
AGENTS = (
    AgentRules("ann", "PJSIP/1001", ("sales", "support")),
    AgentRules("bob", "PJSIP/1002", ("support",), wrap_up_s=0),
    AgentRules("cho", "PJSIP/1002", ("sales", "quiet")),
    AgentRules("dee", "PJSIP/0170@trunk", ("sales", "support"), is_remote=True),
    AgentRules("eve", "Local/9@x/n", ("quiet", "nowhere"), state_device="PJSIP/1003", is_logged_in=False),
)
CALLS = [f"c{number}" for number in range(6)]

calls = st.sampled_from(CALLS)
agents = st.sampled_from([rules.name for rules in AGENTS] + ["nobody"])
devices = st.sampled_from(["PJSIP/1001", "PJSIP/1002", "PJSIP/1003", "PJSIP/9999"])
bridges = st.sampled_from(["b1", "b2"])


@dataclass
class Entry:
    """A record as the journal gives it back."""

    at: float
    record: Record


class AnyHistory(RuleBasedStateMachine):
    """A small call centre, and everything that can happen to it."""

    @initialize()
    def open(self) -> None:
        self.stage = Stage(QUEUES, AGENTS, seed=1)
        self.journal: list[tuple[float, Record]] = []
        self.offers: list[str] = []
        self.seed = 1

    def step(self, *events: Any) -> None:
        self.stage.step(*events)
        self._look_at_offers()

    def _look_at_offers(self) -> None:
        self.offers += [command.offer_id for command in self.stage.commands if isinstance(command, RingAgent)]

    def _offer(self, data: st.DataObject) -> str:
        """Mostly an offer of now, sometimes one of long ago."""
        live = list(self.stage.floor.offers)
        return data.draw(st.sampled_from(live * 3 + self.offers[-5:] + ["00000000deadbeef"]))

    @rule(call=calls, queue=st.sampled_from(["sales", "support", "quiet", "nowhere"]), priority=st.integers(0, 2))
    def join(self, call: str, queue: str, priority: int) -> None:
        self.stage.join(call, queue, priority=priority, entered_at=self.stage.now - priority)
        self._look_at_offers()

    @rule(call=calls, queue=st.sampled_from(["sales", "support"]), steps=st.integers(0, 4))
    def a_call_goes_well(self, call: str, queue: str, steps: int) -> None:
        """For a while; without this, chance would hardly ever make two people talk."""
        if call not in self.stage.floor.callers:
            self.join(call, queue, 0)
        caller = self.stage.floor.callers.get(call)
        for _ in range(steps):
            if caller is None or caller.offer_id not in self.stage.floor.offers:
                return
            self._next_step(self.stage.floor.offers[caller.offer_id])

    def _next_step(self, offer: Offer) -> None:
        leg = leg_id(offer.offer_id)
        match offer.state:
            case OfferState.CREATED:
                self.step(LegRang(offer.offer_id))
            case OfferState.RINGING:
                self.step(LegAnswered(offer.offer_id, f"PJSIP/{offer.offer_id}"))
            case OfferState.ANSWERED:
                self.step(BridgeEntered(leg, "h", is_holding=True))
            case OfferState.PARKED:
                self.step(
                    BridgeEntered(offer.call_id, "b1", is_holding=False), BridgeEntered(leg, "b1", is_holding=False)
                )

    @precondition(lambda self: self._talks())
    @rule(data=st.data(), how=st.sampled_from(["agent", "caller", "leg gone", "caller gone", "back", "transfer"]))
    def a_talk_ends(self, data: st.DataObject, how: str) -> None:
        offer = data.draw(st.sampled_from(self._talks()))
        leg = leg_id(offer.offer_id)
        match how:
            case "agent":
                self.step(BridgeLeft(leg, offer.bridge_id))
            case "caller":
                self.step(BridgeLeft(offer.call_id, offer.bridge_id))
            case "leg gone":
                self.step(ChannelHungUp(leg, 16))
            case "caller gone":
                self.step(ChannelHungUp(offer.call_id, 16))
            case "back":
                self.step(ConnectEnded(offer.call_id, offer.offer_id, is_connected=True))
            case "transfer":
                self.join(offer.call_id, "quiet", 0)
        assert self.stage.state_of(offer.offer_id) is OfferState.DONE

    def _talks(self) -> list[Offer]:
        return [offer for offer in self.stage.floor.offers.values() if offer.state is OfferState.CONNECTED]

    @rule(call=calls)
    def caller_hangs_up(self, call: str) -> None:
        self.step(ChannelHungUp(call, 16))
        assert call not in self.stage.floor.callers

    @rule(call=calls)
    def session_ends(self, call: str) -> None:
        self.step(CallerSessionEnded(call))

    @rule(data=st.data())
    def rings(self, data: st.DataObject) -> None:
        self.step(LegRang(self._offer(data)))

    @rule(data=st.data(), why=st.sampled_from(LegEnd))
    def fails(self, data: st.DataObject, why: LegEnd) -> None:
        self.step(LegFailed(self._offer(data), why))

    @rule(data=st.data())
    def answers(self, data: st.DataObject) -> None:
        offer_id = self._offer(data)
        was = self.stage.state_of(offer_id)
        self.step(LegAnswered(offer_id, f"PJSIP/{offer_id}"))
        stands = was in (OfferState.CREATED, OfferState.RINGING, OfferState.ANSWERED)
        assert (ParkLeg(offer_id) in self.stage.commands) == stands
        assert (DismissLeg(offer_id) in self.stage.commands) == (was is OfferState.DONE)

    @rule(data=st.data())
    def parks(self, data: st.DataObject) -> None:
        self.step(BridgeEntered(leg_id(self._offer(data)), "h", is_holding=True))

    @rule(data=st.data(), bridge=bridges)
    def both_enter_a_bridge(self, data: st.DataObject, bridge: str) -> None:
        offer_id = self._offer(data)
        offer = self.stage.floor.offers.get(offer_id)
        channels = [leg_id(offer_id)] + ([offer.call_id] if offer else [])
        self.step(
            *(BridgeEntered(channel, bridge, is_holding=False) for channel in data.draw(st.permutations(channels)))
        )

    @rule(data=st.data(), call=calls, bridge=st.sampled_from(["b1", "b2", "h"]), is_leg=st.booleans())
    def one_leaves_a_bridge(self, data: st.DataObject, call: str, bridge: str, is_leg: bool) -> None:
        self.step(BridgeLeft(leg_id(self._offer(data)) if is_leg else call, bridge))

    @rule(data=st.data())
    def leg_hangs_up(self, data: st.DataObject) -> None:
        offer_id = self._offer(data)
        self.step(ChannelHungUp(leg_id(offer_id), 16))
        assert offer_id not in self.stage.floor.legs

    @rule(data=st.data(), call=calls, is_connected=st.booleans())
    def bridge_comes_back(self, data: st.DataObject, call: str, is_connected: bool) -> None:
        offer_id = self._offer(data)
        offer = self.stage.floor.offers.get(offer_id)
        self.step(ConnectEnded(offer.call_id if offer else call, offer_id, is_connected))

    @rule(device=devices, state=st.sampled_from(DeviceState))
    def device_changes(self, device: str, state: DeviceState) -> None:
        self.step(DeviceStateChanged(device, state))

    @rule(agent=agents, what=st.sampled_from([AgentLoggedIn, AgentLoggedOut, AgentUnpaused, WrapUpEnded, AgentPaused]))
    def agent_does(self, agent: str, what: Callable[[str], Any]) -> None:
        self.step(what(agent))

    @rule(seconds=st.sampled_from([0.1, 1.0, 3.0, 10.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.stage.wait(seconds)
        self._look_at_offers()

    @precondition(lambda self: self.stage.floor.is_linked)
    @rule()
    def link_goes_down(self) -> None:
        self.step(LinkWentDown())

    @precondition(lambda self: not self.stage.floor.is_linked)
    @rule(data=st.data())
    def link_is_back(self, data: st.DataObject) -> None:
        self.step(self._world(data))

    @rule(data=st.data())
    def vmq_restarts(self, data: st.DataObject) -> None:
        world, old = self._world(data), self.stage
        self.journal += old.journal
        self.seed += 1
        self.stage = Stage(QUEUES, AGENTS, seed=self.seed, is_linked=False)
        self.stage.now = old.now + 1
        restore(self.stage.floor, [Entry(at, record) for at, record in self.journal])
        self.step(world)

    def _world(self, data: st.DataObject) -> WorldSeen:
        """A true picture of most of what there is."""
        floor, channels = self.stage.floor, []
        for offer_id, leg in floor.legs.items():
            offer = floor.offers.get(offer_id)
            call_id, queue = (offer.call_id, offer.queue) if offer else ("", "")
            bridge = data.draw(st.sampled_from(["", "h", "b1", "b1"]))
            is_talking = offer is not None and offer.state is OfferState.CONNECTED and bridge == "b1"
            bridge = f"talk-{offer_id}" if is_talking else bridge
            channel = SeenChannel(
                leg_id(offer_id), "PJSIP/x", bridge, bridge == "h", True, False, leg.agent.name, queue, call_id
            )
            channels.append(channel)
            if is_talking:
                channels.append(SeenChannel(call_id, "PJSIP/y", bridge))
        talking = {channel.channel_id for channel in channels}
        for caller in floor.callers.values():
            if caller.call_id not in talking:
                channels.append(SeenChannel(caller.call_id, "PJSIP/z", in_queue=True, queue=caller.queue))
        seen = [channel for channel in channels if data.draw(st.integers(0, 4))]
        return WorldSeen({"PJSIP/1001": DeviceState.NOT_INUSE}, tuple(seen))

    @invariant()
    def indexes_agree_with_brute_force(self) -> None:
        check_floor(self.stage.floor)

    @invariant()
    def every_caller_has_one_terminal_record(self) -> None:
        still_open: set[str] = set()
        for _, record in self.journal + self.stage.journal:
            match record:
                case CallerEntered(call_id=call_id, is_return=is_return):
                    assert call_id not in still_open or is_return
                    still_open.add(call_id)
                case CallerLeft(status="FULL" | "UNKNOWN"):
                    pass
                case CallerAbandoned(call_id=call_id) | CallerLeft(call_id=call_id) | CallCompleted(call_id=call_id):
                    assert call_id in still_open
                    still_open.remove(call_id)
        floor = self.stage.floor
        here = {caller.call_id for caller in floor.callers.values() if caller.state is not CallerState.LEAVING}
        assert still_open == here | set(floor.past)

    @invariant()
    def every_offer_has_one_end(self) -> None:
        still_open: set[str] = set()
        for _, record in self.stage.journal:
            match record:
                case OfferMade(offer_id=offer_id):
                    assert offer_id not in still_open
                    still_open.add(offer_id)
                case OfferFailed(offer_id=offer_id) | CallCompleted(offer_id=offer_id):
                    still_open.discard(offer_id)
        assert still_open <= set(self.stage.floor.offers)

    @invariant()
    def nothing_waits_without_a_deadline(self) -> None:
        floor, timers = self.stage.floor, self.stage.timers
        for offer in floor.offers.values():
            assert offer.state is OfferState.CONNECTED or f"offer:{offer.offer_id}" in timers
        for caller in floor.callers.values():
            is_lost = not caller.has_session and caller.state is not CallerState.TALKING
            if is_lost or caller.state is CallerState.LEAVING:
                assert f"session:{caller.call_id}" in timers
        for agent in floor.agents.values():
            assert not agent.back_off_until or f"back_off:{agent.name}" in timers
            assert agent.state is not AgentStatus.WRAP_UP or f"wrap_up:{agent.name}" in timers
        assert not floor.expected or "recovery:" in timers

    def teardown(self) -> None:
        """In the end, with everybody gone, nobody is stuck and no timer is left that means anything."""
        if not hasattr(self, "stage"):
            return
        for call in CALLS:
            self.step(ChannelHungUp(call, 16))
        for offer_id in list(self.stage.floor.legs):
            self.step(ChannelHungUp(leg_id(offer_id), 16))
        self.stage.wait(120)
        floor = self.stage.floor
        assert not floor.callers and not floor.offers and not floor.legs
        assert all(
            agent.is_free or agent.state is not AgentStatus.AVAILABLE or not agent.device.state.is_free
            for agent in floor.agents.values()
        )
        assert set(self.stage.timers) <= {"recovery:"}


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=150, stateful_step_count=80, deadline=None)

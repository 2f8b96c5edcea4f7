"""Whatever happens, in whatever order: the floor's promises hold after every event.

Hypothesis plays a PBX that may lose, repeat and reorder everything, people and administrators who change everything,
and vmq's own restarts between. `make nightly` plays 100,000 steps and more (see tests/conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.stage import Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentMoved,
    AgentPaused,
    AgentUnpaused,
    CallerPriorityChanged,
    CallerWithdrawn,
    MemberJoined,
    MemberLeft,
    MemberPauseChanged,
    OfferRefused,
    PenaltyChanged,
    RulesChanged,
    WrapUpEnded,
    WrapUpExtended,
)
from vmq.domain.caller import UNANSWERED, CallerState
from vmq.domain.commands import DismissLeg, ParkLeg, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import (
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
from vmq.domain.rules import AgentRules, AutoPause, HouseRules, NeedStep, PenaltyChange, QueueRules, Strategy
from vmq.domain.skills import NO_NEEDS, parse_needs

CHANGES = (PenaltyChange(0, max_penalty="0"), PenaltyChange(3, max_penalty="+1"), PenaltyChange(10, raise_to="r2"))
QUEUES = (
    QueueRules("sales", max_wait_s=40, wrap_up_s=5, strategy=Strategy.ROUND_ROBIN, penalty_changes=CHANGES),
    QueueRules("support", max_length=3, back_off_s=0, strategy=Strategy.RING_ALL, weight=1, max_attempts=4),
    QueueRules(
        "quiet",
        strategy=Strategy.SKILLS,
        needs=parse_needs("german >= 5"),
        steps=(NeedStep(5, parse_needs("german")), NeedStep(20, NO_NEEDS)),
        ageing_s=10,
        auto_pause=AutoPause.QUEUE,
        auto_pause_after=2,
    ),
    QueueRules(
        "many", strategy=Strategy.RING_PROGRESSIVELY, progressive_s=2, keep_ringing=True, auto_pause=AutoPause.ALL
    ),
    QueueRules(
        "strict", join_empty=frozenset({"paused", "unavailable"}), leave_empty=frozenset({"paused", "unavailable"})
    ),
    QueueRules("lucky", strategy=Strategy.WEIGHTED_RANDOM, penalty_members_limit=1),
    QueueRules(
        "linear", strategy=Strategy.LINEAR, join_empty=frozenset({"penalty"}), leave_empty=frozenset({"wrapup"})
    ),
)
AGENTS = (
    AgentRules("ann", "PJSIP/1001", ("sales", "support", "many", "strict"), skills={"german": 7}),
    AgentRules("bob", "PJSIP/1002", ("support", "many", "lucky"), wrap_up_s=0, penalties={"many": 1, "support": 1}),
    AgentRules("cho", "PJSIP/1002", ("sales", "quiet", "many", "linear"), skills={"german": 3}, penalties={"sales": 1}),
    AgentRules("dee", "PJSIP/0170@trunk", ("sales", "support", "lucky"), is_remote=True, penalties={"sales": 2}),
    AgentRules("eve", "Local/9@x/n", ("quiet", "nowhere"), state_device="PJSIP/1003", is_logged_in=False),
    AgentRules("fay", "PJSIP/1004&PJSIP/1001", ("quiet", "many", "linear", "strict"), skills={"german": 9}),
)
OTHER_QUEUES = (
    QueueRules("sales", strategy=Strategy.FEWEST_CALLS, weight=2),
    QueueRules("support", strategy=Strategy.LEAST_RECENT, leave_empty=frozenset({"paused"})),
    QueueRules("quiet", strategy=Strategy.RING_ALL),
    QueueRules("new", strategy=Strategy.RANDOM),
)
OTHER_AGENTS = (
    AgentRules("ann", "PJSIP/1001", ("sales", "new")),
    AgentRules("bob", "PJSIP/1003", ("support", "new"), penalties={"new": 3}),
    AgentRules("gil", "PJSIP/1004", ("support", "quiet")),
)
RULES = (HouseRules(QUEUES, AGENTS), HouseRules(OTHER_QUEUES, OTHER_AGENTS), HouseRules(QUEUES[:3], AGENTS[1:]))
NAMES = [rules.name for rules in QUEUES] + ["new", "nowhere"]
CALLS = [f"c{number}" for number in range(6)]

calls = st.sampled_from(CALLS)
queues = st.sampled_from(NAMES)
agents = st.sampled_from([rules.name for rules in AGENTS] + ["gil", "nobody"])
devices = st.sampled_from(["PJSIP/1001", "PJSIP/1002", "PJSIP/1003", "PJSIP/1004", "PJSIP/9999"])
bridges = st.sampled_from(["b1", "b2"])
NIGHTLY_STEPS = 100_000


@dataclass
class Entry:
    """A record as the journal gives it back."""

    at: float
    record: Record


class AnyHistory(RuleBasedStateMachine):
    """A small call centre, and everything that can happen to it. `steps` counts those of all histories."""

    steps: ClassVar[int] = 0

    @initialize()
    def open(self) -> None:
        self.rules = RULES[0]
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

    @rule(
        call=calls,
        queue=queues,
        priority=st.integers(0, 2),
        position=st.integers(0, 3),
        needs=st.sampled_from(["", "", "german >= 8", "french", "not, a ( need"]),
        prefers=st.sampled_from(["", "", "ann", "cho", "nobody"]),
        limits=st.sampled_from([(None, None), (None, None), (1, None), (None, 1), (0, 0)]),
    )
    def join(self, call: str, queue: str, priority: int, limits: tuple[int | None, int | None], **more: Any) -> None:
        low, high = limits
        entered_at = self.stage.now - priority
        more |= {"prefers_s": 4.0, "min_penalty": low, "max_penalty": high}
        self.stage.join(call, queue, priority=priority, entered_at=entered_at, **more)
        self._look_at_offers()

    @rule(agent=agents, queue=queues, penalty=st.integers(0, 3), is_paused=st.booleans())
    def joins_queue(self, agent: str, queue: str, penalty: int, is_paused: bool) -> None:
        dial = "PJSIP/1004" if agent == "gil" else ""
        self.step(MemberJoined(agent, queue, penalty, dial, is_paused=is_paused))

    @rule(agent=agents, queue=queues)
    def leaves_queue(self, agent: str, queue: str) -> None:
        self.step(MemberLeft(agent, queue))

    @rule(agent=agents, queue=queues, is_paused=st.booleans())
    def pauses_in_one_queue(self, agent: str, queue: str, is_paused: bool) -> None:
        self.step(MemberPauseChanged(agent, queue, is_paused, "why"))

    @rule(agent=agents, queue=st.sampled_from([*NAMES, ""]), penalty=st.integers(0, 3))
    def gets_a_penalty(self, agent: str, queue: str, penalty: int) -> None:
        self.step(PenaltyChanged(agent, queue, penalty))

    @rule(agent=agents, dial=st.sampled_from([(), ("PJSIP/1003",), ("PJSIP/1001", "PJSIP/1004")]))
    def moves_to_another_telephone(self, agent: str, dial: tuple[str, ...]) -> None:
        self.step(AgentMoved(agent, dial))

    @rule(call=calls, priority=st.sampled_from([None, 0, 1, 5]), position=st.integers(0, 4))
    def is_moved_in_line(self, call: str, priority: int | None, position: int) -> None:
        self.step(CallerPriorityChanged(call, priority, position))

    @rule(call=calls, to=st.sampled_from(["", "quiet"]))
    def is_withdrawn(self, call: str, to: str) -> None:
        self.step(CallerWithdrawn(call, "info", to))

    @rule(data=st.data())
    def refuses_on_the_page(self, data: st.DataObject) -> None:
        self.step(OfferRefused(self._offer(data)))

    @rule(agent=agents, by_s=st.sampled_from([-3.0, 10.0]))
    def needs_more_time(self, agent: str, by_s: float) -> None:
        self.step(WrapUpExtended(agent, by_s))

    @rule(number=st.integers(0, len(RULES) - 1))
    def rules_change(self, number: int) -> None:
        self.rules = RULES[number]
        self.step(RulesChanged(self.rules))

    @rule(call=calls, queue=st.sampled_from(["sales", "support", "many"]), steps=st.integers(0, 4))
    def a_call_goes_well(self, call: str, queue: str, steps: int) -> None:
        """For a while; without this, chance would hardly ever make two people talk."""
        if call not in self.stage.floor.callers:
            self.stage.join(call, queue)
            self._look_at_offers()
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
                self.stage.join(offer.call_id, "quiet")
                self._look_at_offers()
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
        offer = self.stage.floor.offers.get(offer_id)
        is_taken = offer is not None and self.stage.floor.callers[offer.call_id].won_id != ""
        self.step(LegAnswered(offer_id, f"PJSIP/{offer_id}"))
        is_first = was in (OfferState.CREATED, OfferState.RINGING) and not is_taken
        stands = is_first or was is OfferState.ANSWERED
        assert (ParkLeg(offer_id) in self.stage.commands) == stands
        comes_too_late = was in (OfferState.CREATED, OfferState.RINGING) and is_taken
        assert (DismissLeg(offer_id) in self.stage.commands) == (was is OfferState.DONE or comes_too_late)

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
        self.stage = Stage(self.rules.queues, self.rules.agents, seed=self.seed, is_linked=False)
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
        AnyHistory.steps += 1
        check_floor(self.stage.floor, self.stage.now)

    @invariant()
    def every_caller_has_one_terminal_record(self) -> None:
        still_open: set[str] = set()
        for _, record in self.journal + self.stage.journal:
            match record:
                case CallerEntered(call_id=call_id, is_return=is_return):
                    assert call_id not in still_open or is_return
                    still_open.add(call_id)
                case CallerLeft(status="FULL" | "UNKNOWN" | "JOINEMPTY", position=0):
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
        for caller in floor.callers.values():
            may_ring_more = caller.state is CallerState.OFFERED and floor.queues[caller.queue].rings_several
            if may_ring_more and floor.queues[caller.queue].rules.strategy is Strategy.RING_PROGRESSIVELY:
                is_gathering = caller in floor.queues[caller.queue].gathering
                assert is_gathering or f"ring_more:{caller.call_id}" in timers
            assert not caller.changes or caller.state not in UNANSWERED or f"need:{caller.call_id}" in timers
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
        for agent in floor.agents.values():
            assert agent.is_free or agent.state is not AgentStatus.AVAILABLE or not agent.can_ring, agent
        assert set(self.stage.timers) <= {"recovery:"}


class TestAnyHistory(AnyHistory.TestCase):  # type: ignore[misc,name-defined]
    """The machine as a test, and how many steps it took: of the nightly profile's promise nothing is left out."""

    def runTest(self) -> None:  # noqa: N802 - unittest's name
        AnyHistory.steps = 0
        super().runTest()
        promised = NIGHTLY_STEPS if settings().max_examples == settings.get_profile("nightly").max_examples else 0
        print(f"{AnyHistory.steps:,} steps of any history")
        assert AnyHistory.steps >= promised

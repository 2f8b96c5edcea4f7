"""Calls back in any order of events, restarts included: places are kept, the floor holds, each ends exactly once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.stage import HOLDING, Stage, check_floor
from vmq.domain.asked import AgentPaused, AgentUnpaused, CallerWithdrawn
from vmq.domain.callback import is_absent
from vmq.domain.caller import Caller, CallerState
from vmq.domain.commands import HangUpCaller, RingCaller
from vmq.domain.events import (
    BridgeEntered,
    CallerKeyed,
    ChannelHungUp,
    ConnectEnded,
    DialogueEnded,
    LegAnswered,
    LegEnd,
    LinkWentDown,
    SeenChannel,
    leg_id,
)
from vmq.domain.offer import OfferState
from vmq.domain.records import CallbackAsked, CallbackEnded, Record
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, CallbackRules, QueueRules, Strategy

AGENTS = (AgentRules("ann", "PJSIP/1001", ("sales",)), AgentRules("bob", "PJSIP/1002", ("sales",)))


@dataclass
class Entry:
    """A record as the journal gives it back."""

    at: float
    record: Record


class AnyCallback(RuleBasedStateMachine):
    """One queue, two agents. `ringing` are the ids whose channels exist: rung, or in the queue."""

    @initialize(
        agent_first=st.booleans(),
        strategy=st.sampled_from([Strategy.LONGEST_IDLE, Strategy.RING_ALL, Strategy.RING_PROGRESSIVELY]),
        survey=st.booleans(),
    )
    def open(self, agent_first: bool, strategy: Strategy, survey: bool) -> None:
        callback = CallbackRules(
            is_on=True, dial="PJSIP/{number}", allow=("_X.",), agent_first=agent_first, retry_s=20, attempts=2,
            expires_s=300,
        )  # fmt: skip
        keys = {"1": "callback", "2": "voicemail:1000", "22": "queue:other"}
        self.rules = [QueueRules("sales", callback=callback, strategy=strategy, survey=survey, keys=keys)]
        self.stage = Stage(self.rules, AGENTS)
        self.ringing: set[str] = set()
        self.count = 0
        self.seed = 1

    def step(self, *events: object) -> None:
        for event in events:
            self.stage.step(event)  # type: ignore[arg-type]
            self._take()

    def _take(self) -> None:
        for command in self.stage.commands:
            if isinstance(command, RingCaller):
                assert command.call_id not in self.ringing, "rung twice at once"
                self.ringing.add(command.call_id)
            elif isinstance(command, HangUpCaller):
                self.ringing.discard(command.call_id)

    def _callers(self) -> list[Caller]:
        return list(self.stage.floor.callers.values())

    def _rung(self) -> list[str]:
        return [caller.call_id for caller in self._callers() if is_absent(caller) and caller.call_id in self.ringing]

    @rule()
    def join(self) -> None:
        self.count += 1
        self.stage.wait(0.01)
        self._take()
        self.stage.join(f"c{self.count}", number="0555")
        self._take()

    @precondition(lambda self: any(c.has_session for c in self._callers()))
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        there = [caller.call_id for caller in self._callers() if caller.has_session]
        self.step(DialogueEnded(data.draw(st.sampled_from(there)), "callback", {"number": "0555"}))

    @precondition(lambda self: bool(self._rung()))
    @rule(data=st.data(), why=st.sampled_from([LegEnd.BUSY, LegEnd.NO_ANSWER, LegEnd.UNREACHABLE]))
    def not_reached(self, data: st.DataObject, why: LegEnd) -> None:
        call_id = data.draw(st.sampled_from(self._rung()))
        self.ringing.discard(call_id)
        self.step(ChannelHungUp(call_id, 17, why), ChannelHungUp(call_id, 0, LegEnd.UNREACHABLE))

    @precondition(lambda self: bool(self._rung()))
    @rule(data=st.data(), accepted=st.sampled_from(["1", "1", "1", "0", ""]))
    def answers(self, data: st.DataObject, accepted: str) -> None:
        call_id = data.draw(st.sampled_from(self._rung()))
        self.step(DialogueEnded(call_id, "callback_answer", {"accepted": accepted} if accepted else {}))
        if accepted == "1":
            self.stage.join(call_id)
            self._take()
        else:
            self.ringing.discard(call_id)
            self.step(ChannelHungUp(call_id, 16, LegEnd.HUNG_UP))

    @precondition(lambda self: bool(self.stage.floor.offers))
    @rule(data=st.data(), fails=st.integers(0, 5))
    def an_offer_goes_on(self, data: st.DataObject, fails: int) -> None:
        offer = self.stage.floor.offers[data.draw(st.sampled_from(sorted(self.stage.floor.offers)))]
        leg = leg_id(offer.offer_id)
        if fails == 0:
            self.step(ChannelHungUp(leg, 19, LegEnd.NO_ANSWER))
        elif offer.is_unanswered:
            self.step(LegAnswered(offer.offer_id, f"PJSIP/{offer.offer_id}"))
        elif offer.state is OfferState.ANSWERED:
            self.step(BridgeEntered(leg, HOLDING, is_holding=True))
        elif offer.state is OfferState.PARKED and self.stage.floor.callers[offer.call_id].has_session:
            self.step(BridgeEntered(offer.call_id, "b", is_holding=False), BridgeEntered(leg, "b", is_holding=False))
        elif offer.state is OfferState.CONNECTED:
            self.step(ConnectEnded(offer.call_id, offer.offer_id, is_connected=True), ChannelHungUp(leg, 16))

    @precondition(lambda self: any(is_absent(c) for c in self._callers()))
    @rule(data=st.data(), steps=st.integers(1, 8))
    def a_call_back_goes_well(self, data: st.DataObject, steps: int) -> None:
        """For a while; without this, chance would hardly ever make it so."""
        call_id = data.draw(st.sampled_from([c.call_id for c in self._callers() if is_absent(c)]))
        self.step(AgentUnpaused("ann"), AgentUnpaused("bob"))
        for _ in range(steps):
            caller = self.stage.floor.callers.get(call_id)
            if caller is None or caller.state is CallerState.TALKING:
                return
            offer = self.stage.floor.offers.get(caller.offer_id or "")
            if is_absent(caller) and call_id in self.ringing:
                self.step(DialogueEnded(call_id, "callback_answer", {"accepted": "1"}))
                self.stage.join(call_id)
                self._take()
            elif offer is None:
                self.stage.wait(6)
                self._take()
            elif offer.is_unanswered:
                self.step(LegAnswered(offer.offer_id, f"PJSIP/{offer.offer_id}"))
            elif offer.state is OfferState.ANSWERED:
                self.step(BridgeEntered(leg_id(offer.offer_id), HOLDING, is_holding=True))
            elif caller.has_session:
                leg = leg_id(offer.offer_id)
                self.step(BridgeEntered(call_id, "b", is_holding=False), BridgeEntered(leg, "b", is_holding=False))

    @precondition(lambda self: any(c.has_session for c in self._callers()))
    @rule(data=st.data())
    def hangs_up(self, data: st.DataObject) -> None:
        call_id = data.draw(st.sampled_from([c.call_id for c in self._callers() if c.has_session]))
        self.ringing.discard(call_id)
        self.step(ChannelHungUp(call_id, 16))

    @precondition(lambda self: bool(self._callers()))
    @rule(data=st.data(), key=st.sampled_from("123"))
    def presses(self, data: st.DataObject, key: str) -> None:
        self.step(CallerKeyed(data.draw(st.sampled_from([c.call_id for c in self._callers()])), key))

    @precondition(lambda self: bool(self._callers()))
    @rule(data=st.data())
    def withdrawn(self, data: st.DataObject) -> None:
        self.step(CallerWithdrawn(data.draw(st.sampled_from([c.call_id for c in self._callers()]))))

    @rule(agent=st.sampled_from(["ann", "bob"]), is_paused=st.booleans())
    def pause(self, agent: str, is_paused: bool) -> None:
        self.step(AgentPaused(agent) if is_paused else AgentUnpaused(agent))

    @rule(seconds=st.sampled_from([0.5, 3.0, 10.0, 25.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.stage.wait(seconds)
        self._take()

    @rule(data=st.data())
    def the_link_breaks(self, data: st.DataObject) -> None:
        self.step(LinkWentDown())
        self.stage.see_world(*self._world())
        self._take()

    @rule()
    def restart(self) -> None:
        world = self._world()
        self.seed += 1
        new = Stage(self.rules, AGENTS, seed=self.seed, is_linked=False)
        new.now, new.journal = self.stage.now + 0.5, list(self.stage.journal)
        restore(new.floor, [Entry(at, record) for at, record in new.journal])
        self.stage = new
        self.stage.see_world(*world)
        self._take()

    def _world(self) -> list[SeenChannel]:
        """All channels there are; callers who wait stand in the queue's context."""
        seen = [
            SeenChannel(
                caller.call_id, caller.channel, in_queue=True, queue="sales", is_up=True, bridge_id=caller.bridge_id
            )
            for caller in self._callers()
            if caller.has_session
        ]
        seen += [SeenChannel(call_id, "PJSIP/0555", is_up=False) for call_id in self._rung()]
        for offer in self.stage.floor.offers.values():
            bridge = offer.bridge_id if offer.state is OfferState.CONNECTED else ""
            if offer.state is OfferState.PARKED:
                bridge = HOLDING
            seen.append(
                SeenChannel(
                    leg_id(offer.offer_id),
                    offer.channel,
                    bridge,
                    bridge == HOLDING,
                    is_up=not offer.is_unanswered,
                    agent=offer.agent,
                    queue=offer.queue,
                    call_id=offer.call_id,
                )
            )
        return seen

    @invariant()
    def the_floor_holds(self) -> None:
        if hasattr(self, "stage"):
            check_floor(self.stage.floor, self.stage.now)

    @invariant()
    def each_ends_once_and_is_somewhere_until_then(self) -> None:
        if not hasattr(self, "stage"):
            return
        asked = [record.callback_id for record in self.stage.noted(CallbackAsked)]
        ended = Counter(record.callback_id for record in self.stage.noted(CallbackEnded))
        assert all(count == 1 for count in ended.values()), ended
        for call_id in asked:
            is_there = call_id in self.stage.floor.callers
            assert is_there or call_id in ended, f"{call_id} is lost"
            if is_there and call_id in ended:
                assert self.stage.floor.callers[call_id].state in (CallerState.TALKING, CallerState.LEAVING)


TestAnyCallback = AnyCallback.TestCase
TestAnyCallback.settings = settings(stateful_step_count=40)

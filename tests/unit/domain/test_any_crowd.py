"""A crowd of callers who are all alike, and few agents: whatever happens, who came first is offered first."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.stage import Stage, check_floor
from vmq.domain.asked import AgentPaused, AgentUnpaused
from vmq.domain.commands import RingAgent
from vmq.domain.events import BridgeLeft, ChannelHungUp, LegEnd, LegFailed, LinkWentDown, SeenChannel, WorldSeen, leg_id
from vmq.domain.offer import Offer, OfferState
from vmq.domain.rules import AgentRules, QueueRules, Strategy

NAMES = ("ann", "bob", "cho")

strategies = st.sampled_from(Strategy)
agents = st.sampled_from(NAMES)


class AnyCrowd(RuleBasedStateMachine):
    """Two queues of one weight that share their agents; many come, and most of them wait."""

    @initialize(
        sales=strategies, support=strategies, count=st.integers(1, len(NAMES)), wrap_up_s=st.sampled_from([0, 3])
    )
    def open(self, sales: Strategy, support: Strategy, count: int, wrap_up_s: float) -> None:
        rules = {"sales": sales, "support": support}
        self.stage = Stage(
            [
                QueueRules(name, strategy=strategy, wrap_up_s=wrap_up_s, back_off_s=2, progressive_s=2)
                for name, strategy in rules.items()
            ],
            [AgentRules(name, f"PJSIP/{name}", tuple(rules)) for name in NAMES[:count]],
        )
        self.came: list[str] = []
        self.offered: list[str] = []

    def _look(self) -> None:
        for command in self.stage.commands:
            if isinstance(command, RingAgent) and command.call_id not in self.offered:
                self.offered.append(command.call_id)

    def step(self, *events: object) -> None:
        self.stage.step(*events)  # type: ignore[arg-type]
        self._look()

    @rule(queue=st.sampled_from(["sales", "support"]), count=st.integers(1, 6))
    def some_come(self, queue: str, count: int) -> None:
        """Names run against the order of coming, so that only the place can be what decides."""
        for _ in range(count):
            self.stage.wait(0.01)
            self._look()
            call_id = f"c{99_999 - len(self.came):05}"
            self.came.append(call_id)
            self.stage.join(call_id, queue)
            self._look()

    @rule(count=st.integers(2, 4))
    def some_come_at_the_same_time(self, count: int) -> None:
        self.stage.wait(0.01)
        self._look()
        for _ in range(count):
            call_id = f"c{99_999 - len(self.came):05}"
            self.came.append(call_id)
            self.stage.join(call_id)
            self._look()
        self.stage.wait(0.01)
        self._look()

    @precondition(lambda self: self.stage.floor.callers)
    @rule(data=st.data())
    def one_gives_up(self, data: st.DataObject) -> None:
        self.step(ChannelHungUp(data.draw(st.sampled_from(sorted(self.stage.floor.callers))), 16))

    @precondition(lambda self: self._ringing())
    @rule(data=st.data())
    def one_answers(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self._ringing()))
        for advance in (self.stage.answer, self.stage.park, self.stage.bridge):
            advance(offer.offer_id)
            self._look()

    @precondition(lambda self: self._ringing())
    @rule(data=st.data(), why=st.sampled_from([LegEnd.REFUSED, LegEnd.BUSY, LegEnd.NO_ANSWER]))
    def one_does_not(self, data: st.DataObject, why: LegEnd) -> None:
        offer = data.draw(st.sampled_from(self._ringing()))
        self.step(LegFailed(offer.offer_id, why))
        self.step(ChannelHungUp(leg_id(offer.offer_id), 17))

    @precondition(lambda self: self._talks())
    @rule(data=st.data())
    def a_talk_ends(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self._talks()))
        leg = leg_id(offer.offer_id)
        self.step(BridgeLeft(leg, offer.bridge_id), ChannelHungUp(leg, 16), ChannelHungUp(offer.call_id, 16))

    @rule(agent=agents, is_paused=st.booleans())
    def one_pauses_or_is_back(self, agent: str, is_paused: bool) -> None:
        self.step(AgentPaused(agent) if is_paused else AgentUnpaused(agent))

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.stage.wait(seconds)
        self._look()

    @rule()
    def link_is_away_for_a_moment(self) -> None:
        """All channels are still there afterwards."""
        floor = self.stage.floor
        bridges = {call_id: caller.bridge_id for call_id, caller in floor.callers.items()}
        legs = {
            leg_id(offer_id): floor.offers[offer_id].bridge_id for offer_id in floor.legs if offer_id in floor.offers
        }
        channels = [SeenChannel(channel, f"PJSIP/{channel}", bridge) for channel, bridge in (bridges | legs).items()]
        states = {name: device.state for name, device in floor.devices.items()}
        self.step(LinkWentDown(), WorldSeen(states, tuple(channels)))

    def _ringing(self) -> list[Offer]:
        return [offer for offer in self.stage.floor.offers.values() if offer.is_unanswered]

    def _talks(self) -> list[Offer]:
        return [offer for offer in self.stage.floor.offers.values() if offer.state is OfferState.CONNECTED]

    @invariant()
    def who_came_first_is_offered_first(self) -> None:
        assert self.offered == sorted(self.offered, key=self.came.index)

    @invariant()
    def indexes_agree_with_brute_force(self) -> None:
        check_floor(self.stage.floor, self.stage.now)


TestAnyCrowd = AnyCrowd.TestCase

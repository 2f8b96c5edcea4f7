"""A floor on a virtual clock: events in, and what was commanded and recorded kept for the test to look at.

Timers run as in the engine: a key has one deadline, and `wait` fires what falls due on the way, in order. `check_floor`
computes every index anew, by brute force, and compares. Every decision is held to the order of callers (`check_order`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.callback import is_ready
from vmq.domain.caller import IN_LINE, Caller, CallerState, Place
from vmq.domain.commands import CancelTimer, Command, RingAgent, SetTimer
from vmq.domain.decide import decide
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    CallerJoined,
    ConnectEnded,
    Event,
    LegAnswered,
    LegRang,
    SeenChannel,
    TimerFired,
    WorldSeen,
    leg_id,
)
from vmq.domain.floor import Floor
from vmq.domain.offer import OfferState
from vmq.domain.queue import Queue
from vmq.domain.records import Record
from vmq.domain.rules import AgentRules, HouseRules, QueueRules
from vmq.domain.turn import Decision
from vmq.domain.why import eligible

START = 1_000_000.0
HOLDING, TALK = "holding", "talk"

R = TypeVar("R", bound=Record)
C = TypeVar("C", bound=Command)


class Stage:
    """One floor, of queues and agents or a whole house. `commands` and `records` are those of the last step; `journal`
    has (time, record) of all steps."""

    def __init__(
        self,
        queues: Iterable[QueueRules] = (QueueRules("sales"),),
        agents: Iterable[AgentRules] = (),
        *,
        seed: int = 1,
        is_linked: bool = True,
        has_lamps: bool = False,
        house: HouseRules | None = None,
    ) -> None:
        self.now = START
        house = house or HouseRules(tuple(queues), tuple(agents))
        self.floor = Floor(
            house.queues,
            house.agents,
            seed=seed,
            now=START,
            trunks=house.trunks,
            penalty_rules=house.penalty_rules,
            numbers=house.numbers,
            has_lamps=has_lamps,
        )
        self.timers: dict[str, float] = {}
        self.commands: list[Command] = []
        self.records: list[Record] = []
        self.journal: list[tuple[float, Record]] = []
        if is_linked:
            self.see_world()

    def step(self, *events: Event) -> list[Command]:
        """Decide on the events, one after the other; gives the commands (timers are kept apart)."""
        self.commands, self.records = [], []
        for event in events:
            self._decide(event)
        return self.commands

    def wait(self, seconds: float) -> list[Command]:
        """Let time pass, and fire what falls due on the way."""
        self.commands, self.records = [], []
        end = self.now + seconds
        while due := sorted((at, key) for key, at in self.timers.items() if at <= end):
            at, key = due[0]
            self.now = max(self.now, at)
            del self.timers[key]
            self._decide(TimerFired(key))
        self.now = end
        return self.commands

    def _decide(self, event: Event) -> None:
        waited = waiting(self.floor)
        decision = decide(self.floor, event, self.now)
        check_order(self.floor, waited, decision)
        for command in decision.commands:
            match command:
                case SetTimer(key=key, at=at):
                    self.timers[key] = at
                case CancelTimer(key=key):
                    self.timers.pop(key, None)
                case _:
                    self.commands.append(command)
        self.records += decision.records
        self.journal += [(self.now, record) for record in decision.records]

    def see_world(self, *channels: SeenChannel, devices: dict[str, DeviceState] | None = None) -> list[Command]:
        """A snapshot; devices are free where it doesn't say."""
        free = dict.fromkeys(self.floor.devices, DeviceState.NOT_INUSE)
        return self.step(WorldSeen(free | (devices or {}), channels))

    def join(self, call_id: str, queue: str = "sales", **more: object) -> list[Command]:
        """A caller enters now."""
        fields: dict[str, object] = {"channel": f"PJSIP/{call_id}", "entered_at": self.now} | more
        return self.step(CallerJoined(call_id=call_id, queue=queue, **fields))  # type: ignore[arg-type]

    def only(self, kind: type[C]) -> C:
        """The one command of this kind in the last step."""
        (command,) = [command for command in self.commands if isinstance(command, kind)]
        return command

    def noted(self, kind: type[R]) -> list[R]:
        """All records of this kind so far."""
        return [record for _, record in self.journal if isinstance(record, kind)]

    def rung(self) -> RingAgent:
        """The one telephone that the last step had rung."""
        return self.only(RingAgent)

    def ring(self, call_id: str = "c1") -> str:
        """A caller joins, an agent's telephone rings: the offer's id."""
        self.join(call_id)
        offer_id = self.rung().offer_id
        self.step(LegRang(offer_id))
        return offer_id

    def answer(self, offer_id: str) -> str:
        """The agent answers."""
        self.step(LegAnswered(offer_id, f"PJSIP/{offer_id}"))
        return offer_id

    def park(self, offer_id: str) -> str:
        """The answered leg stands in the holding bridge."""
        self.step(BridgeEntered(leg_id(offer_id), HOLDING, is_holding=True))
        return offer_id

    def bridge(self, offer_id: str) -> str:
        """Caller and leg stand in one bridge."""
        call_id = self.floor.offers[offer_id].call_id
        for channel_id in (call_id, leg_id(offer_id)):
            self.step(BridgeEntered(channel_id, TALK, is_holding=False))
        return offer_id

    def talk(self, call_id: str = "c1") -> str:
        """A caller joins, and an agent talks with him: the offer's id."""
        return self.bridge(self.park(self.answer(self.ring(call_id))))

    def reach(self, state: OfferState) -> str:
        """The offer of caller c1 comes as far as this state: its id."""
        self.join("c1")
        offer_id = self.rung().offer_id
        steps: list[tuple[OfferState, Callable[[], object]]] = [
            (OfferState.RINGING, lambda: self.step(LegRang(offer_id))),
            (OfferState.ANSWERED, lambda: self.answer(offer_id)),
            (OfferState.PARKED, lambda: self.park(offer_id)),
            (OfferState.CONNECTED, lambda: self.bridge(offer_id)),
            (OfferState.DONE, lambda: self.step(ConnectEnded("c1", offer_id, is_connected=True))),
        ]
        for reached, take in steps[: list(OfferState).index(state)]:
            take()
            assert self.state_of(offer_id) is reached
        return offer_id

    def state_of(self, offer_id: str) -> OfferState:
        """How far an offer is; one that is no longer on the floor is done."""
        offer = self.floor.offers.get(offer_id)
        return OfferState.DONE if offer is None else offer.state


def waiting(floor: Floor) -> dict[str, Place]:
    """Who can be offered and has no telephone ringing, and in which place."""
    return {place[3]: place for queue in floor.queues.values() for place in queue.waiting}


def check_order(floor: Floor, waited: dict[str, Place], decision: Decision) -> None:
    """Nobody who waited before the decision, and still does, was passed over for one behind him by an agent whom he may
    have too."""
    still = [
        (place, floor.callers[call_id]) for call_id, place in waiting(floor).items() if waited.get(call_id) == place
    ]
    for ring in (command for command in decision.commands if isinstance(command, RingAgent)):
        agent, chosen = floor.agents.get(ring.agent), waited.get(ring.call_id)
        if agent is None or chosen is None:  # he came in this very decision, or telephones rang for him already
            continue
        for place, caller in still:
            assert place > chosen or not _may_have(floor, caller, agent), f"{caller.call_id} before {ring.call_id}"


def _may_have(floor: Floor, caller: Caller, agent: Agent) -> bool:
    """True when the agent, free, could be offered this caller."""
    queue = floor.queues[caller.queue]
    member = queue.members.get(agent.name)
    if member is None or member.is_paused or not floor.is_open(queue):
        return False
    if caller.prefers:
        return caller.prefers == agent.name
    return queue.tier(member.kind, caller.need) is not None


def check_floor(floor: Floor, now: float = START) -> None:
    """Every index is what looking at everything gives, and no caller and agent who could have each other wait."""
    for queue in floor.queues.values():
        inside = [caller for caller in floor.callers.values() if caller.queue == queue.name]
        assert list(queue.line) == sorted(c.place for c in inside if c.state in IN_LINE)
        is_to_ring = floor.is_linked
        can_be_offered = [
            c for c in inside if c.state is CallerState.WAITING and (c.has_session or (is_to_ring and is_ready(c, now)))
        ]
        assert sorted(queue.waiting) == sorted(caller.place for caller in can_be_offered)
        assert all(caller in queue.waiting for caller in can_be_offered)
        assert all(floor.callers[place[3]].state is CallerState.OFFERED for place in queue.gathering)
        _check_members(queue)
        if floor.is_open(queue):
            for caller in can_be_offered:
                for member in queue.members.values():
                    assert eligible(floor, caller, member.agent, now), f"{caller.call_id} and {member.agent.name} wait"
        assert queue.held == {call_id for call_id, name in floor.expected.items() if name == queue.name}
    for offer_id, offer in floor.offers.items():
        assert floor.agents[offer.agent].offer_id == offer_id
        caller = floor.callers[offer.call_id]
        assert (offer_id in caller.ringing) is offer.is_unanswered
        assert (caller.won_id == offer_id) is not offer.is_unanswered
        assert offer_id in floor.legs
        assert offer.state is not OfferState.DONE
    for agent in floor.agents.values():
        assert agent.offer_id is None or agent.offer_id in floor.offers
        assert agent.is_indexed == any(member.free_key is not None for member in agent.memberships)
        assert bool(agent.until) == (agent.state is AgentStatus.WRAP_UP)
    for caller in floor.callers.values():
        assert caller.state is not CallerState.DONE
        assert (caller.offer_id is not None) == (
            caller.state in (CallerState.OFFERED, CallerState.CONNECTING, CallerState.TALKING)
        )
    for device in floor.devices.values():
        assert device.legs == {offer_id for offer_id, leg in floor.legs.items() if device in leg.devices}


def _check_members(queue: Queue) -> None:
    """Who is free, and how many work, kind by kind."""
    for member in queue.members.values():
        is_free = member.agent.is_free and not member.is_paused
        assert member.free_key == (queue.ranking.key(member) if is_free else None)
        assert member.kind in queue.kinds.values()
        assert member.kind.penalty == member.penalty
    for kind in queue.kinds.values():
        members = [member for member in queue.members.values() if member.kind is kind]
        assert list(kind.free) == sorted(member.free_key for member in members if member.free_key is not None)
        assert kind.working == sum(
            m.agent.state in (AgentStatus.AVAILABLE, AgentStatus.WRAP_UP) and not m.is_paused and not m.agent.is_leaving
            for m in members
        )
        assert kind.at_leave == sum(member.is_at_leave for member in members)

"""The floor: all queues, agents, callers and offers there are, and every index a decision needs.

Only a decision changes it (see vmq.domain.decide). The methods keep the indexes true and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from vmq.domain.agent import Agent, AgentStatus, Device
from vmq.domain.caller import Caller
from vmq.domain.device import DeviceState
from vmq.domain.dialling import NumberRules
from vmq.domain.membership import Membership
from vmq.domain.need import profile
from vmq.domain.offer import Offer
from vmq.domain.past import PastCall
from vmq.domain.presence import recount
from vmq.domain.queue import Queue
from vmq.domain.rules import AgentRules, PenaltyChange, QueueRules, TrunkRules
from vmq.domain.talk import Talk
from vmq.domain.telephones import device_of
from vmq.domain.trunks import Group, Lines

_COUNTER_BITS = 20


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of ours that lives, also after its offer is over: whose it is, and which telephones it takes."""

    agent: Agent
    devices: tuple[Device, ...]


class Floor:
    """Built from the rules; `seed` is the start's epoch in milliseconds, which makes offer ids unique over restarts.

    `is_linked` is False until the first WorldSeen, and while the link to Asterisk is down: nobody is offered. `legs`
    are the agent legs that live. `expected` are callers (and their queue) who are to come back after a restart, `past`
    is what the journal says of calls that were open then. `lines` are the outside lines, `talks` what is known of talks
    beside their offers (by offer id), `wrapping` is each agent's last one. `emptied` are the queues whose last present
    agent went during this turn, `reopened` the groups of outside lines of which one became free, `touched` the agents
    that were indexed. `lamps` are the lamps as they were published last (vmq.domain.lamps), None when none are wanted.
    `random` is part of the floor, so that a history played again gives the same floor. `recordings` is the folder of
    recorded talks, as Asterisk sees it.
    """

    def __init__(
        self,
        queues: Iterable[QueueRules],
        agents: Iterable[AgentRules],
        *,
        seed: int,
        now: float,
        trunks: Iterable[TrunkRules] = (),
        penalty_rules: Mapping[str, tuple[PenaltyChange, ...]] | None = None,
        numbers: NumberRules | None = None,
        recordings: str = "",
        has_lamps: bool = False,
    ) -> None:
        self.queues: dict[str, Queue] = {rules.name: Queue(rules) for rules in queues}
        self.agents: dict[str, Agent] = {}
        self.devices: dict[str, Device] = {}
        self.callers: dict[str, Caller] = {}
        self.offers: dict[str, Offer] = {}
        self.legs: dict[str, Leg] = {}
        self.expected: dict[str, str] = {}
        self.past: dict[str, PastCall] = {}
        self.lines = Lines(trunks)
        self.numbers = numbers or NumberRules()
        self.penalty_rules = dict(penalty_rules or {})
        self.recordings = recordings
        self.talks: dict[str, Talk] = {}
        self.wrapping: dict[str, Offer] = {}
        self.emptied: list[Queue] = []
        self.reopened: set[Group] = set()
        self.touched: dict[str, None] = {}
        self.lamps: dict[str, DeviceState] | None = {} if has_lamps else None
        self.random = Random(seed)
        self.is_linked = False
        self.unlinked_at = 0.0
        self._next_id = seed << _COUNTER_BITS
        for rules in agents:
            self.add_agent(rules, now)

    def add_agent(self, rules: AgentRules, now: float) -> Agent:
        """A new agent, with his telephones, in his queues. Queues that aren't there are skipped."""
        agent = Agent(rules, (), idle_since=now, logged_in_at=now)
        agent.state = AgentStatus.AVAILABLE if rules.is_logged_in else AgentStatus.OFFLINE
        self.agents[rules.name] = agent
        self.lines.know(rules.trunks, rules.name)
        self.give_telephones(agent, rules.dial, rules.state_device)
        for name in dict.fromkeys(rules.queues):
            if name in self.queues:
                self.add_member(agent, self.queues[name], rules.penalties.get(name, 0))
        self.reindex(agent)
        return agent

    def give_telephones(self, agent: Agent, dial: str, state_device: str = "") -> None:
        """These are the agent's telephones from now on. A remote agent's device is our own: only legs make it busy."""
        for device in agent.devices:
            device.agents.remove(agent)
        dials = tuple(dial.split("&"))
        names = state_device.split("&") if state_device else [device_of(dial) for dial in dials]
        if agent.rules.is_remote:
            names = [f"Custom:vmq_{agent.name}"]
        is_ours = agent.rules.is_remote
        devices = [self.devices.setdefault(name, Device(name, is_ours=is_ours)) for name in dict.fromkeys(names)]
        for device in devices:
            device.agents.append(agent)
        agent.dials, agent.devices = dials, tuple(devices)

    def move(self, agent: Agent, dial: str) -> None:
        """He works on these telephones, or (empty) on his own again."""
        if dial:
            self.give_telephones(agent, dial)
        else:
            self.give_telephones(agent, agent.rules.dial, agent.rules.state_device)

    def add_member(self, agent: Agent, queue: Queue, penalty: int = 0, *, is_dynamic: bool = False) -> Membership:
        """The agent serves the queue from now on, as the last of its order. Index him anew afterwards."""
        kind = queue.kind((penalty, profile(agent.rules.skills), agent.rules.trunks))
        member = Membership(agent, queue, kind, queue.next_order, penalty, is_dynamic=is_dynamic)
        member.calls = min((other.calls for other in queue.members.values()), default=0)
        queue.next_order += 1
        queue.members[agent.name] = member
        agent.memberships += (member,)
        self.recount(agent)
        return member

    def remove_member(self, member: Membership) -> None:
        """The agent doesn't serve the queue any more."""
        self._unindex(member)
        recount(self.emptied, member, is_gone=True)
        del member.queue.members[member.agent.name]
        agent = member.agent
        agent.memberships = tuple(other for other in agent.memberships if other is not member)
        agent.is_indexed = any(other.free_key is not None for other in agent.memberships)
        self.recount(agent)

    def recount(self, agent: Agent) -> None:
        """What his queues count him as may have changed otherwise than by his status."""
        rules = [member.queue.rules for member in agent.memberships]
        agent.heeds_presence = any(rule.join_empty or rule.leave_empty for rule in rules)
        for member in agent.memberships:
            recount(self.emptied, member)

    def set_kind(self, member: Membership) -> None:
        """The membership's penalty, or the agent's skills or lines, changed. Index him anew afterwards."""
        self._unindex(member)
        recount(self.emptied, member, is_gone=True)
        rules = member.agent.rules
        member.kind = member.queue.kind((member.penalty, profile(rules.skills), rules.trunks))
        recount(self.emptied, member)

    def new_offer_id(self) -> str:
        """16 hex digits that were never used before (as long as the clock of the host never goes back)."""
        self._next_id += 1
        return f"{self._next_id:016x}"

    def reindex(self, agent: Agent) -> bool:
        """Put the agent in, or take him out of, the free agents of his queues. True when he became free somewhere."""
        is_free = agent.is_free
        if self.lamps is not None:
            self.touched[agent.name] = None
        if agent.state is not agent.counted_as or agent.heeds_presence:
            agent.counted_as = agent.state
            for member in agent.memberships:
                recount(self.emptied, member)
        if not is_free and not agent.is_indexed:
            return False
        became_free = False
        agent.is_indexed = False
        for member in agent.memberships:
            key = member.queue.ranking.key(member) if is_free and not member.is_paused else None
            was = member.free_key
            if key is not None:
                agent.is_indexed = True
            if key == was:
                continue
            if was is not None:
                member.kind.free.remove(was)
            else:
                became_free = True
            if key is not None:
                member.kind.free.add(key)
            member.free_key = key
        return became_free

    def _unindex(self, member: Membership) -> None:
        if member.free_key is not None:
            member.kind.free.remove(member.free_key)
            member.free_key = None

    def is_open(self, queue: Queue) -> bool:
        """True when callers of the queue may be offered now."""
        return self.is_linked and not queue.held

    def enter(self, caller: Caller, position: int = 0) -> None:
        """Give the caller his place: by priority and time, or at a position among those of his priority."""
        queue = self.queues[caller.queue]
        caller.place = queue.place(caller.priority, caller.entered_at, caller.call_id)
        if position > 0:
            caller.place = queue.place_at(position, caller.place)
        self.callers[caller.call_id] = caller
        queue.line.add(caller.place)

    def leave_line(self, caller: Caller, now: float) -> None:
        """Take the caller's place away, noting which it was; nothing happens when he has none."""
        queue = self.queues[caller.queue]
        if position := queue.position(caller):
            caller.position = position
            queue.line.remove(caller.place)
            queue.moved_at = now
        queue.waiting.discard(caller)
        queue.gathering.discard(caller)

    def add_offer(self, offer: Offer) -> None:
        """Reserve the agent and his telephones, and bind the offer to its caller."""
        agent = self.agents[offer.agent]
        self.offers[offer.offer_id] = offer
        caller = self.callers[offer.call_id]
        if offer.is_unanswered:
            caller.ringing[offer.offer_id] = None
        else:
            caller.won_id = offer.offer_id
        agent.offer_id = offer.offer_id
        self.add_leg(offer.offer_id, agent)

    def win(self, offer: Offer) -> None:
        """The offer was answered: it is the caller's one from now on."""
        caller = self.callers[offer.call_id]
        caller.ringing.pop(offer.offer_id, None)
        caller.won_id = offer.offer_id

    def remove_offer(self, offer: Offer) -> None:
        """Free agent and caller of each other. The leg stays: it lives until it is seen to be gone."""
        del self.offers[offer.offer_id]
        self.talks.pop(offer.offer_id, None)
        self.agents[offer.agent].offer_id = None
        caller = self.callers.get(offer.call_id)
        if caller is not None:
            caller.ringing.pop(offer.offer_id, None)
            if caller.won_id == offer.offer_id:
                caller.won_id = ""

    def remove_if_done(self, agent: Agent) -> bool:
        """An agent who is no longer configured goes when his call, and its leg, are over. True when he went."""
        if not agent.is_leaving or any(leg.agent is agent for leg in self.legs.values()):
            return False
        self.wrapping.pop(agent.name, None)
        for member in agent.memberships:
            self.remove_member(member)
        for device in agent.devices:
            device.agents.remove(agent)
            if not device.agents:
                del self.devices[device.name]
        del self.agents[agent.name]
        return True

    def close_if_done(self, queue: Queue) -> None:
        """A queue that is no longer configured goes when nobody is in it any more."""
        if not any(caller.queue == queue.name for caller in self.callers.values()):
            for member in list(queue.members.values()):
                self.remove_member(member)
            del self.queues[queue.name]

    def add_leg(self, offer_id: str, agent: Agent, line: str = "") -> None:
        """A leg lives: its agent's telephones are taken, for all agents who share them, and an outside line when he is
        reached by one: the first free, unless it is known to be on this `line`."""
        self.legs[offer_id] = Leg(agent, agent.devices)
        self.lines.take(offer_id, agent.rules.trunks, line)
        for device in agent.devices:
            device.legs.add(offer_id)
            for sharer in device.agents:
                self.reindex(sharer)

    def remove_leg(self, offer_id: str) -> Leg | None:
        """A leg is gone; gives it, or None for a leg that was not known. Indexes follow by `refresh`."""
        leg = self.legs.pop(offer_id, None)
        if leg is not None:
            self.reopened |= self.lines.give(offer_id)
            for device in leg.devices:
                device.legs.discard(offer_id)
        return leg

    def unexpect(self, call_id: str) -> Queue | None:
        """The caller is back, or will never be. Gives his queue when he was the last one it was held for."""
        name = self.expected.pop(call_id, None)
        if name is None or name not in self.queues:
            return None
        queue = self.queues[name]
        queue.held.discard(call_id)
        return None if queue.held else queue

"""The floor: all queues, agents, callers and offers there are, and every index a decision needs.

Only a decision changes it (see vmq.domain.decide). The methods keep the indexes true and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmq.domain.agent import Agent, AgentStatus, Device
from vmq.domain.caller import Caller
from vmq.domain.offer import Offer
from vmq.domain.past import PastCall
from vmq.domain.queue import Queue
from vmq.domain.rules import AgentRules, QueueRules

_COUNTER_BITS = 20


class Floor:
    """Built from the rules; `seed` is the start's epoch in milliseconds, which makes offer ids unique over restarts.

    `is_linked` is False until the first WorldSeen, and while the link to Asterisk is down: nobody is offered. `legs`
    are the agent legs that live, also after their offer is over. `expected` are callers (and their queue) who are to
    come back after a restart, `past` is what the journal says of calls that were open then.
    """

    def __init__(self, queues: Iterable[QueueRules], agents: Iterable[AgentRules], *, seed: int, now: float) -> None:
        self.queues: dict[str, Queue] = {rules.name: Queue(rules) for rules in queues}
        self.agents: dict[str, Agent] = {}
        self.devices: dict[str, Device] = {}
        self.callers: dict[str, Caller] = {}
        self.offers: dict[str, Offer] = {}
        self.legs: dict[str, Agent] = {}
        self.expected: dict[str, str] = {}
        self.past: dict[str, PastCall] = {}
        self.is_linked = False
        self.unlinked_at = 0.0
        self._next_id = seed << _COUNTER_BITS
        for rules in agents:
            self._add_agent(rules, now)

    def _add_agent(self, rules: AgentRules, now: float) -> None:
        """Queues that aren't there are skipped. A remote agent's device is our own: only his legs make it busy."""
        name = f"Custom:vmq_{rules.name}" if rules.is_remote else rules.state_device or rules.dial
        device = self.devices.setdefault(name, Device(name, is_ours=rules.is_remote))
        queues = tuple(self.queues[queue] for queue in dict.fromkeys(rules.queues) if queue in self.queues)
        agent = Agent(rules, device, queues, idle_since=now)
        agent.state = AgentStatus.AVAILABLE if rules.is_logged_in else AgentStatus.OFFLINE
        device.agents.append(agent)
        self.agents[rules.name] = agent
        self.reindex(agent)

    def new_offer_id(self) -> str:
        """16 hex digits that were never used before (as long as the clock of the host never goes back)."""
        self._next_id += 1
        return f"{self._next_id:016x}"

    def reindex(self, agent: Agent) -> bool:
        """Put the agent in, or take him out of, the free agents of his queues. True when he became free."""
        key = agent.order if agent.is_free else None
        was = agent.free_key
        if key == was:
            return False
        agent.free_key = key
        for queue in agent.queues:
            if was is not None:
                queue.free.remove(was)
            if key is not None:
                queue.free.add(key)
        return was is None

    def is_open(self, queue: Queue) -> bool:
        """True when callers of the queue may be offered now."""
        return self.is_linked and not queue.held

    def enter(self, caller: Caller) -> None:
        """Give the caller his place."""
        self.callers[caller.call_id] = caller
        self.queues[caller.queue].line.add(caller.place)

    def leave_line(self, caller: Caller) -> None:
        """Take the caller's place away, noting which it was; nothing happens when he has none."""
        queue = self.queues[caller.queue]
        if position := queue.position(caller):
            caller.position = position
            queue.line.remove(caller.place)
        queue.waiting.discard(caller.place)

    def add_offer(self, offer: Offer) -> None:
        """Reserve the agent, his device and the caller for each other."""
        agent = self.agents[offer.agent]
        self.offers[offer.offer_id] = offer
        self.callers[offer.call_id].offer_id = offer.offer_id
        agent.offer_id = offer.offer_id
        self.add_leg(offer.offer_id, agent)

    def remove_offer(self, offer: Offer) -> None:
        """Free agent and caller of each other. The leg stays: it lives until it is seen to be gone."""
        del self.offers[offer.offer_id]
        self.agents[offer.agent].offer_id = None
        if offer.call_id in self.callers:
            self.callers[offer.call_id].offer_id = None

    def add_leg(self, offer_id: str, agent: Agent) -> None:
        """A leg lives: its agent's device is taken, for all agents who share it."""
        self.legs[offer_id] = agent
        agent.device.legs.add(offer_id)
        for sharer in agent.device.agents:
            self.reindex(sharer)

    def remove_leg(self, offer_id: str) -> Agent | None:
        """A leg is gone; gives its agent, or None for a leg that was not known. Indexes follow by `refresh`."""
        agent = self.legs.pop(offer_id, None)
        if agent is not None:
            agent.device.legs.discard(offer_id)
        return agent

    def unexpect(self, call_id: str) -> Queue | None:
        """The caller is back, or will never be. Gives his queue when he was the last one it was held for."""
        name = self.expected.pop(call_id, None)
        if name is None:
            return None
        queue = self.queues[name]
        queue.held.discard(call_id)
        return None if queue.held else queue

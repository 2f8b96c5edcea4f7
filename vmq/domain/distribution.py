"""Where a caller meets an agent: the one place that makes offers.

A free agent takes the caller who comes first over all his queues (priority, then time of entry); a waiting caller
takes the longest idle free agent of his queue. As every change ends in one of the two, a caller and an agent who could
have each other never both wait.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmq.domain.agent import Agent
from vmq.domain.caller import CALLER, Caller
from vmq.domain.commands import PublishDevice, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.offer import CONFIRM_S, RING_GRACE_S, Offer
from vmq.domain.queue import Queue
from vmq.domain.records import AgentDeviceChanged, OfferMade
from vmq.domain.turn import Turn


def refresh(turn: Turn, agents: Iterable[Agent]) -> None:
    """Something about these agents changed: index them anew, and give those who became free the next caller."""
    freed = []
    for agent in agents:
        if turn.floor.reindex(agent):
            freed.append(agent)
        publish(turn, agent)
    if len(freed) > 1:
        freed.sort(key=lambda agent: agent.order)
    for agent in freed:
        if agent.free_key is not None:
            serve_agent(turn, agent)


def serve_agent(turn: Turn, agent: Agent) -> None:
    """The agent is free: offer him the first caller of his queues, if there is one."""
    places = [queue.waiting[0] for queue in agent.queues if queue.waiting and turn.floor.is_open(queue)]
    if places:
        make_offer(turn, turn.floor.callers[min(places)[2]], agent)


def serve_caller(turn: Turn, caller: Caller) -> None:
    """The caller can be offered from now on: to the longest idle free agent, or to the next who becomes free."""
    queue = turn.floor.queues[caller.queue]
    queue.waiting.add(caller.place)
    if queue.free and turn.floor.is_open(queue):
        make_offer(turn, caller, turn.floor.agents[queue.free[0][1]])


def serve_queues(turn: Turn, queues: Iterable[Queue]) -> None:
    """The queues opened (again): offer all who wait there, in their order over all of them."""
    places = sorted(place for queue in queues if turn.floor.is_open(queue) for place in queue.waiting)
    for place in places:
        queue = turn.floor.queues[turn.floor.callers[place[2]].queue]
        if queue.free:
            make_offer(turn, turn.floor.callers[place[2]], turn.floor.agents[queue.free[0][1]])


def make_offer(turn: Turn, caller: Caller, agent: Agent) -> None:
    """Reserve the agent for the caller and have his telephone rung."""
    floor, queue = turn.floor, turn.floor.queues[caller.queue]
    offer = Offer(floor.new_offer_id(), caller.call_id, queue.name, agent.name, turn.now)
    CALLER.fire(caller, "offer")
    queue.waiting.remove(caller.place)
    floor.add_offer(offer)
    must_confirm = agent.rules.is_remote
    ring_s = agent.rules.ring_s or queue.rules.ring_s
    turn.do(
        RingAgent(
            offer_id=offer.offer_id,
            call_id=caller.call_id,
            agent=agent.name,
            queue=queue.name,
            dial=agent.rules.dial,
            ring_s=ring_s,
            caller_number=caller.number,
            caller_name=caller.name,
            must_confirm=must_confirm,
        )
    )
    deadline = turn.now + ring_s + RING_GRACE_S + (CONFIRM_S if must_confirm else 0.0)
    turn.set_timer("offer", offer.offer_id, deadline)
    turn.note(OfferMade(offer.offer_id, caller.call_id, queue.name, agent.name, caller.wait_s(turn.now)))
    publish(turn, agent)


def publish(turn: Turn, agent: Agent) -> None:
    """Tell Asterisk a remote agent's device state when it has changed; other agents' telephones do that themselves."""
    if not agent.rules.is_remote:
        return
    state = _own_state(turn, agent)
    if state is agent.published:
        return
    agent.published = state
    turn.do(PublishDevice(agent.device.name, state.value))
    turn.note(AgentDeviceChanged(agent.name, agent.device.name, state.value))


def _own_state(turn: Turn, agent: Agent) -> DeviceState:
    """What we know of a remote agent: his legs, and whether he works at all."""
    offer = turn.floor.offers.get(agent.offer_id or "")
    if agent.device.legs:
        return DeviceState.RINGING if offer is not None and offer.is_unanswered else DeviceState.INUSE
    return DeviceState.NOT_INUSE if agent.state.is_working else DeviceState.UNAVAILABLE

"""Where a caller meets an agent: the one place that makes offers.

A free agent takes the caller who comes first over all his queues (weight, then priority, then time of entry) among
those he may have; a waiting caller goes to the free agent of his queue whom its strategy puts first among those whom
he may have. As every change ends in one of the two, a caller and an agent who could have each other never both wait.

Where several telephones may ring for one caller (ring-all, progressive), an agent who becomes free first takes a caller
for whom nothing rings yet; only when there is none does he join the ring of one for whom others ring already.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmq.domain.agent import Agent
from vmq.domain.announce import unripe
from vmq.domain.callback import is_rung_first
from vmq.domain.caller import CALLER, Caller, Place
from vmq.domain.commands import PublishDevice, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.dialling import shown
from vmq.domain.membership import Membership
from vmq.domain.offer import CONFIRM_S, RING_GRACE_S, Offer
from vmq.domain.queue import Queue
from vmq.domain.records import AgentDeviceChanged, OfferMade
from vmq.domain.rules import Strategy
from vmq.domain.screening import screen_of
from vmq.domain.strategies import Candidate, first_tier
from vmq.domain.telephones import dial_for
from vmq.domain.turn import Turn
from vmq.domain.voice import offer_facts


def refresh(turn: Turn, agents: Iterable[Agent]) -> None:
    """Something about these agents changed: index them anew, and give those who became free the next caller."""
    freed = []
    for agent in agents:
        queues = [member.queue for member in agent.memberships] if agent.is_leaving else []
        if agent.is_leaving and turn.floor.remove_if_done(agent):
            serve_queues(turn, [queue for queue in queues if queue.ignores_penalties])
            continue
        if turn.floor.reindex(agent):
            freed.append(agent)
        publish(turn, agent)
    if len(freed) > 1:
        freed.sort(key=lambda agent: agent.order)
    for agent in freed:
        if agent.is_indexed:
            serve_agent(turn, agent)


def serve_agent(turn: Turn, agent: Agent) -> None:
    """The agent is free: offer him the first caller of his queues whom he may have, if there is one."""
    floor = turn.floor
    if agent.rules.trunks and agent.rules.trunks in floor.lines.full:
        return
    best: Place | None = None
    at: Membership | None = None
    for member in agent.memberships:
        if member.free_key is None or not floor.is_open(member.queue):
            continue
        place = member.queue.waiting.first_for(member)
        if place is not None and (best is None or place < best):
            best, at = place, member
    if best is not None and at is not None:
        caller = floor.callers[best[3]]
        if is_rung_first(turn, caller):
            serve_agent(turn, agent)
            return
        make_offer(turn, caller, at)
        go_on_gathering(turn, caller)
    else:
        _join_a_ring(turn, agent)


def serve_caller(turn: Turn, caller: Caller) -> None:
    """The caller can be offered from now on: to a free agent, or to the next who becomes free."""
    queue = turn.floor.queues[caller.queue]
    queue.waiting.add(caller)
    offer_caller(turn, caller, queue)


def offer_caller(turn: Turn, caller: Caller, queue: Queue) -> None:
    """Offer a caller who waits, if an agent whom he may have is free."""
    if not turn.floor.is_open(queue):
        return
    member = _choose(turn, caller, queue)
    if member is not None and not is_rung_first(turn, caller):
        make_offer(turn, caller, member)
        go_on_gathering(turn, caller)


def serve_reopened(turn: Turn) -> None:
    """Outside lines became free: the agents who are reached by them may be offered."""
    floor = turn.floor
    groups, floor.reopened = floor.reopened, set()
    agents = [floor.agents[name] for name in floor.lines.agents_of(groups) if name in floor.agents]
    for agent in sorted(agents, key=lambda agent: agent.order):
        if agent.is_indexed:
            serve_agent(turn, agent)


def serve_queues(turn: Turn, queues: Iterable[Queue]) -> None:
    """The queues opened (again): offer all who wait there, in their order over all of them."""
    floor = turn.floor
    places = sorted(place for queue in queues if floor.is_open(queue) for place in queue.waiting)
    for place in places:
        caller = floor.callers.get(place[3])
        if caller is not None and caller in floor.queues[caller.queue].waiting:
            offer_caller(turn, caller, floor.queues[caller.queue])


def ring_more(turn: Turn, caller: Caller) -> None:
    """One more telephone may ring for a caller for whom at least one rings already."""
    queue = turn.floor.queues[caller.queue]
    member = _choose(turn, caller, queue) if turn.floor.is_open(queue) else None
    if member is None:
        queue.gathering.add(caller)
    else:
        make_offer(turn, caller, member)
        _plan_next_ring(turn, caller, queue)


def make_offer(turn: Turn, caller: Caller, member: Membership) -> None:
    """Reserve the agent for the caller and have his telephones rung."""
    floor, queue, agent = turn.floor, member.queue, member.agent
    offer = Offer(floor.new_offer_id(), caller.call_id, queue.name, agent.name, turn.now)
    if CALLER.fire(caller, "offer"):
        queue.waiting.discard(caller)
        unripe(turn, caller)
        tier = queue.tier(member.kind, caller.need)
        caller.ring_tier = 0 if tier is None else tier
    queue.cursor = caller.last_tried = member.free_key or ()
    dial = dial_for(floor, agent)
    floor.add_offer(offer)
    must_confirm = agent.rules.is_remote or agent.rules.confirm or queue.rules.confirm
    ring_s = agent.rules.ring_s or queue.rules.ring_s
    screen = screen_of(caller, queue, agent, turn.now)
    turn.do(
        RingAgent(
            offer_id=offer.offer_id,
            call_id=caller.call_id,
            agent=agent.name,
            queue=queue.name,
            dial=dial,
            ring_s=ring_s,
            caller_number=shown(floor.numbers, caller.number),
            caller_name=caller.name,
            must_confirm=must_confirm,
            voice=queue.rules.voice,
            screen=screen,
            auto_answer=agent.rules.telephone if agent.rules.auto_answer or queue.rules.auto_answer else "",
            facts=offer_facts(caller, queue, turn.now),
            line=floor.lines.line_of(offer.offer_id),
        )
    )
    deadline = turn.now + ring_s + RING_GRACE_S + (CONFIRM_S if must_confirm else 0.0)
    turn.set_timer("offer", offer.offer_id, deadline)
    turn.note(OfferMade(offer.offer_id, caller.call_id, queue.name, agent.name, caller.wait_s(turn.now), screen.url))
    publish(turn, agent)


def _choose(turn: Turn, caller: Caller, queue: Queue) -> Membership | None:
    """The free agent whom the strategy puts first for this caller; None when none may have him."""
    floor = turn.floor
    if caller.prefers:
        member = queue.members.get(caller.prefers)
        return member if member is not None and member.free_key is not None else None
    candidates = _with_a_line(turn, queue.candidates(caller.need))
    if not candidates:
        return None
    if caller.ringing and (tier := _ringing_tier(candidates, caller)) is not None:
        candidates = tier
    elif caller.ringing:
        return None
    return queue.members[queue.choose(candidates, caller, floor.random)[-1]]


def _with_a_line(turn: Turn, candidates: list[Candidate]) -> list[Candidate]:
    """Without those whose outside lines are all taken."""
    full = turn.floor.lines.full
    return [pair for pair in candidates if pair[1].trunks not in full] if full else candidates


def _ringing_tier(candidates: list[Candidate], caller: Caller) -> list[Candidate] | None:
    """Those of the tier that rings already, or of a better one; None when there are none."""
    return [pair for pair in candidates if pair[0] <= caller.ring_tier] or None


def go_on_gathering(turn: Turn, caller: Caller) -> None:
    """One rings for him, unanswered: ring-all rings all others of its tier at once, progressive ringing one by one."""
    queue = turn.floor.queues[caller.queue]
    if not queue.rings_several:
        return
    if queue.rules.strategy is Strategy.RING_PROGRESSIVELY:
        _plan_next_ring(turn, caller, queue)
        return
    queue.gathering.add(caller)
    if not caller.prefers:
        near = [pair for pair in queue.candidates(caller.need) if pair[0] <= caller.ring_tier]
        keys = sorted(key for kind in first_tier(near) for key in kind.free) if near else []
        for key in keys:
            member = queue.members[key[-1]]
            if member.free_key is not None and member.kind.trunks not in turn.floor.lines.full:
                make_offer(turn, caller, member)


def _plan_next_ring(turn: Turn, caller: Caller, queue: Queue) -> None:
    queue.gathering.discard(caller)
    turn.set_timer("ring_more", caller.call_id, turn.now + queue.rules.progressive_s)


def _join_a_ring(turn: Turn, agent: Agent) -> None:
    """Nobody waits alone: the agent's telephone joins the first ring that may have one more."""
    floor = turn.floor
    for member in agent.memberships:
        queue = member.queue
        if member.free_key is None or not queue.gathering or not floor.is_open(queue):
            continue
        place = queue.gathering.first_for(member)
        caller = floor.callers[place[3]] if place is not None else None
        tier = queue.tier(member.kind, caller.need) if caller is not None else None
        if caller is not None and (caller.prefers or (tier is not None and tier <= caller.ring_tier)):
            make_offer(turn, caller, member)
            if queue.rules.strategy is Strategy.RING_PROGRESSIVELY:
                _plan_next_ring(turn, caller, queue)
            return


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

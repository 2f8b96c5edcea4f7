"""Why an agent is or isn't offered a caller, as one pure rule and in words.

`eligible` is the rule that the floor's indexes follow: tests hold them against it. Nothing on the hot path calls it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.caller import Caller, CallerState
from vmq.domain.floor import Floor
from vmq.domain.membership import Membership
from vmq.domain.queue import Queue
from vmq.domain.rules import Strategy

Reason = dict[str, Any]


def eligible(floor: Floor, caller: Caller, agent: Agent, now: float) -> str:
    """Empty when the agent can be offered this caller now; else the first reason against it, in words.

    `now` is epoch seconds, for the times that the words name.
    """
    member = next((member for member in agent.memberships if member.queue.name == caller.queue), None)
    if member is None:
        return f"doesn't serve {caller.queue}"
    return _person(floor, member, now) or _telephones(agent) or _match(floor, caller, member)


def explain(floor: Floor, caller: Caller, now: float) -> Reason:
    """Why the caller is where he is, and for each agent of his queue (in its order) why he is or isn't the one."""
    queue = floor.queues[caller.queue]
    agents = []
    for member in queue.members.values():
        against = _his_offer(floor, caller, member) or eligible(floor, caller, member.agent, now)
        against = against or _not_now(floor, caller, member, now)
        agents.append(
            {"agent": member.agent.name, "is_eligible": not against, "reason": against or "can be offered this caller"}
        )
    return {
        "call_id": caller.call_id,
        "queue": queue.name,
        "state": caller.state.value,
        "position": queue.position(caller),
        "reason": _caller(floor, caller, now),
        "agents": agents,
    }


def _caller(floor: Floor, caller: Caller, now: float) -> str:
    """What holds the caller himself."""
    queue = floor.queues[caller.queue]
    if caller.state is not CallerState.WAITING:
        return {
            CallerState.OFFERED: "telephones ring for him",
            CallerState.CONNECTING: "an agent has answered, and he is being connected",
            CallerState.TALKING: "he talks with an agent",
        }.get(caller.state, "he is on his way out")
    if closed := _not_open(floor, queue):
        return closed
    if not caller.has_session:
        return _absent(caller, now)
    if caller.prefers:
        return f"he waits for {caller.prefers} alone, until {_in_s(_preference_ends(caller), now)}"
    position = queue.position(caller)
    ahead = "" if position <= 1 else f"; {position - 1} before him"
    return f"he has waited {caller.wait_s(now):.0f} s for an agent who can take him{ahead}"


def _his_offer(floor: Floor, caller: Caller, member: Membership) -> str:
    """That the agent is the one: his telephone rings for the caller, or he has answered him."""
    offer = floor.offers.get(member.agent.offer_id or "")
    if offer is None or offer.call_id != caller.call_id:
        return ""
    return "his telephone rings for this caller" if offer.is_unanswered else ""


def _not_now(floor: Floor, caller: Caller, member: Membership, now: float) -> str:
    """Why an agent who may have the caller isn't offered him all the same: others are, or nobody can be.

    While nothing of this holds, the two don't both wait (vmq.domain.distribution).
    """
    if closed := _not_open(floor, member.queue):
        return closed
    if caller.won_id:
        return f"{_names(floor, [caller.won_id])} has answered this caller"
    if caller.ringing:
        return _others_ring(floor, caller, member)
    if caller.state is not CallerState.WAITING:
        return "the caller is on his way out"
    if not caller.has_session:
        return f"the caller isn't on the line: {_absent(caller, now)}"
    return ""


def _not_open(floor: Floor, queue: Queue) -> str:
    """Why nobody of the queue is offered to anybody."""
    if not floor.is_linked:
        return "there is no link to Asterisk: nobody can be rung"
    if queue.held:
        return f"callers of before the restart are still awaited ({len(queue.held)}), so that all keep their order"
    return ""


def _others_ring(floor: Floor, caller: Caller, member: Membership) -> str:
    """Whom the caller is offered to meanwhile, and what has to happen before this agent is."""
    queue, rules = member.queue, member.queue.rules
    others = _names(floor, caller.ringing)
    tier = queue.tier(member.kind, caller.need)
    if not caller.prefers and tier is not None and tier > caller.ring_tier:
        return f"waits while it rings at {others}: penalty {tier} comes after {caller.ring_tier}"
    if rules.strategy is Strategy.RING_PROGRESSIVELY:
        return f"waits while it rings at {others}: one more telephone is rung every {rules.progressive_s:g} s"
    return f"waits while it rings at {others}"


def _names(floor: Floor, offer_ids: Iterable[str]) -> str:
    return ", ".join(floor.offers[offer_id].agent for offer_id in offer_ids)


def _absent(caller: Caller, now: float) -> str:
    """Why he isn't on the line."""
    call = caller.callback
    if call is None:
        return "his session with vmq is gone; he keeps his place for a moment"
    if call.is_ringing:
        return "he is to be called back, and is being rung"
    again = f"; the next attempt is {_in_s(call.not_before, now)}" if now < call.not_before else ""
    return f"he is to be called back, and keeps his place{again}"


def _person(floor: Floor, member: Membership, now: float) -> str:
    """What the agent himself has against it."""
    agent = member.agent
    offer = floor.offers.get(agent.offer_id or "")
    against = {
        AgentStatus.OFFLINE: "is logged out",
        AgentStatus.PAUSED: _with_reason("is paused", agent.reason),
        AgentStatus.WRAP_UP: f"is wrapping up, until {_in_s(agent.until, now)}",
    }.get(agent.state, "")
    if against:
        return against
    if member.is_paused:
        return _with_reason("is paused in this queue", member.reason)
    if agent.is_leaving:
        return "is no longer configured"
    if offer is not None:
        return f"is rung for {offer.call_id}" if offer.is_unanswered else f"talks with {offer.call_id}"
    if agent.back_off_until:
        return f"didn't take a call, and is left alone until {_in_s(agent.back_off_until, now)}"
    return ""


def _with_reason(what: str, reason: str) -> str:
    return f"{what} ({reason})" if reason else what


def _telephones(agent: Agent) -> str:
    """What the agent's telephones have against it."""
    if agent.can_ring:
        return ""
    for device in agent.devices:
        if device.legs:
            return f"{device.name} has a call of vmq's"
        if device.state.is_busy:
            return f"{device.name} is {device.state.value}"
    return ", ".join(f"{device.name} is {device.state.value}" for device in agent.devices)


def _match(floor: Floor, caller: Caller, member: Membership) -> str:
    """What the two have against each other."""
    if caller.prefers and caller.prefers != member.agent.name:
        return f"the caller waits for {caller.prefers} alone"
    if caller.prefers:
        return ""
    kind, queue = member.kind, member.queue
    missing = caller.need.skills.missing(kind.skills)
    if missing:
        return f"lacks a skill: {missing}"
    if queue.tier(kind, caller.need) is None:
        need = caller.need
        return f"penalty {member.penalty} is outside the caller's limits ({need.min_penalty} to {need.max_penalty})"
    if no_line := floor.lines.why_not(kind.trunks):
        return no_line
    return ""


def _preference_ends(caller: Caller) -> float:
    return caller.entered_at + next((after_s for after_s, change in caller.changes if change is None), 0.0)


def _in_s(at: float, now: float) -> str:
    return f"{max(0.0, at - now):.0f} s from now"

"""Why an agent is or isn't offered a caller, as one pure rule and in words.

`eligible` is the rule that the floor's indexes follow: tests hold them against it. Nothing on the hot path calls it.
"""

from __future__ import annotations

from typing import Any

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.caller import Caller, CallerState
from vmq.domain.floor import Floor
from vmq.domain.membership import Membership

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
        against = eligible(floor, caller, member.agent, now)
        offer = floor.offers.get(member.agent.offer_id or "")
        is_his = offer is not None and offer.call_id == caller.call_id
        words = "his telephone rings for this caller" if is_his and offer and offer.is_unanswered else against
        agents.append(
            {"agent": member.agent.name, "is_eligible": not against, "reason": words or "can be offered this caller"}
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
    if not floor.is_linked:
        return "there is no link to Asterisk: nobody can be rung"
    if queue.held:
        return f"{len(queue.held)} callers of before the restart are still awaited, so that all keep their order"
    if not caller.has_session:
        return _absent(caller)
    if caller.prefers:
        return f"he waits for {caller.prefers} alone, until {_in_s(_preference_ends(caller), now)}"
    position = queue.position(caller)
    ahead = "" if position <= 1 else f"; {position - 1} before him"
    return f"he has waited {caller.wait_s(now):.0f} s for an agent who can take him{ahead}"


def _absent(caller: Caller) -> str:
    """Why he isn't on the line."""
    if caller.callback is None:
        return "his session with vmq is gone; he keeps his place for a moment"
    return "he is to be called back, and " + ("is being rung" if caller.callback.is_ringing else "keeps his place")


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

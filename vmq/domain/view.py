"""The floor as plain data, ready for JSON: what dashboards and `GET /api/v1/floor` show. Reads, and changes nothing.

Times are epoch seconds, durations seconds. It looks at everything there is: for a person's eyes, not for a decision.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.callback import is_absent
from vmq.domain.caller import Caller, CallerState
from vmq.domain.estimate import estimate_s
from vmq.domain.floor import Floor
from vmq.domain.membership import Membership
from vmq.domain.note import as_data
from vmq.domain.offer import Offer
from vmq.domain.queue import Queue
from vmq.domain.screening import url_of
from vmq.domain.talk import Talk

View = dict[str, Any]


def floor_view(floor: Floor, now: float) -> View:
    """`at` (now), `is_linked`, `queues` and `agents`, both in their order of configuration."""
    talking: dict[str, list[Caller]] = defaultdict(list)
    for caller in floor.callers.values():
        if caller.state is CallerState.TALKING:
            talking[caller.queue].append(caller)
    members: dict[str, list[Agent]] = defaultdict(list)
    for agent in floor.agents.values():
        for member in agent.memberships:
            members[member.queue.name].append(agent)
    return {
        "at": now,
        "is_linked": floor.is_linked,
        "can_dial": bool(floor.numbers.context),
        "queues": [
            _queue(floor, queue, members[queue.name], talking[queue.name], now) for queue in floor.queues.values()
        ],
        "agents": [_agent(floor, agent) for agent in floor.agents.values()],
    }


def _queue(floor: Floor, queue: Queue, agents: list[Agent], talking: list[Caller], now: float) -> View:
    """`callers` are those with a place, in their order; `talking` those whom an agent serves."""
    callers = [floor.callers[place[3]] for place in queue.line]
    return {
        "name": queue.name,
        "is_open": floor.is_open(queue),
        "counts": {
            "waiting": sum(1 for caller in callers if caller.state is CallerState.WAITING),
            "ringing": sum(1 for caller in callers if caller.state is CallerState.OFFERED),
            "connecting": sum(1 for caller in callers if caller.state is CallerState.CONNECTING),
            "talking": len(talking),
            "agents": len(agents),
            "agents_working": sum(1 for agent in agents if agent.state.is_working),
            "agents_free": queue.free_count,
        },
        "strategy": queue.rules.strategy.value,
        "weight": queue.rules.weight,
        "max_length": queue.rules.max_length,
        "service_level_s": queue.rules.service_level_s,
        "short_abandon_s": queue.rules.short_abandon_s,
        "dispositions": list(queue.rules.dispositions),
        "stats": _stats(queue),
        "longest_wait_s": max((caller.wait_s(now) for caller in callers), default=0.0),
        "callers": [_caller(floor, caller, place + 1, now) for place, caller in enumerate(callers)],
        "talking": [_caller(floor, caller, 0, now) for caller in talking],
    }


def _caller(floor: Floor, caller: Caller, position: int, now: float) -> View:
    """A caller; `position` 1 is next, 0 has none. `agent` is the one who is rung for him or talks with him."""
    offer = floor.offers.get(caller.offer_id or "")
    is_talking = caller.state is CallerState.TALKING
    return {
        "call_id": caller.call_id,
        "number": caller.number,
        "name": caller.name,
        "priority": caller.priority,
        "position": position,
        "state": caller.state.value,
        "entered_at": caller.entered_at,
        "wait_s": caller.waited_s if is_talking else caller.wait_s(now),
        "talk_s": max(0.0, now - offer.connected_at) if is_talking and offer else 0.0,
        "agent": offer.agent if offer else "",
        "ringing": [floor.offers[offer_id].agent for offer_id in caller.ringing],
        "needs": str(caller.need.skills),
        "prefers": caller.prefers,
        "attempts": caller.attempts,
        "url": caller.url,
        "channel": caller.channel,
        "is_callback": is_absent(caller),
        "callback_tries": caller.callback.attempts if caller.callback else 0,
        "estimate_s": None if is_talking else estimate_s(floor, caller, now),
    }


def _stats(queue: Queue) -> View:
    """What happened in the queue since vmq started."""
    stats = queue.stats
    return {
        "completed": stats.completed,
        "abandoned": stats.abandoned,
        "hold_s": stats.hold_s,
        "talk_s": stats.talk_s,
        "level": stats.level,
        "level_with_abandoned": stats.level_with_abandoned,
    }


def _membership(member: Membership) -> View:
    """An agent in one queue."""
    return {
        "queue": member.queue.name,
        "penalty": member.penalty,
        "is_paused": member.is_paused,
        "reason": member.reason,
        "is_dynamic": member.is_dynamic,
        "calls": member.calls,
        "talk_s": member.talk_s,
        "last_call_at": member.last_call_at,
    }


def _talk(floor: Floor, agent: Agent, offer: Offer) -> View:
    """What is known of an offered or talking caller's call beside the offer. `url` is the page to open for it."""
    caller, queue = floor.callers[offer.call_id], floor.queues[offer.queue]
    talk = floor.talks.get(offer.offer_id) or Talk()
    return {
        "url": url_of(queue.rules, caller, agent.name, offer.made_at),
        "line": floor.lines.line_of(offer.offer_id),
        "held": sorted(talk.held),
        "recording": talk.path,
        "is_recording_paused": talk.is_paused,
        "supervisors": {each.supervisor: each.mode for each in talk.supervisors.values() if each.is_hearing},
    }


def _agent(floor: Floor, agent: Agent) -> View:
    """An agent; `until` is when his wrap-up ends, `next_status` what the call under way will make of his status."""
    device = agent.device
    device_state = agent.published if device.is_ours and agent.published else device.state
    offer = floor.offers.get(agent.offer_id or "")
    last = floor.wrapping.get(agent.name) if agent.state is AgentStatus.WRAP_UP else None
    is_available = agent.state is AgentStatus.AVAILABLE
    return {
        "name": agent.name,
        "status": agent.state.value,
        "since": agent.since,
        "reason": agent.next_reason if agent.next_status else agent.reason,
        "until": agent.until,
        "next_status": agent.next_status.value if agent.next_status else "",
        "is_free": agent.is_free,
        "is_remote": agent.rules.is_remote,
        "device": device.name,
        "device_state": device_state.value,
        "queues": [member.queue.name for member in agent.memberships],
        "memberships": [_membership(member) for member in agent.memberships],
        "full_name": agent.rules.full_name,
        "dial": list(agent.dials),
        "skills": dict(agent.rules.skills),
        "occupancy": agent.occupancy,
        "logged_in_at": agent.logged_in_at if agent.state.is_working else 0.0,
        "idle_since": agent.idle_since if is_available else 0.0,
        "back_off_until": agent.back_off_until,
        "wraps_up": last.call_id if last else "",
        "wraps_up_queue": last.queue if last else "",
        "notes": list(as_data(agent.notes)),
        "offer": None
        if offer is None
        else {
            "offer_id": offer.offer_id,
            "state": offer.state.value,
            "call_id": offer.call_id,
            "queue": offer.queue,
            "made_at": offer.made_at,
            "connected_at": offer.connected_at,
            **_talk(floor, agent, offer),
        },
    }

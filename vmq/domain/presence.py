"""Which agents count as present for a queue's join_empty and leave_empty, and how many work at all.

The conditions are app_queue.c's (get_member_status): a member counts as absent when one that the queue lists holds. An
agent who is logged out is no member there, so he is always absent. Device states that app_queue has no word for (BUSY,
ONHOLD) count as inuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmq.domain.agent import AgentStatus
from vmq.domain.device import DeviceState
from vmq.domain.membership import Kind, Membership
from vmq.domain.need import Need

if TYPE_CHECKING:
    from vmq.domain.agent import Agent
    from vmq.domain.queue import Queue

CONDITIONS = frozenset({"paused", "penalty", "inuse", "ringing", "unavailable", "invalid", "unknown", "wrapup"})

_DEVICE = {
    DeviceState.INUSE: frozenset({"inuse"}),
    DeviceState.BUSY: frozenset({"inuse"}),
    DeviceState.ONHOLD: frozenset({"inuse"}),
    DeviceState.RINGING: frozenset({"ringing"}),
    DeviceState.RINGINUSE: frozenset({"inuse", "ringing"}),
    DeviceState.UNAVAILABLE: frozenset({"unavailable"}),
    DeviceState.INVALID: frozenset({"invalid"}),
    DeviceState.UNKNOWN: frozenset({"unknown"}),
}
_PAUSED = frozenset({"paused"})
_STATUS = {AgentStatus.PAUSED: _PAUSED, AgentStatus.WRAP_UP: frozenset({"wrapup"})}
_NONE: frozenset[str] = frozenset()


def recount(emptied: list[Queue], member: Membership, conditions: frozenset[str], *, is_gone: bool = False) -> None:
    """Count the membership anew; `conditions` are its agent's. A queue whose last present agent this was is appended to
    `emptied`."""
    agent, queue, kind = member.agent, member.queue, member.kind
    is_in = agent.state.is_working and not is_gone and not agent.is_leaving
    works = is_in and agent.state is not AgentStatus.PAUSED and not member.is_paused
    if works is not member.is_working:
        member.is_working = works
        kind.working += 1 if works else -1
    rules = queue.rules
    if not (rules.join_empty or rules.leave_empty or member.is_at_join or member.is_at_leave):
        return
    if member.is_paused:
        conditions |= _PAUSED
    at_join = bool(rules.join_empty) and is_in and conditions.isdisjoint(rules.join_empty)
    if at_join is not member.is_at_join:
        member.is_at_join = at_join
        kind.at_join += 1 if at_join else -1
    at_leave = bool(rules.leave_empty) and is_in and conditions.isdisjoint(rules.leave_empty)
    if at_leave is not member.is_at_leave:
        member.is_at_leave = at_leave
        kind.at_leave += 1 if at_leave else -1
        if not kind.at_leave:
            emptied.append(queue)


def may_join(queue: Queue, need: Need) -> bool:
    """True unless join_empty is set and nobody is present for a caller with this need."""
    rules = queue.rules
    return not rules.join_empty or _is_anybody(queue, need, "at_join", "penalty" in rules.join_empty)


def may_stay(queue: Queue, need: Need) -> bool:
    """True unless leave_empty is set and nobody is present for a caller with this need."""
    rules = queue.rules
    return not rules.leave_empty or _is_anybody(queue, need, "at_leave", "penalty" in rules.leave_empty)


def working_for(queue: Queue, need: Need) -> int:
    """How many agents who take calls at all could be offered a caller with this need."""
    return sum(kind.working for kind in queue.kinds.values() if kind.working and queue.tier(kind, need) is not None)


def _is_anybody(queue: Queue, need: Need, counter: str, heeds_penalty: bool) -> bool:
    def counts(kind: Kind) -> bool:
        return bool(getattr(kind, counter)) and (not heeds_penalty or queue.tier(kind, need) is not None)

    return any(counts(kind) for kind in queue.kinds.values())


def conditions_of(agent: Agent) -> frozenset[str]:
    """Which of app_queue's conditions hold for the agent in all his queues."""
    status = _STATUS.get(agent.state)
    telephones = _telephones(agent)
    return telephones if status is None else telephones | status


def _telephones(agent: Agent) -> frozenset[str]:
    """One of them that is idle is enough."""
    if agent.device.is_ours:
        return _NONE if agent.offer_id is None else _DEVICE[DeviceState.INUSE]
    if len(agent.devices) == 1:
        return _DEVICE.get(agent.device.state, _NONE)
    if any(device.state is DeviceState.NOT_INUSE for device in agent.devices):
        return _NONE
    return _NONE.union(*(_DEVICE.get(device.state, _NONE) for device in agent.devices))

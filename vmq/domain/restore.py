"""What a new floor learns from the journal: the agents' statuses, and the calls that were open when vmq last stopped.

Whether those calls still exist only Asterisk can say (see vmq.domain.on_world). The ones that don't get the terminal
record that nobody was there to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from vmq.domain import on_callback
from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.floor import Floor
from vmq.domain.membership import Membership
from vmq.domain.note import Note
from vmq.domain.past import PastCall
from vmq.domain.records import (
    AgentNotesChanged,
    AgentStatusChanged,
    AgentTelephoneChanged,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    CallRecorded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    PenaltySet,
    Record,
)
from vmq.domain.rules import AgentRules
from vmq.domain.talk import Talk
from vmq.domain.turn import Turn

LOST = "UNAVAILABLE"
"""QUEUESTATUS as the dialplan sets it for a caller whom vmq stayed away from for too long."""


class Entry(Protocol):
    """A record in its place in the journal; `at` is epoch seconds."""

    @property
    def at(self) -> float: ...

    @property
    def record(self) -> Record: ...


def restore(floor: Floor, entries: Iterable[Entry]) -> None:
    """Take the journal's entries, oldest first, into a floor that no event has reached yet.

    At least the newest AgentStatusChanged of each agent; with the other queue records also talking times and the fate
    of open calls survive a restart. Records of agents that are no longer configured are skipped.
    """
    for entry in entries:
        on_callback.restore(floor, entry.record, entry.at)
        match entry.record:
            case AgentStatusChanged(agent=name) as record if name in floor.agents:
                _restore_agent(floor, floor.agents[name], record, entry.at)
            case AgentTelephoneChanged(agent=name, dial=dial) if name in floor.agents:
                floor.move(floor.agents[name], dial)
                floor.reindex(floor.agents[name])
            case AgentNotesChanged(agent=name, notes=notes) if name in floor.agents:
                floor.agents[name].notes = tuple(Note(**note) for note in notes)
            case CallerEntered(call_id=call_id) as record:
                floor.past[call_id] = PastCall(call_id, record.queue, record.entered_at, record.position)
            case CallConnected(call_id=call_id) as record:
                known = floor.past.get(call_id)
                entered_at = known.entered_at if known else entry.at - record.wait_s
                position = known.position if known else 0
                floor.past[call_id] = PastCall(call_id, record.queue, entered_at, position, record, entry.at)
            case MemberAdded() | MemberRemoved() | MemberPaused() | PenaltySet():
                _restore_member(floor, entry.record, entry.at)
            case CallRecorded() as record:
                _restore_recording(floor, record)
            case CallCompleted(call_id=call_id) as record:
                floor.past.pop(call_id, None)
                _count_call(floor, record, entry.at)
            case CallerAbandoned(call_id=call_id) | CallerLeft(call_id=call_id):
                floor.past.pop(call_id, None)


def _restore_agent(floor: Floor, agent: Agent, record: AgentStatusChanged, at: float) -> None:
    """The agent as he was. A wrap-up's timer is set by the first WorldSeen."""
    if agent.state is not AgentStatus(record.status) or not agent.since:
        agent.state, agent.since = AgentStatus(record.status), at
    agent.idle_since, agent.until = record.idle_since, record.until
    agent.next_status = AgentStatus(record.next_status) if record.next_status else None
    agent.reason, agent.next_reason = ("", record.reason) if agent.next_status else (record.reason, "")
    floor.reindex(agent)


def _restore_member(floor: Floor, record: Record, at: float) -> None:
    """Who served which queue, and how; memberships that were added at run time are kept over a restart."""
    match record:
        case MemberAdded(agent=name, queue=queue_name) if queue_name in floor.queues:
            rules = AgentRules(name, record.interface, state_device=record.state_device)
            agent = floor.agents.get(name) or floor.add_agent(rules, at)
            if name not in floor.queues[queue_name].members:
                floor.add_member(agent, floor.queues[queue_name], record.penalty, is_dynamic=True)
            member = floor.queues[queue_name].members[name]
            member.is_paused, member.reason = record.is_paused, record.reason
            floor.recount(agent)
            floor.reindex(agent)
        case MemberRemoved(agent=name, queue=queue_name):
            member_or_none = _member(floor, name, queue_name)
            if member_or_none is not None and member_or_none.is_dynamic:
                floor.remove_member(member_or_none)
        case MemberPaused(agent=name, queue=queue_name):
            member_or_none = _member(floor, name, queue_name)
            if member_or_none is not None:
                member_or_none.is_paused, member_or_none.reason = record.is_paused, record.reason
                floor.recount(member_or_none.agent)
                floor.reindex(member_or_none.agent)
        case PenaltySet(agent=name, queue=queue_name):
            member_or_none = _member(floor, name, queue_name)
            if member_or_none is not None:
                member_or_none.penalty = record.penalty
                floor.set_kind(member_or_none)
                floor.reindex(member_or_none.agent)


def _member(floor: Floor, agent: str, queue: str) -> Membership | None:
    return floor.queues[queue].members.get(agent) if queue in floor.queues else None


def _count_call(floor: Floor, record: CallCompleted, at: float) -> None:
    """What strategies compare survives a restart, as far back as the journal is read."""
    member = _member(floor, record.agent, record.queue)
    if member is not None:
        member.calls += 1
        member.talk_s += record.talk_s
        member.last_call_at = at
        floor.reindex(member.agent)


def _restore_recording(floor: Floor, record: CallRecorded) -> None:
    """What is being recorded; the first WorldSeen forgets it where the talk is over."""
    if record.change == "stopped":
        floor.talks.pop(record.offer_id, None)
    else:
        floor.talks[record.offer_id] = Talk(path=record.path, is_paused=record.change == "paused", take=1)


def past_caller_gone(turn: Turn, call_id: str) -> None:
    """His channel is gone, since we don't know when: he hung up. Nothing happens for a call that is not remembered."""
    past = turn.floor.past.pop(call_id, None)
    if past is None:
        return
    if past.connected is not None:
        turn.note(_completed(past, past.connected, turn.now, "caller"))
    else:
        wait_s = max(0.0, turn.now - past.entered_at)
        turn.note(CallerAbandoned(call_id, past.queue, past.position, wait_s))


def past_caller_left(turn: Turn, past: PastCall) -> None:
    """His channel lives and is elsewhere: the talk ended with the agent, or the dialplan's fallback took him."""
    del turn.floor.past[past.call_id]
    if past.connected is not None:
        turn.note(_completed(past, past.connected, turn.now, "agent"))
    else:
        wait_s = max(0.0, turn.now - past.entered_at)
        turn.note(CallerLeft(past.call_id, past.queue, LOST, past.position, wait_s, "away"))


def _completed(past: PastCall, was: CallConnected, now: float, by: str) -> CallCompleted:
    talk_s = max(0.0, now - past.connected_at)
    return CallCompleted(was.offer_id, was.call_id, was.queue, was.agent, was.wait_s, talk_s, by)

"""What a new floor learns from the journal: the agents' statuses, and the calls that were open when vmq last stopped.

Whether those calls still exist only Asterisk can say (see vmq.domain.on_world). The ones that don't get the terminal
record that nobody was there to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from vmq.domain.agent import Agent, AgentStatus
from vmq.domain.floor import Floor
from vmq.domain.past import PastCall
from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    Record,
)
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
        match entry.record:
            case AgentStatusChanged(agent=name) as record if name in floor.agents:
                _restore_agent(floor, floor.agents[name], record)
            case CallerEntered(call_id=call_id) as record:
                floor.past[call_id] = PastCall(call_id, record.queue, record.entered_at, record.position)
            case CallConnected(call_id=call_id) as record:
                known = floor.past.get(call_id)
                entered_at = known.entered_at if known else entry.at - record.wait_s
                position = known.position if known else 0
                floor.past[call_id] = PastCall(call_id, record.queue, entered_at, position, record, entry.at)
            case CallCompleted(call_id=call_id) | CallerAbandoned(call_id=call_id) | CallerLeft(call_id=call_id):
                floor.past.pop(call_id, None)


def _restore_agent(floor: Floor, agent: Agent, record: AgentStatusChanged) -> None:
    """The agent as he was. A wrap-up's timer is set by the first WorldSeen."""
    agent.state = AgentStatus(record.status)
    agent.idle_since, agent.until = record.idle_since, record.until
    agent.next_status = AgentStatus(record.next_status) if record.next_status else None
    agent.reason, agent.next_reason = ("", record.reason) if agent.next_status else (record.reason, "")
    floor.reindex(agent)


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
        turn.note(CallerLeft(past.call_id, past.queue, LOST, past.position, wait_s))


def _completed(past: PastCall, was: CallConnected, now: float, by: str) -> CallCompleted:
    talk_s = max(0.0, now - past.connected_at)
    return CallCompleted(was.offer_id, was.call_id, was.queue, was.agent, was.wait_s, talk_s, by)

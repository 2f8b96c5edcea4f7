"""The journal as app_queue's queue_log: each record becomes the lines that app_queue would have written for it.

Source of events, fields and order: apps/app_queue.c (each ast_queue_log call) of Asterisk 22. Waits and talks are
differences of whole seconds on the clock, as there, so that a tool which subtracts the times of lines gets the same.

What app_queue does not log and vmq does: FULL, JOINEMPTY and CLOSED for callers who were turned away at the door. Tools
skip events they don't know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vmq.domain.queue_log import NONE, QueueLogLine
from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    EngineStarted,
    LineLogged,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    OfferFailed,
    PenaltySet,
    Record,
    RulesReloaded,
)
from vmq.engine.ports import JournalEntry
from vmq.reports.reasons import left_why
from vmq.reports.roster import Roster

CALL_KINDS: tuple[type[Record], ...] = (CallerEntered, CallConnected)
"""What has to be remembered of a call for its later lines."""
AGENT_KINDS: tuple[type[Record], ...] = (AgentStatusChanged, MemberAdded, MemberRemoved)
"""What has to be remembered of an agent."""
LINE_KINDS: tuple[type[Record], ...] = (
    *CALL_KINDS,
    *AGENT_KINDS,
    CallCompleted,
    CallerAbandoned,
    CallerLeft,
    EngineStarted,
    LineLogged,
    MemberPaused,
    OfferFailed,
    PenaltySet,
    RulesReloaded,
)
"""All that can become a line."""

_AT_THE_DOOR = {"full": "FULL", "join_empty": "JOINEMPTY", "closed": "CLOSED"}
_EXITS = {
    "timeout": "EXITWITHTIMEOUT",
    "attempts": "EXITWITHTIMEOUT",
    "leave_empty": "EXITEMPTY",
    "closed": "EXITEMPTY",
    "key": "EXITWITHKEY",
    "voicemail": "EXITWITHKEY",
    "callback": "EXITWITHKEY",
}
_WITHDRAW_INFO = 40
_CALL = re.compile(r"(.+-)?[0-9]+\.[0-9]+")  # a Uniqueid, with or without a system's name


@dataclass(slots=True)
class _Call:
    """A call under way. `hold` is whole seconds, set when it is answered at `connected_at`."""

    entered_at: float
    position: int
    connected_at: float = 0.0
    hold: int = 0


@dataclass(slots=True)
class _Agent:
    is_online: bool
    is_paused: bool = False
    reason: str = ""
    online_at: float = 0.0
    queues: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Strangers:
    """Whom the log has to be told of before it can take the entries: see `QueueLog.strangers`."""

    calls: frozenset[str]
    agents: frozenset[str]


class QueueLog:
    """Takes entries in their order and gives lines.

    `member_names`: members are added and removed by name (app_queue's log_membername_as_agent), else by telephone.
    `caller_names`: ENTERQUEUE has the caller's name too (its log-caller-id-name). `dids`: the number that was called is
    told by a line DID, which dialplans write for app_queue by QueueLog().
    """

    def __init__(
        self, roster: Roster, *, member_names: bool = False, caller_names: bool = False, dids: bool = False
    ) -> None:
        self._roster = roster
        self._member_names = member_names
        self._caller_names = caller_names
        self._dids = dids
        self._calls: dict[str, _Call] = {}
        self._agents: dict[str, _Agent] = {}
        self._takers: dict[type[Record], Callable[[Any, JournalEntry], Sequence[QueueLogLine]]] = {
            CallerEntered: self._entered,
            OfferFailed: self._offer_failed,
            CallConnected: self._connected,
            CallCompleted: self._completed,
            CallerAbandoned: self._abandoned,
            CallerLeft: self._left,
            AgentStatusChanged: self._status,
            MemberAdded: self._added,
            MemberRemoved: self._removed,
            MemberPaused: self._member_paused,
            PenaltySet: self._penalty,
            EngineStarted: self._started,
            RulesReloaded: self._reloaded,
            LineLogged: self._logged,
        }

    def strangers(self, entries: Iterable[JournalEntry]) -> Strangers:
        """The calls and agents that these entries speak of and that have begun before them, unknown to the log.

        After a restart, or where reading begins in the middle of the journal: give `recall` what the journal has of
        CALL_KINDS and AGENT_KINDS of them.
        """
        calls, agents, known = set(), set(), set(self._calls)
        for entry in entries:
            match entry.record:
                case CallerEntered(call_id=call_id, is_return=False):
                    known.add(call_id)
                case CallerEntered(call_id=call_id) | CallConnected(call_id=call_id) if call_id not in known:
                    calls.add(call_id)
                case CallCompleted(call_id=call_id) | CallerAbandoned(call_id=call_id) if call_id not in known:
                    calls.add(call_id)
                case CallerLeft(call_id=call_id, position=position) if position and call_id not in known:
                    calls.add(call_id)
                case AgentStatusChanged(agent=name) | MemberAdded(agent=name) | MemberRemoved(agent=name):
                    agents.add(name)
        return Strangers(frozenset(calls), frozenset(agents - self._agents.keys()))

    def recall(self, entries: Iterable[JournalEntry]) -> None:
        """Take older entries whose lines are written already."""
        for entry in entries:
            self.take(entry)

    def take(self, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """The lines of one entry, in their order."""
        taker = self._takers.get(type(entry.record))
        return taker(entry.record, entry) if taker is not None else ()

    def _entered(self, record: CallerEntered, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """Who is back in his old place after a restart of vmq has a line already."""
        if record.is_return and record.call_id in self._calls:
            return ()
        self._calls[record.call_id] = _Call(record.entered_at, record.position)
        data = (record.url, record.number, str(record.position))
        name = (record.name,) if self._caller_names else ()
        entered = _call_line(entry, record, "ENTERQUEUE", *data, *name)
        if not (self._dids and record.did):
            return (entered,)
        return (entered, _call_line(entry, record, "DID", record.did))

    def _offer_failed(self, record: OfferFailed, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """app_queue knows of ringing that nobody answered (busy is counted in whole seconds), of ringing that the
        caller ended, and of an agent who hung up on the caller. An offer that was withdrawn leaves no line."""
        match record.why:
            case "no_answer" | "wait_over":
                event, data = "RINGNOANSWER", str(int(record.ring_s * 1000))
            case "busy" | "refused" | "redirected" | "unreachable":
                event, data = "RINGNOANSWER", str(int(record.ring_s) * 1000)
            case "caller_gone":
                event, data = "RINGCANCELED", str(int(record.ring_s * 1000))
            case "hung_up":
                event, data = "AGENTDUMP", ""
            case _:
                return ()
        return (self._member_line(entry, record, event, data),)

    def _connected(self, record: CallConnected, entry: JournalEntry) -> Sequence[QueueLogLine]:
        call = self._call(record, entry)
        call.connected_at = entry.at
        call.hold = _whole_seconds(call.entered_at, entry.at)
        leg = f"vmq-{record.offer_id}"
        return (self._member_line(entry, record, "CONNECT", str(call.hold), leg, str(int(record.ring_s))),)

    def _completed(self, record: CallCompleted, entry: JournalEntry) -> Sequence[QueueLogLine]:
        call = self._call(record, entry)
        del self._calls[record.call_id]
        talk = _whole_seconds(call.connected_at, entry.at) if call.connected_at else int(record.talk_s)
        figures = (str(call.hold), str(talk), str(call.position))
        if record.by != "transfer":
            event = "COMPLETECALLER" if record.by == "caller" else "COMPLETEAGENT"
            return (self._member_line(entry, record, event, *figures),)
        where = tuple(record.transfer_to.split("|"))
        if record.transfer == "attended":
            return (self._member_line(entry, record, "ATTENDEDTRANSFER", *where, *figures),)
        exten, context = (*where, "")[:2]
        return (self._member_line(entry, record, "BLINDTRANSFER", exten, context, *figures),)

    def _abandoned(self, record: CallerAbandoned, entry: JournalEntry) -> Sequence[QueueLogLine]:
        return (_call_line(entry, record, "ABANDON", *self._exit(record, entry)),)

    def _left(self, record: CallerLeft, entry: JournalEntry) -> Sequence[QueueLogLine]:
        why = left_why(record)
        if not record.position:
            event = _AT_THE_DOOR.get(why)
            return (_call_line(entry, record, event),) if event else ()
        figures = self._exit(record, entry)
        event = _EXITS.get(why, "WITHDRAW")
        if event == "EXITWITHKEY":
            return (_call_line(entry, record, event, record.info, *figures),)
        if event == "WITHDRAW":
            info = record.info if why == "withdrawn" else record.info or why
            return (_call_line(entry, record, event, *figures, info[:_WITHDRAW_INFO]),)
        return (_call_line(entry, record, event, *figures),)

    def _exit(self, record: CallerAbandoned | CallerLeft, entry: JournalEntry) -> tuple[str, str, str]:
        """Position, original position and wait of a caller who goes unanswered; he is forgotten."""
        call = self._call(record, entry)
        del self._calls[record.call_id]
        return str(record.position), str(call.position), str(_whole_seconds(call.entered_at, entry.at))

    def _status(self, record: AgentStatusChanged, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """Log-in, log-off and pauses of all queues. A pause asked for during a call is one at once, as in app_queue."""
        agent = self._agent(record.agent)
        was_online, was_paused, old_reason = agent.is_online, agent.is_paused, agent.reason
        agent.is_online = record.status != "offline"
        agent.is_paused = "paused" in (record.status, record.next_status)
        agent.reason = record.reason if agent.is_paused else ""
        lines = []
        telephone = self._roster.agent(record.agent).dial
        if agent.is_online and not was_online:
            agent.online_at = entry.at
            lines.append(self._agent_line(entry, record.agent, NONE, "AGENTLOGIN", telephone))
        if agent.is_online and (agent.is_paused != was_paused or agent.reason != old_reason):
            event = "PAUSE" if agent.is_paused else "UNPAUSE"
            lines.append(self._agent_line(entry, record.agent, NONE, f"{event}ALL", agent.reason))
            lines += [self._agent_line(entry, record.agent, queue, event, agent.reason) for queue in agent.queues]
        if was_online and not agent.is_online:
            online = _whole_seconds(agent.online_at, entry.at) if agent.online_at else 0
            lines.append(self._agent_line(entry, record.agent, NONE, "AGENTLOGOFF", telephone, str(online)))
        return lines

    def _added(self, record: MemberAdded, entry: JournalEntry) -> Sequence[QueueLogLine]:
        interface = record.interface or self._roster.agent(record.agent).dial
        self._agent(record.agent).queues[record.queue] = interface
        data = "PAUSED" if record.is_paused else ""
        return (self._membership_line(entry, record, interface, "ADDMEMBER", data),)

    def _removed(self, record: MemberRemoved, entry: JournalEntry) -> Sequence[QueueLogLine]:
        interface = self._agent(record.agent).queues.pop(record.queue, "")
        interface = interface or self._roster.agent(record.agent).dial
        return (self._membership_line(entry, record, interface, "REMOVEMEMBER", ""),)

    def _member_paused(self, record: MemberPaused, entry: JournalEntry) -> Sequence[QueueLogLine]:
        event = "PAUSE" if record.is_paused else "UNPAUSE"
        return (self._agent_line(entry, record.agent, record.queue, event, record.reason),)

    def _penalty(self, record: PenaltySet, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """By telephone, whatever `member_names` says: so does app_queue."""
        interface = self._agent(record.agent).queues.get(record.queue) or self._roster.agent(record.agent).dial
        return (QueueLogLine(entry.at, NONE, record.queue, interface, "PENALTY", (str(record.penalty),)),)

    def _started(self, _record: EngineStarted, entry: JournalEntry) -> Sequence[QueueLogLine]:
        return (QueueLogLine(entry.at, NONE, NONE, NONE, "QUEUESTART"),)

    def _reloaded(self, _record: RulesReloaded, entry: JournalEntry) -> Sequence[QueueLogLine]:
        return (QueueLogLine(entry.at, NONE, NONE, NONE, "CONFIGRELOAD"),)

    def _logged(self, record: LineLogged, entry: JournalEntry) -> Sequence[QueueLogLine]:
        """Another program's line, as it is."""
        data = tuple(record.message.split("|"))
        return (QueueLogLine(entry.at, record.call_id, record.queue, record.agent, record.event, data),)

    def _call(self, record: Any, entry: JournalEntry) -> _Call:
        """The call; of one whose beginning the journal no longer has, what the record itself says."""
        call = self._calls.get(record.call_id)
        if call is None:
            talk_s = getattr(record, "talk_s", 0.0)
            call = _Call(entry.at - talk_s - record.wait_s, 0, hold=int(record.wait_s))
            self._calls[record.call_id] = call
        return call

    def _agent(self, name: str) -> _Agent:
        agent = self._agents.get(name)
        if agent is None:
            rules = self._roster.agent(name)
            agent = _Agent(rules.is_logged_in, queues=dict.fromkeys(rules.queues, rules.dial))
            self._agents[name] = agent
        return agent

    def _member_line(self, entry: JournalEntry, record: Any, event: str, *data: str) -> QueueLogLine:
        name = self._roster.member_name(record.agent)
        return QueueLogLine(entry.at, record.call_id, record.queue, name, event, data)

    def _agent_line(self, entry: JournalEntry, agent: str, queue: str, event: str, *data: str) -> QueueLogLine:
        return QueueLogLine(entry.at, NONE, queue, self._roster.member_name(agent), event, data)

    def _membership_line(
        self, entry: JournalEntry, record: MemberAdded | MemberRemoved, interface: str, event: str, data: str
    ) -> QueueLogLine:
        """In place of the call stands who did it: a call's id, CLI, REALTIME, and MANAGER for everybody else."""
        by = record.by if record.by in ("CLI", "REALTIME") or _CALL.fullmatch(record.by) else "MANAGER"
        agent = self._roster.member_name(record.agent) if self._member_names else interface
        return QueueLogLine(entry.at, by, record.queue, agent, event, (data,))


def _call_line(entry: JournalEntry, record: Any, event: str, *data: str) -> QueueLogLine:
    return QueueLogLine(entry.at, record.call_id, record.queue, NONE, event, data)


def _whole_seconds(begin: float, end: float) -> int:
    """From one second on the clock to another; never negative."""
    return max(0, int(end) - int(begin))

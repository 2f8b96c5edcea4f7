"""Agent statistics: entries in, figures of each agent and interval out. Can be kept up to date entry by entry.

Times of a status, of ringing and of talk are spread over the intervals that they span. An offer counts in the interval
in which it was made, a call when it was answered, a refusal when it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallHeld,
    EngineStarted,
    MemberAdded,
    MemberRemoved,
    OfferFailed,
    OfferMade,
    Record,
)
from vmq.engine.ports import JournalEntry
from vmq.reports.figures import AgentFigures
from vmq.reports.intervals import Interval
from vmq.reports.roster import Roster
from vmq.reports.sheet import Row, Sheet
from vmq.reports.talks import Talks

AGENT_STATISTICS_KINDS: tuple[type[Record], ...] = (
    AgentStatusChanged,
    MemberAdded,
    MemberRemoved,
    EngineStarted,
    OfferMade,
    OfferFailed,
    CallConnected,
    CallCompleted,
    CallHeld,
)
"""The records that agent statistics are made of."""

_REFUSED = frozenset({"refused", "redirected", "busy"})
_MISSED = frozenset({"no_answer"})
_STATUS_TIMES = {"available": "available_s", "paused": "paused_s", "wrap_up": "wrap_up_s"}


@dataclass(slots=True)
class _Status:
    status: str
    reason: str
    since: float


class AgentStatistics:
    """Takes entries in order. `since` (epoch seconds) is when its figures begin; `recall` says how it was then."""

    def __init__(self, roster: Roster, interval: Interval, since: float = 0.0) -> None:
        self._roster = roster
        self._since = since
        self._sheet = Sheet(AgentFigures, interval, lambda _agent: roster.zone)
        self._statuses: dict[str, _Status] = {}
        self._joined: dict[str, set[str]] = {}
        self._ringing: dict[str, tuple[str, float]] = {}
        self._talks = Talks(self._sheet)
        self._takers: dict[type[Record], Callable[[Any, float], None]] = {
            AgentStatusChanged: self._status,
            MemberAdded: self._added,
            MemberRemoved: self._removed,
            EngineStarted: self._started,
            OfferMade: self._offer_made,
            OfferFailed: self._offer_failed,
            CallConnected: self._connected,
            CallCompleted: self._completed,
            CallHeld: self._held,
        }

    def recall(self, entries: Sequence[JournalEntry]) -> None:
        """Take what says how it was at `since`: the newest AgentStatusChanged of each agent and the newest
        EngineStarted from before, and who of the agents that aren't configured had joined which queue."""
        for entry in entries:
            if isinstance(entry.record, AgentStatusChanged | EngineStarted | MemberAdded | MemberRemoved):
                self.take(replace(entry, at=self._since))

    def take(self, entry: JournalEntry) -> None:
        """Count one entry."""
        taker = self._takers.get(type(entry.record))
        if taker is not None:
            taker(entry.record, entry.at)

    def rows(
        self, begin: float, end: float, agent: str = "", *, until: float | None = None
    ) -> Sequence[Row[AgentFigures]]:
        """The intervals that begin in [begin, end); what goes on counts up to `until` (without it, to `end`)."""
        sheet = self._sheet.overlay()
        until = end if until is None else until
        for name, status in self._statuses.items():
            _spread_status(sheet, name, status, until)
        for name, since in self._ringing.values():
            sheet.spread(name, since, until, "ringing_s")
        self._talks.add_open(sheet, until)
        return sheet.rows(begin, end, agent)

    def forget(self, before: float) -> None:
        """Drop the intervals that ended by then."""
        self._sheet.forget(before)

    def _status(self, record: AgentStatusChanged, at: float) -> None:
        """A record that only says what is wanted for after the call changes nothing yet; its reason is the wish's."""
        was = self._statuses.get(record.agent)
        if record.next_status and was is not None and was.status == record.status:
            return
        self._set_status(record.agent, record.status, "" if record.next_status else record.reason, at)

    def _set_status(self, agent: str, status: str, reason: str, at: float) -> None:
        was = self._statuses.get(agent)
        if was is not None:
            _spread_status(self._sheet, agent, was, at)
        self._statuses[agent] = _Status(status, reason, at)

    def _started(self, _record: EngineStarted, at: float) -> None:
        """Who has never said anything is logged in, if his rules say so; nobody's telephone rings any more."""
        for name in self._roster.agents:
            if name not in self._statuses and self._roster.agent(name).is_logged_in:
                self._set_status(name, "available", "", at)
        self._ringing.clear()

    def _added(self, record: MemberAdded, at: float) -> None:
        """Who isn't configured logs in by joining his first queue."""
        if record.agent in self._roster.agents:
            return
        if not self._joined.setdefault(record.agent, set()):
            self._set_status(record.agent, "available", "", at)
        self._joined[record.agent].add(record.queue)

    def _removed(self, record: MemberRemoved, at: float) -> None:
        """And logs out by leaving his last one."""
        joined = self._joined.get(record.agent, set())
        joined.discard(record.queue)
        if not joined and record.agent not in self._roster.agents:
            self._set_status(record.agent, "offline", "", at)

    def _offer_made(self, record: OfferMade, at: float) -> None:
        self._ringing[record.offer_id] = (record.agent, at)
        self._sheet.at(record.agent, at).offers += 1

    def _offer_failed(self, record: OfferFailed, at: float) -> None:
        figures = self._sheet.at(record.agent, at)
        figures.refused += record.why in _REFUSED
        figures.missed += record.why in _MISSED
        figures.failed[record.why] += 1
        self._rang(record, at)

    def _rang(self, record: OfferFailed | CallConnected, at: float) -> None:
        """It rang for as long as the record says, from when the offer was made."""
        _, begin = self._ringing.pop(record.offer_id, ("", at - record.ring_s))
        self._sheet.spread(record.agent, begin, min(at, begin + record.ring_s), "ringing_s")

    def _connected(self, record: CallConnected, at: float) -> None:
        self._rang(record, at)
        self._talks.begin(record.offer_id, record.agent, at)
        self._sheet.at(record.agent, at).calls += 1

    def _completed(self, record: CallCompleted, at: float) -> None:
        self._talks.end(record.offer_id, record.agent, at, record.talk_s)
        figures = self._sheet.at(record.agent, at)
        figures.completed += 1
        figures.transferred += record.by == "transfer"

    def _held(self, record: CallHeld, at: float) -> None:
        self._talks.hold(record.offer_id, record.is_held, at)


def _spread_status(sheet: Sheet[AgentFigures], agent: str, status: _Status, end: float) -> None:
    if status.status == "offline":
        return
    sheet.spread(agent, status.since, end, "logged_in_s")
    sheet.spread(agent, status.since, end, _STATUS_TIMES[status.status])
    if status.status == "paused":
        sheet.spread_among(agent, status.since, end, "paused", status.reason)

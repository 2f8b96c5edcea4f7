"""Agent statistics: entries in, figures of each agent and interval out. Can be kept up to date entry by entry.

Times of a status, of ringing and of talk are spread over the intervals that they span. An offer counts in the interval
in which it was made, a call when it was answered, a refusal when it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallHeld,
    EngineStarted,
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
        self._ringing: dict[str, tuple[str, float]] = {}
        self._talks = Talks(self._sheet)
        self._takers: dict[type[Record], Callable[[Any, float], None]] = {
            AgentStatusChanged: self._status,
            EngineStarted: self._started,
            OfferMade: self._offer_made,
            OfferFailed: self._offer_failed,
            CallConnected: self._connected,
            CallCompleted: self._completed,
            CallHeld: self._held,
        }

    def recall(self, entries: Sequence[JournalEntry]) -> None:
        """Take the newest AgentStatusChanged of each agent and the newest EngineStarted from before `since`: from
        there on everybody is what he was last."""
        for entry in entries:
            if isinstance(entry.record, AgentStatusChanged):
                self._statuses[entry.record.agent] = _Status(*_known(entry.record), self._since)
        if any(isinstance(entry.record, EngineStarted) for entry in entries):
            self._assume_status(self._since)

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
        """A record that only says what is wanted for after the call changes nothing yet."""
        was = self._statuses.get(record.agent)
        status, reason = _known(record)
        if was is not None and was.status == status and (record.next_status or was.reason == reason):
            return
        if was is not None:
            _spread_status(self._sheet, record.agent, was, at)
        self._statuses[record.agent] = _Status(status, reason, at)

    def _started(self, _record: EngineStarted, at: float) -> None:
        """Nobody's telephone rings any more."""
        self._assume_status(at)
        self._ringing.clear()

    def _assume_status(self, at: float) -> None:
        """Whoever has never said anything is logged in, if that is what his rules say."""
        for name in self._roster.agents:
            if name not in self._statuses and self._roster.agent(name).is_logged_in:
                self._statuses[name] = _Status("available", "", at)

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


def _known(record: AgentStatusChanged) -> tuple[str, str]:
    """Status and its reason; the reason of a record with a wish is the wish's."""
    return record.status, "" if record.next_status else record.reason


def _spread_status(sheet: Sheet[AgentFigures], agent: str, status: _Status, end: float) -> None:
    if status.status == "offline":
        return
    sheet.spread(agent, status.since, end, "logged_in_s")
    sheet.spread(agent, status.since, end, _STATUS_TIMES[status.status])
    if status.status == "paused":
        sheet.spread_among(agent, status.since, end, "paused", status.reason)

"""Queue statistics: entries in, figures of each queue and interval out. Can be kept up to date entry by entry.

A fact counts in the interval in which it happened: an entry when the caller entered, an answer and its wait when he was
answered. Talk and hold are spread over the intervals that they span; what is not over yet is added up to the moment of
asking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vmq.domain.records import (
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    CallHeld,
    OfferFailed,
    OfferMade,
    Record,
)
from vmq.engine.ports import JournalEntry
from vmq.reports.figures import QueueFigures, bucket_of
from vmq.reports.intervals import Interval
from vmq.reports.reasons import BY_CHOICE, left_why
from vmq.reports.roster import Roster
from vmq.reports.sheet import Row, Sheet
from vmq.reports.talks import Talks

QUEUE_KINDS: tuple[type[Record], ...] = (
    CallerEntered,
    CallerAbandoned,
    CallerLeft,
    CallConnected,
    CallCompleted,
    CallHeld,
    OfferMade,
    OfferFailed,
)
"""The records that queue statistics are made of."""


class QueueStatistics:
    """Takes entries in their order, from any moment on: `since` (epoch seconds) is when its figures begin."""

    def __init__(self, roster: Roster, interval: Interval, since: float = 0.0) -> None:
        self._roster = roster
        self._since = since
        self._sheet = Sheet(QueueFigures, interval, roster.zone_of)
        self._waiting: dict[str, str] = {}
        self._talks = Talks(self._sheet)
        self._takers: dict[type[Record], Callable[[Any, float], None]] = {
            CallerEntered: self._entered,
            CallerAbandoned: self._abandoned,
            CallerLeft: self._left,
            CallConnected: self._connected,
            CallCompleted: self._completed,
            CallHeld: self._held,
            OfferMade: self._offer_made,
            OfferFailed: self._offer_failed,
        }

    def take(self, entry: JournalEntry) -> None:
        """Count one entry."""
        taker = self._takers.get(type(entry.record))
        if taker is not None:
            taker(entry.record, entry.at)

    def waiting(self, queue: str) -> int:
        """How many callers are in the queue and neither answered nor gone."""
        return sum(1 for name in self._waiting.values() if name == queue)

    def rows(
        self, begin: float, end: float, queue: str = "", *, until: float | None = None
    ) -> Sequence[Row[QueueFigures]]:
        """The intervals that begin in [begin, end); talks under way count up to `until` (without it, to `end`)."""
        sheet = self._sheet.overlay()
        self._talks.add_open(sheet, end if until is None else until)
        return sheet.rows(begin, end, queue)

    def forget(self, before: float) -> None:
        """Drop the intervals that ended by then."""
        self._sheet.forget(before)

    def _entered(self, record: CallerEntered, at: float) -> None:
        """Who is back after a restart of vmq has been counted, unless that was lost with the crash."""
        is_counted = record.call_id in self._waiting or record.entered_at < self._since
        self._waiting[record.call_id] = record.queue
        if not (record.is_return and is_counted):
            self._sheet.at(record.queue, at).entered += 1

    def _abandoned(self, record: CallerAbandoned, at: float) -> None:
        figures, rules = self._sheet.at(record.queue, at), self._roster.queue(record.queue)
        self._waiting.pop(record.call_id, None)
        if record.wait_s < rules.short_abandon_s:
            figures.short_abandoned += 1
            return
        figures.abandoned += 1
        figures.abandoned_wait_s += record.wait_s
        figures.abandoned_wait_max_s = max(figures.abandoned_wait_max_s, record.wait_s)
        figures.abandoned_waits[bucket_of(record.wait_s)] += 1
        self._lost(figures, record)

    def _left(self, record: CallerLeft, at: float) -> None:
        figures, why = self._sheet.at(record.queue, at), left_why(record)
        if not record.position:
            figures.turned_away[why] += 1
            return
        self._waiting.pop(record.call_id, None)
        figures.left[why] += 1
        if why not in BY_CHOICE:
            self._lost(figures, record)

    def _lost(self, figures: QueueFigures, record: CallerAbandoned | CallerLeft) -> None:
        """What app_queue counts as abandoned: gone unanswered, and not by pressing a key."""
        figures.lost += 1
        figures.lost_in_level += record.wait_s <= self._roster.queue(record.queue).service_level_s

    def _connected(self, record: CallConnected, at: float) -> None:
        figures = self._sheet.at(record.queue, at)
        self._waiting.pop(record.call_id, None)
        self._talks.begin(record.call_id, record.queue, at)
        figures.answered += 1
        figures.answered_wait_s += record.wait_s
        figures.answered_wait_max_s = max(figures.answered_wait_max_s, record.wait_s)
        figures.answered_waits[bucket_of(record.wait_s)] += 1
        figures.answered_in_level += record.wait_s <= self._roster.queue(record.queue).service_level_s

    def _completed(self, record: CallCompleted, at: float) -> None:
        self._talks.end(record.call_id, record.queue, at, record.talk_s)
        figures = self._sheet.at(record.queue, at)
        figures.completed += 1
        figures.transferred += record.by == "transfer"

    def _held(self, record: CallHeld, at: float) -> None:
        self._talks.hold(record.call_id, record.is_held, at)

    def _offer_made(self, record: OfferMade, at: float) -> None:
        self._sheet.at(record.queue, at).offers += 1

    def _offer_failed(self, record: OfferFailed, at: float) -> None:
        self._sheet.at(record.queue, at).offers_failed[record.why] += 1

"""Call detail: entries in, one row for each visit of a caller to a queue, with every offer and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vmq.domain.records import (
    CallbackAsked,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    CallHeld,
    CallRecorded,
    CallSupervised,
    DispositionSet,
    OfferFailed,
    OfferMade,
    Record,
    SurveyAnswered,
)
from vmq.engine.ports import JournalEntry
from vmq.reports.reasons import left_why

VISIT_KINDS: tuple[type[Record], ...] = (CallerEntered, CallerLeft)
"""The records that a row can begin with: who is turned away at the door has a row too."""
CALL_DETAIL_KINDS: tuple[type[Record], ...] = (
    *VISIT_KINDS,
    CallerAbandoned,
    OfferMade,
    OfferFailed,
    CallConnected,
    CallCompleted,
    CallHeld,
    CallRecorded,
    CallSupervised,
    DispositionSet,
    CallbackAsked,
    SurveyAnswered,
)
"""The records that rows are made of. All of them name their call."""


@dataclass(slots=True)
class OfferDetail:
    """One offer. `outcome` is answered, or why it failed; empty while it rings."""

    offer_id: str
    agent: str
    at: float
    ring_s: float = 0.0
    outcome: str = ""


@dataclass(slots=True)
class CallDetail:
    """One visit. `id` is the journal's id of its first record; times are epoch seconds, 0 = not (yet).

    `outcome` is waiting, talking, completed, abandoned, left or turned_away; `why` who ended the talk, or why he left.
    `disposition` and `note` are the agent's words; `recordings` are paths as Asterisk sees them.
    """

    id: int
    call_id: str
    queue: str
    entered_at: float
    number: str = ""
    name: str = ""
    did: str = ""
    priority: int = 0
    position: int = 0
    outcome: str = "waiting"
    why: str = ""
    info: str = ""
    wait_s: float = 0.0
    agent: str = ""
    ring_s: float = 0.0
    connected_at: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    holds: int = 0
    ended_at: float = 0.0
    transfer: str = ""
    transfer_to: str = ""
    disposition: str = ""
    note: str = ""
    callback_id: str = ""
    offers: list[OfferDetail] = field(default_factory=list)
    supervisors: list[str] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    survey: dict[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """True when nothing but surveys and dispositions can follow."""
        return self.ended_at > 0


class CallDetails:
    """Takes entries in their order and keeps the rows, in the order in which they began."""

    def __init__(self) -> None:
        self.rows: list[CallDetail] = []
        self._last: dict[str, CallDetail] = {}
        self._held_at: dict[str, float] = {}
        self._takers: dict[type[Record], Callable[[Any, JournalEntry], None]] = {
            CallerEntered: self._entered,
            CallerLeft: self._left,
            CallerAbandoned: self._abandoned,
            OfferMade: self._offer_made,
            OfferFailed: self._offer_failed,
            CallConnected: self._connected,
            CallCompleted: self._completed,
            CallHeld: self._held,
            CallRecorded: self._recorded,
            CallSupervised: self._supervised,
            DispositionSet: self._disposition,
            CallbackAsked: self._callback,
            SurveyAnswered: self._survey,
        }

    def take(self, entry: JournalEntry) -> None:
        """Add one entry to its call's row."""
        taker = self._takers.get(type(entry.record))
        if taker is not None:
            taker(entry.record, entry)

    def _entered(self, record: CallerEntered, entry: JournalEntry) -> None:
        """Who is back in his old place goes on with his row."""
        known = self._last.get(record.call_id)
        if record.is_return and known is not None and not known.is_over:
            return
        row = CallDetail(entry.id, record.call_id, record.queue, record.entered_at)
        row.number, row.name, row.did = record.number, record.name, record.did
        row.priority, row.position = record.priority, record.position
        self._begin(row)

    def _begin(self, row: CallDetail) -> CallDetail:
        self.rows.append(row)
        self._last[row.call_id] = row
        return row

    def _row(self, record: Any, entry: JournalEntry) -> CallDetail:
        """The call's row; a new one when its beginning is no longer in the journal."""
        row = self._last.get(record.call_id)
        if row is None:
            row = self._begin(CallDetail(entry.id, record.call_id, getattr(record, "queue", ""), entry.at))
        return row

    def _left(self, record: CallerLeft, entry: JournalEntry) -> None:
        if not record.position:
            row = self._begin(CallDetail(entry.id, record.call_id, record.queue, entry.at, outcome="turned_away"))
        else:
            row = self._row(record, entry)
            row.outcome = "left"
        row.why, row.info, row.wait_s, row.ended_at = left_why(record), record.info, record.wait_s, entry.at

    def _abandoned(self, record: CallerAbandoned, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        row.outcome, row.wait_s, row.ended_at = "abandoned", record.wait_s, entry.at

    def _offer_made(self, record: OfferMade, entry: JournalEntry) -> None:
        self._row(record, entry).offers.append(OfferDetail(record.offer_id, record.agent, entry.at))

    def _offer_failed(self, record: OfferFailed, entry: JournalEntry) -> None:
        self._end_offer(self._row(record, entry), record, entry, record.why)

    def _end_offer(
        self, row: CallDetail, record: OfferFailed | CallConnected, entry: JournalEntry, outcome: str
    ) -> None:
        offer = next((each for each in row.offers if each.offer_id == record.offer_id), None)
        if offer is None:
            offer = OfferDetail(record.offer_id, record.agent, entry.at - record.ring_s)
            row.offers.append(offer)
        offer.ring_s, offer.outcome = record.ring_s, outcome

    def _connected(self, record: CallConnected, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        self._end_offer(row, record, entry, "answered")
        row.outcome, row.agent, row.connected_at = "talking", record.agent, entry.at
        row.wait_s, row.ring_s = record.wait_s, record.ring_s

    def _completed(self, record: CallCompleted, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        self._take_back(row, entry.at)
        row.outcome, row.why, row.agent, row.ended_at = "completed", record.by, record.agent, entry.at
        row.wait_s, row.talk_s = record.wait_s, record.talk_s
        row.transfer, row.transfer_to = record.transfer, record.transfer_to
        row.connected_at = row.connected_at or entry.at - record.talk_s

    def _held(self, record: CallHeld, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        if not record.is_held:
            self._take_back(row, entry.at)
        elif row.call_id not in self._held_at:
            self._held_at[row.call_id] = entry.at
            row.holds += 1

    def _take_back(self, row: CallDetail, at: float) -> None:
        row.hold_s += at - self._held_at.pop(row.call_id, at)

    def _recorded(self, record: CallRecorded, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        if record.path not in row.recordings:
            row.recordings.append(record.path)

    def _supervised(self, record: CallSupervised, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        if record.supervisor not in row.supervisors:
            row.supervisors.append(record.supervisor)

    def _disposition(self, record: DispositionSet, entry: JournalEntry) -> None:
        row = self._row(record, entry)
        row.disposition, row.note = record.disposition, record.note

    def _callback(self, record: CallbackAsked, entry: JournalEntry) -> None:
        self._row(record, entry).callback_id = record.callback_id

    def _survey(self, record: SurveyAnswered, entry: JournalEntry) -> None:
        self._row(record, entry).survey[record.question] = record.answer


def only(rows: Sequence[CallDetail], queue: str = "", agent: str = "") -> Sequence[CallDetail]:
    """The rows of a queue, and those of calls that an agent was offered."""
    return [
        row
        for row in rows
        if queue in ("", row.queue) and (not agent or any(offer.agent == agent for offer in row.offers))
    ]

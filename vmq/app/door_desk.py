"""The doors' past for whoever asks, and a number forgiven: times in words, answers as records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from vmq.app.reports import moment
from vmq.attendant.service import Attendant
from vmq.engine.ports import Clock
from vmq.reports.doors import DoorCall, DoorFigures, DoorReports

Moment = datetime | str


class DoorDesk:
    """Implements vmq.http.doors.DoorPort. `zone` is the house's, in which times without one are meant."""

    def __init__(self, reports: DoorReports, attendant: Attendant, zone: Callable[[], tzinfo], clock: Clock) -> None:
        self.forgive = attendant.forgive
        self._reports = reports
        self._zone = zone
        self._clock = clock

    async def report(self, begin: Moment, end: Moment | None, door: str) -> Sequence[dict[str, Any]]:
        """One record for each door."""
        return [_row(figures) for figures in await self._reports.figures(*self._span(begin, end), door)]

    async def calls(
        self, begin: Moment, end: Moment | None, door: str, *, after: int, limit: int
    ) -> tuple[Sequence[dict[str, Any]], int | None]:
        """One record for each call, and what to ask for the rest with."""
        found = await self._reports.calls(*self._span(begin, end), door, after=after, limit=limit)
        return [_call(each) for each in found.calls], found.next

    def _span(self, begin: Moment, end: Moment | None) -> tuple[float, float]:
        """Raises ValueError when it ends before it begins."""
        now = self._clock.now()
        span = self._at(begin, now), now if end is None else self._at(end, now)
        if span[0] >= span[1]:
            raise ValueError("the time must end after it begins")
        return span

    def _at(self, written: Moment, now: float) -> float:
        if isinstance(written, str):
            return moment(written, self._zone(), now).timestamp()
        return (written if written.tzinfo else written.replace(tzinfo=self._zone())).timestamp()


def _row(figures: DoorFigures) -> dict[str, Any]:
    return {
        "door": figures.door,
        "calls": figures.calls,
        "rang": figures.rang,
        "kept_out": figures.kept_out,
        "kept_out_share": round(figures.kept_out / figures.calls, 3),
        "kept_out_numbers": len(figures.kept_numbers),
        "outcomes": {outcome.value: count for outcome, count in sorted(figures.outcomes.items())},
    }


def _call(each: DoorCall) -> dict[str, Any]:
    call = each.call
    return {
        "at": each.at,
        "door": call.door,
        "call_id": call.call_id,
        "number": call.number,
        "name": call.name,
        "outcome": call.outcome,
        "to": call.to,
    }

"""Opening hours: weekly hours in a time zone, and days that are different. Time is an argument (epoch seconds)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

Span = tuple[int, int]
"""From minute to minute of a day; the end is not open any more. 1440 is midnight at the day's end."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`week` has the spans of Monday (0) to Sunday (6); `days` those of single dates instead (empty = closed)."""

    zone: tzinfo
    week: Mapping[int, tuple[Span, ...]]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def is_open(self, now: float) -> bool:
        """True when it is open at `now` (epoch seconds)."""
        local = datetime.fromtimestamp(now, self.zone)
        minute = local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self._spans(local.date()))

    def is_holiday(self, now: float) -> bool:
        """True on a date that is closed all day, while its day of the week may be open."""
        spans = self.days.get(datetime.fromtimestamp(now, self.zone).date())
        return spans is not None and not spans

    def changes_at(self, now: float) -> float | None:
        """When it opens or closes next, epoch seconds; None when that is more than a year away."""
        is_open = self.is_open(now)
        today = datetime.fromtimestamp(now, self.zone).date()
        for offset in range(367):
            day = today + timedelta(days=offset)
            for minute in sorted({edge for span in self._spans(day) for edge in span} | {0}):
                at = self._at(day, minute)
                if at > now and self.is_open(at) is not is_open:
                    return at
        return None

    def _spans(self, day: date) -> tuple[Span, ...]:
        return self.days[day] if day in self.days else self.week.get(day.weekday(), ())

    def _at(self, day: date, minute: int) -> float:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        wall = midnight.replace(tzinfo=None) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone).timestamp()

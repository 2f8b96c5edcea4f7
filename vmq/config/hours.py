"""Opening hours as they are written: days of the week, dates that are different, holidays, a time zone.

`mon-fri = "9:00-12:30, 13:30-18:00"`; an empty text or `closed` = closed. A date is `2026-12-24`, or `12-24` for every
year. Out comes a Schedule of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from vmq.config.base import Name, Section
from vmq.domain.schedule import Schedule, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = range(2020, 2100)
"""The years a date without one stands for."""
_TIME = r"(\d{1,2})(?::(\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*-\s*{_TIME}")
_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write one as Europe/Berlin or UTC") from None
    return name


def _date_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _check_date(value: str) -> str:
    list(_dates(value))
    return value


def _check_week(value: dict[str, str]) -> dict[str, str]:
    for days in value:
        list(_weekdays(days))
    return value


Hours = Annotated[str, AfterValidator(lambda text: (list(_spans(text)), text)[1])]
Day = Annotated[str, BeforeValidator(_date_text), AfterValidator(_check_date)]


class ScheduleConfig(Section):
    """When queues are open. `days` wins over `week`, a date with its year over one without."""

    name: Name
    zone: Annotated[str, AfterValidator(_zone)] = Field(examples=["Europe/Berlin"])
    week: Annotated[dict[str, Hours], AfterValidator(_check_week)] = Field(
        {}, examples=[{"mon-fri": "9:00-18:00", "sat": "10:00-14:00"}], json_schema_extra={"x-form": "week"}
    )
    days: dict[Day, Hours] = Field(
        {},
        description="Dates with hours of their own; none = closed.",
        examples=[{"2026-12-24": "9:00-12:00"}],
        json_schema_extra={"x-form": "dates"},
    )
    holidays: tuple[Day, ...] = Field(
        (),
        description="Dates on which it is closed.",
        examples=[["2026-10-03", "12-25"]],
        json_schema_extra={"x-form": "days"},
    )

    def schedule(self) -> Schedule:
        """The domain's."""
        week: dict[int, tuple[Span, ...]] = {}
        for days, hours in self.week.items():
            for day in _weekdays(days):
                week[day] = tuple(_spans(hours))
        return Schedule(ZoneInfo(self.zone), week, dict(self._special()))

    def _special(self) -> Iterator[tuple[date, tuple[Span, ...]]]:
        """Dates without a year first: what comes later wins."""
        all_days: Mapping[str, str] = {**dict.fromkeys(self.holidays, ""), **self.days}
        for text, hours in sorted(all_days.items(), key=lambda item: len(item[0])):
            for day in _dates(text):
                yield day, tuple(_spans(hours))


def _weekdays(text: str) -> Iterator[int]:
    """`mon-fri, sun` → 0 … 4, 6; a range may go over the week's end."""
    for part in text.lower().split(","):
        first, separator, last = part.strip().partition("-")
        last = last.strip() if separator else first
        if first.strip() not in DAYS or last not in DAYS:
            raise ValueError(f"{text!r} is no day; write mon, tue, wed, thu, fri, sat, sun, or e.g. mon-fri")
        begin, end = DAYS.index(first.strip()), DAYS.index(last)
        yield from (day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def _spans(text: str) -> Iterator[Span]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part.lower() == "closed":
            continue
        match = _SPAN.fullmatch(part)
        begin, end = (
            (int(match[1]) * 60 + int(match[2] or 0), int(match[3]) * 60 + int(match[4] or 0)) if match else (0, 0)
        )
        if match is None or max(int(match[2] or 0), int(match[4] or 0)) > 59 or end > 1440:
            raise ValueError(f"{part!r} are no hours; write e.g. 9:00-12:30, several parted by commas, or closed")
        if begin >= end:
            raise ValueError(
                f"{part!r} ends before it begins; write {part.split('-')[0].strip()}-24:00 and the rest on the next day"
            )
        yield begin, end


def _dates(text: str) -> Iterator[date]:
    """The date, or that of each year."""
    match = _DATE.fullmatch(text)
    found = []
    for year in YEARS if match and not match[1] else [int(match[1])] if match else []:
        try:
            found.append(date(year, int(match[2]), int(match[3])))  # type: ignore[index]
        except ValueError:
            continue
    if not found:
        raise ValueError(f"{text!r} is no date; write it as 2026-12-24, or as 12-24 for every year")
    yield from found

"""A day and a time of day as typed on a telephone → the next such moment. Pure; the time now is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

_DAYS = 366
"""How far ahead is looked: the same day next year is found, also over a leap day."""


def next_moment(now: datetime, month: str, day: str, time: str, half: str) -> datetime | None:
    """The first moment after `now` that is meant by digits as typed, in its time zone; None: none in a year. Without a
    zone `now` is by this machine's clock, with its rules for summer and winter, and so is what is given.

    `month` 1-12 and `day` 1-31; empty = any. `time` is hours (8), or hours and minutes (830, 1415). `half` is 1 before
    noon and 2 after, then 12 is midnight and noon; empty on a clock of 24 hours. A time that the clocks jump over is as
    long after midnight as on other days; of one that comes twice the first is meant.
    """
    clock = _time_of_day(time, half)
    if clock is None or not all(part == "" or part.isdecimal() for part in (month, day)):
        return None
    today = now.date()
    for offset in range(_DAYS + 1):
        date = today + timedelta(days=offset)
        if (month and date.month != int(month)) or (day and date.day != int(day)):
            continue
        meant = datetime(date.year, date.month, date.day, *clock, tzinfo=now.tzinfo).timestamp()
        if meant > now.timestamp():
            return datetime.fromtimestamp(meant, now.tzinfo)
    return None


def _time_of_day(time: str, half: str) -> tuple[int, int] | None:
    """Hour and minute; None when there is no such time."""
    if not time.isdecimal() or len(time) > 4:
        return None
    hour, minute = (int(time), 0) if len(time) <= 2 else (int(time[:-2]), int(time[-2:]))
    if half:
        if half not in ("1", "2") or not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "2" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None

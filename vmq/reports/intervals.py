"""Cuts time into intervals: quarters, halves and whole hours, and days, in a time zone.

A day runs from midnight to midnight, so it has 23 or 25 hours when the clocks change. The shorter intervals are counted
from the day's midnight; where a day isn't a multiple of them, its last one is shorter. Every moment is in exactly one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from math import floor


class Interval(StrEnum):
    """How long one row of a statistic is."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def seconds(self) -> int:
        """The usual length; a day may be an hour more or less."""
        return {Interval.QUARTER: 900, Interval.HALF: 1800, Interval.HOUR: 3600}.get(self, 86400)


@lru_cache(maxsize=1024)
def _day(day: date, zone: tzinfo) -> tuple[float, float]:
    """When a day begins and ends, epoch seconds."""
    begin, end = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + timedelta(days=1)))
    return begin.timestamp(), end.timestamp()


def interval_at(at: float, interval: Interval, zone: tzinfo) -> tuple[float, float]:
    """Beginning and end (not in it any more) of the interval that `at` lies in; all epoch seconds."""
    begin, end = _day(datetime.fromtimestamp(at, zone).date(), zone)
    if interval is Interval.DAY:
        return begin, end
    first = begin + floor((at - begin) / interval.seconds) * interval.seconds
    return first, min(first + interval.seconds, end)


def intervals(begin: float, end: float, interval: Interval, zone: tzinfo) -> Iterator[tuple[float, float]]:
    """All intervals that have a moment of [begin, end)."""
    at = begin
    while at < end:
        piece = interval_at(at, interval, zone)
        yield piece
        at = piece[1]


def pieces(begin: float, end: float, interval: Interval, zone: tzinfo) -> Iterator[tuple[float, float]]:
    """A span of time cut at the edges: the beginning of each interval, and how many seconds of the span are in it."""
    for first, last in intervals(begin, end, interval, zone):
        yield first, min(last, end) - max(first, begin)

"""Time cut into intervals: every moment is in exactly one, on days of 23 and 25 hours too."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.reports.intervals import Interval, interval_at, intervals, pieces

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")]

moments = st.floats(1_700_000_000, 1_800_000_000)


def at(text: str, zone: tzinfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@given(moment=moments, interval=st.sampled_from(Interval), zone=st.sampled_from(ZONES))
def test_every_moment_is_in_one_interval(moment: float, interval: Interval, zone: tzinfo) -> None:
    begin, end = interval_at(moment, interval, zone)
    assert begin <= moment < end
    assert interval_at(begin, interval, zone) == (begin, end)
    assert interval_at(end, interval, zone)[0] == end


@given(begin=moments, length=st.floats(0, 200_000), interval=st.sampled_from(Interval), zone=st.sampled_from(ZONES))
def test_the_pieces_of_a_span_are_the_span(begin: float, length: float, interval: Interval, zone: tzinfo) -> None:
    cut = list(pieces(begin, begin + length, interval, zone))
    assert sum(seconds for _, seconds in cut) == pytest.approx(begin + length - begin, abs=1e-3)
    assert all(seconds > 0 for _, seconds in cut)


def test_a_quarter_begins_on_the_clock_of_its_zone() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    assert interval_at(at("2026-03-01T10:20", kathmandu), Interval.QUARTER, kathmandu) == (
        at("2026-03-01T10:15", kathmandu),
        at("2026-03-01T10:30", kathmandu),
    )


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_has_the_hours_that_it_has(day: str, hours: int) -> None:
    begin, end = interval_at(at(f"{day}T12:00"), Interval.DAY, BERLIN)
    assert (begin, end - begin) == (at(f"{day}T00:00"), hours * 3600)
    assert len(list(intervals(begin, end, Interval.HOUR, BERLIN))) == hours


def test_no_time_has_no_pieces() -> None:
    assert list(pieces(5.0, 5.0, Interval.HOUR, UTC)) == list(pieces(5.0, 4.0, Interval.HOUR, UTC)) == []

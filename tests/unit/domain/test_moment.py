"""Moments as typed: the next day that fits, clocks of twelve hours, leap days, and the nights when clocks change."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from vmq.domain.moment import next_moment
from vmq.voicemail.actions import typed_moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("12", "24", "1415", ""), "2026-12-24T14:15:00+01:00"),
        (("11", "27", "830", "1"), "2026-11-27T08:30:00+01:00"),
        (("11", "26", "1500", ""), "2026-11-26T15:00:00+01:00"),
        (("11", "26", "1430", ""), "2027-11-26T14:30:00+01:00"),
        (("01", "02", "8", ""), "2027-01-02T08:00:00+01:00"),
        (("7", "1", "12", "1"), "2027-07-01T00:00:00+02:00"),
        (("7", "1", "1205", "2"), "2027-07-01T12:05:00+02:00"),
        (("7", "1", "0000", ""), "2027-07-01T00:00:00+02:00"),
        (("", "", "2", "2"), "2026-11-27T14:00:00+01:00"),
        (("", "", "3", "2"), "2026-11-26T15:00:00+01:00"),
        (("", "25", "900", ""), "2026-12-25T09:00:00+01:00"),
    ],
)
def test_next_such_day_and_time_counts(typed: tuple[str, str, str, str], found: str) -> None:
    moment = next_moment(NOW, *typed)
    assert moment is not None
    assert moment.isoformat() == found


@pytest.mark.parametrize(
    "typed",
    [
        ("13", "1", "800", ""),
        ("0", "1", "800", ""),
        ("2", "30", "800", ""),
        ("4", "31", "800", ""),
        ("12", "24", "2400", ""),
        ("12", "24", "860", ""),
        ("12", "24", "13", "2"),
        ("12", "24", "0", "1"),
        ("12", "24", "800", "3"),
        ("12", "24", "", ""),
        ("12", "24", "12345", ""),
        ("*", "24", "800", ""),
        ("12", "²", "800", ""),
    ],
)
def test_what_is_no_day_or_time_is_none(typed: tuple[str, str, str, str]) -> None:
    assert next_moment(NOW, *typed) is None


def test_leap_day_is_found_when_one_comes_within_a_year() -> None:
    assert next_moment(NOW, "2", "29", "800", "") is None
    found = next_moment(datetime(2027, 3, 1, 8, 0, tzinfo=BERLIN), "2", "29", "800", "")
    assert found is not None
    assert found.isoformat() == "2028-02-29T08:00:00+01:00"


def test_time_that_the_clocks_jump_over_counts_from_midnight() -> None:
    found = next_moment(NOW, "3", "28", "230", "")
    assert found is not None
    assert found.isoformat() == "2027-03-28T03:30:00+02:00"


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    found = next_moment(NOW, "10", "31", "230", "")
    assert found is not None
    assert found.isoformat() == "2027-10-31T02:30:00+02:00"


def test_without_a_zone_the_machines_clock_counts_also_after_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        found = typed_moment(NOW.timestamp(), None, ("7", "1", "1205", "2"))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found is not None
    assert found.isoformat() == "2027-07-01T12:05:00+02:00"


def test_time_is_still_to_come_in_the_hour_that_comes_twice() -> None:
    second_half_past_two = datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BERLIN)
    found = next_moment(second_half_past_two, "", "", "245", "")
    assert found is not None
    assert found.date().isoformat() == "2027-11-01"

"""What the languages have in common: how near a day is, a length of time in units, and signs spoken one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum

from vmq.domain.line import Clip

LARGEST = 999_999
"""The largest number that is spoken as one; larger ones are spoken digit by digit."""


class Day(Enum):
    """How one speaks of a day, seen from today (Asterisk's `q`, main/say.c ast_say_date_with_format_en)."""

    TODAY = "not at all"
    YESTERDAY = "yesterday"
    THIS_WEEK = "the weekday"
    THIS_MONTH = "weekday and date"
    THIS_HALF_YEAR = "the date"
    FAR = "the date with its year"


def day_of(at: datetime, now: datetime) -> Day:
    """How to speak of the day of `at`; days that are yet to come have their year."""
    days = (now.date() - at.date()).days
    if days < 0:
        return Day.FAR
    bounds = ((0, Day.TODAY), (1, Day.YESTERDAY), (6, Day.THIS_WEEK), (30, Day.THIS_MONTH), (182, Day.THIS_HALF_YEAR))
    return next((day for bound, day in bounds if days <= bound), Day.FAR)


def weekday(at: datetime) -> int:
    """0 for Sunday to 6 for Saturday, as in Asterisk's digits/day-0."""
    return at.isoweekday() % 7


def units(seconds: float) -> Iterator[tuple[str, int]]:
    """(hour, minute or second; how many): those that are not nought, 0 seconds when all are."""
    left = round(max(0.0, seconds))
    is_said = False
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, length)
        if count or (unit == "second" and not is_said):
            is_said = True
            yield unit, count


def spell(text: str, digits: Sequence[Clip], letters: Mapping[str, str], signs: Mapping[str, Clip]) -> list[Clip]:
    """Sign by sign: the clips of `digits` for 0..9, letters/a..z with the words of `letters`, and `signs`.

    Signs without a sound are left out.
    """
    clips = []
    for sign in text.lower():
        if sign.isascii() and sign.isdigit():
            clips.append(digits[int(sign)])
        elif sign in letters:
            clips.append(Clip(f"letters/{sign}", letters[sign]))
        elif sign in signs:
            clips.append(signs[sign])
    return clips


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())

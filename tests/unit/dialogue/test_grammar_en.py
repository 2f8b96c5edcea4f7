"""English against written phrases: numbers, ordinals, plurals, digits, dates, times and durations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.dialogue.grammar import grammar_for
from vmq.dialogue.grammar_en import English
from vmq.domain.line import Clip

EN = English()
TO_125 = (
    """
zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen
eighteen|nineteen|twenty|twenty one|twenty two|twenty three|twenty four|twenty five|twenty six|twenty seven
twenty eight|twenty nine|thirty|thirty one|thirty two|thirty three|thirty four|thirty five|thirty six|thirty seven
thirty eight|thirty nine|forty|forty one|forty two|forty three|forty four|forty five|forty six|forty seven
forty eight|forty nine|fifty|fifty one|fifty two|fifty three|fifty four|fifty five|fifty six|fifty seven|fifty eight
fifty nine|sixty|sixty one|sixty two|sixty three|sixty four|sixty five|sixty six|sixty seven|sixty eight|sixty nine
seventy|seventy one|seventy two|seventy three|seventy four|seventy five|seventy six|seventy seven|seventy eight
seventy nine|eighty|eighty one|eighty two|eighty three|eighty four|eighty five|eighty six|eighty seven|eighty eight
eighty nine|ninety|ninety one|ninety two|ninety three|ninety four|ninety five|ninety six|ninety seven|ninety eight
ninety nine|one hundred|one hundred one|one hundred two|one hundred three|one hundred four|one hundred five
one hundred six|one hundred seven|one hundred eight|one hundred nine|one hundred ten|one hundred eleven
one hundred twelve|one hundred thirteen|one hundred fourteen|one hundred fifteen|one hundred sixteen
one hundred seventeen|one hundred eighteen|one hundred nineteen|one hundred twenty|one hundred twenty one
one hundred twenty two|one hundred twenty three|one hundred twenty four|one hundred twenty five
""".strip()
    .replace("\n", "|")
    .split("|")
)
VALUES = {clip.id: n for n in range(100) for clip in [*EN.number(n)] if len(EN.number(n)) == 1}


def say(clips: Sequence[Clip]) -> str:
    return " ".join(clip.text for clip in clips)


def ids(clips: Sequence[Clip]) -> list[str]:
    return [clip.id for clip in clips]


@pytest.mark.parametrize(("n", "phrase"), list(enumerate(TO_125)))
def test_numbers_to_125(n: int, phrase: str) -> None:
    assert say(EN.number(n)) == phrase


def test_written_phrases_are_all_there() -> None:
    assert len(TO_125) == 126


@pytest.mark.parametrize(
    ("n", "clips"),
    [
        (5, ["digits/5"]),
        (21, ["digits/20", "digits/1"]),
        (300, ["digits/3", "digits/hundred"]),
        (1000, ["digits/1", "digits/thousand"]),
        (
            999_999,
            [
                "digits/9",
                "digits/hundred",
                "digits/90",
                "digits/9",
                "digits/thousand",
                "digits/9",
                "digits/hundred",
                "digits/90",
                "digits/9",
            ],
        ),
        (-2, ["digits/minus", "digits/2"]),
        (1_000_000, ["digits/1", *["digits/0"] * 6]),
    ],
)
def test_numbers_are_asterisks_clips(n: int, clips: list[str]) -> None:
    assert ids(EN.number(n)) == clips


@given(st.integers(0, 999_999))
def test_number_can_be_understood_again(n: int) -> None:
    total = part = 0
    for clip in EN.number(n):
        if clip.id == "digits/thousand":
            total, part = part * 1000, 0
        elif clip.id == "digits/hundred":
            part *= 100
        else:
            part += VALUES[clip.id]
    assert total + part == n


@pytest.mark.parametrize(
    ("n", "phrase"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (11, "eleventh"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty first"),
        (30, "thirtieth"),
        (31, "thirty first"),
        (99, "ninety ninth"),
        (100, "one hundredth"),
        (101, "one hundred first"),
        (120, "one hundred twentieth"),
        (2000, "two thousandth"),
    ],
)
def test_ordinals(n: int, phrase: str) -> None:
    assert say(EN.ordinal(n)) == phrase


def test_only_one_is_singular() -> None:
    assert [n for n in range(126) if EN.plural(n) == "one"] == [1]


@pytest.mark.parametrize(
    ("text", "clips"),
    [
        ("105", ["digits/1", "digits/0", "digits/5"]),
        ("*#", ["digits/star", "digits/pound"]),
        ("+4a", ["letters/plus", "digits/4", "letters/a"]),
        ("1 (2)", ["digits/1", "digits/2"]),
        ("٣é", []),
    ],
)
def test_digits(text: str, clips: list[str]) -> None:
    assert ids(EN.digits(text)) == clips


NOW = datetime(2026, 3, 10, 0, 5, tzinfo=UTC)  # a Tuesday, just after midnight


@pytest.mark.parametrize(
    ("back", "phrase"),
    [
        (timedelta(0), ""),
        (timedelta(minutes=5), ""),
        (timedelta(minutes=6), "yesterday"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=2), "Sunday"),
        (timedelta(days=6), "Wednesday"),
        (timedelta(days=7), "Tuesday March third"),
        (timedelta(days=40), "January twenty ninth"),
        (timedelta(days=365), "March tenth two thousand twenty five"),
        (timedelta(days=-1), "March eleventh two thousand twenty six"),
    ],
)
def test_dates(back: timedelta, phrase: str) -> None:
    assert say(EN.date(NOW - back, NOW)) == phrase


@pytest.mark.parametrize(
    ("hour", "minute", "phrase"),
    [
        (0, 0, "at twelve o'clock a m"),
        (0, 5, "at twelve oh five a m"),
        (11, 59, "at eleven fifty nine a m"),
        (12, 0, "at twelve o'clock p m"),
        (15, 30, "at three thirty p m"),
    ],
)
def test_times(hour: int, minute: int, phrase: str) -> None:
    assert say(EN.time(NOW.replace(hour=hour, minute=minute))) == phrase


@pytest.mark.parametrize(
    ("seconds", "phrase"),
    [
        (0, "zero seconds"),
        (1, "one second"),
        (61, "one minute one second"),
        (3600, "one hour"),
        (7325.4, "two hours two minutes five seconds"),
    ],
)
def test_durations(seconds: float, phrase: str) -> None:
    assert say(EN.duration(seconds)) == phrase


def test_a_language_is_found_by_its_tag() -> None:
    assert grammar_for("en_GB") is grammar_for("en-us") is grammar_for("EN")
    assert grammar_for("tlh") is None

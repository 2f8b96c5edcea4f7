"""Numbers: as people write them, as trunks take them, as agents are to see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.dialling import NumberRules, Rewrite, clean, dialled, shown, to_international

GERMAN = NumberRules(country="49")
AMERICAN = NumberRules(country="1", national="1", international="011", dials_plus=True)
NUMBERS = st.from_regex(r"(\+|0|00)?[1-9][0-9]{1,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+49 (0) 30 / 123-45", "+493012345"),
        ("(030) 123.45", "03012345"),
        ("*43#", "*43#"),
        ("anonymous", "anonymous"),
        ("Ann 1", "Ann 1"),
        ("", ""),
    ],
)
def test_what_people_write_between_digits_is_left_out(text: str, number: str) -> None:
    assert clean(text) == number


@pytest.mark.parametrize(
    ("rules", "text", "number"),
    [
        (GERMAN, "+49 30 12345", "03012345"),
        (GERMAN, "+44 20 12345", "00442012345"),
        (GERMAN, "03012345", "03012345"),
        (GERMAN, "1001", "1001"),
        (NumberRules(), "+4930", "004930"),
        (AMERICAN, "0114930123", "+4930123"),
        (AMERICAN, "15551234567", "+15551234567"),
    ],
)
def test_dialled_number_has_the_form_that_the_trunk_takes(rules: NumberRules, text: str, number: str) -> None:
    assert dialled(rules, text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("004930123", "030123"),
        ("+4930123", "030123"),
        ("030123", "030123"),
        ("004420123", "+4420123"),
        ("1001", "1001"),
        ("anonymous", "anonymous"),
        ("00*43", "00*43"),
    ],
)
def test_shown_number_is_one_that_can_be_dialled_here(text: str, number: str) -> None:
    assert shown(GERMAN, text) == number


def test_first_rewrite_that_fits_is_applied() -> None:
    rules = NumberRules(dialled=(Rewrite("9", strip=1, digits_min=6), Rewrite("", add="8")))
    assert [dialled(rules, number) for number in ("912345", "9123")] == ["12345", "89123"]


def test_alias_stands_for_a_whole_number_once() -> None:
    rules = NumberRules(aliases={"ann": "0170 1", "01701": "0170 2"})
    assert (dialled(rules, "ann"), dialled(rules, "0170-1")) == ("01701", "01702")


@given(NUMBERS)
def test_showing_twice_shows_the_same(number: str) -> None:
    assert shown(GERMAN, shown(GERMAN, number)) == shown(GERMAN, number)


@given(NUMBERS)
def test_number_that_is_shown_dials_the_one_that_called(number: str) -> None:
    called = to_international(GERMAN, number)
    assert to_international(GERMAN, dialled(GERMAN, shown(GERMAN, number))) == called


@given(st.text(max_size=30), st.sampled_from([GERMAN, AMERICAN, NumberRules()]))
def test_any_text_gives_some_text(text: str, rules: NumberRules) -> None:
    assert clean(clean(text)) == clean(text)
    assert isinstance(dialled(rules, text), str)
    assert isinstance(shown(rules, text), str)

"""Numbers that may be called: Asterisk's patterns, and nothing that means more to Asterisk than a number."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.numbers import is_number, may_call, pattern_of
from vmq.errors import ConfigError


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("100", ["100"], ["1000", "10"]),
        ("_X.", ["10", "99"], ["1", ""]),
        ("_X!", ["1", "12"], [""]),
        ("_NXX", ["200", "999"], ["100", "20"]),
        ("_Z0", ["10"], ["00"]),
        ("_0[1-35]X.", ["0112", "0512"], ["0412", "011"]),
        ("_+49X.", ["+4912"], ["4912"]),
        ("_55-5XXXX", ["5551234"], ["55-51234"]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [number for number in yes if not may_call(number, [pattern])] == []
    assert [number for number in no if may_call(number, [pattern])] == []


def test_nothing_is_allowed_without_a_pattern_or_with_a_broken_one() -> None:
    assert not may_call("0555", [])
    assert not may_call("0555", ["_0[X.", "_0;X."])


@pytest.mark.parametrize("text", ["_0;X.", "_[3-1]", "_a.c"])
def test_what_is_no_pattern_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="write"):
        pattern_of(text)


@given(st.text(max_size=60))
def test_only_numbers_are_numbers(text: str) -> None:
    assert is_number(text) == bool(re.fullmatch(r"\+?[0-9*#]{1,40}", text, re.ASCII) and "\n" not in text)
    if may_call(text, ["_.", "_X.", "_+."]):
        assert not set(text) & set("&/@,|()$ \n")


@given(st.text(alphabet="_0123456789XZN.![]-+*#", max_size=20))
def test_any_pattern_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ConfigError):
        pattern_of(text)

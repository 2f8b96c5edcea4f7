"""Outside lines: the first free one of a group is taken, none carries more than it may, and a full group is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.dialling import NumberRules
from vmq.domain.rules import TrunkRules
from vmq.domain.trunks import Lines, dial_through

ONE, TWO, OPEN = (
    TrunkRules("one", "PJSIP/{number}@one", 1),
    TrunkRules("two", "PJSIP/{number}@two", 2),
    TrunkRules("open", "PJSIP/{number}@open"),
)
BOTH = ("one", "two")


@pytest.fixture
def lines() -> Lines:
    lines = Lines([ONE, TWO, OPEN])
    for group in (BOTH, ("one",), ("open",), ("none",)):
        lines.know(group, "+".join(group))
    return lines


def test_first_free_line_in_the_agents_order_is_taken(lines: Lines) -> None:
    for leg in "abc":
        lines.take(leg, BOTH)
    assert [lines.line_of(leg) for leg in "abcd"] == ["one", "two", "two", ""]


def test_full_group_says_why_and_opens_with_the_first_leg_that_goes(lines: Lines) -> None:
    for leg in "abc":
        lines.take(leg, BOTH)
    assert lines.full == {BOTH, ("one",), ("none",)}
    assert lines.why_not(BOTH) == "no outside line is free: one carries 1 of 1, two carries 2 of 2"
    assert lines.give("b") == {BOTH}
    assert lines.give("b") == set()
    assert lines.give("a") == {("one",)}
    assert lines.why_not(BOTH) == ""


def test_leg_that_is_there_already_counts_on_the_line_it_says(lines: Lines) -> None:
    lines.take("a", BOTH, "two")
    assert lines.line_of("a") == "two"
    lines.take("b", BOTH)
    assert lines.line_of("b") == "one", "no leg was on it"
    lines.take("c", (), "one")
    assert lines.why_not(("one",)) == "no outside line is free: one carries 2 of 1"
    lines.give("c")
    assert lines.why_not(("one",)) == "no outside line is free: one carries 1 of 1"


def test_line_without_capacity_is_never_full(lines: Lines) -> None:
    for leg in range(1000):
        lines.take(str(leg), ("open",))
    assert ("open",) not in lines.full


def test_group_of_lines_that_are_not_there_is_full(lines: Lines) -> None:
    assert lines.why_not(("none",)) == "there is no outside line none"


def test_changed_capacity_counts_at_once_and_calls_stay_counted(lines: Lines) -> None:
    lines.take("a", ("one",))
    assert lines.change([TrunkRules("one", ONE.dial, 2), TWO]) == {("one",)}
    lines.take("b", ("one",))
    assert lines.change([ONE, TWO]) == set()
    assert lines.give("a") == set()
    assert lines.give("b") == {("one",)}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.sampled_from([BOTH, ("one",), ("two", "one")]))))
def test_no_line_ever_carries_more_than_it_may(steps: list[tuple[bool, int, tuple[str, ...]]]) -> None:
    lines = Lines([ONE, TWO])
    for _, _, group in steps:
        lines.know(group, "+".join(group))
    living: dict[str, str] = {}
    for is_taken, number, group in steps:
        leg = str(number)
        if is_taken and leg not in living:
            had_one = lines.first_free(group) is not None
            lines.take(leg, group)
            assert bool(lines.line_of(leg)) is had_one
            living[leg] = lines.line_of(leg)
        elif not is_taken and living.pop(leg, None) is not None:
            lines.give(leg)
        loads = [list(living.values()).count(trunk.name) for trunk in (ONE, TWO)]
        assert loads[0] <= 1
        assert loads[1] <= 2
        assert all((each in lines.full) is (lines.first_free(each) is None) for _, _, each in steps)


@pytest.mark.parametrize("text", ["", "+", "1&PJSIP/2", "1@other", "ann", "1+2"])
def test_what_is_no_number_is_not_dialled(text: str) -> None:
    assert dial_through(ONE, NumberRules(), text) == ""


def test_number_is_put_into_the_lines_dial_string() -> None:
    assert dial_through(ONE, NumberRules(country="49"), "+49 170 1") == "PJSIP/01701@one"

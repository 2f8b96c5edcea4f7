"""Who stands at a door: lists in any form, what is remembered of a number and for how long, and friends before all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.dialling import NumberRules
from vmq.domain.door import (
    DoorRules,
    Outcome,
    Remembered,
    Verdict,
    is_known_robot,
    judge,
    numbers_in,
    party_of,
    remember,
)
from vmq.domain.door_records import DoorCalled, DoorForgiven
from vmq.domain.record import Record

GERMAN = NumberRules(country="49")
NOW = 1_000_000_000.0
DAY = 86400.0
EVE = "+493012345"


def called(outcome: Outcome, *, is_person: bool = False, door: str = "main") -> DoorCalled:
    return DoorCalled(EVE, door, "1.1", outcome.value, is_person=is_person)


def known(*records: tuple[float, Record]) -> Remembered:
    """Records by how many seconds ago they were."""
    return remember([(NOW - ago, record) for ago, record in records])


@pytest.mark.parametrize(
    ("number", "party"),
    [
        ("03012345", EVE),
        ("+49 (0)30 / 123-45", EVE),
        ("004930 12345", EVE),
        ("1003", "1003"),
        ("", ""),
        ("anonymous", ""),
        ("<unknown>", ""),
    ],
)
def test_a_number_has_one_form_however_it_comes_in(number: str, party: str) -> None:
    assert party_of(number, GERMAN) == party


@pytest.mark.parametrize("written", ["+49 30 12345", "030/12345", "_030XXXXX", "_+4930X."])
@pytest.mark.parametrize("number", ["03012345", "+493012345", "004930 12345"])
def test_a_list_finds_a_number_in_any_form(written: str, number: str) -> None:
    listed = numbers_in([written], GERMAN)
    assert listed.has(number, party_of(number, GERMAN))
    assert not listed.has("04012345", party_of("04012345", GERMAN))


def test_a_withheld_number_is_on_no_list_but_that_of_a_door_that_wants_numbers() -> None:
    rules = DoorRules(friends=numbers_in(["anonymous", "_X."], GERMAN))
    assert judge(rules, "anonymous", "", Remembered(), NOW) is Verdict.STRANGER
    assert judge(DoorRules(wants_number=True), "anonymous", "", Remembered(), NOW) is Verdict.BLOCKED


@given(
    outcomes=st.lists(st.sampled_from(Outcome), max_size=20),
    refuse_after=st.integers(1, 5),
    rate_calls=st.integers(0, 5),
    wants_number=st.booleans(),
)
def test_a_friend_rings_whatever_is_known_of_him(
    outcomes: list[Outcome], refuse_after: int, rate_calls: int, wants_number: bool
) -> None:
    friends = numbers_in(["030 12345"], GERMAN)
    rules = DoorRules(
        friends=friends, blocked=friends, refuse_after=refuse_after, rate_calls=rate_calls, wants_number=wants_number
    )
    past = known(*((float(len(outcomes) - place), called(outcome)) for place, outcome in enumerate(outcomes)))
    assert judge(rules, "03012345", EVE, past, NOW) is Verdict.FRIEND


def test_a_blocked_number_is_refused_though_it_has_passed_the_guard() -> None:
    rules = DoorRules(blocked=numbers_in(["_030X."], GERMAN))
    past = known((10.0, called(Outcome.PUT_THROUGH, is_person=True)))
    assert judge(rules, "03012345", EVE, past, NOW) is Verdict.BLOCKED


def test_a_number_that_failed_often_enough_is_a_robots_until_that_is_forgotten() -> None:
    rules = DoorRules(refuse_after=2, forget_s=30 * DAY)
    robot = called(Outcome.ROBOT)
    assert judge(rules, "03012345", EVE, known((DAY, robot)), NOW) is Verdict.STRANGER
    assert judge(rules, "03012345", EVE, known((40 * DAY, robot), (DAY, robot)), NOW) is Verdict.KNOWN_ROBOT
    assert judge(rules, "03012345", EVE, known((40 * DAY, robot), (30 * DAY, robot)), NOW) is Verdict.STRANGER


def test_being_refused_does_not_make_it_longer() -> None:
    rules = DoorRules(refuse_after=1, forget_s=30 * DAY)
    past = known((31 * DAY, called(Outcome.ROBOT)), (DAY, called(Outcome.KNOWN_ROBOT)))
    assert judge(rules, "03012345", EVE, past, NOW) is Verdict.STRANGER


def test_hanging_up_is_no_failure() -> None:
    past = known(*((float(ago), called(Outcome.LEFT)) for ago in range(9, 0, -1)))
    assert judge(DoorRules(refuse_after=1), "03012345", EVE, past, NOW) is Verdict.STRANGER


def test_who_passed_is_trusted_for_a_while_and_his_failures_count_no_longer() -> None:
    rules = DoorRules(refuse_after=2, trust_s=90 * DAY)
    passed = called(Outcome.PUT_THROUGH, is_person=True)
    failed = called(Outcome.ROBOT)
    assert judge(rules, "03012345", EVE, known((89 * DAY, passed)), NOW) is Verdict.TRUSTED
    assert judge(rules, "03012345", EVE, known((90 * DAY, passed)), NOW) is Verdict.STRANGER
    assert not is_known_robot(rules, known((9.0, failed), (8.0, passed), (7.0, failed)), NOW)


def test_to_be_told_that_it_is_closed_shows_no_person() -> None:
    assert judge(DoorRules(), "03012345", EVE, known((9.0, called(Outcome.TOLD))), NOW) is Verdict.STRANGER


def test_a_forgiven_number_is_a_strangers_again() -> None:
    robot = called(Outcome.ROBOT)
    past = known((9.0, robot), (8.0, robot), (7.0, DoorForgiven(EVE, "sue")))
    assert past == Remembered()
    assert judge(DoorRules(refuse_after=2), "03012345", EVE, past, NOW) is Verdict.STRANGER


def test_too_many_calls_in_a_time_are_refused() -> None:
    rules = DoorRules(rate_calls=3, rate_s=60.0)
    through = called(Outcome.PUT_THROUGH, is_person=True)
    assert judge(rules, "03012345", EVE, known((59.0, through), (2.0, through)), NOW) is Verdict.TRUSTED
    often = known((59.0, through), (2.0, through), (1.0, through))
    assert judge(rules, "03012345", EVE, often, NOW) is Verdict.TOO_OFTEN
    assert judge(rules, "03012345", EVE, often, NOW + 2) is Verdict.TRUSTED


def test_what_rings_and_what_is_kept_out() -> None:
    assert {outcome for outcome in Outcome if outcome.is_ringing} == {Outcome.FRIEND, Outcome.PUT_THROUGH}
    kept = {Outcome.BLOCKED, Outcome.KNOWN_ROBOT, Outcome.TOO_OFTEN, Outcome.ROBOT}
    assert {outcome for outcome in Outcome if outcome.is_kept_out} == kept

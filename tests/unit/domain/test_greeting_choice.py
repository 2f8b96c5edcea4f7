"""Which greeting a caller hears: the written order, one step after the other taken away."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from vmq.domain.greeting_choice import SortOfCall, choose_greeting, sort_of_call
from vmq.domain.mailbox import Greeting, GreetingKind, GreetingUse, Mailbox
from vmq.domain.schedule import Schedule

NOW = 1_800_000_000.0  # a Friday, 8:00 UTC
KINDS = {kind.value: kind for kind in GreetingKind}
EVERYTHING = SortOfCall(is_busy=True, is_internal=True, is_closed=True, is_holiday=True)
USES = (GreetingUse("all", KINDS["1"], 1.0), GreetingUse("busy", KINDS["2"], 2.0))
ORDER = ("temp", "absence", "holiday", "closed", "2", "1", "busy", "internal", "unavail")


def mailbox(*kinds: str, uses: tuple[GreetingUse, ...] = (), **change: object) -> Mailbox:
    """One with these greetings."""
    recorded = {KINDS[kind]: Greeting(KINDS[kind], kind, 1.0, 0.0, **change) for kind in kinds}  # type: ignore[arg-type]
    return Mailbox("1001", greetings=recorded, uses=uses)


def heard(box: Mailbox, call: SortOfCall = EVERYTHING) -> str:
    """The kind that is played, or ""."""
    found = choose_greeting(box, call, NOW)
    return found.kind.value if found else ""


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_each_comes_before_all_that_follow(place: int) -> None:
    assert heard(mailbox(*ORDER[place:], "name", uses=USES)) == ORDER[place]


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("busy", SortOfCall(is_internal=True)),
        ("internal", SortOfCall(is_busy=True)),
        ("closed", SortOfCall()),
        ("holiday", SortOfCall(is_closed=True)),
    ],
)
def test_a_greeting_for_other_calls_is_not_played(kind: str, call: SortOfCall) -> None:
    assert heard(mailbox(kind, "unavail"), call) == "unavail"


@pytest.mark.parametrize(
    ("calls", "call", "fits"),
    [
        ("all", SortOfCall(), True),
        ("internal", SortOfCall(is_internal=True), True),
        ("internal", SortOfCall(), False),
        ("external", SortOfCall(), True),
        ("external", SortOfCall(is_internal=True), False),
        ("busy", SortOfCall(is_busy=True), True),
        ("no_answer", SortOfCall(), True),
        ("no_answer", SortOfCall(is_busy=True), False),
        ("closed", SortOfCall(is_closed=True), True),
        ("closed", SortOfCall(), False),
    ],
)
def test_a_greeting_is_played_to_the_calls_that_its_owner_gave_it(calls: str, call: SortOfCall, fits: bool) -> None:
    box = mailbox("4", "unavail", uses=(GreetingUse(calls, KINDS["4"], 1.0),))
    assert heard(box, call) == ("4" if fits else "unavail")


def test_the_choice_made_last_wins_while_its_greeting_is_recorded() -> None:
    uses = (GreetingUse("busy", KINDS["2"], 1.0), GreetingUse("all", KINDS["3"], 2.0))
    assert heard(mailbox("2", "3", uses=uses)) == "3"
    assert heard(mailbox("2", uses=uses)) == "2"


@pytest.mark.parametrize("change", [{"is_on": False}, {"expires_at": NOW}])
def test_a_greeting_that_is_off_or_over_is_not_played(change: dict[str, object]) -> None:
    assert heard(mailbox("temp", "absence", **change)) == ""
    assert heard(mailbox("temp", expires_at=NOW + 1)) == "temp"


def test_what_the_schedule_says_of_a_call() -> None:
    zone = ZoneInfo("UTC")
    week = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))
    shut = Schedule(zone, week)
    holiday = Schedule(zone, {}, {date(2027, 1, 15): ()})
    assert sort_of_call(None, NOW, is_busy=True, is_internal=False) == SortOfCall(is_busy=True)
    assert sort_of_call(shut, NOW, is_busy=False, is_internal=True) == SortOfCall(is_internal=True, is_closed=True)
    assert sort_of_call(shut, NOW + 2 * 3600, is_busy=False, is_internal=False) == SortOfCall()
    assert sort_of_call(holiday, NOW, is_busy=False, is_internal=False) == SortOfCall(is_closed=True, is_holiday=True)

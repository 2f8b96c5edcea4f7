"""Where callers stand: priority, place, ageing, the weight of a queue; and opening hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.stage import Stage, check_floor
from vmq.domain.asked import CallerPriorityChanged, CallerWithdrawn
from vmq.domain.commands import QueueStatus, ReleaseCaller
from vmq.domain.events import ChannelHungUp, DeviceState, DeviceStateChanged, leg_id
from vmq.domain.records import CallerEntered, CallerLeft, CallerMoved
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.schedule import Schedule


def line(stage: Stage, queue: str = "sales") -> list[str]:
    return [place[3] for place in stage.floor.queues[queue].line]


def test_a_position_counts_among_callers_of_the_same_priority() -> None:
    """The table of the Asterisk testsuite's position_priority_maxlen: each join with (priority, position) → place."""
    joins = [
        ((0, 0), 1),
        ((0, 1), 1),
        ((1, 0), 1),
        ((1, 2), 2),
        ((0, 1), 3),
        ((0, 9), 6),
        ((2, 3), 1),
        ((1, 1), 2),
    ]
    stage = Stage([QueueRules("sales", max_length=8)], [])
    for number, ((priority, position), expected) in enumerate(joins):
        stage.join(f"c{number}", priority=priority, position=position, entered_at=stage.now + number)
        assert stage.noted(CallerEntered)[-1].position == expected
        check_floor(stage.floor, stage.now)
    stage.join("c9")
    assert stage.only(ReleaseCaller).status is QueueStatus.FULL


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), max_size=30))
def test_whatever_positions_are_wished_for_priorities_stay_in_order(joins: list[tuple[int, int]]) -> None:
    stage = Stage([QueueRules("sales")], [])
    for number, (priority, position) in enumerate(joins):
        stage.join(f"c{number}", priority=priority, position=position)
    priorities = [stage.floor.callers[call_id].priority for call_id in line(stage)]
    assert priorities == sorted(priorities, reverse=True)


def test_another_priority_and_place_for_one_who_waits() -> None:
    stage = Stage([QueueRules("sales")], [])
    for call_id in ("a", "b", "c"):
        stage.join(call_id)
    stage.step(CallerPriorityChanged("c", 5, by="me"))
    assert line(stage) == ["c", "a", "b"]
    assert stage.noted(CallerMoved) == [CallerMoved("c", "sales", 5, 1, "me")]
    stage.step(CallerPriorityChanged("c", 0, position=2))
    assert line(stage) == ["a", "c", "b"]


def test_a_withdrawn_caller_goes_to_his_dialplan_or_to_another_queue() -> None:
    stage = Stage([QueueRules("sales")], [])
    stage.join("a")
    stage.join("b")
    stage.step(CallerWithdrawn("a", "by the boss"))
    assert stage.only(ReleaseCaller).status is QueueStatus.WITHDRAW
    assert stage.noted(CallerLeft)[-1].info == "by the boss"
    stage.step(CallerWithdrawn("b", to="other"))
    assert ("VMQ_NEXT", "queue:other") in stage.only(ReleaseCaller).variables


def test_who_is_answered_can_not_be_withdrawn() -> None:
    stage = Stage([QueueRules("sales")], [AgentRules("ann", "PJSIP/ann", ("sales",))])
    stage.talk("a")
    assert stage.step(CallerWithdrawn("a")) == []


def test_with_ageing_a_priority_is_worth_so_many_seconds() -> None:
    stage = Stage([QueueRules("sales", ageing_s=60)], [])
    stage.join("old")
    stage.wait(119)
    stage.join("vip", priority=2)
    assert line(stage) == ["vip", "old"]
    stage.wait(2)
    stage.join("late vip", priority=2)
    assert line(stage) == ["vip", "old", "late vip"]


@pytest.mark.parametrize(("weight", "first"), [(0, "a"), (1, "b")])
def test_a_freed_agent_takes_from_the_weightier_queue_then_who_waits_longest(weight: int, first: str) -> None:
    ann = AgentRules("ann", "PJSIP/ann", ("sales", "support"))
    stage = Stage([QueueRules("sales"), QueueRules("support", weight=weight)], [ann])
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("a", "sales")
    stage.wait(5)
    stage.join("b", "support", priority=0)
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.NOT_INUSE))
    assert stage.rung().call_id == first


def test_no_queue_starves_another_while_an_agent_is_free() -> None:
    """app_queue's weight keeps an agent from a light queue though the heavy one's callers can't have him (#1561)."""
    agents = [
        AgentRules("ann", "PJSIP/ann", ("heavy", "light"), penalties={"heavy": 9}),
        AgentRules("bob", "PJSIP/bob", ("heavy",)),
    ]
    stage = Stage([QueueRules("heavy", weight=10), QueueRules("light")], agents)
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.INUSE))
    stage.join("h", "heavy", max_penalty=0)
    stage.join("l", "light")
    assert stage.rung().call_id == "l"
    stage.step(ChannelHungUp(leg_id(stage.rung().offer_id), 16))


BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Schedule(BERLIN, dict.fromkeys(range(5), ((9 * 60, 17 * 60),)), {date(2026, 12, 25): ()})


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-26T08:59:59", False),
        ("2026-11-26T09:00:00", True),
        ("2026-11-26T16:59:59", True),
        ("2026-11-26T17:00:00", False),
        ("2026-11-28T12:00:00", False),
        ("2026-12-25T12:00:00", False),
        ("2026-07-01T09:00:00", True),
    ],
)
def test_hours_are_local_and_single_days_go_before_the_week(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(datetime.fromisoformat(moment).replace(tzinfo=BERLIN).timestamp()) is is_open


def test_when_it_opens_or_closes_next() -> None:
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=BERLIN).timestamp()
    closes = OFFICE.changes_at(friday)
    assert closes == datetime(2026, 11, 27, 17, 0, tzinfo=BERLIN).timestamp()
    assert OFFICE.changes_at(closes) == datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN).timestamp()


def test_always_closed_never_changes() -> None:
    assert Schedule(UTC, {}).changes_at(0.0) is None


@given(st.integers(0, 2_000_000_000))
def test_between_changes_nothing_changes(now: int) -> None:
    at = OFFICE.changes_at(now)
    assert at is not None and at > now
    assert OFFICE.is_open(at) is not OFFICE.is_open(now)
    assert OFFICE.is_open((now + at) / 2) is OFFICE.is_open(now)

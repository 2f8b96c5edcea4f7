"""Figures of queues and agents: each fact in its interval, each second in its own, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from zoneinfo import ZoneInfo

import pytest

from tests.support.reports import HOUSE, START, Book
from vmq.domain.records import AgentStatusChanged, CallCompleted, CallHeld, EngineStarted, OfferFailed, OfferMade
from vmq.domain.rules import AgentRules, HouseRules
from vmq.domain.schedule import Schedule
from vmq.reports.agents import AGENT_STATISTICS_KINDS, AgentStatistics
from vmq.reports.figures import AgentFigures, QueueFigures, add
from vmq.reports.intervals import Interval
from vmq.reports.queues import QUEUE_KINDS, QueueStatistics
from vmq.reports.roster import Roster
from vmq.reports.sheet import Row

HOUR = 3600.0


def queues(book: Book, interval: Interval = Interval.HOUR, house: HouseRules = HOUSE) -> QueueStatistics:
    statistics = QueueStatistics(Roster(house), interval)
    for entry in book.entries:
        statistics.take(entry)
    return statistics


def agents(book: Book, interval: Interval = Interval.HOUR, house: HouseRules = HOUSE) -> AgentStatistics:
    statistics = AgentStatistics(Roster(house), interval)
    for entry in book.entries:
        statistics.take(entry)
    return statistics


def queue_rows(book: Book, interval: Interval = Interval.HOUR) -> Sequence[Row[QueueFigures]]:
    return queues(book, interval).rows(START, START + 24 * HOUR)


def first(book: Book) -> QueueFigures:
    return queue_rows(book)[0].figures


def ann(book: Book, *, now: float = 10 * HOUR) -> AgentFigures:
    rows = agents(book).rows(START, START + 24 * HOUR, "ann", until=START + now)
    return reduce(add, (row.figures for row in rows), AgentFigures())


def status(status: str, **more: str) -> AgentStatusChanged:
    return AgentStatusChanged("ann", status, **more)  # type: ignore[arg-type]


def test_each_caller_ends_in_one_count() -> None:
    book = Book()
    for number in range(4):
        book.enter(number, f"c{number}")
    book.leave(5, "x", status="FULL", position=0)
    book.connect(10, "c0", wait_s=10).abandon(30, "c1", wait_s=29).abandon(4, "c2", wait_s=2)
    book.leave(60, "c3", status="TIMEOUT", why="timeout", wait_s=57.0)
    figures = first(book)
    assert (figures.offered, figures.entered, figures.turned_away) == (5, 4, {"full": 1})
    assert (figures.answered, figures.abandoned, figures.short_abandoned, figures.left) == (1, 1, 1, {"timeout": 1})


def test_waits_are_averaged_and_put_into_buckets() -> None:
    book = Book()
    for wait in (5, 5.5, 21, 400):
        book.enter(0, f"c{wait}").connect(wait, f"c{wait}", wait_s=wait)
    figures = first(book)
    assert figures.answered_waits == {"5": 1, "10": 1, "30": 1, "more": 1}
    assert figures.answered_wait_avg_s == pytest.approx(431.5 / 4)
    assert figures.answered_wait_max_s == 400


def test_service_level_by_both_formulas() -> None:
    book = Book()
    for call, wait in (("a", 20), ("b", 21)):
        book.enter(0, call).connect(wait, call, wait_s=wait)
    for call, wait in (("c", 10), ("d", 25), ("short", 1)):
        book.enter(0, call).abandon(wait, call, wait_s=wait)
    book.enter(0, "e").leave(30, "e", status="CONTINUE", why="key", info="1", wait_s=30.0)
    book.enter(0, "f").leave(40, "f", status="TIMEOUT", why="timeout", wait_s=40.0)
    figures = first(book)
    assert figures.service_level == 1 / 2
    assert figures.service_level_2 == (1 + 1) / (2 + 3)


def test_nothing_has_no_share() -> None:
    figures = QueueFigures()
    assert figures.service_level is figures.service_level_2 is figures.answered_wait_avg_s is None
    assert AgentFigures().occupancy is None


def test_a_fact_counts_when_it_happens() -> None:
    book = Book().enter(HOUR - 10).connect(HOUR + 20, wait_s=30).complete(2 * HOUR + 5)
    rows = queue_rows(book)
    assert [(row.figures.entered, row.figures.answered, row.figures.completed) for row in rows] == [
        (1, 0, 0), (0, 1, 0), (0, 0, 1),
    ]  # fmt: skip


def test_talk_and_hold_are_spread_over_the_edges() -> None:
    book = Book().enter(0).connect(HOUR - 10, wait_s=30)
    book.note(HOUR - 4, CallHeld("o-c1", "c1", "ann", True)).note(HOUR + 6, CallHeld("o-c1", "c1", "ann", False))
    book.note(HOUR + 50, CallHeld("o-c1", "c1", "ann", True)).complete(HOUR + 60)
    assert [(row.figures.talk_s, row.figures.hold_s) for row in queue_rows(book)] == [(10, 4), (60, 16)]


def test_a_talk_that_goes_on_counts_so_far_and_not_twice() -> None:
    book = Book().enter(0).connect(10, wait_s=10)
    statistics = queues(book)
    for now in (20, 30):
        assert statistics.rows(START, START + HOUR, until=START + now)[0].figures.talk_s == now - 10
    statistics.take(book.complete(40).entries[-1])
    assert statistics.rows(START, START + HOUR)[0].figures.talk_s == 30


def test_a_talk_whose_beginning_is_gone_is_as_long_as_its_record_says() -> None:
    book = Book().note(HOUR + 30, CallCompleted("o", "c1", "sales", "ann", 5.0, 90.0, "agent"))
    assert [row.figures.talk_s for row in queue_rows(book)] == [60, 30]


def test_intervals_are_of_the_queues_own_time_zone() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    sales = replace(HOUSE.queues[0], schedule=Schedule(zone, {}))
    statistics = queues(Book().enter(0).enter(0, "c2", "support"), Interval.HOUR, replace(HOUSE, queues=(sales,)))
    rows = statistics.rows(START - HOUR, START + HOUR)
    assert [(row.name, row.begin - START) for row in rows] == [("sales", -45 * 60), ("support", 0)]


def test_one_who_comes_back_after_a_restart_entered_once() -> None:
    book = Book().enter(0).note(5, EngineStarted()).enter(6, is_return=True, entered_at=START).abandon(9, wait_s=9)
    assert (first(book).entered, first(book).abandoned) == (1, 1)
    assert first(Book().enter(6, is_return=True, entered_at=START)).entered == 1


def test_live_figures_can_be_kept_short() -> None:
    statistics = queues(Book().enter(0).enter(HOUR, "c2"))
    statistics.forget(START + HOUR)
    assert [row.begin for row in statistics.rows(0, START + 9 * HOUR)] == [START + HOUR]
    assert statistics.waiting("sales") == 2


def test_status_times_are_spread_and_add_up() -> None:
    book = Book().note(0, status("available")).note(HOUR - 60, status("paused", reason="tea"))
    book.note(HOUR + 60, status("paused", reason="meeting")).note(HOUR + 90, status("wrap_up"))
    book.note(HOUR + 100, status("offline"))
    rows = agents(book).rows(START, START + 2 * HOUR, "ann")
    assert [row.figures.paused for row in rows] == [{"tea": 60}, {"tea": 60, "meeting": 30}]
    assert [row.figures.logged_in_s for row in rows] == [HOUR, 100]
    assert [row.figures.available_s for row in rows] == [HOUR - 60, 0]
    assert rows[1].figures.wrap_up_s == 10


def test_a_wish_for_after_the_call_changes_no_status() -> None:
    book = Book().note(0, status("available")).note(10, status("available", next_status="paused", reason="tea"))
    assert ann(book, now=60).available_s == 60


def test_a_status_that_lasts_fills_every_interval_up_to_now() -> None:
    rows = agents(Book().note(0, status("paused", reason="x"))).rows(START, START + 9 * HOUR, until=START + 2.5 * HOUR)
    assert [row.figures.paused_s for row in rows] == [HOUR, HOUR, HOUR / 2]


def test_offers_and_what_came_of_them() -> None:
    book = Book().note(0, status("available")).enter(1)
    for number, why in enumerate(("busy", "refused", "no_answer", "withdrawn")):
        book.note(10.0 * number, OfferMade(f"o{number}", "c1", "sales", "ann", 1.0))
        book.note(10.0 * number + 5, OfferFailed(f"o{number}", "c1", "sales", "ann", why, 5.0))
    figures = ann(book, now=100)
    assert (figures.offers, figures.refused, figures.missed, figures.ringing_s) == (4, 2, 1, 20)
    assert figures.failed == {"busy": 1, "refused": 1, "no_answer": 1, "withdrawn": 1}
    assert figures.idle_s == 80


def test_occupancy_is_work_among_the_time_for_work() -> None:
    book = Book().note(0, status("available")).enter(0).connect(100, wait_s=100).complete(400)
    book.note(400, status("wrap_up")).note(500, status("available")).note(900, status("paused", reason="x"))
    figures = ann(book, now=1000)
    assert figures.occupancy == (300 + 100) / (1000 - 100)
    assert (figures.calls, figures.completed, figures.talk_s, figures.handling_avg_s) == (1, 1, 300, 400)


def test_whoever_never_said_anything_is_as_his_rules_say_from_the_start_on() -> None:
    house = HouseRules(agents=(AgentRules("ann", "PJSIP/1"), AgentRules("bob", "PJSIP/2", is_logged_in=False)))
    book = Book().note(10, EngineStarted())
    rows = agents(book, house=house).rows(START, START + HOUR, until=START + 60)
    assert [(row.name, row.figures.available_s) for row in rows] == [("ann", 50)]


def test_what_was_before_is_recalled() -> None:
    before = Book().note(-500, status("paused", reason="tea")).note(-400, EngineStarted())
    statistics = AgentStatistics(Roster(HOUSE), Interval.HOUR, since=START)
    statistics.recall(before.entries)
    assert statistics.rows(START, START + HOUR, until=START + 5)[0].figures.paused == {"tea": 5}


def test_figures_add_up() -> None:
    one = QueueFigures(answered=1, answered_wait_s=5, answered_wait_max_s=5)
    two = QueueFigures(answered=2, answered_wait_s=6, answered_wait_max_s=4)
    one.left["timeout"] = 1
    total = add(one, two)
    assert (total.answered, total.answered_wait_s, total.answered_wait_max_s, total.left) == (3, 11, 5, {"timeout": 1})
    assert add(AgentFigures(paused={"a": 1.0}), AgentFigures(paused={"a": 2.0, "b": 1.0})).paused == {"a": 3, "b": 1}


def test_every_kind_that_counts_is_named() -> None:
    assert set(QUEUE_KINDS) == set(queues(Book())._takers)
    assert set(AGENT_STATISTICS_KINDS) == set(agents(Book())._takers)

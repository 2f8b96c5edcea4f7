"""Questions about the past: pages and parts give the same as the whole, and edges lose nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC
from functools import reduce
from typing import Any

import pytest

from tests.support.history import ListHistory
from tests.support.house import StillClock
from tests.support.reports import HOUSE, START, Book
from vmq.domain.records import AgentStatusChanged, EngineStarted
from vmq.reports.desk import Answer, Desk, Question
from vmq.reports.figures import QueueFigures, add
from vmq.reports.intervals import Interval
from vmq.reports.queue_log import QueueLog
from vmq.reports.roster import Roster

HOUR = 3600.0
DAY = Question(START, START + 24 * HOUR)


def desk(book: Book, now: float = 24 * HOUR) -> Desk:
    roster = Roster(HOUSE, UTC)
    return Desk(ListHistory(book.entries), StillClock(START + now), lambda: roster, lambda: QueueLog(roster))


def busy_day() -> Book:
    """A call every 20 minutes, from one hour before START; every fourth in the other queue, every fifth gives up."""
    book = Book().note(-2 * HOUR, EngineStarted(), AgentStatusChanged("ann", "available"))
    for number in range(60):
        at, call = 1200.0 * number - HOUR, f"c{number:02}"
        book.enter(at, call, "support" if number % 4 == 0 else "sales")
        if number % 5 == 0:
            book.abandon(at + 45, call, wait_s=45)
        else:
            book.connect(at + 10, call, wait_s=10).complete(at + 800, call)
    return book


async def everything(ask: Callable[[int], Awaitable[Answer[Any]]]) -> list[Any]:
    """All items of an answer in parts."""
    items, after = [], 0
    while True:
        answer = await ask(after)
        items += answer.items
        if answer.next is None:
            return items
        assert answer.next > after
        after = answer.next


@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
async def test_parts_of_queue_figures_are_the_whole(limit: int) -> None:
    question = desk(busy_day())
    whole = (await question.queues(DAY, Interval.HOUR)).items
    parts = await everything(lambda after: question.queues(DAY, Interval.HOUR, after=after, limit=limit))
    assert [(row.name, row.begin, row.figures) for row in parts] == [
        (row.name, row.begin, row.figures) for row in whole
    ]


@pytest.mark.parametrize("interval", [Interval.QUARTER, Interval.HALF, Interval.HOUR])
async def test_intervals_add_up_to_the_day(interval: Interval) -> None:
    question = desk(busy_day())
    midnight = Question(START + 3 * HOUR, START + 20 * HOUR)
    (fine, coarse) = [
        reduce(add, (row.figures for row in (await question.queues(midnight, each, limit=1000)).items), QueueFigures())
        for each in (interval, Interval.DAY)
    ]
    assert fine.entered == coarse.entered > 40
    assert asdict(fine) | {"talk_s": 0} == asdict(coarse) | {"talk_s": 0}
    assert fine.talk_s == pytest.approx(coarse.talk_s)


async def test_a_talk_from_before_the_time_asked_for_counts_from_its_beginning() -> None:
    book = Book().enter(-600).connect(-500, wait_s=100)
    (row,) = (await desk(book, now=120).queues(Question(START, START + HOUR), Interval.HOUR)).items
    assert (row.begin, row.figures.talk_s, row.figures.answered) == (START, 120, 0)


async def test_a_time_that_begins_within_an_interval_has_all_of_it() -> None:
    question = Question(START + 1800, START + 1801)
    (row,) = (await desk(Book().enter(5)).queues(question, Interval.HOUR)).items
    assert (row.begin, row.end, row.figures.entered) == (START, START + HOUR, 1)


async def test_agents_are_as_they_were_before_the_time_asked_for() -> None:
    book = Book().note(-9 * HOUR, AgentStatusChanged("ann", "paused", "tea"), AgentStatusChanged("bob", "available"))
    book.note(-8 * HOUR, AgentStatusChanged("bob", "offline"))
    rows = (await desk(book, now=90 * 60).agents(DAY, Interval.HOUR)).items
    assert [(row.name, row.begin - START, row.figures.paused) for row in rows] == [
        ("ann", 0, {"tea": HOUR}),
        ("ann", HOUR, {"tea": HOUR / 2}),
    ]


@pytest.mark.parametrize("limit", [1, 4, 1000])
async def test_parts_of_calls_are_the_whole(limit: int) -> None:
    question = desk(busy_day())
    rows = await everything(lambda after: question.calls(DAY, after=after, limit=limit))
    assert [row.call_id for row in rows] == [f"c{number:02}" for number in range(3, 60)]
    assert all(row.is_over for row in rows)


@pytest.mark.parametrize("limit", [1, 4, 1000])
async def test_calls_of_a_queue_or_agent_in_parts(limit: int) -> None:
    question = desk(busy_day())
    support = Question(DAY.begin, DAY.end, queue="support")
    rows = await everything(lambda after: question.calls(support, after=after, limit=limit))
    assert [row.call_id for row in rows] == [f"c{number:02}" for number in range(4, 60, 4)]
    nobody = Question(DAY.begin, DAY.end, agent="bob")
    assert await everything(lambda after: question.calls(nobody, after=after, limit=limit)) == []


@pytest.mark.parametrize("limit", [1, 5, 1000])
async def test_parts_of_the_queue_log_are_the_whole(limit: int) -> None:
    book = busy_day()
    log = QueueLog(Roster(HOUSE, UTC))
    whole = [line for entry in book.entries for line in log.take(entry) if line.at >= START]
    question = desk(book)
    assert await everything(lambda after: question.queue_log(DAY, after=after, limit=limit)) == whole


async def test_the_queue_log_of_a_queue_and_of_an_agent() -> None:
    question = desk(busy_day())
    lines = (await question.queue_log(Question(START, START + HOUR, queue="support"))).items
    assert {line.queue for line in lines} == {"support"}
    lines = (await question.queue_log(Question(START, START + HOUR, agent="ann"))).items
    assert {line.event for line in lines} == {"CONNECT", "COMPLETEAGENT"}

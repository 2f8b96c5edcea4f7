"""The contract of the History port, for the fake of the tests and for every database we speak to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from tests.support.history import ListHistory
from vmq.db.journal import DatabaseJournal
from vmq.db.reading import JournalHistory
from vmq.domain.records import (
    AgentStatusChanged,
    CallerAbandoned,
    CallerEntered,
    DoorCalled,
    DoorForgiven,
    EngineStarted,
    Record,
)
from vmq.engine.ports import JournalEntry
from vmq.reports.ports import History

KINDS_OF_CALLS = (CallerEntered, CallerAbandoned)


@pytest.fixture(params=("list", *KINDS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[History, list[JournalEntry]]]:
    """A history, and what is in it."""
    entries: list[JournalEntry] = []
    async with AsyncExitStack() as stack:
        if request.param == "list":
            for number, (at, record) in enumerate(STORY, 1):
                entries.append(JournalEntry(number, at, record))
            yield ListHistory(entries), entries
            return
        database = await stack.enter_async_context(open_database(request.param, tmp_path))
        journal = DatabaseJournal(database)
        await journal.start()
        stack.push_async_callback(journal.close)
        entries += [journal.append(record, at) for at, record in STORY]
        await journal.flush()
        yield JournalHistory(database), entries


def entered(call: str) -> CallerEntered:
    return CallerEntered(call, "sales", "030", "Zoë", 0, 1, 0.0)


def status(agent: str, status: str) -> AgentStatusChanged:
    return AgentStatusChanged(agent, status)


STORY: list[tuple[float, Record]] = [
    (1.0, EngineStarted()),
    (10.0, entered("c1")),
    (11.0, status("ann", "available")),
    (20.0, entered("c2")),
    (21.0, status("ann", "paused")),
    (22.0, status("bob", "available")),
    (30.0, CallerAbandoned("c1", "sales", 1, 20.0)),
    (30.0, status("ann", "available")),
    (40.0, CallerAbandoned("c2", "sales", 1, 20.0)),
    (50.0, EngineStarted()),
    (60.0, DoorCalled("+4930", "main", "c9", "robot", is_person=False)),
    (61.0, DoorForgiven("+4930", "sue")),
    (62.0, DoorCalled("", "main", "c10", "robot")),
]

World = tuple[History, list[JournalEntry]]


async def test_a_time_begins_with_its_first_moment_and_ends_before_its_last(world: World) -> None:
    history, entries = world
    assert list(await history.between(10.0, 30.0, KINDS_OF_CALLS)) == [entries[1], entries[3]]
    assert list(await history.between(30.0, 30.001, KINDS_OF_CALLS)) == [entries[6]]


async def test_a_time_comes_in_pages(world: World) -> None:
    history, entries = world
    page = await history.between(0.0, 100.0, KINDS_OF_CALLS, limit=3)
    assert list(page) == [entries[1], entries[3], entries[6]]
    rest = await history.between(0.0, 100.0, KINDS_OF_CALLS, after=page[-1].id, limit=3)
    assert list(rest) == [entries[8]]


@pytest.mark.parametrize("time", [(60.0, 70.0), (0.0, 0.5), (23.0, 24.0), (30.0, 10.0)])
async def test_a_time_without_entries_is_empty(world: World, time: tuple[float, float]) -> None:
    assert list(await world[0].between(*time, KINDS_OF_CALLS)) == []


async def test_everything_about_some_calls(world: World) -> None:
    history, entries = world
    assert list(await history.about(["c1", "c9"], KINDS_OF_CALLS)) == [entries[1], entries[6]]
    assert list(await history.about(["c1", "c2"], KINDS_OF_CALLS, before=entries[6].id)) == [entries[1], entries[3]]
    assert list(await history.about([], KINDS_OF_CALLS)) == []


async def test_the_newest_about_each_agent(world: World) -> None:
    history, entries = world
    newest = await history.about(["ann", "bob"], [AgentStatusChanged], newest=2)
    assert list(newest) == [entries[4], entries[5], entries[7]]
    newest = await history.about(["ann", "bob"], [AgentStatusChanged], before=entries[7].id, newest=1)
    assert list(newest) == [entries[4], entries[5]]


async def test_many_subjects_at_once(world: World) -> None:
    history, entries = world
    many = [f"x{number}" for number in range(2_000)]
    assert list(await history.about([*many, "c2"], KINDS_OF_CALLS)) == [entries[3], entries[8]]


async def test_how_everybody_was_before_a_moment(world: World) -> None:
    history, entries = world
    before = await history.newest_before(30.0, [AgentStatusChanged, EngineStarted])
    assert list(before) == [entries[0], entries[4], entries[5]]
    assert list(await history.newest_before(1.0, [AgentStatusChanged, EngineStarted])) == []


async def test_callers_are_found_by_their_number_the_newest_ones(world: tuple[History, list[JournalEntry]]) -> None:
    history, entries = world
    calls = [entry for entry in entries if isinstance(entry.record, CallerEntered)]
    assert list(await history.entered("030", 10)) == calls
    assert list(await history.entered("030", 1)) == calls[-1:]
    assert list(await history.entered("031", 10)) == []
    assert list(await history.entered("", 10)) == []


async def test_a_number_at_a_door_is_a_subject(world: tuple[History, list[JournalEntry]]) -> None:
    history, entries = world
    found = await history.about(["+4930"], (DoorCalled, DoorForgiven), newest=5)
    assert list(found) == entries[10:12]

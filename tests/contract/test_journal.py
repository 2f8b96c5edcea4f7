"""The contract of the Journal port, for the one in memory and the one in every database we speak to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from vmq.db.journal import DatabaseJournal
from vmq.domain.records import CallerEntered, MailboxMade
from vmq.engine.memory import MemoryJournal
from vmq.engine.ports import Journal, JournalEntry

WAIT_S = 5.0


@pytest.fixture(params=("memory", *KINDS))
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    """An empty journal."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    async with open_database(request.param, tmp_path) as database:
        journal = DatabaseJournal(database)
        await journal.start()
        yield journal
        await journal.close()


async def take(entries: AsyncIterator[JournalEntry], count: int) -> list[int]:
    """The ids of the next entries."""
    async with asyncio.timeout(WAIT_S):
        return [(await anext(entries)).id for _ in range(count)]


def append(journal: Journal, count: int = 1) -> list[int]:
    """Append records; their ids."""
    return [journal.append(MailboxMade(f"{n}"), at=float(n)).id for n in range(count)]


async def test_ids_come_at_once_and_grow_by_one(journal: Journal) -> None:
    assert append(journal, 5) == [1, 2, 3, 4, 5]


async def test_record_comes_back_as_it_was(journal: Journal) -> None:
    record = CallerEntered("1.2", "sales", "0170", "Zoë \N{BLACK TELEPHONE}", 3, 1, 1_800_000_000.25, is_return=True)
    entry = journal.append(record, at=12.5)
    await journal.flush()
    assert list(await journal.read()) == [entry]


async def test_last_id_is_the_newest_entrys_durable_or_not(journal: Journal) -> None:
    assert journal.last_id == 0
    append(journal, 3)
    assert journal.last_id == 3


async def test_read_goes_on_after_an_id_up_to_a_limit(journal: Journal) -> None:
    append(journal, 10)
    await journal.flush()
    assert [entry.id for entry in await journal.read(after=4, limit=3)] == [5, 6, 7]
    assert list(await journal.read(after=10)) == []


async def test_follower_gets_what_comes_from_now_on(journal: Journal) -> None:
    append(journal, 3)
    news = journal.follow()
    append(journal, 2)
    assert await take(news, 2) == [4, 5]


@pytest.mark.parametrize("is_flushed", [False, True])
async def test_follower_resumes_after_an_id_without_gap_or_repeat(journal: Journal, is_flushed: bool) -> None:
    append(journal, 5)
    if is_flushed:
        await journal.flush()
    append(journal, 2)
    news = journal.follow(after=2)
    append(journal, 2)
    assert await take(news, 7) == [3, 4, 5, 6, 7, 8, 9]


async def test_follower_that_comes_while_entries_are_being_written_misses_none(journal: Journal) -> None:
    seen = []
    for _ in range(20):
        append(journal, 50)
        await asyncio.sleep(0)
        seen.append((journal.follow(after=0), 50 * (len(seen) + 1)))
    for news, count in seen:
        assert await take(news, count) == list(range(1, count + 1))


async def test_each_follower_gets_everything(journal: Journal) -> None:
    followers = [journal.follow() for _ in range(3)]
    append(journal, 4)
    for news in followers:
        assert await take(news, 4) == [1, 2, 3, 4]


async def test_follower_far_behind_is_ended_and_the_others_go_on(journal: Journal) -> None:
    slow, quick = journal.follow(), journal.follow()
    for _ in range(12):
        append(journal, 1_000)
        await take(quick, 1_000)
    taken = [entry.id async for entry in slow]
    assert taken == list(range(1, len(taken) + 1))
    assert 0 < len(taken) < 12_000
    append(journal)
    assert await take(quick, 1) == [12_001]

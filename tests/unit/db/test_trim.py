"""Trimming the journal: what is old goes, a few at a time; what a start needs stays, and ids go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from tests.support.house import StillClock
from vmq.db import trim
from vmq.db.engine import Database, Work
from vmq.db.journal import DatabaseJournal
from vmq.db.trim import JournalTrimmer
from vmq.domain.records import AgentStatusChanged, MailboxMade, MemberAdded, Record
from vmq.errors import StorageError

DAY_S = 86400.0


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    async with open_database(request.param, tmp_path) as database:
        yield database


async def written(database: Database, *records: tuple[float, Record]) -> None:
    """A journal that holds these, by a run that is over."""
    journal = DatabaseJournal(database)
    await journal.start()
    for at, record in records:
        journal.append(record, at)
    await journal.close()


async def left(database: Database) -> list[Record]:
    """What the journal holds now."""
    return [entry.record for entry in await DatabaseJournal(database).read()]


def status(agent: str, reason: str = "") -> AgentStatusChanged:
    """An agent's status."""
    return AgentStatusChanged(agent, "paused" if reason else "available", reason)


def trimmer(database: Database, now: float = 100 * DAY_S, keep_days: int = 10) -> JournalTrimmer:
    """One that keeps ten days."""
    return JournalTrimmer(database, StillClock(now), keep_days)


async def test_what_is_older_goes_and_the_rest_stays(database: Database) -> None:
    await written(database, *((day * DAY_S, MailboxMade(str(day))) for day in range(85, 99)))
    assert await trimmer(database).trim(90 * DAY_S) == 5
    assert await left(database) == [MailboxMade(str(day)) for day in range(90, 99)]
    assert await trimmer(database).trim(90 * DAY_S) == 0


async def test_state_that_a_start_reads_stays_however_old(database: Database) -> None:
    member = MemberAdded("ann", "sales")
    await written(
        database,
        (1.0, member),
        (2.0, status("ann", "lunch")),
        (3.0, status("ann")),
        (4.0, status("bob")),
        (5.0, MailboxMade("1")),
        (6.0, MailboxMade("2")),
    )
    assert await trimmer(database).trim(50.0) == 2
    assert await left(database) == [member, status("ann"), status("bob"), MailboxMade("2")]


async def test_ids_go_on_when_all_is_old(database: Database) -> None:
    await written(database, *((1.0, MailboxMade(str(number))) for number in range(3)))
    await trimmer(database).trim(50.0)
    journal = DatabaseJournal(database)
    await journal.start()
    assert journal.last_id == 3
    await journal.close()


async def test_an_empty_journal_is_left_alone(database: Database) -> None:
    assert await trimmer(database).trim(50.0) == 0


async def test_each_transaction_is_small(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trim, "MAX_ROWS", 4)
    monkeypatch.setattr(trim, "PAUSE_S", 0)
    await written(database, *((1.0, MailboxMade(str(number))) for number in range(18)), (99.0, MailboxMade("new")))
    sizes: list[int] = []
    real = database.write

    async def counting(what: str, work: Work[object]) -> object:
        result = await real(what, work)
        sizes.append(len(await left(database)))
        return result

    monkeypatch.setattr(database, "write", counting)
    assert await trimmer(database).trim(50.0) == 18
    assert sizes == [15, 11, 7, 3, 1]


async def test_entries_are_appended_and_flushed_while_it_trims(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trim, "MAX_ROWS", 2)
    monkeypatch.setattr(trim, "PAUSE_S", 0)
    await written(database, *((1.0, MailboxMade(str(number))) for number in range(20)))
    journal = DatabaseJournal(database)
    await journal.start()
    trimming = asyncio.create_task(trimmer(database).trim(50.0))
    for number in range(5):
        journal.append(MailboxMade(f"new {number}"), 60.0)
        await journal.flush()
    await trimming
    await journal.close()
    assert [record for record in await left(database) if record != MailboxMade("19")] == [
        MailboxMade(f"new {number}") for number in range(5)
    ]


async def test_it_trims_at_once_and_a_failure_does_not_end_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trim, "EVERY_S", 0.001)
    await written(database, (1.0, MailboxMade("old")), (99 * DAY_S, MailboxMade("new")))
    real, failures = database.write, iter([StorageError("the disk is gone")])

    async def failing_once(what: str, work: Work[object]) -> object:
        if error := next(failures, None):
            raise error
        return await real(what, work)

    monkeypatch.setattr(database, "write", failing_once)
    running = asyncio.create_task(trimmer(database).run())
    async with asyncio.timeout(30):
        while await left(database) != [MailboxMade("new")]:
            await asyncio.sleep(0.002)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

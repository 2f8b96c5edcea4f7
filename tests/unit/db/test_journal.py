"""What only the journal in a database does: writes behind, outlives failures and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from vmq.db import journal as journal_module
from vmq.db.engine import Database, Work, sqlite_url
from vmq.db.journal import DatabaseJournal
from vmq.db.migrate import upgrade
from vmq.domain.records import MailboxMade, MemberAdded, MemberRemoved, PenaltySet
from vmq.errors import StorageError


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    database = Database(sqlite_url(tmp_path / "vmq.db"))
    await upgrade(database)
    yield database
    await database.close()


class Failing:
    """Lets the journal's writes fail while `is_broken`."""

    def __init__(
        self, database: Database, monkeypatch: pytest.MonkeyPatch, error: type[Exception] = StorageError
    ) -> None:
        self.is_broken = True
        real = database.write

        async def write(what: str, work: Work[object]) -> object:
            if self.is_broken:
                raise error(f"database: can't {what}: disk full")
            return await real(what, work)

        monkeypatch.setattr(database, "write", write)
        monkeypatch.setattr(journal_module, "RETRY_S", (0.001,))


async def test_ids_that_a_crash_lost_are_not_given_again(database: Database) -> None:
    first = DatabaseJournal(database)
    await first.start()
    for n in range(3):
        first.append(MailboxMade(f"{n}"), 1.0)
    await first.close()
    told_at_most = first.last_id + journal_module.MAX_WAITING
    second = DatabaseJournal(database)
    await second.start()
    assert second.last_id == 3
    assert second.append(MailboxMade("x"), 1.0).id == told_at_most + 1
    assert second.append(MailboxMade("y"), 1.0).id == told_at_most + 2
    news = second.follow(after=2)
    assert [(await anext(news)).id for _ in range(3)] == [3, told_at_most + 1, told_at_most + 2]
    await second.close()
    assert [entry.record for entry in await second.tail(3)] == [MailboxMade(name) for name in ("2", "x", "y")]


async def test_entries_are_written_without_a_flush(database: Database) -> None:
    journal = DatabaseJournal(database)
    await journal.start()
    journal.append(MailboxMade("a"), 1.0)
    async with asyncio.timeout(5):
        while not await journal.read():
            await asyncio.sleep(0.005)
    await journal.close()


@pytest.mark.parametrize("error", [StorageError, RuntimeError])
async def test_entries_of_a_failing_database_are_written_when_it_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    journal = DatabaseJournal(database)
    await journal.start()
    failing = Failing(database, monkeypatch, error)
    journal.append(MailboxMade("a"), 1.0)
    with pytest.raises(StorageError, match="disk full"):
        await journal.flush()
    failing.is_broken = False
    journal.append(MailboxMade("b"), 2.0)
    await journal.flush()
    assert [entry.id for entry in await journal.read()] == [1, 2]
    await journal.close()


async def test_memory_is_bounded_and_the_loss_is_logged(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(journal_module, "MAX_WAITING", 10)
    journal = DatabaseJournal(database)
    await journal.start()
    failing = Failing(database, monkeypatch)
    for n in range(13):
        journal.append(MailboxMade(f"{n}"), 1.0)
    assert capsys.readouterr().out.count("journal_entry_lost") == 3
    failing.is_broken = False
    await journal.close()
    assert [entry.id for entry in await journal.read()] == list(range(4, 14))


async def test_record_kinds_of_a_newer_version_are_passed_over(database: Database) -> None:
    journal = DatabaseJournal(database)
    await journal.start()
    journal.append(MailboxMade("a"), 1.0)
    await journal.close()

    def write_as_a_newer_version(connection: Connection) -> None:
        body = '{"mailbox": "b", "colour": "red"}'
        connection.exec_driver_sql(
            "INSERT INTO journal (id, at, kind, subject, body) VALUES (2, 1.0, 'FromTheFuture', '', '{}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO journal (id, at, kind, subject, body) VALUES (3, 1.0, 'MailboxMade', 'b', ?)", (body,)
        )

    await database.write("test", write_as_a_newer_version)
    assert [entry.record for entry in await journal.read()] == [MailboxMade("a"), MailboxMade("b")]


async def test_the_newest_of_each_membership_is_found_however_old(database: Database) -> None:
    journal = DatabaseJournal(database)
    await journal.start()
    for record in (
        MemberAdded("ann", "sales", "PJSIP/1"),
        MemberAdded("ann", "support", "PJSIP/1"),
        PenaltySet("ann", "sales", 1),
        MemberRemoved("ann", "sales"),
        MailboxMade("1"),
        PenaltySet("ann", "sales", 2),
        MemberAdded("ann", "sales", "PJSIP/2"),
    ):
        journal.append(record, 1.0)
    await journal.flush()
    assert [(entry.id, entry.record) for entry in await journal.newest_memberships()] == [
        (2, MemberAdded("ann", "support", "PJSIP/1")),
        (4, MemberRemoved("ann", "sales")),
        (6, PenaltySet("ann", "sales", 2)),
        (7, MemberAdded("ann", "sales", "PJSIP/2")),
    ]
    await journal.close()

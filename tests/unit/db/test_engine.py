"""The database itself: durable settings, migrations that match the tables, errors of our own; and batches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from vmq.db.access_tables import metadata
from vmq.db.engine import Database, sqlite_url
from vmq.db.migrate import head, upgrade
from vmq.db.search import INDEX
from vmq.errors import StorageError


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with all tables."""
    database = Database(sqlite_url(tmp_path / "vmq.db"))
    await upgrade(database)
    yield database
    await database.close()


async def test_a_commit_is_on_the_disk_before_it_returns(database: Database) -> None:
    def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    assert await database.read("look", pragmas) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("url", ["nonsense", "mysql://vmq:s3cret@db/vmq", "postgresql+nodriver://vmq:s3cret@db/vmq"])
def test_a_url_that_is_no_use_is_one_line_without_its_password(url: str) -> None:
    with pytest.raises(StorageError) as caught:
        Database(url)
    assert "storage.url" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_migrations_make_exactly_the_tables(database: Database) -> None:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        """All but what FTS5 makes, which SQLAlchemy has no words for."""
        return kind != "table" or not str(name).startswith(INDEX)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        return compare_metadata(context, metadata)

    assert await database.read("compare", differences) == []


async def test_upgrade_of_an_upgraded_database_changes_nothing(database: Database) -> None:
    await upgrade(database)
    query = "SELECT version_num FROM alembic_version"
    assert await database.read("look", lambda c: c.exec_driver_sql(query).scalar_one()) == head()


async def test_database_of_a_newer_version_is_refused_with_advice(database: Database) -> None:
    await database.write("age", lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        await upgrade(database)


async def test_unreadable_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "vmq.db").write_bytes(b"this is no database" * 100)
    database = Database(sqlite_url(tmp_path / "vmq.db"))
    with pytest.raises(StorageError, match="can't bring the tables up to date"):
        await upgrade(database)
    await database.close()


async def test_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "nowhere" / "vmq.db"))
    with pytest.raises(StorageError, match="unable to open"):
        await upgrade(database)
    await database.close()


async def test_full_database_is_a_storage_error_and_undoes_the_change(database: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("INSERT INTO journal (id, at, kind, subject, body) VALUES (1, 1.0, 'Small', '', '')")
        connection.exec_driver_sql(
            "INSERT INTO journal (id, at, kind, subject, body) VALUES (2, 1.0, 'Big', '', hex(zeroblob(1000000)))"
        )

    with pytest.raises(StorageError, match="full"):
        await database.write("fill", fill)
    count = "SELECT count(*) FROM journal"
    assert await database.read("look", lambda c: c.exec_driver_sql(count).scalar_one()) == 0


async def test_transaction_of_an_asker_that_is_cancelled_runs_to_its_end(database: Database) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        has_begun.set()
        may_end.wait(5)
        connection.exec_driver_sql("INSERT INTO journal (id, at, kind, subject, body) VALUES (1, 1.0, 'Late', '', '')")

    asker = asyncio.create_task(database.write("be slow", slowly))
    await asyncio.to_thread(has_begun.wait, 5)
    asker.cancel()
    await asyncio.gather(asker, return_exceptions=True)
    may_end.set()
    await database.write("queue behind it", lambda connection: None)
    count = "SELECT count(*) FROM journal"
    assert await database.read("look", lambda c: c.exec_driver_sql(count).scalar_one()) == 1

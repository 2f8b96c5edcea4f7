"""What upkeep looks for, it finds by an index: a house with a hundred thousand messages is not read each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from tests.support.databases import open_database
from vmq.db.engine import Database
from vmq.db.upkeep import UpkeepRepository
from vmq.domain.mailbox import Folder

FOLDERS = (Folder.OLD, Folder.WORK, Folder.DELETED)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty one."""
    async with open_database("sqlite", tmp_path) as database:
        yield database


async def test_upkeep_reads_no_table_of_messages_as_a_whole(database: Database) -> None:
    upkeep, said = UpkeepRepository(database), []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object
    ) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await upkeep.oldest(FOLDERS)
        await upkeep.expire(FOLDERS, 5.0)
        await upkeep.next_unheard()
        await upkeep.unheard(5.0, 9.0)
        await upkeep.deleted(5.0)
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    def plans(connection: Connection) -> list[str]:
        asked = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given) for query, given in said)
        return [row.detail for rows in asked for row in rows]

    steps = await database.read("explain", plans)
    assert len(said) >= 5
    assert [step for step in steps if step.startswith("SCAN messages")] == []

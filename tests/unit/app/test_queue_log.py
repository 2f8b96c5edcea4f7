"""The whole program writes its queue_log: file and table, once, over restarts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import select

from vmq.app.program import running
from vmq.config.model import AgiConfig, Config, HttpConfig, PathsConfig, QueueLogConfig
from vmq.db.engine import Database, sqlite_url
from vmq.db.tables import queue_log
from vmq.domain.asked import AgentPaused, AgentUnpaused
from vmq.domain.events import Event


def config_in(folder: Path) -> Config:
    log = QueueLogConfig(file=folder / "queue_log", table=True)
    return Config(agi=AgiConfig(port=0), http=HttpConfig(port=0), paths=PathsConfig(data=folder), queue_log=log)


async def run_with(folder: Path, *events: Event) -> None:
    """One run of the program in which this happens."""
    async with asyncio.timeout(30), running(config_in(folder)) as program:
        for event in events:
            program.engine.take(event)


async def table(folder: Path) -> list[str]:
    """The table's lines as they would stand in the file, without the time."""
    database = Database(sqlite_url(folder / "vmq.db"))
    query = select(queue_log).order_by(queue_log.c.id)
    rows = await database.read("look", lambda connection: connection.execute(query).all())
    await database.close()
    return ["|".join((row.callid, row.queuename, row.agent, row.event, row.data1)) for row in rows]


async def test_each_run_adds_its_lines_to_file_and_table(tmp_path: Path) -> None:
    await run_with(tmp_path, AgentPaused("ann", "tea"))
    await run_with(tmp_path, AgentUnpaused("ann"))
    lines = [line.partition("|")[2] for line in (tmp_path / "queue_log").read_text().splitlines()]
    assert lines == [
        "NONE|NONE|NONE|QUEUESTART|",
        "NONE|NONE|ann|PAUSEALL|tea",
        "NONE|support|ann|PAUSE|tea",
        "NONE|NONE|NONE|QUEUESTART|",
        "NONE|NONE|ann|UNPAUSEALL|",
        "NONE|support|ann|UNPAUSE|",
    ]
    assert await table(tmp_path) == lines


async def test_a_place_that_can_not_be_written_ends_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "queue_log").mkdir()
    await run_with(tmp_path, AgentPaused("ann", "tea"))
    assert len(await table(tmp_path)) == 3

"""The busy house behind a real server, with a journal on disk, and reports of its day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.busy_house import BusyHouse, Pace, house
from tests.support.shop import serving
from vmq.app.reports import Reports
from vmq.config.model import AgentConfig, Config, PathsConfig, QueueConfig
from vmq.db.engine import Database, sqlite_url
from vmq.db.journal import DatabaseJournal
from vmq.db.migrate import upgrade
from vmq.http.server import HttpServer


@dataclass(frozen=True, slots=True)
class Opened:
    """The house and its server."""

    house: BusyHouse
    server: HttpServer


@asynccontextmanager
async def open_house(
    folder: Path, *, queues: int = 4, agents: int = 24, hours: float = 4.0, pace: Pace | None = None
) -> AsyncIterator[Opened]:
    """A house that has been busy for so many hours, and goes on as long as the block does."""
    rules = house(queues, agents)
    database = Database(sqlite_url(folder / "vmq.db"))
    await upgrade(database)
    journal = DatabaseJournal(database)
    await journal.start()
    shop = BusyHouse(rules=rules, pace=pace, began_at=time.time() - hours * 3600, journal=journal)
    shop.play(time.time())
    shop.reports = Reports(database, lambda: config)
    config = Config(
        paths=PathsConfig(data=folder),
        queue=tuple(QueueConfig(name=queue.name, service_level_s=queue.service_level_s) for queue in rules[0]),
        agent=tuple(AgentConfig(name=agent.name, device=agent.dial, queues=agent.queues) for agent in rules[1]),
    )
    await journal.flush()
    async with serving(shop) as server:
        living = asyncio.create_task(shop.live(), name="busy house")
        try:
            yield Opened(shop, server)
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
    await journal.close()
    await database.close()

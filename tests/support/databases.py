"""Databases for contract tests: SQLite always, PostgreSQL too when VMQ_TEST_PG_URL names one that may be emptied."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from vmq.db.engine import Database, sqlite_url
from vmq.db.migrate import upgrade

PG_URL = os.environ.get("VMQ_TEST_PG_URL", "")
KINDS = ("sqlite", "postgresql") if PG_URL else ("sqlite",)


@asynccontextmanager
async def open_database(kind: str, folder: Path) -> AsyncIterator[Database]:
    """An empty database with all tables."""
    if kind == "postgresql":
        _empty(PG_URL)
    database = Database(PG_URL if kind == "postgresql" else sqlite_url(folder / "vmq.db"))
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()

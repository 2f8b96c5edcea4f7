"""One database: transactions as plain functions, each run whole in a thread, and the driver's errors made ours.

Comes in: a function from a connection to a result. Goes out: its result, after one hop to a thread and back: a driver
that is itself asynchronous would hop for every statement, fetch and close, and each hop waits its turn in a busy loop.

SQLite runs in WAL with synchronous=FULL: a commit returns after the data is on the disk, so a stored message survives a
loss of power. It has one thread to write with, so that writers queue here and not in SQLite's busy handler, which
sleeps and polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from vmq.errors import StorageError

BUSY_TIMEOUT_S = 5.0  # for other programs that hold the file, such as a backup
READERS = 4  # threads that read, each with a connection
WRITERS = 4  # threads that write to a database that takes several writers

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
"""One transaction. Runs in a thread: it may touch nothing but its connection and what it was made of."""


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{file}"


@contextmanager
def storage_errors(what: str, database: str = "") -> Iterator[None]:
    """Turn the driver's errors into StorageError: what was tried, with which database, and what that said."""
    try:
        yield
    except (SQLAlchemyError, OSError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"database{database and ' '}{database}: can't {what}: {cause}") from error


def _backend(url: str) -> str:
    """The kind of database; no part of the URL is told, since it may hold a password."""
    with storage_errors("read storage.url"):
        backend = make_url(url).get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise StorageError(
            f"storage.url: {backend} is not supported; write postgresql+psycopg://…, or nothing for SQLite"
        )
    return backend


class Database:
    """An open database. `read` and `write` run a transaction; what began runs to its end, also when its asker is
    cancelled."""

    def __init__(self, url: str) -> None:
        """Raises StorageError for a URL that is none, or of a database or driver that isn't there."""
        self.url = url
        self.is_sqlite = _backend(url) == "sqlite"
        writers = 1 if self.is_sqlite else WRITERS
        self._readers = ThreadPoolExecutor(READERS, "db-read")
        self._writers = ThreadPoolExecutor(writers, "db-write")
        with storage_errors("use storage.url"):
            self._engine = create_engine(url, poolclass=QueuePool, pool_size=READERS + writers)
        place = self._engine.url
        self._name = str(place.database) if self.is_sqlite else f"{place.database} on {place.host}"
        if self.is_sqlite:
            event.listen(self._engine, "connect", _set_pragmas)
            event.listen(self._engine, "begin", _begin)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT with this database's ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def read(self, what: str, work: Work[Result]) -> Result:
        """What `work` found by one statement. Raises StorageError; `what` completes "can't …"."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, what, work)

    async def write(self, what: str, work: Work[Result]) -> Result:
        """What `work` gave, once its changes are durable; they are undone when it raises. Raises StorageError."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, what, work)

    async def restructure(self, what: str, work: Work[Result]) -> Result:
        """Run a transaction that may make tables anew. SQLite can't change a column: a new table takes the old one's
        place, and dropping that would take all with it that refers to its rows. So nothing does meanwhile, and before
        the commit it is checked that everything still refers to something. Raises StorageError."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._restructure, what, work)

    async def close(self) -> None:
        """Finish what began and close all connections."""
        for threads in (self._readers, self._writers):
            await asyncio.to_thread(threads.shutdown)
        self._engine.dispose()

    def _read(self, what: str, work: Work[Result]) -> Result:
        with storage_errors(what, self._name), self._engine.connect() as connection:
            return work(connection)

    def _write(self, what: str, work: Work[Result]) -> Result:
        with storage_errors(what, self._name), self._engine.connect() as connection:
            connection.execution_options(is_writer=True)
            with connection.begin():
                return work(connection)

    def _restructure(self, what: str, work: Work[Result]) -> Result:
        if not self.is_sqlite:
            return self._write(what, work)
        with storage_errors(what, self._name), self._engine.connect() as connection:
            # Within a transaction this pragma does nothing.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
            try:
                connection.execution_options(is_writer=True)
                with connection.begin():
                    result = work(connection)
                    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StorageError(f"database {self._name}: {what}: a row of {lost[0]} would belong to nothing")
                return result
            finally:
                connection.execution_options(is_writer=False)
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
                connection.commit()


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin; a read needs none
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {round(BUSY_TIMEOUT_S * 1000)}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("is_writer"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

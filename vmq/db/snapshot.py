"""A copy of an SQLite database as it is at one moment, made while others write to it, and what its rows name.

In: files. Out: files, refs of recordings, or StorageError.
"""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine

from vmq.db.engine import sqlite_url, storage_errors
from vmq.db.refs import all_refs
from vmq.errors import StorageError

_MARK = 128


def take_snapshot(database: Path, target: Path) -> None:
    """Copy a database in one step, as SQLite's online backup does: writers go on meanwhile. The copy is a single file.

    Raises StorageError, also when there is no such database or it is damaged.
    """
    if not database.exists():
        raise StorageError(f"database {database}: there is none; name the configuration with --config")
    with _sqlite_errors("copy", database), closing(_opened(database)) as source, closing(_opened(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StorageError(f"database {database}: is damaged ({verdict}); restore an earlier backup")


def refs_in(database: Path) -> frozenset[str]:
    """The refs of all recordings that the rows of a database at rest name. Raises StorageError."""
    engine = create_engine(sqlite_url(database))
    try:
        with storage_errors("list all recordings", str(database)), engine.connect() as connection:
            return all_refs(connection)
    finally:
        engine.dispose()


def is_in_use(database: Path) -> bool:
    """True while another program has the database open, be it damaged. Raises StorageError."""
    if not database.exists():
        return False
    if _is_marked(database.with_name(f"{database.name}-shm")):
        return True
    with _sqlite_errors("look at", database), closing(_opened(database)) as connection:
        try:
            # Leaving WAL takes the file for itself alone; vmq goes back to WAL whenever it opens it.
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return True
            raise
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                return False
            raise
        return bool(mode == "wal")


def _is_marked(shm: Path) -> bool:
    """True while another program has this file open as SQLite does: with a lock on its byte 128 (os_unix.c)."""
    try:
        with shm.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _MARK)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return True
        raise StorageError(f"database {shm}: can't look at: {error.strerror}") from error
    return False


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=0.5, isolation_level=None)


@contextmanager
def _sqlite_errors(what: str, database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"database {database}: can't {what}: {error}") from error

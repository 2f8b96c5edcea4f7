"""Opens the configured storage: the folder of recordings, and the database in this program's form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.engine import Database, sqlite_url
from vmq.db.migrate import upgrade
from vmq.errors import StorageError


def database_of(config: Config) -> Database:
    """The configured database, as it is. Raises StorageError for a URL that is none."""
    return Database(config.storage.url.get_secret_value() or sqlite_url(config.paths.data / "vmq.db"))


@asynccontextmanager
async def open_database(config: Config) -> AsyncIterator[Database]:
    """The database, made or brought up to date, and closed in the end. Raises StorageError."""
    folder = config.paths.data
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"paths.data: can't make {folder} ({error.strerror}); make it, or name another folder"
        ) from None
    database = database_of(config)
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()


async def open_recordings(config: Config) -> RecordingStore:
    """The folder of recordings, made where it isn't there. Raises StorageError."""
    store = RecordingStore(config.paths.recordings_folder, config.paths.recordings_asterisk)
    await store.open()
    return store

"""Brings a database to this program's schema. Run at every start; does nothing when there is nothing to do.

The migrations lie beside this file, inside the package, so that an installed wheel has them.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.errors import StorageError


async def upgrade(database: Database) -> None:
    """Create or upgrade the tables. Raises StorageError, also when a newer vmq has written this database."""
    try:
        await database.restructure("bring the tables up to date", _upgrade)
    except CommandError as error:
        raise StorageError(
            f"database: its schema is unknown to this vmq ({error}). A newer version wrote it: run that one."
        ) from error


def head() -> str:
    """The revision that this program wants."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

"""What /readyz looks at: the link to Asterisk and the database."""

from __future__ import annotations

from sqlalchemy import text

from vmq.asterisk.ami import AsteriskManager
from vmq.db.engine import Database
from vmq.errors import StorageError
from vmq.http.ports import Health, Probe


def probes(manager: AsteriskManager, database: Database) -> tuple[Probe, ...]:
    """All that must be well for calls to be served."""

    async def asterisk() -> Health:
        return Health(manager.is_up, "" if manager.is_up else "no link to Asterisk: see the log, or run `vmq doctor`")

    async def storage() -> Health:
        try:
            await database.read("answer at all", lambda connection: connection.execute(text("SELECT 1")).scalar())
        except StorageError as error:
            return Health(False, str(error))
        return Health(True)

    return (Probe("asterisk", asterisk), Probe("database", storage))

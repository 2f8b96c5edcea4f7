"""Forgets the journal's old entries, a few in a transaction, so that whoever writes meanwhile waits for milliseconds.

What a start reads back however old it is stays: memberships, each agent's newest status, telephones and unread notes,
and the newest entry of all, from which ids go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.journal import MEMBERSHIP
from vmq.db.tables import journal
from vmq.domain.records import AgentNotesChanged, AgentStatusChanged, AgentTelephoneChanged
from vmq.engine.ports import Clock
from vmq.errors import StorageError

MAX_ROWS = 200  # in one transaction
PAUSE_S = 0.05  # between two
EVERY_S = 3600.0
_DAY_S = 86400.0
_OF_AGENTS = (AgentStatusChanged.__name__, AgentTelephoneChanged.__name__, AgentNotesChanged.__name__)
_MEMBERSHIP = tuple(kind.__name__ for kind in MEMBERSHIP)

log = structlog.get_logger(__name__)


class JournalTrimmer:
    """Keeps the journal to `keep_days` days."""

    def __init__(self, database: Database, clock: Clock, keep_days: int) -> None:
        self._database = database
        self._clock = clock
        self._keep_days = keep_days

    async def run(self) -> None:
        """Trim now and every hour, until cancelled. What fails is logged and tried again the next time."""
        while True:
            try:
                if forgotten := await self.trim(self._clock.now() - self._keep_days * _DAY_S):
                    log.info("journal_trimmed", entries=forgotten, keep_days=self._keep_days)
            except StorageError as error:
                log.error("journal_not_trimmed", error=str(error))
            await asyncio.sleep(EVERY_S)

    async def trim(self, before: float) -> int:
        """Forget what was written before a moment (epoch seconds); gives how many entries. Raises StorageError."""
        last, kept = await self._database.read("read the journal", lambda connection: _limits(connection, before))
        forgotten = after = 0
        while True:
            ids = await self._database.read("read the journal", partial(_page, after=after, last=last))
            if old := [entry_id for entry_id in ids if entry_id not in kept]:
                await self._database.write("trim the journal", partial(_forget, ids=old))
                forgotten += len(old)
            if len(ids) < MAX_ROWS:
                return forgotten
            after = ids[-1]
            await asyncio.sleep(PAUSE_S)


def _limits(connection: Connection, before: float) -> tuple[int, frozenset[int]]:
    """The last id that may go (0 = none), and those up to it that stay."""
    is_old = select(journal.c.id).where(journal.c.at < before)
    last = connection.execute(is_old.order_by(journal.c.at.desc(), journal.c.id.desc()).limit(1)).scalar_one_or_none()
    newest = connection.execute(select(func.max(journal.c.id))).scalar_one_or_none()
    of_agents = select(func.max(journal.c.id)).where(journal.c.kind.in_(_OF_AGENTS))
    kept = connection.execute(of_agents.group_by(journal.c.kind, journal.c.subject)).scalars()
    return last or 0, frozenset({newest or 0, *kept})


def _page(connection: Connection, after: int, last: int) -> Sequence[int]:
    """The next ids that may go."""
    some = select(journal.c.id).where(journal.c.id.between(after + 1, last), journal.c.kind.not_in(_MEMBERSHIP))
    return connection.execute(some.order_by(journal.c.id).limit(MAX_ROWS)).scalars().all()


def _forget(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(delete(journal).where(journal.c.id.in_(ids)))

"""The audit log's repository, and what is forgotten with time. Every method raises StorageError."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Row, delete, select
from sqlalchemy.engine import Connection

from vmq.access.audit import AuditEntry, AuditQuestion
from vmq.db.access_tables import audit, login_attempts, requests_once, sessions
from vmq.db.engine import Database
from vmq.engine.ports import Clock
from vmq.errors import StorageError

EVERY_S = 3600.0
MAX_ROWS = 500  # in one transaction
_DAY_S = 86400.0

log = structlog.get_logger(__name__)


class AuditRepository:
    """Implements vmq.access.ports.AuditLog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Write an entry down; durable on return."""
        query = audit.insert().values(
            at=entry.at,
            who=entry.who[:64],
            address=entry.address[:64],
            action=entry.action[:80],
            target=entry.target[:200],
            details=json.dumps(entry.details, default=str),
            result=entry.result[:40],
        )
        await self._database.write("write the audit log", lambda c: c.execute(query))

    async def page(self, question: AuditQuestion) -> Sequence[AuditEntry]:
        """Entries, newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(question.limit)
        for column in (audit.c.who, audit.c.action, audit.c.target, audit.c.result):
            if wanted := getattr(question, column.name):
                query = query.where(column == wanted)
        if question.begin:
            query = query.where(audit.c.at >= question.begin)
        if question.end:
            query = query.where(audit.c.at < question.end)
        if question.before:
            query = query.where(audit.c.id < question.before)
        return await self._database.read("read the audit log", lambda c: [_entry(row) for row in c.execute(query)])


class AccessTrimmer:
    """Forgets what is over: sessions, wrong passwords, answers to requests, and (`audit_days` 0 = never) what was
    written of who did what."""

    def __init__(self, database: Database, clock: Clock, audit_days: int, once_s: float = _DAY_S) -> None:
        self._database = database
        self._clock = clock
        self._audit_days = audit_days
        self._once_s = once_s

    async def run(self) -> None:
        """Trim now and every hour, until cancelled. What fails is logged and tried again the next time."""
        while True:
            try:
                await self.trim(self._clock.now())
            except StorageError as error:
                log.error("access_not_trimmed", error=str(error))
            await asyncio.sleep(EVERY_S)

    async def trim(self, now: float) -> None:
        """Forget what is over at a moment."""

        def work(connection: Connection) -> None:
            connection.execute(delete(sessions).where(sessions.c.ends_at <= now))
            connection.execute(delete(login_attempts).where(login_attempts.c.locked_until < now - _DAY_S))
            connection.execute(delete(requests_once).where(requests_once.c.at < now - self._once_s))

        await self._database.write("forget ended sessions", work)
        while self._audit_days and await self._forget_some(now - self._audit_days * _DAY_S):
            pass

    async def _forget_some(self, before: float) -> int:
        old = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(MAX_ROWS)
        query = delete(audit).where(audit.c.id.in_(old))
        return await self._database.write("trim the audit log", lambda c: c.execute(query).rowcount)


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.at, row.who, row.address, row.action, row.target, json.loads(row.details), row.result, row.id)

"""Requests that are carried out once, and what was answered to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from vmq.db.access_tables import requests_once
from vmq.db.engine import Database

KEEP_S = 86400.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of a request: its digest, the answer's status (0 = none yet) and body."""

    request: str
    status: int
    text: str


class OnceRepository:
    """Implements vmq.http.ports.OnceStore. Methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, key: str, request: str, now: float) -> Answered | None:
        """Note that a request begins under a key; what is known of an earlier one with that key."""
        row = {"key": key, "request": request, "at": now, "status": 0, "answer": ""}
        table = requests_once.c
        new = self._database.insert(requests_once).values(row).on_conflict_do_nothing().returning(table.key)

        def work(connection: Connection) -> Answered | None:
            connection.execute(delete(requests_once).where(table.key == key, table.at < now - KEEP_S))
            if connection.execute(new).first() is not None:
                return None
            found = connection.execute(select(requests_once).where(table.key == key)).one()
            return Answered(found.request, found.status, found.answer)

        return await self._database.write("begin a request", work)

    async def finish(self, key: str, status: int, text: str) -> None:
        """Keep the answer."""
        query = update(requests_once).where(requests_once.c.key == key).values(status=status, answer=text)
        await self._database.write("keep an answer", lambda c: c.execute(query))

    async def forget(self, key: str) -> None:
        """Nothing came of it: the key may be used again."""
        query = delete(requests_once).where(requests_once.c.key == key)
        await self._database.write("forget a request", lambda c: c.execute(query))

"""Reads the journal's past: by time and kind, page by page, and by subject. Entries are decoded in the reading thread.

Needs no running journal: it reads what is durable, while another process writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.journal import entry_of
from vmq.db.tables import NUMBER_LENGTH, journal
from vmq.domain.records import RECORDS, Record
from vmq.engine.ports import JournalEntry

MANY = 400  # values in one IN (…): SQLite takes 32,766 parameters, old ones 999

Kinds = Collection[type[Record]]


class JournalHistory:
    """The History port over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(
        self, begin: float, end: float, kinds: Kinds, *, after: int = 0, limit: int = 1000
    ) -> Sequence[JournalEntry]:
        """A page of the entries of these kinds from [begin, end); see the port. Raises StorageError."""

        def work(connection: Connection) -> Sequence[JournalEntry]:
            first = _edge(connection, journal.c.at >= begin, journal.c.at.asc(), journal.c.id.asc())
            last = _edge(connection, journal.c.at < end, journal.c.at.desc(), journal.c.id.desc())
            if first is None or last is None:
                return []
            query = select(journal).where(
                journal.c.id.between(max(first, after + 1), last),
                journal.c.at >= begin,
                journal.c.at < end,
                journal.c.kind.in_(_names(kinds)),
            )
            return _entries(connection, query.order_by(journal.c.id).limit(limit))

        return await self._database.read("read the journal", work)

    async def about(
        self, subjects: Collection[str], kinds: Kinds, *, before: int | None = None, newest: int | None = None
    ) -> Sequence[JournalEntry]:
        """The entries of these kinds about these subjects; see the port. Raises StorageError."""
        query = select(journal) if before is None else select(journal).where(journal.c.id < before)

        def work(connection: Connection) -> Sequence[JournalEntry]:
            found: list[JournalEntry] = []
            if newest is None:
                for some in _chunks(subjects):
                    of_some = query.where(journal.c.kind.in_(_names(kinds)), journal.c.subject.in_(some))
                    found += _entries(connection, of_some)
            else:
                for kind in _names(kinds):
                    for subject in subjects:
                        of_one = query.where(journal.c.kind == kind, journal.c.subject == subject)
                        found += _entries(connection, of_one.order_by(journal.c.id.desc()).limit(newest))
            return sorted(found, key=lambda entry: entry.id)

        return await self._database.read("read the journal", work)

    async def entered(self, number: str, newest: int) -> Sequence[JournalEntry]:
        """The newest times this number entered a queue; see the port. Raises StorageError."""
        query = (
            select(journal)
            .where(journal.c.number == number[:NUMBER_LENGTH], journal.c.number != "")
            .order_by(journal.c.id.desc())
            .limit(newest)
        )
        return (await self._database.read("read the journal", lambda connection: _entries(connection, query)))[::-1]

    async def newest_before(self, at: float, kinds: Kinds) -> Sequence[JournalEntry]:
        """The newest entries of before a moment; see the port. Raises StorageError."""

        def work(connection: Connection) -> Sequence[JournalEntry]:
            last = _edge(connection, journal.c.at < at, journal.c.at.desc(), journal.c.id.desc())
            if last is None:
                return []
            newest = (
                select(func.max(journal.c.id))
                .where(journal.c.kind.in_(_names(kinds)), journal.c.id <= last)
                .group_by(journal.c.kind, journal.c.subject)
            )
            return _entries(connection, select(journal).where(journal.c.id.in_(newest)).order_by(journal.c.id))

        return await self._database.read("read the journal", work)


def _edge(connection: Connection, is_in: Any, *order: Any) -> int | None:
    """The id at one end of a time, by the index on it."""
    return connection.execute(select(journal.c.id).where(is_in).order_by(*order).limit(1)).scalar_one_or_none()


def _names(kinds: Kinds) -> list[str]:
    return sorted(kind.__name__ for kind in kinds)


def _chunks(subjects: Collection[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(subjects)
    return (ordered[at : at + MANY] for at in range(0, len(ordered), MANY))


def _entries(connection: Connection, query: Select[Any]) -> list[JournalEntry]:
    rows = connection.execute(query)
    return [entry_of(row) for row in rows if row.kind in RECORDS]

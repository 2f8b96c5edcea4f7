"""The repository of owners' distribution lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.tables import lists
from vmq.domain.addresses import OwnList


class ListRepository:
    """All owners' lists of a database. Every method raises StorageError when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, mailbox: str) -> Mapping[str, OwnList]:
        """An owner's lists by number, in the order of their numbers."""
        query = select(lists).where(lists.c.mailbox == mailbox)

        def work(connection: Connection) -> Mapping[str, OwnList]:
            found = [_to_list(row) for row in connection.execute(query)]
            return {each.number: each for each in sorted(found, key=lambda each: int(each.number))}

        return await self._database.read(f"read the lists of mailbox {mailbox}", work)

    async def change_addresses(
        self, mailbox: str, number: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
    ) -> OwnList:
        """Change whom a list holds now, in one transaction, and make it where there is none; gives it changed."""

        def work(connection: Connection) -> OwnList:
            before = self._made(connection, mailbox, number)
            return _saved(connection, replace(before, addresses=change(before.addresses)))

        return await self._database.write(f"change list {number} of mailbox {mailbox}", work)

    async def name(self, mailbox: str, number: str, name_ref: str) -> tuple[OwnList, str]:
        """Give a list a spoken name, and make it where there is none; gives it, and the ref of the name that it had and
        has no more, or ""."""

        def work(connection: Connection) -> tuple[OwnList, str]:
            before = self._made(connection, mailbox, number)
            old = before.name_ref if before.name_ref != name_ref else ""
            return _saved(connection, replace(before, name_ref=name_ref)), old

        return await self._database.write(f"name list {number} of mailbox {mailbox}", work)

    def _made(self, connection: Connection, mailbox: str, number: str) -> OwnList:
        """A list as it is now, ours until the transaction ends; made where there is none."""
        make = self._database.insert(lists).values(mailbox=mailbox, number=number)
        connection.execute(make.on_conflict_do_nothing())
        return _to_list(connection.execute(select(lists).where(_is(mailbox, number)).with_for_update()).one())

    async def remove(self, mailbox: str, number: str) -> str:
        """Take a list away; gives the ref of its spoken name, or ""."""
        query = delete(lists).where(_is(mailbox, number)).returning(lists.c.name_ref)

        def work(connection: Connection) -> str:
            return connection.execute(query).scalar_one_or_none() or ""

        return await self._database.write(f"delete list {number} of mailbox {mailbox}", work)


def _is(mailbox: str, number: str) -> ColumnElement[bool]:
    return (lists.c.mailbox == mailbox) & (lists.c.number == number)


def _saved(connection: Connection, changed: OwnList) -> OwnList:
    row = {"name_ref": changed.name_ref or None, "addresses": json.dumps(changed.addresses)}
    connection.execute(update(lists).where(_is(changed.mailbox, changed.number)).values(row))
    return changed


def _to_list(row: Row[Any]) -> OwnList:
    return OwnList(row.mailbox, row.number, row.name, row.name_ref or "", tuple(json.loads(row.addresses)))

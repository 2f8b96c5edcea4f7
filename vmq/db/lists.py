"""The repository of owners' distribution lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, delete, select
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

    async def save(self, wanted: OwnList) -> str:
        """Make this list, or change it; gives the ref of a spoken name that it had and has no more, or ""."""
        is_it = (lists.c.mailbox == wanted.mailbox) & (lists.c.number == wanted.number)
        row = {
            "mailbox": wanted.mailbox,
            "number": wanted.number,
            "name": wanted.name,
            "name_ref": wanted.name_ref or None,
            "addresses": json.dumps(wanted.addresses),
        }
        make = self._database.insert(lists).values(row)

        def work(connection: Connection) -> str:
            old = connection.execute(select(lists.c.name_ref).where(is_it)).scalar_one_or_none() or ""
            connection.execute(make.on_conflict_do_update(index_elements=["mailbox", "number"], set_=row))
            return old if old != wanted.name_ref else ""

        return await self._database.write(f"save list {wanted.number} of mailbox {wanted.mailbox}", work)

    async def remove(self, mailbox: str, number: str) -> str:
        """Take a list away; gives the ref of its spoken name, or ""."""
        query = delete(lists).where(lists.c.mailbox == mailbox, lists.c.number == number).returning(lists.c.name_ref)

        def work(connection: Connection) -> str:
            return connection.execute(query).scalar_one_or_none() or ""

        return await self._database.write(f"delete list {number} of mailbox {mailbox}", work)


def _to_list(row: Row[Any]) -> OwnList:
    return OwnList(row.mailbox, row.number, row.name, row.name_ref or "", tuple(json.loads(row.addresses)))

"""The register of mailboxes: all there are, one given another number, one taken away with everything in it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.access_tables import users
from vmq.db.engine import Database
from vmq.db.refs import all_refs
from vmq.db.tables import lists, mailboxes, metadata
from vmq.domain.mailbox import Mailbox


class MailboxRegister:
    """All mailboxes of a database. Every method raises StorageError when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def everybody(self) -> Sequence[Mailbox]:
        """All mailboxes, by number."""
        query = select(mailboxes.c.number).order_by(mailboxes.c.number)

        def work(connection: Connection) -> Sequence[Mailbox]:
            numbers = connection.execute(query).scalars().all()
            found = rows.find_mailboxes(connection, numbers)
            return [found[number] for number in numbers]

        return await self._database.read("list all mailboxes", work)

    async def rename(self, number: str, to: str) -> bool:
        """Give a mailbox another number, with all that is in it; False when that is taken, or there is none.

        What others wrote down of it in the past (who sent, who was sent to) stays as it was. Recordings keep their
        names, too.
        """

        def work(connection: Connection) -> bool:
            known = set(connection.execute(select(mailboxes.c.number)).scalars())
            if number not in known or to in known:
                return False
            row = dict(connection.execute(select(mailboxes).where(mailboxes.c.number == number)).mappings().one())
            connection.execute(insert(mailboxes).values({**row, "number": to}))
            for table in _tables_of_mailboxes():
                connection.execute(update(table).where(table.c.mailbox == number).values(mailbox=to))
            connection.execute(delete(mailboxes).where(mailboxes.c.number == number))
            connection.execute(update(users).where(users.c.mailbox == number).values(mailbox=to))
            _rename_in_lists(connection, number, to)
            return True

        return await self._database.write(f"rename mailbox {number}", work)

    async def erase(self, number: str) -> Sequence[str]:
        """Take a mailbox away, with its messages, greetings and lists; gives the refs of the files that nobody needs
        any more."""

        def work(connection: Connection) -> Sequence[str]:
            before = all_refs(connection)
            connection.execute(delete(mailboxes).where(mailboxes.c.number == number))
            return sorted(before - all_refs(connection))

        return await self._database.write(f"erase mailbox {number}", work)


def _tables_of_mailboxes() -> list[Table]:
    """Those whose rows belong to a mailbox."""
    return [
        table
        for table in metadata.sorted_tables
        if any(key.column is mailboxes.c.number for column in table.columns for key in column.foreign_keys)
    ]


def _rename_in_lists(connection: Connection, number: str, to: str) -> None:
    for row in connection.execute(select(lists.c.mailbox, lists.c.number, lists.c.addresses)).all():
        addresses = json.loads(row.addresses)
        if number in addresses:
            changed = json.dumps([to if each == number else each for each in addresses])
            is_it = (lists.c.mailbox == row.mailbox) & (lists.c.number == row.number)
            connection.execute(update(lists).where(is_it).values(addresses=changed))

"""What owners decide about their mailboxes: PINs, their greetings' switches and uses, settings. One short transaction
for each change; every method raises StorageError when the database fails."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Executable, delete, select, update
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.tables import choices, greeting_uses, greetings, mailboxes
from vmq.domain.mailbox import GreetingKind, GreetingUse


class OwnerRepository:
    """All owners of a database's mailboxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_pin(self, mailbox: str, pin_hash: str, set_at: float, history: int) -> None:
        """Keep the hash of a new PIN, and those of the `history` before it."""
        is_it = mailboxes.c.number == mailbox
        query = select(mailboxes.c.pin_hash, mailboxes.c.used_pins).where(is_it).with_for_update()

        def work(connection: Connection) -> None:
            before = connection.execute(query).one_or_none()
            if before is None:
                return
            used = [each for each in (before.pin_hash, *json.loads(before.used_pins)) if each][:history]
            change = {"pin_hash": pin_hash, "pin_set_at": set_at, "used_pins": json.dumps(used)}
            connection.execute(update(mailboxes).where(is_it).values(change))

        await self._database.write(f"set the PIN of mailbox {mailbox}", work)

    async def change_greeting(
        self,
        mailbox: str,
        kind: GreetingKind,
        *,
        is_on: bool | None = None,
        expires_at: float | None = None,
        is_blocking: bool | None = None,
    ) -> bool:
        """Change what is not None of a greeting; False when it is not recorded."""
        wanted = {"is_on": is_on, "expires_at": expires_at, "is_blocking": is_blocking}
        change = {name: value for name, value in wanted.items() if value is not None}
        is_it = (greetings.c.mailbox == mailbox) & (greetings.c.kind == kind.value)
        query: Executable = select(greetings.c.kind).where(is_it)
        if change:
            query = update(greetings).where(is_it).values(change).returning(greetings.c.kind)

        def work(connection: Connection) -> bool:
            return connection.execute(query).first() is not None

        return await self._database.write(f"change a greeting of mailbox {mailbox}", work)

    async def use_greeting(self, mailbox: str, use: GreetingUse) -> None:
        """Give such calls this greeting."""
        row = {"mailbox": mailbox, "calls": use.calls, "kind": use.kind.value, "chosen_at": use.chosen_at}
        is_it = (greeting_uses.c.mailbox == mailbox) & (greeting_uses.c.calls == use.calls)

        def work(connection: Connection) -> None:
            connection.execute(delete(greeting_uses).where(is_it))
            connection.execute(greeting_uses.insert().values(row))

        await self._database.write(f"give calls to a greeting of mailbox {mailbox}", work)

    async def forget_uses(self, mailbox: str) -> None:
        """Give no more calls to greetings."""
        query = delete(greeting_uses).where(greeting_uses.c.mailbox == mailbox)
        await self._database.write(
            f"forget uses of greetings of mailbox {mailbox}", lambda connection: connection.execute(query)
        )

    async def set_operator(self, mailbox: str, number: str) -> None:
        """Keep where the mailbox's callers go who ask for the operator; "" = the house's."""
        await self._set(mailbox, "operator", number)

    async def set_listed(self, mailbox: str, is_listed: bool) -> None:
        """Put the owner's name into the directory, or take it out."""
        await self._set(mailbox, "is_listed", is_listed)

    async def set_notified(self, mailbox: str, is_notified: bool) -> None:
        """Tell the owner elsewhere of new messages, or not."""
        await self._set(mailbox, "is_notified", is_notified)

    async def keep_choices(self, mailbox: str, chosen: Mapping[str, object]) -> None:
        """Keep settings of its personality that the owner changed, beside those he changed before."""
        rows = [{"mailbox": mailbox, "name": name, "value": json.dumps(value)} for name, value in chosen.items()]
        is_it = (choices.c.mailbox == mailbox) & choices.c.name.in_(list(chosen))

        def work(connection: Connection) -> None:
            connection.execute(delete(choices).where(is_it))
            connection.execute(choices.insert(), rows)

        await self._database.write(f"keep settings of mailbox {mailbox}", work)

    async def _set(self, mailbox: str, column: str, value: str | bool) -> None:
        query = update(mailboxes).where(mailboxes.c.number == mailbox).values({column: value})
        await self._database.write(f"change mailbox {mailbox}", lambda connection: connection.execute(query))

"""The outbox: deliveries that are written with their message, taken by workers, and kept until they are done or dead.

A worker takes a delivery by a lease: it isn't due again before the lease ends, so that no other worker takes it, and
one whose worker died comes back by itself. Every method raises StorageError when the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.tables import mailboxes, outbox
from vmq.domain.delivery import Delivery, Notice, State, Way
from vmq.domain.mailbox import Counts, Folder, Moved

FORGOTTEN_AT_ONCE = 500  # rows in one transaction
_IS_PENDING = outbox.c.state == State.PENDING.value
OWNERS = (Way.MAIL, Way.PAGER)
"""What an owner can switch off for himself."""
_NOTICE = frozenset(field.name for field in fields(Notice))


def add_deliveries(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Write new deliveries, as a part of the transaction that stores their message. An owner who has switched his
    notification off gets no mail and no pager text."""
    numbers = {delivery.notice.mailbox for delivery in deliveries}
    is_off = mailboxes.c.number.in_(numbers) & ~mailboxes.c.is_notified
    off = set(connection.execute(select(mailboxes.c.number).where(is_off)).scalars()) if numbers else set()
    wanted = [each for each in deliveries if each.way not in OWNERS or each.notice.mailbox not in off]
    if wanted:
        connection.execute(insert(outbox), [_row(delivery) for delivery in wanted])


class OutboxRepository:
    """All deliveries of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def resume(self, now: float) -> None:
        """At start: all that waits to be tried again is due now, also what an earlier run had in hand. What was never
        tried waits for its message's text. Where other nodes may be at work (PostgreSQL), leases end by themselves."""
        if self._database.is_sqlite:
            is_late = (_IS_PENDING, outbox.c.due_at > now, outbox.c.attempts > 0)
            query = update(outbox).where(*is_late).values(due_at=now)
            await self._database.write("resume deliveries", lambda connection: connection.execute(query))

    async def claim(self, now: float, until: float, limit: int, busy: Collection[int] = ()) -> Sequence[Delivery]:
        """Take up to `limit` deliveries that are due, until the lease ends; never those that are `busy` here."""
        is_due = (_IS_PENDING, outbox.c.due_at <= now, outbox.c.id.not_in(busy))
        query = select(outbox).where(*is_due).order_by(outbox.c.due_at, outbox.c.id).limit(limit)

        def work(connection: Connection) -> Sequence[Delivery]:
            found = [_delivery(row) for row in connection.execute(query.with_for_update(skip_locked=True))]
            taken = update(outbox).where(outbox.c.id.in_([delivery.id for delivery in found]))
            connection.execute(taken.values(attempts=outbox.c.attempts + 1, due_at=until))
            return [replace(delivery, attempts=delivery.attempts + 1, due_at=until) for delivery in found]

        return await self._database.write("take deliveries", work)

    async def next_due(self, busy: Collection[int] = ()) -> float | None:
        """When the next delivery that isn't `busy` here is due; None when none waits."""
        query = select(func.min(outbox.c.due_at)).where(_IS_PENDING, outbox.c.id.not_in(busy))
        return await self._database.read("look for deliveries", lambda c: c.execute(query).scalar_one())

    async def sent(self, sent: Delivery, now: float, *, may_delete: bool = False) -> Moved:
        """It has arrived. When it and all other mail of its message `may_delete`, the message is put into Deleted in
        the same transaction; gives what was moved."""
        notice = sent.notice
        done = {"state": State.SENT.value, "done_at": now, "error": "", "may_delete": may_delete}
        is_other = (outbox.c.message_id == notice.message_id) & (outbox.c.way == Way.MAIL.value) & ~outbox.c.may_delete

        def work(connection: Connection) -> Moved:
            found = rows.messages_by_id(connection, notice.mailbox, [notice.message_id]) if may_delete else []
            connection.execute(update(outbox).where(outbox.c.id == sent.id).values(done))
            if not may_delete or connection.execute(select(outbox.c.id).where(is_other).limit(1)).first():
                return Moved((), Counts())
            moved = [
                replace(message, folder=Folder.DELETED, restore_folder=message.folder)
                for message in found
                if not message.is_deleted
            ]
            rows.save_folders(connection, moved, now)
            return Moved(tuple(moved), rows.counts_of(connection, [notice.mailbox]).get(notice.mailbox, Counts()))

        return await self._database.write("note a delivery as sent", work)

    async def failed(self, failed: Delivery, due_at: float, error: str) -> None:
        """It did not go out and is tried again at `due_at`; unless another worker has it by now."""
        is_ours = (outbox.c.id == failed.id, _IS_PENDING, outbox.c.attempts == failed.attempts)
        query = update(outbox).where(*is_ours).values(due_at=due_at, error=error)
        await self._database.write("note a failed delivery", lambda connection: connection.execute(query))

    async def given_up(self, dead: Delivery, now: float, error: str) -> None:
        """It will not go out."""
        is_ours = (outbox.c.id == dead.id, _IS_PENDING, outbox.c.attempts == dead.attempts)
        query = update(outbox).where(*is_ours).values(state=State.DEAD.value, done_at=now, error=error)
        await self._database.write("give a delivery up", lambda connection: connection.execute(query))

    async def page(self, state: State | None, after: int, limit: int) -> Sequence[Delivery]:
        """Deliveries in the order they were made in, those in a state or all, with ids greater than `after`."""
        query = select(outbox).where(outbox.c.id > after).order_by(outbox.c.id).limit(limit)
        if state is not None:
            query = query.where(outbox.c.state == state.value)
        return await self._database.read("read the outbox", lambda c: [_delivery(row) for row in c.execute(query)])

    async def retry(self, delivery_id: int, now: float, give_up_s: float) -> bool:
        """Try a dead one again, as if it were new; False when no dead one has this id."""
        query = update(outbox).where(outbox.c.id == delivery_id, outbox.c.state == State.DEAD.value)
        alive = {"state": State.PENDING.value, "attempts": 0, "due_at": now, "expires_at": now + give_up_s}
        return await self._has_changed("try a delivery again", query.values(**alive, done_at=0.0))

    async def drop(self, delivery_id: int) -> bool:
        """Forget a dead one; False when no dead one has this id."""
        query = delete(outbox).where(outbox.c.id == delivery_id, outbox.c.state == State.DEAD.value)
        return await self._has_changed("drop a delivery", query)

    async def forget(self, before: float) -> int:
        """Forget what was sent or given up before a moment, a few in a transaction; gives how many."""
        done = (State.SENT.value, State.DEAD.value)
        old = select(outbox.c.id).where(outbox.c.state.in_(done), outbox.c.done_at < before)
        query = delete(outbox).where(outbox.c.id.in_(old.limit(FORGOTTEN_AT_ONCE)))
        forgotten, some = 0, FORGOTTEN_AT_ONCE
        while some == FORGOTTEN_AT_ONCE:
            some = await self._database.write("forget old deliveries", lambda c: c.execute(query).rowcount)
            forgotten += some
        return forgotten

    async def _has_changed(self, what: str, query: Any) -> bool:
        return await self._database.write(what, lambda connection: connection.execute(query).rowcount > 0)


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "message_id": delivery.notice.message_id,
        "way": delivery.way.value,
        "recipient": delivery.recipient,
        "mail_id": delivery.mail_id,
        "notice": json.dumps(asdict(delivery.notice)),
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "expires_at": delivery.expires_at,
        "done_at": delivery.done_at,
        "error": delivery.error,
        "may_delete": False,
    }


def _delivery(row: Row[Any]) -> Delivery:
    notice = {name: value for name, value in json.loads(row.notice).items() if name in _NOTICE}
    return Delivery(
        notice=Notice(**notice),
        way=Way(row.way),
        recipient=row.recipient,
        mail_id=row.mail_id,
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        state=State(row.state),
        attempts=row.attempts,
        done_at=row.done_at,
        error=row.error,
        id=row.id,
    )

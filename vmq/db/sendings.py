"""The repository of what owners send: delivered to all mailboxes in one transaction, listed, and taken back.

Every method raises StorageError when the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.outbox import add_deliveries
from vmq.db.sending_rows import (
    copies_of,
    counts_of,
    insert_messages,
    insert_parts,
    sending_by_id,
    sending_row,
    to_sending,
)
from vmq.db.tables import message_parts, messages, sendings
from vmq.domain.delivery import Delivery
from vmq.domain.mailbox import Message, has_room
from vmq.domain.sending import NoticeKind, Sending, SentCopy, SentState, Spoken, copy_id, notice_of
from vmq.domain.sent import Delivered, Removed

MOST_SENT = 1000
"""As many sendings, the newest, can be looked through."""


class SendingRepository:
    """All sendings of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, sending: Sending) -> None:
        """Keep a sending that waits; one that is there already stays as it is."""
        query = self._database.insert(sendings).values(sending_row(sending)).on_conflict_do_nothing()
        await self._database.write(f"keep what {sending.mailbox} sends", lambda connection: connection.execute(query))

    async def deliver(
        self,
        sending: Sending,
        room: Mapping[str, int],
        now: float,
        *,
        tells_sender: bool,
        deliveries: Mapping[str, Sequence[Delivery]],
    ) -> Delivered:
        """Put it into all of its mailboxes, or (when this fails) into none. Of one that was delivered before, it gives
        the same again, as far as it is still there.

        `room` is how many new messages each mailbox may hold. One that has no more is left out. `tells_sender`: it
        waited for its time, so its sender gets a notice of each that was left out, and nothing goes out when he took
        it back meanwhile. With each message its mailbox's `deliveries` are written.
        """

        def work(connection: Connection) -> Delivered:
            before = sending_by_id(connection, sending.id)
            if before and before.delivered_at:
                copies = tuple(copies_of(connection, before))
                return Delivered(copies, (), counts_of(connection, {copy.mailbox for copy in copies}))
            if before is None and tells_sender:
                return Delivered()
            held = counts_of(connection, (before or sending).targets)
            reached = [each for each in held if has_room(held[each].unheard, room.get(each, 0))]
            left_out = tuple(each for each in held if each not in reached)
            done = replace(sending, targets=tuple(t for t in sending.targets if t in reached), delivered_at=now)
            self._save(connection, done, is_new=before is None)
            copies = tuple(done.copy_for(target, now) for target in done.targets)
            insert_messages(self._database, connection, copies, now)
            insert_parts(connection, done, copies)
            add_deliveries(connection, [each for target in done.targets for each in deliveries.get(target, ())])
            notices = [self._undelivered(sending, target, now) for target in left_out if tells_sender]
            insert_messages(self._database, connection, notices, now)
            changed = {message.mailbox for message in (*copies, *notices)}
            return Delivered((*copies, *notices), left_out, counts_of(connection, changed))

        return await self._database.write(f"deliver what {sending.mailbox} sends", work)

    async def due(self, now: float) -> Sequence[Sending]:
        """Those whose time has come, the earliest first."""
        query = select(sendings).where(sendings.c.delivered_at == 0, sendings.c.deliver_at <= now)

        def work(connection: Connection) -> Sequence[Sending]:
            return [to_sending(row) for row in connection.execute(query.order_by(sendings.c.deliver_at))]

        return await self._database.read("read what is to be delivered", work)

    async def next_due(self) -> float | None:
        """When the next one is to be delivered."""
        query = select(func.min(sendings.c.deliver_at)).where(sendings.c.delivered_at == 0)
        return await self._database.read("read what is to be delivered", lambda c: c.execute(query).scalar_one())

    async def sent_from(self, mailbox: str) -> Sequence[SentCopy]:
        """What was sent from a mailbox, newest first: each sending once for each mailbox that it went to."""
        query = select(sendings).where(sendings.c.mailbox == mailbox)
        newest = query.order_by(sendings.c.made_at.desc(), sendings.c.id).limit(MOST_SENT)
        chosen = newest.with_only_columns(sendings.c.id).scalar_subquery()

        def work(connection: Connection) -> Sequence[SentCopy]:
            found = [to_sending(row) for row in connection.execute(newest)]
            copies = connection.execute(select(messages).where(messages.c.sending_id.in_(chosen)))
            by_id = {row.id: rows.to_message(row) for row in copies}
            return [
                _sent_copy(sending, target, by_id.get(copy_id(sending.id, target)))
                for sending in found
                for target in sending.targets
            ]

        return await self._database.read(f"read what {mailbox} sent", work)

    async def take_back(self, sending_id: str, target: str) -> Removed | None:
        """Take it back from one mailbox; None when that has heard it, or has it no more. A sending that waits and would
        then go to nobody is forgotten."""

        def work(connection: Connection) -> Removed | None:
            sending = sending_by_id(connection, sending_id)
            if sending is None or target not in sending.targets:
                return None
            if not sending.delivered_at:
                return self._take_off(connection, sending, target)
            found = [copy for copy in copies_of(connection, sending) if copy.mailbox == target]
            if not found or found[0].heard_at or not found[0].folder.is_unheard:
                return None
            refs = rows.delete_messages(connection, [found[0].id])
            return Removed(tuple(found), tuple(refs), counts_of(connection, {target}))

        return await self._database.write(f"take back what was sent to {target}", work)

    async def parts_of(self, message_id: str) -> Sequence[Spoken]:
        """What a forwarded message's recording was joined from, in its order; empty when it was not."""
        query = select(message_parts).where(message_parts.c.message == message_id).order_by(message_parts.c.position)

        def work(connection: Connection) -> Sequence[Spoken]:
            return [Spoken(p.ref, p.speaker, p.spoken_at, p.duration_s) for p in connection.execute(query)]

        return await self._database.read(f"read the parts of message {message_id}", work)

    async def made_at(self, sending_id: str) -> float:
        """When something was sent; 0.0 when that is not known any more."""
        query = select(sendings.c.made_at).where(sendings.c.id == sending_id)
        return await self._database.read("read a sending", lambda c: c.execute(query).scalar_one_or_none()) or 0.0

    def _take_off(self, connection: Connection, sending: Sending, target: str) -> Removed:
        rest = tuple(each for each in sending.targets if each != target)
        if rest:
            self._save(connection, replace(sending, targets=rest), is_new=False)
            return Removed()
        connection.execute(delete(sendings).where(sendings.c.id == sending.id))
        return Removed(refs=sending.refs)

    def _save(self, connection: Connection, sending: Sending, *, is_new: bool) -> None:
        if is_new:
            connection.execute(sendings.insert().values(sending_row(sending)))
            return
        change = {"targets": json.dumps(sending.targets), "delivered_at": sending.delivered_at}
        connection.execute(update(sendings).where(sendings.c.id == sending.id).values(change))

    def _undelivered(self, sending: Sending, target: str, now: float) -> Message:
        return notice_of(NoticeKind.UNDELIVERED, sending.id, sending.mailbox, target, now)


def _sent_copy(sending: Sending, target: str, message: Message | None) -> SentCopy:
    if not sending.delivered_at:
        return SentCopy(sending, target, SentState.WAITING)
    if message is None:
        return SentCopy(sending, target, SentState.GONE)
    if message.heard_at:
        return SentCopy(sending, target, SentState.HEARD, message.heard_at)
    return SentCopy(sending, target, SentState.UNHEARD if message.folder.is_unheard else SentState.GONE)

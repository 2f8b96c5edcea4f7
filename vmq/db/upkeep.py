"""What time does to messages: receipts that are due, and messages that have been kept long enough.

Every method raises StorageError when the database fails.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.sending_rows import ARRIVED, WITH_SENDINGS, counts_of, insert_messages, known, to_sending
from vmq.db.tables import messages, sendings
from vmq.domain.mailbox import Folder, Message
from vmq.domain.sending import NoticeKind, notice_of
from vmq.domain.sent import Delivered, Removed

AT_ONCE = 500
"""As many messages are cleared up in one transaction, so that calls need not wait long."""

_WITH_SENDER = select(messages, sendings.c.mailbox.label("sent_from")).select_from(WITH_SENDINGS)
_IS_AWAITED = messages.c.wants_nonreceipt & (messages.c.heard_at == 0)


class UpkeepRepository:
    """Receipts and retention of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heard(self, mailbox: str, message_id: str, now: float) -> Delivered:
        """Its owner has begun to hear a message, for the first time; gives the notice for its sender, if he wants it.
        Nothing else than that is done twice."""
        is_it = (messages.c.id == message_id) & (messages.c.mailbox == mailbox) & (messages.c.heard_at == 0)

        def work(connection: Connection) -> Delivered:
            row = connection.execute(_WITH_SENDER.where(is_it)).one_or_none()
            connection.execute(update(messages).where(is_it).values(heard_at=now))
            if row is None or not row.wants_receipt:
                return Delivered()
            return self._notify(connection, {row.id: row}, NoticeKind.HEARD, now)

        return await self._database.write(f"mark a message of mailbox {mailbox} as heard", work)

    async def unheard(self, arrived_before: float, now: float) -> Delivered:
        """Tell senders who want to know of messages that arrived by then and were not heard, once."""
        query = _WITH_SENDER.where(_IS_AWAITED, arrived_before >= ARRIVED).limit(AT_ONCE)

        def work(connection: Connection) -> Delivered:
            late = {row.id: row for row in connection.execute(query)}
            connection.execute(update(messages).where(messages.c.id.in_(late)).values(wants_nonreceipt=False))
            return self._notify(connection, late, NoticeKind.UNHEARD, now)

        return await self._database.write("tell of messages that were not heard", work)

    async def next_unheard(self) -> float | None:
        """When the oldest message arrived whose sender wants to know if it is not heard."""
        query = select(func.min(ARRIVED)).select_from(WITH_SENDINGS).where(_IS_AWAITED)
        return await self._database.read("look for unheard messages", lambda c: c.execute(query).scalar_one())

    async def expire(self, folders: Collection[Folder], filed_before: float) -> Removed:
        """Delete messages that came into one of these folders before then, some hundred at once."""
        is_old = messages.c.folder.in_([folder.value for folder in folders]) & (messages.c.filed_at < filed_before)

        def work(connection: Connection) -> Removed:
            found = connection.execute(select(messages).where(is_old).limit(AT_ONCE))
            old = tuple(rows.to_message(row) for row in found)
            refs = rows.delete_messages(connection, [message.id for message in old])
            return Removed(old, tuple(refs), counts_of(connection, {message.mailbox for message in old}))

        return await self._database.write("delete messages that are too old", work)

    async def oldest(self, folders: Collection[Folder]) -> float | None:
        """Since when the message is in its folder that has been in one of these for longest."""
        query = select(func.min(messages.c.filed_at)).where(messages.c.folder.in_([each.value for each in folders]))
        return await self._database.read("look for old messages", lambda c: c.execute(query).scalar_one())

    async def deleted(self, before: float) -> Mapping[str, int]:
        """How many deleted messages each mailbox has, of those where none was deleted since then."""
        query = select(messages.c.mailbox, func.count()).where(messages.c.folder == Folder.DELETED.value)
        query = query.group_by(messages.c.mailbox).having(func.max(messages.c.filed_at) < before)

        def work(connection: Connection) -> Mapping[str, int]:
            return {row[0]: row[1] for row in connection.execute(query)}

        return await self._database.read("count deleted messages", work)

    async def forget_sent(self, delivered_before: float) -> Removed:
        """Forget what was delivered before then, some hundred at once; the recipients' messages stay."""
        query = select(sendings).where(sendings.c.delivered_at > 0, sendings.c.delivered_at < delivered_before)

        def work(connection: Connection) -> Removed:
            old = [to_sending(row) for row in connection.execute(query.limit(AT_ONCE))]
            connection.execute(delete(sendings).where(sendings.c.id.in_([sending.id for sending in old])))
            return Removed(refs=tuple(ref for sending in old for ref in sending.refs))

        return await self._database.write("forget what was sent long ago", work)

    async def oldest_sent(self) -> float | None:
        """When that was delivered which was delivered first."""
        query = select(func.min(sendings.c.delivered_at)).where(sendings.c.delivered_at > 0)
        return await self._database.read("look for old sendings", lambda c: c.execute(query).scalar_one())

    def _notify(
        self, connection: Connection, told_of: Mapping[str, Row[Any]], kind: NoticeKind, now: float
    ) -> Delivered:
        """Notices for the senders of messages, those who have a mailbox here."""
        senders = {message_id: _sender(row) for message_id, row in told_of.items()}
        here = known(connection, set(senders.values()))
        notices: list[Message] = [
            notice_of(kind, row.sending_id or row.id, senders[row.id], row.mailbox, now)
            for row in told_of.values()
            if senders[row.id] in here and senders[row.id] != row.mailbox
        ]
        stored = tuple(insert_messages(self._database, connection, notices, now))
        return Delivered(stored, (), counts_of(connection, {notice.mailbox for notice in stored}))


def _sender(row: Row[Any]) -> str:
    """Who sent a message: an owner, or a caller inside the house."""
    return str(row.sent_from or row.forwarder or row.sender or row.caller_number)

"""What is read of messages from outside the telephone: feeds by their secret address, and single messages by id.

Only a token's hash is kept, so that who reads the database has no feed. Methods raise StorageError.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, literal, select
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.sending_rows import to_sending
from vmq.db.tables import feeds, list_feeds, mailboxes, message_parts, messages, sendings, shared_keys
from vmq.domain.mailbox import Folder, Message
from vmq.domain.sending import Sending, Spoken

MAX_ITEMS = 200  # of a feed; the newest
_TOKEN_BYTES = 24
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed of a mailbox, or of one of the house's lists (`is_list`). `created_at` is epoch seconds."""

    number: str
    name: str
    created_at: float
    is_list: bool = False


class FeedRepository:
    """All feeds of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, mailbox: str, now: float) -> str | None:
        """Give a mailbox a feed; an earlier one ends. Gives its token, which nobody can read again; None when there is
        no such mailbox."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"mailbox": mailbox, "token_hash": _hash(token), "created_at": now}

        def work(connection: Connection) -> str | None:
            if connection.execute(select(mailboxes.c.number).where(mailboxes.c.number == mailbox)).first() is None:
                return None
            new = self._database.insert(feeds).values(row)
            connection.execute(new.on_conflict_do_update(index_elements=[feeds.c.mailbox], set_=row))
            return token

        return await self._database.write(f"make a feed of mailbox {mailbox}", work)

    async def make_for_list(self, number: str, now: float) -> str:
        """Give a list a feed; an earlier one ends. Gives its token."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"list": number, "token_hash": _hash(token), "created_at": now}
        new = self._database.insert(list_feeds).values(row)
        query = new.on_conflict_do_update(index_elements=[list_feeds.c.list], set_=row)
        await self._database.write(f"make a feed of list {number}", lambda c: c.execute(query))
        return token

    async def revoke(self, number: str, *, is_list: bool = False) -> bool:
        """End the feed of a mailbox or list; False when it has none."""
        query = delete(list_feeds).where(list_feeds.c.list == number)
        if not is_list:
            query = delete(feeds).where(feeds.c.mailbox == number)
        return await self._database.write(f"end the feed of {number}", lambda c: c.execute(query).rowcount > 0)

    async def of(self, number: str, *, is_list: bool = False) -> Feed | None:
        """The feed of a mailbox or list; None when it has none."""
        return await self._find(list_feeds.c.list == number if is_list else feeds.c.mailbox == number, is_list)

    async def by_token(self, token: str) -> Feed | None:
        """The feed of a secret address; None when there is none, or none any more."""
        digest = _hash(token)
        return await self._find(feeds.c.token_hash == digest, False) or await self._find(
            list_feeds.c.token_hash == digest, True
        )

    async def sent_to(self, number: str) -> Sequence[Message]:
        """What was sent to a list, newest first and each once, but for private ones; as long as it is kept."""
        query = select(sendings).where(sendings.c.delivered_at > 0, sendings.c.recipients.contains(f'"{number}"'))
        ordered = query.order_by(sendings.c.delivered_at.desc(), sendings.c.id).limit(MAX_ITEMS)

        def work(connection: Connection) -> Sequence[Message]:
            found = [to_sending(row) for row in connection.execute(ordered)]
            return [_as_sent(each) for each in found if number in each.recipients and not each.content.is_private]

        return await self._database.read("read a feed", work)

    async def parts_of(self, ids: Sequence[str]) -> Mapping[str, Sequence[Spoken]]:
        """What the recordings of forwarded messages were joined from, in their order, by message."""
        query = select(message_parts).where(message_parts.c.message.in_(ids))

        def work(connection: Connection) -> Mapping[str, Sequence[Spoken]]:
            found: dict[str, list[Spoken]] = {}
            for part in connection.execute(query.order_by(message_parts.c.position)):
                spoken = Spoken(part.ref, part.speaker, part.spoken_at, part.duration_s)
                found.setdefault(part.message, []).append(spoken)
            return found

        return await self._database.read("read parts of messages", work)

    async def items(self, mailbox: str) -> Sequence[Message]:
        """The messages of a feed, newest first: all that aren't deleted, but for private ones and notices."""
        is_open = ~messages.c.is_private & (messages.c.notice == "") & (messages.c.folder != Folder.DELETED.value)
        query = select(messages).where(messages.c.mailbox == mailbox, is_open)
        query = query.order_by(messages.c.received_at.desc(), messages.c.id).limit(MAX_ITEMS)
        return await self._database.read("read a feed", lambda c: [rows.to_message(row) for row in c.execute(query)])

    async def message(self, message_id: str) -> Message | None:
        """A message by its id, deleted or not; None when there is none."""
        query = select(messages).where(messages.c.id == message_id)

        def work(connection: Connection) -> Message | None:
            row = connection.execute(query).first()
            return rows.to_message(row) if row else None

        return await self._database.read("read a message", work)

    async def key(self, name: str) -> bytes:
        """A secret key that all nodes share, made now unless it is there."""
        new = self._database.insert(shared_keys).values(name=name, value=secrets.token_hex(_KEY_BYTES))
        query = select(shared_keys.c.value).where(shared_keys.c.name == name)

        def work(connection: Connection) -> bytes:
            connection.execute(new.on_conflict_do_nothing())
            return bytes.fromhex(connection.execute(query).scalar_one())

        return await self._database.write("read a key", work)

    async def _find(self, is_it: ColumnElement[bool], is_list: bool) -> Feed | None:
        of_mailboxes = select(feeds.c.mailbox, mailboxes.c.name, feeds.c.created_at).join(mailboxes)
        query = select(list_feeds.c.list, literal(""), list_feeds.c.created_at) if is_list else of_mailboxes

        def work(connection: Connection) -> Feed | None:
            row = connection.execute(query.where(is_it)).first()
            return Feed(row[0], row[1], row[2], is_list) if row else None

        return await self._database.read("find a feed", work)


def _as_sent(sending: Sending) -> Message:
    """What was sent, as a message: the sender's own recordings, and when it was delivered."""
    copy = sending.copy_for(sending.mailbox, sending.delivered_at)
    content = sending.content
    return replace(
        copy, id=sending.id, ref=sending.ref, introduction=content.introduction, received_at=sending.delivered_at
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

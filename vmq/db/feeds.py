"""What is read of messages from outside the telephone: feeds by their secret address, and single messages by id.

Only a token's hash is kept, so that who reads the database has no feed. Methods raise StorageError.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.tables import feeds, mailboxes, messages, shared_keys
from vmq.domain.mailbox import Folder, Message

MAX_ITEMS = 200  # of a feed; the newest
_TOKEN_BYTES = 24
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Feed:
    """A mailbox's feed. `created_at` is epoch seconds."""

    mailbox: str
    name: str
    created_at: float


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

    async def revoke(self, mailbox: str) -> bool:
        """End a mailbox's feed; False when it has none."""
        query = delete(feeds).where(feeds.c.mailbox == mailbox)
        return await self._database.write(f"end the feed of mailbox {mailbox}", lambda c: c.execute(query).rowcount > 0)

    async def of_mailbox(self, mailbox: str) -> Feed | None:
        """A mailbox's feed; None when it has none."""
        return await self._find(feeds.c.mailbox == mailbox)

    async def by_token(self, token: str) -> Feed | None:
        """The feed of a secret address; None when there is none, or none any more."""
        return await self._find(feeds.c.token_hash == _hash(token))

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

    async def _find(self, is_it: object) -> Feed | None:
        query = select(feeds.c.mailbox, feeds.c.created_at, mailboxes.c.name).join(mailboxes)

        def work(connection: Connection) -> Feed | None:
            row = connection.execute(query.where(is_it)).first()  # type: ignore[arg-type]
            return Feed(row.mailbox, row.name, row.created_at) if row else None

        return await self._database.read("find a feed", work)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

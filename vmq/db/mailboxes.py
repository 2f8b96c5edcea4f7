"""The mailboxes' repository: domain objects in and out, one short transaction for each change.

Messages that are stored at the same moment share a commit, and mailboxes that are asked for at the same moment share a
read (vmq.batch). Every method raises StorageError when the database fails. `now` is since when a message that is moved
is in its folder; 0 = since when it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, or_, select, tuple_, update
from sqlalchemy.engine import Connection

from vmq.batch import Batcher
from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.outbox import add_deliveries
from vmq.db.refs import all_refs
from vmq.db.tables import greetings, mailboxes, messages
from vmq.domain.delivery import Delivery
from vmq.domain.directory import Listed
from vmq.domain.mailbox import (
    Counts,
    Folder,
    Greeting,
    GreetingKind,
    Mailbox,
    Message,
    Moved,
    Place,
    Stored,
    arrival_folder,
)
from vmq.domain.pin import LoginState

NewMessage = tuple[Message, Sequence[Delivery]]
LoginChange = tuple[str, Callable[[LoginState], LoginState]]


class MailboxRepository:
    """All mailboxes of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._finds: Batcher[Collection[str], Mapping[str, Mailbox]] = Batcher(self._find_all)
        self._lists: Batcher[tuple[str, Folder], tuple[Message, ...]] = Batcher(self._list_all)
        self._adds: Batcher[NewMessage, Stored] = Batcher(self._add_all)
        self._logins: Batcher[LoginChange, tuple[LoginState, LoginState]] = Batcher(self._change_logins)

    async def find(self, *numbers: str) -> Mapping[str, Mailbox]:
        """Those of the mailboxes that are there, with their greetings and counts."""
        return await self._finds.submit(numbers)

    async def ensure(self, mailbox: Mailbox, now: float) -> bool:
        """Make the mailbox unless its number has one; True when it was made. An existing one is left as it is."""
        row = {mailbox.number: rows.mailbox_row(mailbox, now)}

        def work(connection: Connection) -> bool:
            return bool(self._insert_new(connection, mailboxes.c.number, row))

        return await self._database.write(f"make mailbox {mailbox.number}", work)

    async def describe(self, mailbox: str, name: str, personality: str, language: str) -> None:
        """Change what an administrator says of a mailbox."""
        query = update(mailboxes).where(mailboxes.c.number == mailbox)
        change = query.values(name=name, personality=personality, language=language)
        await self._database.write(f"describe mailbox {mailbox}", lambda connection: connection.execute(change))

    async def add_message(self, message: Message, deliveries: Sequence[Delivery] = ()) -> Stored:
        """Store a message with its deliveries, and make its mailbox where there is none. Durable on return; the same id
        is stored once, and so are its deliveries."""
        return await self._adds.submit((message, deliveries))

    async def messages(self, mailbox: str, folder: Folder) -> tuple[Message, ...]:
        """The messages of a folder, oldest first."""
        return await self._lists.submit((mailbox, folder))

    async def message(self, mailbox: str, message_id: str) -> Message | None:
        """A message of this mailbox, deleted or not; None when it has none of this id."""
        query = select(messages).where(messages.c.mailbox == mailbox, messages.c.id == message_id)

        def work(connection: Connection) -> Message | None:
            row = connection.execute(query).one_or_none()
            return rows.to_message(row) if row else None

        return await self._database.read("read a message", work)

    async def page(
        self, mailbox: str, folder: Folder | None, after: Place | None, limit: int, text: str = ""
    ) -> Sequence[Message]:
        """Messages newest first, those that come after a place, at most `limit`; without a folder those of all folders
        but Deleted; with a text those whose caller's or sender's name or number has it."""
        is_in = messages.c.folder == folder if folder else messages.c.folder != Folder.DELETED
        query = select(messages).where(messages.c.mailbox == mailbox, is_in)
        if text:
            said = (messages.c.caller_name, messages.c.caller_number, messages.c.sender)
            query = query.where(or_(*(column.icontains(text, autoescape=True) for column in said)))
        if after is not None:
            query = query.where(tuple_(messages.c.received_at, messages.c.id) < tuple_(*after))
        ordered = query.order_by(messages.c.received_at.desc(), messages.c.id.desc()).limit(limit)
        return await self._database.read(
            "read messages", lambda connection: [rows.to_message(row) for row in connection.execute(ordered)]
        )

    async def move(
        self, mailbox: str, ids: Collection[str], to: Folder, max_messages: int | None = None, now: float = 0.0
    ) -> Moved:
        """Put messages into a folder; nothing is moved when it would then hold more than `max_messages`."""

        def work(connection: Connection) -> Moved:
            found = rows.messages_by_id(connection, mailbox, ids)
            new = sum(message.folder is not to for message in found)
            if max_messages is not None and rows.folder_size(connection, mailbox, to) + new > max_messages:
                return _moved(connection, mailbox, (), now)
            return _moved(connection, mailbox, [_in_folder(message, to) for message in found], now)

        return await self._database.write(f"move messages of mailbox {mailbox}", work)

    async def restore(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put deleted messages back to where they were."""

        def work(connection: Connection) -> Moved:
            found = rows.messages_by_id(connection, mailbox, ids)
            back = [_in_folder(m, m.restore_folder or Folder.OLD) if m.is_deleted else m for m in found]
            return _moved(connection, mailbox, back, now)

        return await self._database.write(f"undelete messages of mailbox {mailbox}", work)

    async def mark_old(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put messages that were heard into Old, those that are still new: another session may have moved some."""

        def work(connection: Connection) -> Moved:
            found = rows.messages_by_id(connection, mailbox, ids)
            unheard = [replace(m, heard_at=m.heard_at or now) for m in found if m.folder.is_unheard]
            return _moved(connection, mailbox, [_in_folder(m, Folder.OLD) for m in unheard], now)

        return await self._database.write(f"keep heard messages of mailbox {mailbox}", work)

    async def mark_new(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put messages back to where they arrived, as if nobody had heard them."""

        def work(connection: Connection) -> Moved:
            found = rows.messages_by_id(connection, mailbox, ids)
            unheard = [replace(m, heard_at=0.0) for m in found]
            return _moved(connection, mailbox, [_in_folder(m, arrival_folder(m.is_urgent)) for m in unheard], now)

        return await self._database.write(f"mark messages of mailbox {mailbox} as new", work)

    async def purge(self, mailbox: str, keep: int) -> Sequence[str]:
        """Forget all deleted messages but the `keep` newest; gives the refs of the files that nobody needs any more."""
        where = (messages.c.mailbox == mailbox) & (messages.c.folder == Folder.DELETED)
        too_old = select(messages.c.id).where(where).order_by(messages.c.received_at.desc(), messages.c.id).offset(keep)

        def work(connection: Connection) -> Sequence[str]:
            ids = connection.execute(too_old.limit(10_000)).scalars().all()
            return rows.delete_messages(connection, ids)

        return await self._database.write(f"purge mailbox {mailbox}", work)

    async def set_greeting(self, mailbox: str, greeting: Greeting) -> str:
        """Make this the greeting of its kind; gives the ref of the one it replaces, or ""."""

        def work(connection: Connection) -> str:
            replaced = rows.drop_greeting(connection, mailbox, greeting.kind)
            connection.execute(greetings.insert().values(rows.greeting_row(mailbox, greeting)))
            return replaced

        return await self._database.write(f"keep a greeting of mailbox {mailbox}", work)

    async def remove_greeting(self, mailbox: str, kind: GreetingKind) -> str:
        """Take a greeting away; gives its ref, or ""."""

        def work(connection: Connection) -> str:
            return rows.drop_greeting(connection, mailbox, kind)

        return await self._database.write(f"remove a greeting of mailbox {mailbox}", work)

    async def change_login(
        self, mailbox: str, change: Callable[[LoginState], LoginState]
    ) -> tuple[LoginState, LoginState]:
        """Change the count of wrong PINs in one transaction; gives the state before and after. `change` is called in a
        thread."""
        return await self._logins.submit((mailbox, change))

    async def listed(self) -> Sequence[Listed]:
        """Who is in the directory: mailboxes whose owner has a name, and is not hidden."""
        query = select(mailboxes.c.number, mailboxes.c.name).where(mailboxes.c.is_listed, mailboxes.c.name != "")

        def work(connection: Connection) -> Sequence[Listed]:
            return [Listed(row.number, row.name) for row in connection.execute(query)]

        return await self._database.read("read the directory", work)

    async def all_counts(self) -> Mapping[str, Counts]:
        """The counts of every mailbox."""
        return await self._database.read("count all messages", rows.counts_of)

    async def refs(self) -> frozenset[str]:
        """The refs of all files that a row names."""
        return await self._database.read("list all recordings", all_refs)

    async def _find_all(self, wanted: Sequence[Collection[str]]) -> Sequence[Mapping[str, Mailbox]]:
        numbers = {number for some in wanted for number in some}
        found = await self._database.read("read mailboxes", lambda connection: rows.find_mailboxes(connection, numbers))
        return [{number: found[number] for number in some if number in found} for some in wanted]

    async def _list_all(self, wanted: Sequence[tuple[str, Folder]]) -> Sequence[tuple[Message, ...]]:
        query = select(messages).where(tuple_(messages.c.mailbox, messages.c.folder).in_(set(wanted)))

        def work(connection: Connection) -> Sequence[Message]:
            ordered = query.order_by(messages.c.received_at, messages.c.id)
            return [rows.to_message(row) for row in connection.execute(ordered)]

        found: dict[tuple[str, Folder], list[Message]] = {}
        for message in await self._database.read("read messages", work):
            found.setdefault((message.mailbox, message.folder), []).append(message)
        return [tuple(found.get(folder, ())) for folder in wanted]

    async def _add_all(self, wanted: Sequence[NewMessage]) -> Sequence[Stored]:
        new = [message for message, _ in wanted]
        told = dict(reversed([(message.id, deliveries) for message, deliveries in wanted]))
        boxes = {m.mailbox: rows.mailbox_row(Mailbox(m.mailbox), m.received_at) for m in reversed(new)}
        added = {m.id: rows.message_row(m) for m in new}

        def work(connection: Connection) -> tuple[set[str], set[str], Mapping[str, Counts]]:
            made = self._insert_new(connection, mailboxes.c.number, boxes)
            stored = self._insert_new(connection, messages.c.id, added)
            add_deliveries(connection, [delivery for message_id in stored for delivery in told[message_id]])
            return made, stored, rows.counts_of(connection, list(boxes))

        made, stored, counts = await self._database.write("store a message", work)
        results = []
        for message in new:
            results.append(Stored(counts.get(message.mailbox, Counts()), message.id in stored, message.mailbox in made))
            stored.discard(message.id)
            made.discard(message.mailbox)
        return results

    def _insert_new(
        self, connection: Connection, key: Column[str], wanted: Mapping[str, Mapping[str, Any]]
    ) -> set[str]:
        """Insert those rows that are not there, by key; the keys of the new ones."""
        query = self._database.insert(key.table).on_conflict_do_nothing().returning(key)
        return set(connection.execute(query, list(wanted.values())).scalars())

    async def _change_logins(self, changes: Sequence[LoginChange]) -> Sequence[tuple[LoginState, LoginState]]:
        table = mailboxes.c
        numbers = {number for number, _ in changes}
        query = select(table.number, table.failures, table.locked_until).where(table.number.in_(numbers))

        def work(connection: Connection) -> Sequence[tuple[LoginState, LoginState]]:
            found = connection.execute(query.with_for_update())
            states = {row.number: LoginState(row.failures, row.locked_until) for row in found}
            results = []
            for number, change in changes:
                before = states.get(number, LoginState())
                states[number] = change(before)
                results.append((before, states[number]))
            rows.save_logins(connection, states)
            return results

        return await self._database.write("count a login", work)


def _in_folder(message: Message, to: Folder) -> Message:
    if message.folder is to:
        return message
    return replace(message, folder=to, restore_folder=message.folder if to is Folder.DELETED else None)


def _moved(connection: Connection, mailbox: str, moved: Sequence[Message], now: float) -> Moved:
    rows.save_folders(connection, moved, now)
    counts = rows.counts_of(connection, [mailbox])
    return Moved(tuple(moved), counts.get(mailbox, Counts()))

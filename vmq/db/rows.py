"""Rows to domain objects and back, and the queries that several of the repository's transactions share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from vmq.db.tables import greetings, mailboxes, messages
from vmq.domain.mailbox import Counts, Folder, Greeting, GreetingKind, Mailbox, Message
from vmq.domain.pin import LoginState

_COUNTED = (Folder.INBOX, Folder.OLD, Folder.URGENT)


def mailbox_row(mailbox: Mailbox, created_at: float) -> dict[str, Any]:
    """The row of a new mailbox."""
    return {
        "number": mailbox.number,
        "name": mailbox.name,
        "personality": mailbox.personality,
        "language": mailbox.language,
        "pin_hash": mailbox.pin_hash,
        "failures": 0,
        "locked_until": 0.0,
        "created_at": created_at,
    }


def to_mailbox(row: Row[Any], kinds: Mapping[GreetingKind, Greeting], counts: Counts) -> Mailbox:
    """A mailbox from its row and what belongs to it."""
    return Mailbox(
        number=row.number,
        name=row.name,
        personality=row.personality,
        language=row.language,
        pin_hash=row.pin_hash,
        greetings=kinds,
        counts=counts,
        login=LoginState(row.failures, row.locked_until),
    )


def message_row(message: Message) -> dict[str, Any]:
    """The row of a message."""
    return {
        "id": message.id,
        "mailbox": message.mailbox,
        "folder": message.folder.value,
        "restore_folder": message.restore_folder.value if message.restore_folder else None,
        "received_at": message.received_at,
        "duration_s": message.duration_s,
        "caller_number": message.caller_number,
        "caller_name": message.caller_name,
        "is_urgent": message.is_urgent,
        "ref": message.ref,
    }


def to_message(row: Row[Any]) -> Message:
    """A message from its row."""
    return Message(
        id=row.id,
        mailbox=row.mailbox,
        folder=Folder(row.folder),
        received_at=row.received_at,
        duration_s=row.duration_s,
        ref=row.ref,
        caller_number=row.caller_number,
        caller_name=row.caller_name,
        is_urgent=row.is_urgent,
        restore_folder=Folder(row.restore_folder) if row.restore_folder else None,
    )


def greeting_row(mailbox: str, greeting: Greeting) -> dict[str, Any]:
    """The row of a greeting."""
    return {
        "mailbox": mailbox,
        "kind": greeting.kind.value,
        "ref": greeting.ref,
        "duration_s": greeting.duration_s,
        "recorded_at": greeting.recorded_at,
        "expires_at": greeting.expires_at,
    }


def to_greeting(row: Row[Any]) -> Greeting:
    """A greeting from its row."""
    return Greeting(GreetingKind(row.kind), row.ref, row.duration_s, row.recorded_at, row.expires_at)


def greetings_of(connection: Connection, numbers: Collection[str]) -> Mapping[str, Mapping[GreetingKind, Greeting]]:
    """The greetings of each mailbox."""
    found: dict[str, dict[GreetingKind, Greeting]] = {}
    for row in connection.execute(select(greetings).where(greetings.c.mailbox.in_(numbers))):
        greeting = to_greeting(row)
        found.setdefault(row.mailbox, {})[greeting.kind] = greeting
    return found


def drop_greeting(connection: Connection, mailbox: str, kind: GreetingKind) -> str:
    """Delete a greeting's row; gives its ref, or ""."""
    query = delete(greetings).where(greetings.c.mailbox == mailbox, greetings.c.kind == kind.value)
    return connection.execute(query.returning(greetings.c.ref)).scalar_one_or_none() or ""


def counts_of(connection: Connection, numbers: Collection[str] | None = None) -> Mapping[str, Counts]:
    """The counts of each mailbox that has messages; of all mailboxes without `numbers`."""
    query = select(messages.c.mailbox, messages.c.folder, func.count()).where(messages.c.folder.in_(_COUNTED))
    if numbers is not None:
        query = query.where(messages.c.mailbox.in_(numbers))
    sizes: dict[str, dict[str, int]] = {}
    for number, folder, size in connection.execute(query.group_by(messages.c.mailbox, messages.c.folder)):
        sizes.setdefault(number, {})[folder] = size
    return {
        number: Counts(new=size.get(Folder.INBOX, 0), old=size.get(Folder.OLD, 0), urgent=size.get(Folder.URGENT, 0))
        for number, size in sizes.items()
    }


def folder_size(connection: Connection, mailbox: str, folder: Folder) -> int:
    """How many messages a folder holds."""
    query = select(func.count()).where(messages.c.mailbox == mailbox, messages.c.folder == folder.value)
    return connection.execute(query).scalar_one()


def messages_by_id(connection: Connection, mailbox: str, ids: Collection[str]) -> Sequence[Message]:
    """Those of the messages that are there, and in this mailbox."""
    query = select(messages).where(messages.c.mailbox == mailbox, messages.c.id.in_(ids)).with_for_update()
    return [to_message(row) for row in connection.execute(query)]


def save_folders(connection: Connection, moved: Sequence[Message]) -> None:
    """Write where these messages are now."""
    if not moved:
        return
    query = update(messages).where(messages.c.id == bindparam("message_id"))
    connection.execute(
        query.values(folder=bindparam("to_folder"), restore_folder=bindparam("from_folder")),
        [{"message_id": m.id, "to_folder": m.folder.value, "from_folder": m.restore_folder} for m in moved],
    )


def save_logins(connection: Connection, states: Mapping[str, LoginState]) -> None:
    """Write the counts of wrong PINs."""
    query = update(mailboxes).where(mailboxes.c.number == bindparam("mailbox"))
    connection.execute(
        query.values(failures=bindparam("new_failures"), locked_until=bindparam("new_lock")),
        [
            {"mailbox": number, "new_failures": state.failures, "new_lock": state.locked_until}
            for number, state in states.items()
        ],
    )

"""Rows to domain objects and back, and the queries that several of the repository's transactions share."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Label, Row, bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from vmq.db.owner_rows import CHOICES, USES, to_choices, to_uses
from vmq.db.tables import greetings, mailboxes, message_parts, messages
from vmq.domain.mailbox import Counts, Folder, Greeting, GreetingKind, Mailbox, Message
from vmq.domain.pin import LoginState


def _size(folder: Folder, name: str) -> Label[int]:
    """How many messages a folder of the mailbox at hand holds, as a column."""
    is_in_it = (messages.c.mailbox == mailboxes.c.number) & (messages.c.folder == folder.value)
    return select(func.count()).where(is_in_it).correlate(mailboxes).scalar_subquery().label(name)


# Statements that every call runs are made once: to build one costs more than to run it.
_SIZES = (_size(Folder.INBOX, "new"), _size(Folder.OLD, "old"), _size(Folder.URGENT, "urgent"))
_USED_S = (
    select(func.coalesce(func.sum(messages.c.duration_s), 0.0))
    .where((messages.c.mailbox == mailboxes.c.number) & (messages.c.folder != Folder.DELETED.value))
    .correlate(mailboxes)
    .scalar_subquery()
    .label("used_s")
)
_IS_WANTED = mailboxes.c.number.in_(bindparam("numbers", expanding=True))
_MAILBOXES = (
    select(mailboxes, *_SIZES, _USED_S, USES, CHOICES, greetings)
    .select_from(mailboxes.outerjoin(greetings, greetings.c.mailbox == mailboxes.c.number))
    .where(_IS_WANTED)
)
_ALL_COUNTS = select(mailboxes.c.number, *_SIZES)
_COUNTS = _ALL_COUNTS.where(_IS_WANTED)


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


def find_mailboxes(connection: Connection, numbers: Collection[str]) -> Mapping[str, Mailbox]:
    """Those of the mailboxes that are there, with their greetings (a row for each) and counts, by one statement."""
    found: dict[str, Mailbox] = {}
    kinds: dict[str, dict[GreetingKind, Greeting]] = {}
    for row in connection.execute(_MAILBOXES, {"numbers": list(numbers)}):
        if row.number not in found:
            kinds[row.number] = {}
            found[row.number] = _to_mailbox(row, kinds[row.number])
        if row.kind is not None:
            greeting = to_greeting(row)
            kinds[row.number][greeting.kind] = greeting
    return found


def _to_mailbox(row: Row[Any], kinds: Mapping[GreetingKind, Greeting]) -> Mailbox:
    return Mailbox(
        number=row.number,
        name=row.name,
        personality=row.personality,
        language=row.language,
        pin_hash=row.pin_hash,
        greetings=kinds,
        counts=_counts(row),
        login=LoginState(row.failures, row.locked_until),
        pin_set_at=row.pin_set_at,
        used_pins=tuple(json.loads(row.used_pins)),
        operator=row.operator,
        is_listed=row.is_listed,
        is_notified=row.is_notified,
        uses=to_uses(row.uses),
        choices=to_choices(row.choices),
        used_s=row.used_s,
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
        "ref": message.ref or None,
        "is_private": message.is_private,
        "is_broadcast": message.is_broadcast,
        "wants_receipt": message.wants_receipt,
        "wants_nonreceipt": message.wants_nonreceipt,
        "sender": message.sender,
        "sending_id": message.sending_id,
        "recipients": json.dumps(message.recipients),
        "forwarder": message.forwarder,
        "introduction": message.introduction or None,
        "heard_at": message.heard_at,
        "notice": message.notice,
        "external_id": message.external_id,
        "category": message.category,
        "filed_at": message.received_at,
    }


def to_message(row: Row[Any]) -> Message:
    """A message from its row."""
    return Message(
        id=row.id,
        mailbox=row.mailbox,
        folder=Folder(row.folder),
        received_at=row.received_at,
        duration_s=row.duration_s,
        ref=row.ref or "",
        caller_number=row.caller_number,
        caller_name=row.caller_name,
        is_urgent=row.is_urgent,
        restore_folder=Folder(row.restore_folder) if row.restore_folder else None,
        is_private=row.is_private,
        is_broadcast=row.is_broadcast,
        wants_receipt=row.wants_receipt,
        wants_nonreceipt=row.wants_nonreceipt,
        sender=row.sender,
        sending_id=row.sending_id,
        recipients=tuple(json.loads(row.recipients)),
        forwarder=row.forwarder,
        introduction=row.introduction or "",
        heard_at=row.heard_at,
        notice=row.notice,
        external_id=row.external_id,
        category=row.category,
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
        "is_on": greeting.is_on,
        "is_blocking": greeting.is_blocking,
    }


def to_greeting(row: Row[Any]) -> Greeting:
    """A greeting from its row."""
    return Greeting(
        kind=GreetingKind(row.kind),
        ref=row.ref,
        duration_s=row.duration_s,
        recorded_at=row.recorded_at,
        expires_at=row.expires_at,
        is_on=row.is_on,
        is_blocking=row.is_blocking,
    )


def drop_greeting(connection: Connection, mailbox: str, kind: GreetingKind) -> str:
    """Delete a greeting's row; gives its ref, or ""."""
    query = delete(greetings).where(greetings.c.mailbox == mailbox, greetings.c.kind == kind.value)
    return connection.execute(query.returning(greetings.c.ref)).scalar_one_or_none() or ""


def counts_of(connection: Connection, numbers: Collection[str] | None = None) -> Mapping[str, Counts]:
    """The counts of those of the mailboxes that are there; of all mailboxes without `numbers`."""
    if numbers is None:
        found = connection.execute(_ALL_COUNTS)
    else:
        found = connection.execute(_COUNTS, {"numbers": list(numbers)})
    return {row.number: _counts(row) for row in found}


def _counts(row: Row[Any]) -> Counts:
    return Counts(new=row.new, old=row.old, urgent=row.urgent)


def folder_size(connection: Connection, mailbox: str, folder: Folder) -> int:
    """How many messages a folder holds."""
    query = select(func.count()).where(messages.c.mailbox == mailbox, messages.c.folder == folder.value)
    return connection.execute(query).scalar_one()


def messages_by_id(connection: Connection, mailbox: str, ids: Collection[str]) -> Sequence[Message]:
    """Those of the messages that are there, and in this mailbox."""
    query = select(messages).where(messages.c.mailbox == mailbox, messages.c.id.in_(ids)).with_for_update()
    return [to_message(row) for row in connection.execute(query)]


def save_folders(connection: Connection, moved: Sequence[Message], now: float) -> None:
    """Write where these messages are from now on, and when they were heard."""
    if not moved:
        return
    query = update(messages).where(messages.c.id == bindparam("message_id"))
    to: dict[str, Any] = {
        "folder": bindparam("to_folder"),
        "restore_folder": bindparam("from_folder"),
        "heard_at": bindparam("heard"),
    }
    if now:
        to["filed_at"] = bindparam("at")
    connection.execute(
        query.values(to),
        [
            {"message_id": m.id, "to_folder": m.folder, "from_folder": m.restore_folder, "heard": m.heard_at, "at": now}
            for m in moved
        ],
    )


def delete_messages(connection: Connection, ids: Collection[str]) -> Sequence[str]:
    """Delete messages; gives the refs of all their files."""
    parts = select(message_parts.c.ref).where(message_parts.c.message.in_(ids))
    refs = list(connection.execute(parts).scalars())
    gone = delete(messages).where(messages.c.id.in_(ids)).returning(messages.c.ref, messages.c.introduction)
    for row in connection.execute(gone):
        refs += [ref for ref in row if ref]
    return refs


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

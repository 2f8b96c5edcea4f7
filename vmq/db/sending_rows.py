"""Sendings as rows and back, and the statements that their repositories share."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection

from vmq.db import rows
from vmq.db.engine import Database
from vmq.db.tables import mailboxes, message_parts, messages, sendings
from vmq.db.transcripts import add_jobs
from vmq.domain.mailbox import Counts, Message
from vmq.domain.sending import Sending, content_from_json, content_to_json, copy_id

#: When a message came into its mailbox: of a forwarded one, when it was sent on.
ARRIVED = func.coalesce(sendings.c.delivered_at, messages.c.received_at)
WITH_SENDINGS = messages.outerjoin(sendings, sendings.c.id == messages.c.sending_id)


def sending_row(sending: Sending) -> dict[str, Any]:
    """The row of a sending."""
    return {
        "id": sending.id,
        "mailbox": sending.mailbox,
        "made_at": sending.made_at,
        "deliver_at": sending.deliver_at,
        "delivered_at": sending.delivered_at,
        "ref": sending.ref or None,
        "duration_s": sending.duration_s,
        "recipients": json.dumps(sending.recipients),
        "targets": json.dumps(sending.targets),
        "message": content_to_json(sending.content),
    }


def to_sending(row: Row[Any]) -> Sending:
    """A sending from its row."""
    return Sending(
        id=row.id,
        mailbox=row.mailbox,
        made_at=row.made_at,
        deliver_at=row.deliver_at,
        delivered_at=row.delivered_at,
        ref=row.ref or "",
        duration_s=row.duration_s,
        recipients=tuple(json.loads(row.recipients)),
        targets=tuple(json.loads(row.targets)),
        content=content_from_json(row.message),
    )


def sending_by_id(connection: Connection, sending_id: str) -> Sending | None:
    """The sending, held until the transaction ends; None when there is none such."""
    row = connection.execute(select(sendings).where(sendings.c.id == sending_id).with_for_update()).one_or_none()
    return to_sending(row) if row else None


def copies_of(connection: Connection, sending: Sending) -> Sequence[Message]:
    """What its targets have of it: no notices, and nothing that somebody forwarded from it."""
    ids = [copy_id(sending.id, target) for target in sending.targets]
    return [rows.to_message(row) for row in connection.execute(select(messages).where(messages.c.id.in_(ids)))]


def insert_messages(
    database: Database, connection: Connection, new: Sequence[Message], now: float
) -> Sequence[Message]:
    """Insert those messages that are not there; gives the new ones."""
    if not new:
        return ()
    query = database.insert(messages).on_conflict_do_nothing().returning(messages.c.id)
    added = [{**rows.message_row(message), "filed_at": now} for message in new]
    stored = set(connection.execute(query, added).scalars())
    inserted = [message for message in new if message.id in stored]
    add_jobs(connection, inserted)
    return inserted


def insert_parts(connection: Connection, sending: Sending, copies: Collection[Message]) -> None:
    """Write down what the copies' recordings were joined from."""
    parts = [
        {
            "message": copy.id,
            "position": position,
            "ref": sending.ref_for(copy.mailbox, part.ref),
            "speaker": part.speaker,
            "spoken_at": part.spoken_at,
            "duration_s": part.duration_s,
        }
        for copy in copies
        for position, part in enumerate(sending.content.parts)
    ]
    if parts:
        connection.execute(message_parts.insert(), parts)


def known(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Those of the numbers that have a mailbox."""
    return frozenset(connection.execute(select(mailboxes.c.number).where(mailboxes.c.number.in_(numbers))).scalars())


def counts_of(connection: Connection, changed: Collection[str]) -> Mapping[str, Counts]:
    """The counts of the mailboxes that changed."""
    return rows.counts_of(connection, sorted(changed)) if changed else {}

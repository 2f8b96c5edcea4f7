"""Which files the rows name: all refs of the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from vmq.db.tables import greetings, lists, message_parts, messages, sendings
from vmq.domain.sending import content_from_json

_NAMED = select(messages.c.ref).union_all(
    select(messages.c.introduction),
    select(message_parts.c.ref),
    select(greetings.c.ref),
    select(lists.c.name_ref),
    select(sendings.c.ref),
)


def all_refs(connection: Connection) -> frozenset[str]:
    """The refs of messages and their parts, of greetings, of lists' names, and of what was sent."""
    found = set(connection.execute(_NAMED).scalars())
    for text in connection.execute(select(sendings.c.message)).scalars():
        content = content_from_json(text)
        found |= {content.introduction, *(part.ref for part in content.parts)}
    return frozenset(ref for ref in found if ref)

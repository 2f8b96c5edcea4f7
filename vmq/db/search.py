"""How messages are found by what is said in them and by who called: each word of the query, or what begins with it.

SQLite has an FTS5 index that triggers keep (migration 0013), PostgreSQL an index over a tsvector.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, false, select, text

from vmq.db.engine import Database
from vmq.db.tables import messages, transcripts

MAX_WORDS = 10
INDEX = "transcripts_index"
"""The FTS5 table; its own tables begin with its name."""
_WORD = re.compile(r"\w+")


def is_found(database: Database, query: str) -> ColumnElement[bool]:
    """The condition that a message has all words of a query. One without any word finds nothing."""
    words = _WORD.findall(query)[:MAX_WORDS]
    if not words:
        return false()
    hit: Any
    if database.is_sqlite:
        found = text(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :wanted")  # noqa: S608  a name of ours
        hit = transcripts.c.id.in_(found.bindparams(wanted=" ".join(f'"{word}"*' for word in words)))
    else:
        matches = text("to_tsvector('simple', callers || ' ' || text) @@ to_tsquery('simple', :wanted)")
        hit = matches.bindparams(wanted=" & ".join(f"'{word}':*" for word in words))
    return messages.c.id.in_(select(transcripts.c.message).where(hit))

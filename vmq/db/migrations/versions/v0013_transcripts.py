"""What is said in messages, and how it is searched: FTS5 in SQLite, tsvector in PostgreSQL. And feeds of lists.

Messages that are there already can be found by their callers; their texts are written down when somebody asks for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_INDEX = (
    "CREATE VIRTUAL TABLE transcripts_index USING fts5(text, callers, content='transcripts', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2')"
)
_ADD = "INSERT INTO transcripts_index (rowid, text, callers) VALUES (new.id, new.text, new.callers);"
_DROP = (
    "INSERT INTO transcripts_index (transcripts_index, rowid, text, callers) "
    "VALUES ('delete', old.id, old.text, old.callers);"
)
_TRIGGERS = (
    f"CREATE TRIGGER transcripts_added AFTER INSERT ON transcripts BEGIN {_ADD} END",
    f"CREATE TRIGGER transcripts_gone AFTER DELETE ON transcripts BEGIN {_DROP} END",
    f"CREATE TRIGGER transcripts_changed AFTER UPDATE OF text, callers ON transcripts BEGIN {_DROP} {_ADD} END",
)
_SEARCHED = (
    "CREATE INDEX ix_transcripts_search ON transcripts USING gin (to_tsvector('simple', callers || ' ' || text))"
)
_OLD = (
    "INSERT INTO transcripts (message, state, attempts, created_at, due_at, done_at, language, recogniser, confidence, "
    "text, words, callers, error) SELECT id, 'left_out', 0, received_at, 0, 0, '', '', 0, '', '[]', "
    "caller_name || ' ' || caller_number || ' ' || sender, 'it was there before texts were written down' FROM messages "
    "WHERE ref IS NOT NULL"
)


def upgrade() -> None:
    """Make the table, what searches it, and rows for the messages that are there."""
    op.create_table(
        "transcripts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("done_at", sa.Float(), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("recogniser", sa.String(80), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("callers", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transcripts"),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], ondelete="CASCADE", name="fk_transcripts_message_messages"
        ),
        sa.UniqueConstraint("message"),
    )
    op.create_index("ix_transcripts_state_due_at", "transcripts", ["state", "due_at"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in (_INDEX, *_TRIGGERS):
            op.execute(statement)
    else:
        op.execute(_SEARCHED)
    op.execute(_OLD)
    op.create_table(
        "list_feeds",
        sa.Column("list", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("list", name="pk_list_feeds"),
        sa.UniqueConstraint("token_hash"),
    )

"""The queue_log table as Asterisk has it, how far it is written, and the journal by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_table(
        "queue_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("time", sa.DateTime()),
        sa.Column("callid", sa.String(80)),
        sa.Column("queuename", sa.String(256)),
        sa.Column("agent", sa.String(80)),
        sa.Column("event", sa.String(32)),
        *(sa.Column(f"data{number}", sa.String(100)) for number in range(1, 6)),
        sa.PrimaryKeyConstraint("id", name="pk_queue_log"),
    )
    op.create_index("ix_queue_log_time", "queue_log", ["time"])
    op.create_table(
        "queue_log_marks",
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_queue_log_marks"),
    )

"""The first tables: mailboxes, messages, greetings and the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of vmq 0.1."""
    op.create_table(
        "mailboxes",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("personality", sa.String(64), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Float(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_mailboxes"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("folder", sa.String(16), nullable=False),
        sa.Column("restore_folder", sa.String(16), nullable=True),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["mailboxes.number"], ondelete="CASCADE", name="fk_messages_mailbox_mailboxes"
        ),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_messages_mailbox_folder_received_at", "messages", ["mailbox", "folder", "received_at"])
    op.create_table(
        "greetings",
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "kind", name="pk_greetings"),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["mailboxes.number"], ondelete="CASCADE", name="fk_greetings_mailbox_mailboxes"
        ),
        sa.UniqueConstraint("ref"),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_kind_subject_id", "journal", ["kind", "subject", "id"])

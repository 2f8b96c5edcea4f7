"""What messages are besides left by a call: marks, senders, parts; sendings, lists, greetings by number, choices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen the tables, and make those that are new."""
    _widen()
    _make_parts_and_sendings()
    _make_owners_tables()


def _widen() -> None:
    with op.batch_alter_table("mailboxes") as table:
        table.add_column(sa.Column("pin_set_at", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("used_pins", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("operator", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("is_listed", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("is_notified", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("messages") as table:
        table.alter_column("ref", existing_type=sa.String(200), nullable=True)
        for name in ("is_private", "is_broadcast", "wants_receipt", "wants_nonreceipt"):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, length in (
            ("sender", 40),
            ("sending_id", 32),
            ("forwarder", 40),
            ("notice", 16),
            ("external_id", 200),
        ):
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        table.add_column(sa.Column("recipients", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("introduction", sa.String(200), nullable=True))
        table.add_column(sa.Column("heard_at", sa.Float(), nullable=False, server_default="0"))
        table.create_unique_constraint("uq_messages_introduction", ["introduction"])
        table.create_index("ix_messages_sending_id", ["sending_id"])
    with op.batch_alter_table("greetings") as table:
        table.add_column(sa.Column("is_on", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("is_blocking", sa.Boolean(), nullable=False, server_default=sa.false()))


def _make_parts_and_sendings() -> None:
    op.create_table(
        "message_parts",
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False, unique=True),
        sa.Column("speaker", sa.String(40), nullable=False),
        sa.Column("spoken_at", sa.Float(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message", "position", name="pk_message_parts"),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], name="fk_message_parts_message_messages", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "sendings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("deliver_at", sa.Float(), nullable=False),
        sa.Column("delivered_at", sa.Float(), nullable=False),
        sa.Column("ref", sa.String(200), nullable=True, unique=True),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sendings"),
        _mailbox_key("sendings"),
    )
    op.create_index("ix_sendings_mailbox_made_at", "sendings", ["mailbox", "made_at"])
    op.create_index("ix_sendings_delivered_at_deliver_at", "sendings", ["delivered_at", "deliver_at"])


def _make_owners_tables() -> None:
    op.create_table(
        "lists",
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("number", sa.String(4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_ref", sa.String(200), nullable=True, unique=True),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "number", name="pk_lists"),
        _mailbox_key("lists"),
    )
    op.create_table(
        "greeting_uses",
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("calls", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("chosen_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "calls", name="pk_greeting_uses"),
        _mailbox_key("greeting_uses"),
    )
    op.create_table(
        "choices",
        sa.Column("mailbox", sa.String(40), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "name", name="pk_choices"),
        _mailbox_key("choices"),
    )


def _mailbox_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["mailbox"], ["mailboxes.number"], name=f"fk_{table}_mailbox_mailboxes", ondelete="CASCADE"
    )

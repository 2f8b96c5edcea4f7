"""Messages by how long they are where they are, and those whose senders want to know of: what upkeep looks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_messages_folder_filed_at", "messages", ["folder", "filed_at"])
    op.create_index(
        "ix_messages_heard_at",
        "messages",
        ["heard_at"],
        sqlite_where=sa.text("wants_nonreceipt = 1"),
        postgresql_where=sa.text("wants_nonreceipt"),
    )

"""Since when a message is in its folder: what it is kept for is counted from there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; of messages that are there it is when they were received."""
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("filed_at", sa.Float(), nullable=False, server_default="0"))
    op.execute("UPDATE messages SET filed_at = received_at")

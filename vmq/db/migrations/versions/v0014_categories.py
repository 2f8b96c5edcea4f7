"""Messages have a category, where the dialplan gives them one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; messages that are there have none."""
    op.add_column("messages", sa.Column("category", sa.Text(), nullable=False, server_default=""))

"""The journal by callers' numbers: what a caller's earlier calls are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_IS_KNOWN = sa.text("number <> ''")
_NUMBERS = {
    "sqlite": "UPDATE journal SET number = substr(json_extract(body, '$.number'), 1, 80) WHERE kind = 'CallerEntered'",
    "postgresql": "UPDATE journal SET number = left(body::json ->> 'number', 80) WHERE kind = 'CallerEntered'",
}


def upgrade() -> None:
    """Add the column and fill it for the callers who were there before."""
    op.add_column("journal", sa.Column("number", sa.String(80), nullable=False, server_default=""))
    op.execute(_NUMBERS[op.get_bind().dialect.name])
    op.create_index(
        "ix_journal_number_id", "journal", ["number", "id"], sqlite_where=_IS_KNOWN, postgresql_where=_IS_KNOWN
    )

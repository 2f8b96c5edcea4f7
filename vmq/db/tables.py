"""The tables. Times are epoch seconds; ids of messages are random and never change."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

NUMBER_LENGTH = 80

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: `failures` and `locked_until` limit wrong PINs over all calls; an empty `pin_hash` = never set up.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("personality", String(64), nullable=False, default=""),
    Column("language", String(32), nullable=False, default=""),
    Column("pin_hash", String(200), nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Float, nullable=False, default=0.0),
    Column("created_at", Float, nullable=False),
)

#: `restore_folder` is where a message in Deleted came from.
messages = Table(
    "messages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), nullable=False),
    Column("folder", String(16), nullable=False),
    Column("restore_folder", String(16), nullable=True),
    Column("received_at", Float, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("caller_number", Text, nullable=False),
    Column("caller_name", Text, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("ref", String(200), nullable=False, unique=True),
    Index(None, "mailbox", "folder", "received_at"),
)

greetings = Table(
    "greetings",
    metadata,
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("ref", String(200), nullable=False, unique=True),
    Column("duration_s", Float, nullable=False),
    Column("recorded_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

#: One row for each record of vmq.domain.records: `kind` is its class, `body` its fields as JSON, `subject` whose it is
#: (a call, an agent or a mailbox), `number` who called, of a caller who entered.
journal = Table(
    "journal",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("number", String(NUMBER_LENGTH), nullable=False, server_default=""),
    Index(None, "number", "id", sqlite_where=text("number <> ''"), postgresql_where=text("number <> ''")),
    Index(None, "kind", "subject", "id"),
    Index(None, "at"),
)

#: app_queue's table (contrib/ast-db-manage, 4105ee839f58): tools read it. `time` is local, as Asterisk writes it.
queue_log = Table(
    "queue_log",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("time", DateTime),
    Column("callid", String(80)),
    Column("queuename", String(256)),
    Column("agent", String(80)),
    Column("event", String(32)),
    *(Column(f"data{number}", String(100)) for number in range(1, 6)),
    Index(None, "time"),
)

#: How far the journal is written in a place, `file` or `table`; for the file, also where it then ended, and in which.
queue_log_marks = Table(
    "queue_log_marks",
    metadata,
    Column("place", String(200), primary_key=True),
    Column("entry_id", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False, default=0),
    Column("size", BigInteger, nullable=False, default=0),
)

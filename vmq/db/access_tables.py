"""The tables of users, their sessions and tokens, and of what was done. Times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from vmq.db.tables import metadata

#: `queues` is a supervisor's group as a JSON list, NULL = all; an empty `password_hash` = none here.
users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("queues", Text, nullable=True),
    Column("agent", String(64), nullable=False),
    Column("mailbox", String(40), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("made_at", Float, nullable=False),
)

#: Wrong passwords by the name that was typed, whether it is somebody's or not: so that nobody can tell by it.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("user", ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Column("address", String(64), nullable=False),
    Column("browser", String(200), nullable=False),
    Index(None, "user"),
)

#: `rights` is a JSON list, `queues` too (NULL = all).
tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("key_hash", String(64), nullable=False),
    Column("user", ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("label", String(80), nullable=False),
    Column("rights", Text, nullable=False),
    Column("queues", Text, nullable=True),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Index(None, "user"),
)

#: `details` is JSON, without secrets.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("action", String(80), nullable=False),
    Column("target", String(200), nullable=False),
    Column("details", Text, nullable=False),
    Column("result", String(40), nullable=False),
    Index(None, "at"),
    Index(None, "who", "id"),
)

#: Requests that may be sent twice and are to be carried out once; `status` 0 = being carried out.
requests_once = Table(
    "requests_once",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Index(None, "at"),
)

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
    UniqueConstraint,
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

#: `failures` and `locked_until` limit wrong PINs over all calls; an empty `pin_hash` = never set up. `used_pins` are
#: the hashes of earlier PINs, newest first, as JSON; `pin_set_at` 0 = an administrator gave it.
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
    Column("pin_set_at", Float, nullable=False, default=0.0),
    Column("used_pins", Text, nullable=False, default="[]"),
    Column("operator", String(40), nullable=False, default=""),
    Column("is_listed", Boolean, nullable=False, default=True),
    Column("is_notified", Boolean, nullable=False, default=True),
)

#: `restore_folder` is where a message in Deleted came from, `filed_at` since when it is where it is; `recipients` is a
#: list as JSON. A notice has no `ref`.
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
    Column("ref", String(200), nullable=True, unique=True),
    Column("is_private", Boolean, nullable=False, default=False),
    Column("is_broadcast", Boolean, nullable=False, default=False),
    Column("wants_receipt", Boolean, nullable=False, default=False),
    Column("wants_nonreceipt", Boolean, nullable=False, default=False),
    Column("sender", String(40), nullable=False, default=""),
    Column("sending_id", String(32), nullable=False, default=""),
    Column("recipients", Text, nullable=False, default="[]"),
    Column("forwarder", String(40), nullable=False, default=""),
    Column("introduction", String(200), nullable=True, unique=True),
    Column("heard_at", Float, nullable=False, default=0.0),
    Column("notice", String(16), nullable=False, default=""),
    Column("external_id", String(200), nullable=False, default=""),
    Column("category", Text, nullable=False, default="", server_default=""),
    Column("filed_at", Float, nullable=False, default=0.0),
    Index(None, "mailbox", "folder", "received_at"),
    Index(None, "sending_id"),
    Index(None, "folder", "filed_at"),
    Index(None, "heard_at", sqlite_where=text("wants_nonreceipt = 1"), postgresql_where=text("wants_nonreceipt")),
)

#: The recordings that a forwarded message was put together from, in their order: who spoke, and when.
message_parts = Table(
    "message_parts",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("ref", String(200), nullable=False, unique=True),
    Column("speaker", String(40), nullable=False),
    Column("spoken_at", Float, nullable=False),
    Column("duration_s", Float, nullable=False),
)

#: What owners sent: once for each message sent, to however many. `deliver_at` is when it was or will be delivered,
#: `delivered_at` 0 = it waits. `recipients` (as addressed), `targets` (mailboxes) and `message` (its marks) are JSON.
sendings = Table(
    "sendings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("deliver_at", Float, nullable=False),
    Column("delivered_at", Float, nullable=False, default=0.0),
    Column("ref", String(200), nullable=True, unique=True),
    Column("duration_s", Float, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("targets", Text, nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "mailbox", "made_at"),
    Index(None, "delivered_at", "deliver_at"),
)

#: Owners' distribution lists, by number; `addresses` is a list as JSON, in the order in which they were added.
lists = Table(
    "lists",
    metadata,
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), primary_key=True),
    Column("number", String(4), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("name_ref", String(200), nullable=True, unique=True),
    Column("addresses", Text, nullable=False, default="[]"),
)

#: Which greeting by number the owner gave a sort of calls: all, internal, external, busy, no_answer, closed.
greeting_uses = Table(
    "greeting_uses",
    metadata,
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), primary_key=True),
    Column("calls", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("chosen_at", Float, nullable=False),
)

#: Packs' settings that an owner chose by telephone or page; `value` is JSON.
choices = Table(
    "choices",
    metadata,
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
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
    Column("is_on", Boolean, nullable=False, default=True),
    Column("is_blocking", Boolean, nullable=False, default=False),
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

#: One row for each vmq.domain.delivery.Delivery; `notice` is its notice as JSON. A row that a worker has in hand is due
#: when its lease ends. `may_delete`: the message went out whole, and its mailbox wants it deleted then.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("message_id", String(32), nullable=False),
    Column("way", String(16), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("mail_id", String(320), nullable=False),
    Column("notice", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("done_at", Float, nullable=False),
    Column("error", Text, nullable=False),
    Column("may_delete", Boolean, nullable=False),
    UniqueConstraint("message_id", "way", "recipient", name="uq_outbox"),
    Index(None, "state", "due_at"),
)

#: A mailbox's podcast feed. The token is nowhere; `token_hash` is its SHA-256 in hex.
feeds = Table(
    "feeds",
    metadata,
    Column("mailbox", ForeignKey("mailboxes.number", ondelete="CASCADE"), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)

#: The feed of one of the house's lists, in the same way.
list_feeds = Table(
    "list_feeds",
    metadata,
    Column("list", String(40), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)

#: Keys that all nodes share, made at random when they are first needed.
shared_keys = Table(
    "shared_keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

#: The text of a message, or the job of having it written down (vmq.domain.transcript); `words` is JSON. `callers` is
#: who left or sent it, for the search. A job in hand is due again when its lease ends. The search: vmq.db.search.
transcripts = Table(
    "transcripts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("done_at", Float, nullable=False, default=0.0),
    Column("language", String(32), nullable=False, default=""),
    Column("recogniser", String(80), nullable=False, default=""),
    Column("confidence", Float, nullable=False, default=0.0),
    Column("text", Text, nullable=False, default=""),
    Column("words", Text, nullable=False, default="[]"),
    Column("callers", Text, nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Index(None, "state", "due_at"),
)

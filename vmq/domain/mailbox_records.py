"""What the journal keeps of mailboxes, messages and those who are told of them."""

from __future__ import annotations

from dataclasses import dataclass

from vmq.domain.record import Record


@dataclass(frozen=True, slots=True)
class MessageStored(Record):
    """A voice message is on disk and in the database."""

    message_id: str
    mailbox: str
    caller_number: str
    duration_s: float
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class MessageChanged(Record):
    """A message was heard, moved, deleted or undeleted. `change` names it; `folder` is where it is now."""

    message_id: str
    mailbox: str
    change: str
    folder: str


@dataclass(frozen=True, slots=True)
class MessageTranscribed(Record):
    """What is said in a message was written down: so many words, and how sure the recogniser is (0 to 1). The text is
    not here: it goes when its message does."""

    message_id: str
    mailbox: str
    language: str
    words: int
    confidence: float


@dataclass(frozen=True, slots=True)
class MessageTold(Record):
    """Somebody outside was told of a message: an address by mail or pager, a webhook or command by its name."""

    message_id: str
    mailbox: str
    way: str
    recipient: str


@dataclass(frozen=True, slots=True)
class DeliveryGivenUp(Record):
    """Somebody outside was not told of a message, and won't be unless an administrator asks for it."""

    message_id: str
    mailbox: str
    way: str
    recipient: str
    error: str


@dataclass(frozen=True, slots=True)
class MailboxMade(Record):
    """A mailbox came to be because a message was left for it or its owner logged in."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class LampSet(Record):
    """The lamp of a mailbox was set from these counts."""

    mailbox: str
    new: int
    old: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class LoginRefused(Record):
    """A wrong PIN was given for a mailbox; `is_locked` when that was one too many."""

    mailbox: str
    attempts: int
    is_locked: bool = False

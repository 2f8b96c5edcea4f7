"""A message that an owner sends: what it says, whom it goes to, and each recipient's copy of it. Pure.

A sending is kept once; each mailbox that it goes to gets a message of its own with files of its own. All names are made
from the sending's id, so that what was begun and is done again does the same once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from vmq.domain.mailbox import Folder, Message, arrival_folder


class SentState(StrEnum):
    """How one recipient's copy is."""

    WAITING = "waiting"
    UNHEARD = "unheard"
    HEARD = "heard"
    GONE = "gone"


class NoticeKind(StrEnum):
    """What a notice tells its mailbox of a message that was sent from there."""

    HEARD = "heard"
    UNHEARD = "unheard"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recording of those that a forwarded message was put together from: who spoke, and when."""

    ref: str
    speaker: str
    spoken_at: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Content:
    """What all copies say alike. `received_at` 0 = when they are delivered; a forwarded one keeps its own, and its
    caller, sender and category. `introduction` is a ref; `parts` are what the recording was joined from, if it was."""

    caller_number: str
    caller_name: str = ""
    sender: str = ""
    received_at: float = 0.0
    forwarder: str = ""
    introduction: str = ""
    parts: tuple[Spoken, ...] = ()
    is_urgent: bool = False
    is_private: bool = False
    is_broadcast: bool = False
    wants_receipt: bool = False
    wants_nonreceipt: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """One message sent from a mailbox. `recipients` are as addressed, `targets` the mailboxes; `ref` is the sender's
    file. `delivered_at` 0 = it waits for `deliver_at`. Times are epoch seconds."""

    id: str
    mailbox: str
    made_at: float
    deliver_at: float
    ref: str
    duration_s: float
    recipients: tuple[str, ...]
    targets: tuple[str, ...]
    content: Content
    delivered_at: float = 0.0

    @property
    def is_for_later(self) -> bool:
        """True when it was to wait as it was made, whatever a clock says that has been put right since."""
        return self.deliver_at > self.made_at

    @property
    def refs(self) -> tuple[str, ...]:
        """The sender's files."""
        introduction = (self.content.introduction,) if self.content.introduction else ()
        return (self.ref, *introduction, *(part.ref for part in self.content.parts))

    def copy_for(self, mailbox: str, now: float) -> Message:
        """One recipient's message, delivered `now`."""
        content = self.content
        return Message(
            id=copy_id(self.id, mailbox),
            mailbox=mailbox,
            folder=arrival_folder(content.is_urgent),
            received_at=content.received_at or now,
            duration_s=self.duration_s,
            ref=self.ref_for(mailbox, self.ref),
            caller_number=content.caller_number,
            caller_name=content.caller_name,
            is_urgent=content.is_urgent,
            is_private=content.is_private,
            is_broadcast=content.is_broadcast,
            wants_receipt=content.wants_receipt,
            wants_nonreceipt=content.wants_nonreceipt,
            sender=content.sender,
            sending_id=self.id,
            recipients=() if content.is_broadcast else self.targets,
            forwarder=content.forwarder,
            introduction=self.ref_for(mailbox, content.introduction) if content.introduction else "",
            category=content.category,
        )

    def ref_for(self, mailbox: str, ref: str) -> str:
        """Where a recipient's own file of one of the sender's is."""
        return f"{mailbox}/{copy_id(self.id, mailbox)}-{ref.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class SentCopy:
    """A sending as it went to one mailbox."""

    sending: Sending
    mailbox: str
    state: SentState
    heard_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is written beside the draft while a message is sent: the sending, and which of the sender's files are made
    from which (several = joined). Its recording becomes the one named in `recording` ("" = there is none)."""

    sending: Sending
    recording: str = ""
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()


def sender_ref(mailbox: str, what: str, sending_id: str) -> str:
    """Where one of the sender's files is: `what` is sent, intro, or piece and a number."""
    return f"{mailbox}/{what}-{sending_id}"


def copy_id(sending_id: str, mailbox: str, notice: str = "") -> str:
    """The id of a recipient's copy, or of a notice that tells of it."""
    return hashlib.sha256(f"{sending_id} {mailbox} {notice}".encode()).hexdigest()[:16]


def notice_of(kind: NoticeKind, sending_id: str, to: str, recipient: str, now: float) -> Message:
    """What tells mailbox `to` of a message that it sent to `recipient`."""
    return Message(
        id=copy_id(sending_id, recipient, kind.value),
        mailbox=to,
        folder=Folder.INBOX,
        received_at=now,
        duration_s=0.0,
        ref="",
        caller_number=recipient,
        sender=recipient,
        sending_id=sending_id,
        notice=kind.value,
    )


def content_to_json(content: Content) -> str:
    """For the database."""
    return json.dumps(asdict(content))


def content_from_json(text: str) -> Content:
    """Of what `content_to_json` gave."""
    return _content(json.loads(text))


def order_to_json(order: Order) -> str:
    """For the note beside a draft."""
    return json.dumps(asdict(order))


def order_from_json(text: str) -> Order:
    """Of what `order_to_json` gave. Raises ValueError, TypeError or KeyError for anything else."""
    found = json.loads(text)
    sending = found["sending"]
    lists = {name: tuple(sending[name]) for name in ("recipients", "targets")}
    made = Sending(**{**sending, **lists, "content": _content(sending["content"])})
    return Order(made, found["recording"], tuple((target, tuple(sources)) for target, sources in found["files"]))


def _content(found: Mapping[str, Any]) -> Content:
    return Content(**{**found, "parts": tuple(Spoken(**part) for part in found["parts"])})

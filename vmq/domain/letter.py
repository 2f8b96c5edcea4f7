"""A message that an owner sends without a telephone, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmq.domain.addresses import AddressFault
from vmq.domain.mailbox import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """From mailbox `sender`, to these numbers: mailboxes, lists, everybody. `wav` is a WAV file of any kind, b"" =
    nothing was said. With an `original` that is sent on, below what was said. `deliver_at` 0 = at once."""

    sender: str
    recipients: tuple[str, ...]
    wav: bytes = field(default=b"", repr=False)
    original: Message | None = None
    is_urgent: bool = False
    is_private: bool = False
    wants_receipt: bool = False
    wants_nonreceipt: bool = False
    deliver_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Posted:
    """How many mailboxes get it, and how many don't, for want of room. Without a `sending_id` nothing was sent: because
    of the `refused` recipients, if there are any, or because what was said `is_too_long`, else because nobody has room
    or there is nothing to hear."""

    sending_id: str = ""
    sent: int = 0
    unsent: int = 0
    refused: Mapping[str, AddressFault] = field(default_factory=dict)
    is_too_long: bool = False

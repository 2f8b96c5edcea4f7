"""What the deliveries need of the rest of vmq: the outbox, and what the house says of a message and its mailbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from vmq.domain.delivery import Delivery, Notice
from vmq.domain.mailbox import Counts, Moved


class Outbox(Protocol):
    """The deliveries as they are kept (vmq.db.outbox). Each method is one short transaction; raises StorageError."""

    async def claim(self, now: float, until: float, limit: int, busy: Collection[int] = ()) -> Sequence[Delivery]:
        """Take up to `limit` deliveries that are due, until the lease ends; none of the `busy` ones."""
        ...

    async def next_due(self, busy: Collection[int] = ()) -> float | None:
        """When the next delivery that isn't `busy` is due; None when none waits."""
        ...

    async def sent(self, sent: Delivery, now: float, *, may_delete: bool = False) -> Moved:
        """It has arrived; gives the message as it was moved to Deleted, if that was due."""
        ...

    async def failed(self, failed: Delivery, due_at: float, error: str) -> None:
        """It is tried again at `due_at`."""
        ...

    async def given_up(self, dead: Delivery, now: float, error: str) -> None:
        """It will not go out."""
        ...


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail goes out; see vmq.config.delivery. `tls` is starttls, tls or none."""

    host: str = ""
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "vmq@localhost"
    sender_name: str = "Voicemail"
    timeout_s: float = 30.0
    max_attachment_bytes: int = 10_000_000
    templates: Path | None = None
    date_format: str = "%A, %B %d, %Y at %H:%M"
    context: str = "vmq"
    link_days: float = 30.0


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A web address to be told."""

    url: str
    secret: str = field(default="", repr=False)
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True)
class CommandSettings:
    """A command to be run: its words, with fields in braces."""

    words: tuple[str, ...] = ()
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Attaching:
    """What an owner wants of a message's sound: `form` is wav, mp3 or opus, "" = not attached."""

    form: str = "wav"
    delete_after: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox as its owner is told of it, and in which time zone; None = here."""

    name: str = ""
    counts: Counts = field(default_factory=Counts)
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A message's sound as a file: its bytes, media type and the name's ending."""

    data: bytes
    media_type: str
    suffix: str


class House(Protocol):
    """What the house says, asked anew for each delivery: settings may change meanwhile."""

    def mail(self) -> MailSettings:
        """How mail goes out."""
        ...

    def webhook(self, name: str) -> WebhookSettings | None:
        """A webhook by its name; None when it isn't configured any more."""
        ...

    def command(self) -> CommandSettings:
        """The command."""
        ...

    def reply_to(self, notice: Notice) -> str:
        """The address that an answer goes to; "" = that of who sends the mail."""
        ...

    def attaching(self, notice: Notice) -> Attaching:
        """What the owner of the mailbox wants of the message's sound."""
        ...

    async def box(self, mailbox: str) -> Box:
        """The mailbox as it is now. Raises StorageError."""
        ...

    async def require_sound(self, notice: Notice) -> None:
        """Raises DeliveryRefused when the message was deleted and its recording is gone, DeliveryError when only the
        recording can't be found (now)."""
        ...

    async def sound(self, notice: Notice, form: str, max_bytes: int) -> Sound | None:
        """A message's sound; None when it is larger. Raises as `require_sound`, and StorageError."""
        ...

    async def transcript(self, notice: Notice) -> str:
        """What is said in a message; "" when that is not known, or not for outside. Raises StorageError."""
        ...

    def sound_file(self, notice: Notice) -> str:
        """Where the recording is, for a command on this machine."""
        ...

    async def link(self, notice: Notice) -> str:
        """Where the message can be heard for some days; "" when the outside doesn't reach us. Raises StorageError."""
        ...


Facts = Mapping[str, str]
"""What a text may say: VM_… → text."""

"""What sending needs of the outside: what was sent, owners' lists, upkeep (vmq.db). All raise StorageError."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from vmq.domain.addresses import OwnList
from vmq.domain.delivery import Delivery
from vmq.domain.mailbox import Folder
from vmq.domain.sending import Sending, SentCopy, Spoken
from vmq.domain.sent import Delivered, Removed


class Sendings(Protocol):
    """What owners sent (vmq.db.sendings)."""

    async def add(self, sending: Sending) -> None:
        """Keep a sending that waits; one that is there already stays as it is."""
        ...

    async def deliver(
        self,
        sending: Sending,
        room: Mapping[str, int],
        now: float,
        *,
        tells_sender: bool,
        deliveries: Mapping[str, Sequence[Delivery]],
    ) -> Delivered:
        """Put it into all of its mailboxes, or into none; again, it gives the same. `room` is how many new messages
        each may hold; one without room is left out, of which the sender gets a notice where `tells_sender`. With each
        message its mailbox's `deliveries` are written."""
        ...

    async def due(self, now: float) -> Sequence[Sending]:
        """Those that wait and whose time has come."""
        ...

    async def next_due(self) -> float | None:
        """When the next one is to be delivered."""
        ...

    async def sent_from(self, mailbox: str) -> Sequence[SentCopy]:
        """What was sent from a mailbox, newest first, each once for each mailbox that it went to."""
        ...

    async def take_back(self, sending_id: str, target: str) -> Removed | None:
        """Take it back from one mailbox; None when that has heard it, or has it no more."""
        ...

    async def parts_of(self, message_id: str) -> Sequence[Spoken]:
        """What a forwarded message's recording was joined from."""
        ...

    async def made_at(self, sending_id: str) -> float:
        """When something was sent; 0.0 when that is not known any more."""
        ...


class Lists(Protocol):
    """Owners' distribution lists (vmq.db.lists)."""

    async def find(self, mailbox: str) -> Mapping[str, OwnList]:
        """An owner's lists by number, in the order of their numbers."""
        ...

    async def name(self, mailbox: str, number: str, name_ref: str) -> tuple[OwnList, str]:
        """Give a list a spoken name, and make it where there is none; gives it, and the ref of its earlier name."""
        ...

    async def change_addresses(
        self, mailbox: str, number: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
    ) -> OwnList:
        """Change whom a list holds now, in one transaction, and make it where there is none; gives it changed."""
        ...

    async def remove(self, mailbox: str, number: str) -> str:
        """Take a list away; gives the ref of its spoken name, or ""."""
        ...


class Upkeep(Protocol):
    """Receipts and retention (vmq.db.upkeep). What is deleted comes some hundred at once, until nothing does."""

    async def heard(self, mailbox: str, message_id: str, now: float) -> Delivered:
        """Its owner has begun to hear a message; gives the notice for its sender, if he wants it."""
        ...

    async def unheard(self, arrived_before: float, now: float) -> Delivered:
        """Tell senders who want to know of messages that arrived by then and were not heard."""
        ...

    async def next_unheard(self) -> float | None:
        """When the oldest message arrived whose sender wants to know if it is not heard."""
        ...

    async def expire(self, folders: Collection[Folder], filed_before: float) -> Removed:
        """Delete messages that came into one of these folders before then."""
        ...

    async def oldest(self, folders: Collection[Folder]) -> float | None:
        """Since when the message is in its folder that has been in one of these for longest."""
        ...

    async def deleted(self, before: float) -> Mapping[str, int]:
        """How many deleted messages each mailbox has, of those where none was deleted since then."""
        ...

    async def forget_sent(self, delivered_before: float) -> Removed:
        """Forget what was delivered before then; the recipients' messages stay."""
        ...

    async def oldest_sent(self) -> float | None:
        """When that was delivered which was delivered first."""
        ...

"""The message that an owner has in the making: what it is, whom it goes to, when; and the order that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vmq.domain.addresses import Address
from vmq.domain.draft import Draft
from vmq.domain.mailbox import Mailbox, Message
from vmq.domain.sending import Content, Order, Sending, Spoken, sender_ref


@dataclass(slots=True)
class Making:
    """One message in the making. `original` is what it forwards or answers."""

    kind: str
    original: Message | None = None
    addresses: list[Address] = field(default_factory=list)
    touched: Address | None = None
    deliver_at: float = 0.0

    @property
    def is_forward(self) -> bool:
        """True when the message at hand itself is sent on."""
        return self.kind == "forward"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sent: by whom, how long he spoke (0 = he recorded nothing), to whom (as addressed, and which
    mailboxes those are), when it was asked for, and for when (0 = at once)."""

    sender: Mailbox
    spoken_s: float
    recipients: tuple[str, ...]
    targets: tuple[str, ...]
    now: float
    deliver_at: float = 0.0
    is_broadcast: bool = False


def order_of(draft: Draft, wish: Wish) -> Order:
    """A new message, or a reply."""
    ref = sender_ref(wish.sender.number, "sent", draft.id)
    number, name = wish.sender.number, wish.sender.name
    content = Content(caller_number=number, caller_name=name, sender=number)
    return Order(_sending(draft, wish, _marked(content, draft, wish), ref, wish.spoken_s), ref)


def forward_of(draft: Draft, wish: Wish, original: Message, earlier: tuple[Spoken, ...]) -> Order:
    """The original goes on, below what the sender says of it. `earlier` is what the original was put together from,
    where it has an introduction of its own: both then become one recording."""
    number = wish.sender.number
    ref, introduction = sender_ref(number, "sent", draft.id), sender_ref(number, "intro", draft.id)
    pieces = tuple(
        Spoken(sender_ref(number, f"piece{at}", draft.id), part.speaker, part.spoken_at, part.duration_s)
        for at, part in enumerate(earlier)
    )
    content = Content(
        caller_number=original.caller_number,
        caller_name=original.caller_name,
        sender=original.sender,
        received_at=original.received_at,
        forwarder=number,
        introduction=introduction if wish.spoken_s else "",
        parts=pieces,
        category=original.category,
    )
    sources = (original.introduction, original.ref) if original.introduction else (original.ref,)
    files = [(ref, sources)] + [(piece.ref, (part.ref,)) for piece, part in zip(pieces, earlier, strict=True)]
    length_s = sum(part.duration_s for part in earlier) or original.duration_s
    sending = _sending(draft, wish, _marked(content, draft, wish), ref, length_s)
    return Order(sending, introduction if wish.spoken_s else "", tuple(files))


def _marked(content: Content, draft: Draft, wish: Wish) -> Content:
    return replace(
        content,
        is_urgent=draft.is_urgent,
        is_private=draft.is_private,
        wants_receipt=draft.wants_receipt,
        wants_nonreceipt=draft.wants_nonreceipt,
        is_broadcast=wish.is_broadcast,
    )


def _sending(draft: Draft, wish: Wish, content: Content, ref: str, length_s: float) -> Sending:
    return Sending(
        id=draft.id,
        mailbox=wish.sender.number,
        made_at=wish.now,
        deliver_at=max(wish.deliver_at, wish.now),
        ref=ref,
        duration_s=length_s,
        recipients=wish.recipients,
        targets=wish.targets,
        content=content,
    )

"""What a delivery is: one message on its way to one recipient outside, and the rules by which it is tried and given up.

Comes in: a message, and who wants to be told of it. Goes out: its deliveries, when each is tried again, and when no
more. A delivery carries all that it tells, so that it needs no row of the message. Waits follow RFC 5321, 4.5.4.1: try
again after half an hour at the latest in the beginning, and for some days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vmq.domain.mailbox import Message

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
_JITTER = 0.5  # share of a wait that chance decides, so that what failed together isn't tried together


class Way(StrEnum):
    """How a recipient is told. A pager gets a short text by mail."""

    MAIL = "mail"
    PAGER = "pager"
    WEBHOOK = "webhook"
    COMMAND = "command"


class State(StrEnum):
    """Where a delivery is in its life. A dead one is tried again only when somebody asks for it."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a message. `received_at` is epoch seconds; `ref` is its recording, `introduction` what who
    forwarded it said before (a ref; "" = nothing). The sound of one that `is_private` stays in its mailbox."""

    message_id: str
    mailbox: str
    received_at: float
    duration_s: float
    ref: str
    caller_number: str = ""
    caller_name: str = ""
    is_urgent: bool = False
    introduction: str = ""
    is_private: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient: an address, or the name of a webhook or command.

    `mail_id` is its Message-ID and stays the same however often it is tried. It is due at `due_at`, and given up at
    `expires_at` (epoch seconds). `id` is the outbox's, 0 before it is written; `attempts` counts beginnings.
    """

    notice: Notice
    way: Way
    recipient: str
    mail_id: str
    created_at: float
    due_at: float
    expires_at: float
    state: State = State.PENDING
    attempts: int = 0
    done_at: float = 0.0
    error: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who wants to be told of the messages of a mailbox."""

    way: Way
    recipient: str


def notice_of(message: Message) -> Notice:
    """What is told of this message."""
    return Notice(
        message_id=message.id,
        mailbox=message.mailbox,
        received_at=message.received_at,
        duration_s=message.duration_s,
        ref=message.ref,
        caller_number=message.caller_number,
        caller_name=message.caller_name,
        is_urgent=message.is_urgent,
        introduction=message.introduction,
        is_private=message.is_private,
        category=message.category,
    )


def deliveries_of(
    message: Message, wishes: Iterable[Wish], domain: str, now: float, give_up_s: float, *, text_wait_s: float = 0.0
) -> Sequence[Delivery]:
    """The deliveries that a message needs, one for each way and recipient however often they were named. `domain` is
    what Message-IDs end in. They wait `text_wait_s` for what is said in it, unless that is there sooner."""
    notice = notice_of(message)
    once = {(wish.way, wish.recipient.lower()): wish for wish in wishes}
    due_at, expires_at = now + text_wait_s, now + give_up_s
    return [
        Delivery(notice, way, wish.recipient, mail_id(message.id, way, name, domain), now, due_at, expires_at)
        for (way, name), wish in once.items()
    ]


def mail_id(message_id: str, way: Way, recipient: str, domain: str) -> str:
    """The Message-ID of a message to a recipient (in lower case): always the same, and it doesn't tell the address."""
    told = hashlib.sha256(f"{way.value}:{recipient}".encode()).hexdigest()
    return f"<{message_id}.{told[:16]}@{domain}>"


def wait_s(attempts: int, chance: float) -> float:
    """Seconds until the next try after so many failed ones (from 1): doubled each time up to an hour. `chance` is from
    [0, 1)."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30))
    return longest * (1 - _JITTER / 2 + _JITTER * chance)


def next_try(delivery: Delivery, now: float, chance: float) -> float | None:
    """When a delivery that failed just now is tried again (epoch seconds); None when its time is over."""
    return None if now >= delivery.expires_at else min(now + wait_s(delivery.attempts, chance), delivery.expires_at)

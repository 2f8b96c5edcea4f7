"""The mailboxes that the administrator has written down: made where they are not there, and described as he says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vmq.domain.mailbox import Mailbox
from vmq.domain.records import MailboxMade
from vmq.voicemail.pins import hash_pin
from vmq.voicemail.ports import Outside


@dataclass(frozen=True, slots=True)
class WantedMailbox:
    """A mailbox that the administrator wants to be there; `pin` counts only while the mailbox is new."""

    number: str
    name: str = ""
    pin: str = field(default="", repr=False)
    personality: str = ""
    language: str = ""


async def ensure_mailboxes(outside: Outside, wanted: Sequence[WantedMailbox]) -> None:
    """Make those of the mailboxes that are not there. Existing ones take over name, personality and language where
    those are written, and keep their PIN. Raises StorageError."""
    known = await outside.mailboxes.find(*(mailbox.number for mailbox in wanted))
    for told in (mailbox for mailbox in wanted if mailbox.number in known):
        old = known[told.number]
        new_words = told.name or old.name, told.personality or old.personality, told.language or old.language
        if new_words != (old.name, old.personality, old.language):
            await outside.mailboxes.describe(told.number, *new_words)
    for new in (mailbox for mailbox in wanted if mailbox.number not in known):
        pin_hash = await hash_pin(new.pin) if new.pin else ""
        now = outside.clock.now()
        made = Mailbox(new.number, new.name, new.personality, new.language, pin_hash)
        if await outside.mailboxes.ensure(made, now):
            outside.journal.append(MailboxMade(new.number), now)

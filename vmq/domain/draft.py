"""A recording in the making: everything that must be known to make a message of it, should nobody be left to say.

A draft is written down beside its recording before the recording starts; a crash then loses neither. Its id is the id
of the message, so that storing it twice stores it once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from vmq.domain.mailbox import GreetingKind, Message, arrival_folder
from vmq.domain.sending import copy_id

INCOMING = "incoming"  # the folder of drafts, in the folder of recordings
_MADE_HERE = re.compile(r"[^/]+/([^/]+-)?[0-9a-f]{16}")


def is_made_here(ref: str) -> bool:
    """Is it named as voicemail names its recordings: in a mailbox's folder, by an id? Others keep files in the folder
    of recordings too: those of queues' talks are named as the administrator wishes."""
    return _MADE_HERE.fullmatch(ref) is not None


class DraftKind(StrEnum):
    """What the recording is to become. A caller's message is kept also when the call ends before he decides; what an
    owner records only once he has decided: a sending then says in `order` what is to be done."""

    MESSAGE = "message"
    GREETING = "greeting"
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Draft:
    """One recording in the making. `call_id` is the caller channel's Uniqueid, `started_at` epoch seconds, `order` an
    Order of vmq.domain.sending as JSON; each of the mailboxes in `also` gets a copy."""

    id: str
    kind: DraftKind
    mailbox: str
    call_id: str
    started_at: float
    caller_number: str = ""
    caller_name: str = ""
    is_urgent: bool = False
    min_s: float = 0.0
    is_private: bool = False
    wants_receipt: bool = False
    wants_nonreceipt: bool = False
    order: str = ""
    also: tuple[str, ...] = ()
    category: str = ""

    @property
    def ref(self) -> str:
        """Where it is being recorded."""
        return f"{INCOMING}/{self.id}"

    @property
    def message_ref(self) -> str:
        """Where it goes as a message."""
        return f"{self.mailbox}/{self.id}"

    def without_marks(self) -> Draft:
        """The same, with no marks."""
        return replace(self, is_urgent=False, is_private=False, wants_receipt=False, wants_nonreceipt=False)

    def greeting_ref(self, kind: GreetingKind) -> str:
        """Where it goes as a greeting. Never the place of an older one: that may be playing to a caller now."""
        return f"{self.mailbox}/{kind.value}-{self.id}"

    def message(self, duration_s: float) -> Message:
        """The message that it becomes."""
        return Message(
            id=self.id,
            mailbox=self.mailbox,
            folder=arrival_folder(self.is_urgent),
            received_at=self.started_at,
            duration_s=duration_s,
            ref=self.message_ref,
            caller_number=self.caller_number,
            caller_name=self.caller_name,
            is_urgent=self.is_urgent,
            is_private=self.is_private,
            wants_receipt=self.wants_receipt,
            wants_nonreceipt=self.wants_nonreceipt,
            category=self.category,
        )

    def copies(self, message: Message) -> list[Message]:
        """The message for each of the other mailboxes: the same ones, however often they are asked for."""
        found = []
        for mailbox in self.also:
            name = copy_id(message.id, mailbox)
            found.append(replace(message, id=name, mailbox=mailbox, ref=f"{mailbox}/{name}"))
        return found

"""An owner sends a message: anew, in reply, or forwards one; to mailboxes, lists and everybody; now or at a later time.

One message is in the making at a time. Its recording is the draft (none is needed to forward one), its marks are those
of the draft. A hang-up forgets it; an entry of a pack can't keep it.
"""

from __future__ import annotations

from vmq.dialogue.vocabulary import Action, Fact, FactType, Guard
from vmq.voicemail.vocabulary.parts import DRAFT_MARKS, Part

_ADDRESSED = ("recipient_count", "recipient_number", "recipient_name", "recipient_kind", "address_fault")
_SENT = ("has_sent", "sent_number", "sent_name", "sent_state", "sent_at", "sent_heard_at", "sent_message")

SENDING = Part(
    facts={
        "compose_kind": Fact(FactType.TEXT, "what is in the making", ("", "compose", "reply", "reply_all", "forward")),
        "recipient_count": Fact(FactType.NUMBER, "to how many mailboxes and lists it is addressed"),
        "typed_address": Fact(FactType.DIGITS, "an address as typed"),
        "recipient_number": Fact(FactType.DIGITS, "the mailbox or list that was added or taken out last"),
        "recipient_name": Fact(FactType.RECORDING, "its spoken name"),
        "recipient_kind": Fact(FactType.TEXT, "what it is", ("", "mailbox", "list", "everybody")),
        "address_fault": Fact(
            FactType.TEXT,
            "why an address was refused: there is none such, it is the sender's own, its mailbox is full, he may not",
            ("", "unknown", "own", "full", "not_allowed"),
        ),
        "delivery_at": Fact(FactType.TIME, "when it is to be delivered"),
        "has_delivery_time": Fact(FactType.FLAG, "it is to be delivered at a later time"),
        "typed_month": Fact(FactType.DIGITS, "a month as typed"),
        "typed_day": Fact(FactType.DIGITS, "a day as typed"),
        "typed_time": Fact(FactType.DIGITS, "a time of day as typed, hours and minutes"),
        "sent_count": Fact(FactType.NUMBER, "how many mailboxes got it, or will"),
        "unsent_count": Fact(FactType.NUMBER, "how many mailboxes had no room for it"),
        "typed_name": Fact(FactType.DIGITS, "a name as typed on the letters of the keys"),
        "matches": Fact(FactType.LIST, "who has such a name"),
        "picked": Fact(FactType.DIGITS, "the one that was picked"),
        "has_sent": Fact(FactType.FLAG, "a sent message is at hand"),
        "sent_number": Fact(FactType.DIGITS, "the mailbox that it was sent to"),
        "sent_name": Fact(FactType.RECORDING, "the spoken name of that mailbox"),
        "sent_state": Fact(FactType.TEXT, "how it is", ("", "waiting", "unheard", "heard", "gone")),
        "sent_at": Fact(FactType.TIME, "when it was sent, or will be"),
        "sent_heard_at": Fact(FactType.TIME, "when it was heard"),
        "sent_message": Fact(FactType.RECORDING, "its recording, while it is kept"),
    },
    guards={
        "has_recipients": Guard(lambda facts: bool(facts["recipient_count"]), "it is addressed to somebody"),
        "has_recipient_name": Guard(lambda facts: bool(facts["recipient_name"]), "the recipient's name is recorded"),
        "has_sent_name": Guard(lambda facts: bool(facts["sent_name"]), "the name of `sent_number` is recorded"),
        "is_unsent_somewhere": Guard(lambda facts: bool(facts["unsent_count"]), "some mailboxes had no room for it"),
    },
    actions={
        "begin_message": Action(
            "begin a message: a new one, a reply to the message at hand, one to all who have that, or that itself to"
            " others; failed: none is at hand, its sender has no mailbox here, or it may not be forwarded",
            arguments=("kind",),
            facts=("compose_kind", "draft", "has_delivery_time", *DRAFT_MARKS, *_ADDRESSED),
            values={"kind": ("compose", "reply", "reply_all", "forward")},
        ),
        "add_recipient": Action(
            "address it to a mailbox, a list of the owner's or the house's, or everybody, by number (several are parted"
            " by `*`, and added all or none); failed: `address_fault` says why",
            arguments=("address",),
            facts=_ADDRESSED,
        ),
        "drop_recipient": Action("take the last address out; failed: there is none", facts=_ADDRESSED, is_finite=True),
        "find_names": Action(
            "look for names that begin with these letters of the keys, last name first or first name first; failed:"
            " none do, or too many (over nine)",
            arguments=("letters",),
            facts=("matches",),
        ),
        "set_delivery_time": Action(
            "deliver it at this day and time: hours and minutes (830, 1415), `half` 1 before and 2 after noon, empty on"
            " a clock of 24 hours; the next such day counts; failed: there is none such within a year",
            arguments=("month", "day", "time", "half"),
            facts=("delivery_at", "has_delivery_time"),
            values={"half": ("", "1", "2")},
        ),
        "clear_delivery_time": Action("deliver it at once", facts=("has_delivery_time",), can_fail=False),
        "send_message": Action(
            "send it; failed: nobody to send to, nothing recorded (but to forward), no mailbox had room, or storage"
            " refused",
            facts=("sent_count", "unsent_count", "draft", "compose_kind", "has_delivery_time", *DRAFT_MARKS),
        ),
        "drop_message": Action(
            "forget it with its recording and addresses; also when there is none",
            facts=("compose_kind", "draft", "has_delivery_time", *DRAFT_MARKS, *_ADDRESSED),
            can_fail=False,
        ),
        "open_sent": Action(
            "look at what was sent from here, newest first: all, or what waits for its time, is unheard, or heard; to"
            " `number`, or to anybody when that is empty; failed: there is none",
            arguments=("which", "number"),
            facts=_SENT,
            values={"which": ("all", "waiting", "unheard", "heard")},
        ),
        "next_sent": Action("choose the next of these; failed: no more", facts=_SENT, is_finite=True),
        "take_back": Action(
            "take the sent message at hand back where nobody heard it; failed: it was heard, or is gone",
            facts=("sent_state",),
        ),
    },
)

"""What a mailbox is: its folders, messages, greetings and counts, and the rules about them.

Comes in: facts about a mailbox and what somebody wants. Goes out: which greeting applies, what may move where, which
folder opens first, whose mailbox a call belongs to. Folder names and their digits are app_voicemail.c's own.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.domain.pin import LoginState


class Folder(StrEnum):
    """The folders of app_voicemail.c. Urgent and Deleted can't be chosen by hand."""

    INBOX = "INBOX"
    OLD = "Old"
    WORK = "Work"
    FAMILY = "Family"
    FRIENDS = "Friends"
    CUST1 = "Cust1"
    CUST2 = "Cust2"
    CUST3 = "Cust3"
    CUST4 = "Cust4"
    CUST5 = "Cust5"
    URGENT = "Urgent"
    DELETED = "Deleted"

    @property
    def is_unheard(self) -> bool:
        """True for the folders whose messages light the lamp."""
        return self in (Folder.INBOX, Folder.URGENT)


class GreetingKind(StrEnum):
    """Recordings that a mailbox's owner makes for callers. The first four have the names of app_voicemail.c's files;
    those by number are played to the calls that the owner gives them."""

    UNAVAILABLE = "unavail"
    BUSY = "busy"
    NAME = "name"
    TEMPORARY = "temp"
    INTERNAL = "internal"
    ABSENCE = "absence"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    SLOT_1 = "1"
    SLOT_2 = "2"
    SLOT_3 = "3"
    SLOT_4 = "4"
    SLOT_5 = "5"
    SLOT_6 = "6"
    SLOT_7 = "7"
    SLOT_8 = "8"
    SLOT_9 = "9"


@dataclass(frozen=True, slots=True)
class Greeting:
    """One recorded greeting. It is played while `is_on` and until `expires_at` (0 = no end). Callers who hear one that
    `is_blocking` can't leave a message."""

    kind: GreetingKind
    ref: str
    duration_s: float
    recorded_at: float
    expires_at: float = 0.0
    is_on: bool = True
    is_blocking: bool = False

    def is_active(self, now: float) -> bool:
        """True while callers hear it when it is its turn."""
        return self.is_on and (not self.expires_at or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class GreetingUse:
    """The owner gave such calls (all, internal, external, busy, no_answer, closed) this greeting, at `chosen_at`."""

    calls: str
    kind: GreetingKind
    chosen_at: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages as the lamp counts them. `new` leaves the urgent ones out, as MinivmMWI takes them (app_minivm.c)."""

    new: int = 0
    old: int = 0
    urgent: int = 0

    @property
    def unheard(self) -> int:
        """New and urgent ones together."""
        return self.new + self.urgent

    def in_folder(self, folder: Folder) -> int:
        """Messages in one of the folders that are counted: INBOX, Old and Urgent; 0 for any other."""
        return {Folder.INBOX: self.new, Folder.OLD: self.old, Folder.URGENT: self.urgent}.get(folder, 0)


@dataclass(frozen=True, slots=True)
class Message:
    """One voice message. `id` is random and stays; order is by time, nothing is ever renumbered.

    `restore_folder` is where a deleted message came from. `sender` is the mailbox that sent it ("" = a call left it),
    `sending_id` what it is one copy of, `recipients` all that it was addressed to. A forwarded one has who forwarded it
    last, and his `introduction` (a ref; all earlier parts are in `ref`). `heard_at` 0 = never. A `notice` (heard,
    unheard, undelivered) has no recording: it tells its mailbox of a message sent to `sender` from there.
    `external_id` is another system's name for an imported one, `category` what the dialplan called it (VM_CATEGORY).
    """

    id: str
    mailbox: str
    folder: Folder
    received_at: float
    duration_s: float
    ref: str
    caller_number: str = ""
    caller_name: str = ""
    is_urgent: bool = False
    restore_folder: Folder | None = None
    is_private: bool = False
    is_broadcast: bool = False
    wants_receipt: bool = False
    wants_nonreceipt: bool = False
    sender: str = ""
    sending_id: str = ""
    recipients: tuple[str, ...] = ()
    forwarder: str = ""
    introduction: str = ""
    heard_at: float = 0.0
    notice: str = ""
    external_id: str = ""
    category: str = ""

    @property
    def is_deleted(self) -> bool:
        """True while it lies in the Deleted folder."""
        return self.folder is Folder.DELETED


Place = tuple[float, str]
"""Where a message stands among others: when it was received, and its id."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox with what one read of the database gives: settings, greetings, counts and the state of its login.

    `pin_set_at` 0 = an administrator gave the PIN; `used_pins` are hashes, newest first. `choices` are settings of its
    personality that the owner changed; `used_s` is how long its messages are together, the deleted ones left out.
    """

    number: str
    name: str = ""
    personality: str = ""
    language: str = ""
    pin_hash: str = field(default="", repr=False)
    greetings: Mapping[GreetingKind, Greeting] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    login: LoginState = field(default_factory=LoginState)
    pin_set_at: float = 0.0
    used_pins: tuple[str, ...] = field(default=(), repr=False)
    operator: str = ""
    is_listed: bool = True
    is_notified: bool = True
    uses: tuple[GreetingUse, ...] = ()
    choices: Mapping[str, object] = field(default_factory=dict)
    used_s: float = 0.0

    @property
    def is_set_up(self) -> bool:
        """True once there is a PIN. Until then only the extension itself may log in."""
        return bool(self.pin_hash)

    def greeting(self, kind: GreetingKind, now: float) -> Greeting | None:
        """The recording of a kind, unless there is none, it is off, or its time is over."""
        found = self.greetings.get(kind)
        return found if found and found.is_active(now) else None


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a message did. Both flags are False when the message had been stored before."""

    counts: Counts
    is_new_message: bool
    is_new_mailbox: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Messages as they are after a move, and the counts of the mailbox then. Empty when the folder was too full."""

    messages: tuple[Message, ...]
    counts: Counts


def first_folder(counts: Counts) -> Folder:
    """The folder that a login opens: Urgent if it has messages, else INBOX, else Old (app_voicemail.c, vm_execmain)."""
    if counts.urgent:
        return Folder.URGENT
    return Folder.OLD if counts.old and not counts.new else Folder.INBOX


def arrival_folder(is_urgent: bool) -> Folder:
    """Where a new message goes."""
    return Folder.URGENT if is_urgent else Folder.INBOX


def may_save_to(folder: Folder) -> bool:
    """True when an owner may put a message there by hand: Urgent is for callers, Deleted has its own key."""
    return folder not in (Folder.URGENT, Folder.DELETED)


def has_room(count: int, max_messages: int) -> bool:
    """True when a folder of `count` messages takes one more. The limit is per folder, as `maxmsg`; 0 = none fits."""
    return count < max_messages


@dataclass(frozen=True, slots=True)
class MailboxRules:
    """Who gets a mailbox, and where a call goes that belongs to none."""

    create_on_message: bool = True
    create_pattern: str = r"^[0-9]{2,10}$"
    operator: str = ""
    house_mailbox: str = ""

    def may_create(self, number: str) -> bool:
        """True when the first message for this number makes its mailbox."""
        return self.create_on_message and re.search(self.create_pattern, number) is not None


def mailbox_candidates(dialled: str, redirecting: str, explicit: str, rules: MailboxRules) -> tuple[str, ...]:
    """Whose mailbox a call may belong to, best first: the one named in the dialplan, else the telephone that forwarded
    the call, else the extension dialled; the operator's and the house mailbox come last. The caller is never asked."""
    own = (explicit,) if explicit else (redirecting, dialled)
    return tuple(dict.fromkeys(n for n in (*own, rules.operator, rules.house_mailbox) if n))


def choose_mailbox(candidates: Iterable[str], known: Container[str], rules: MailboxRules) -> str | None:
    """The first candidate that has a mailbox or may get one; None when the call belongs to nobody."""
    house = rules.house_mailbox
    return next((n for n in candidates if n in known or rules.may_create(n) or n == house), None)

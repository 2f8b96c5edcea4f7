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
    """Recordings that a mailbox's owner makes for callers, by the names of app_voicemail.c's files."""

    UNAVAILABLE = "unavail"
    BUSY = "busy"
    NAME = "name"
    TEMPORARY = "temp"


@dataclass(frozen=True, slots=True)
class Greeting:
    """One recorded greeting. `expires_at` 0 = stays until it is removed."""

    kind: GreetingKind
    ref: str
    duration_s: float
    recorded_at: float
    expires_at: float = 0.0


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

    `restore_folder` is where a deleted message came from.
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

    @property
    def is_deleted(self) -> bool:
        """True while it lies in the Deleted folder."""
        return self.folder is Folder.DELETED


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox with what one read of the database gives: settings, greetings, counts and the state of its login."""

    number: str
    name: str = ""
    personality: str = ""
    language: str = ""
    pin_hash: str = field(default="", repr=False)
    greetings: Mapping[GreetingKind, Greeting] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    login: LoginState = field(default_factory=LoginState)

    @property
    def is_set_up(self) -> bool:
        """True once there is a PIN. Until then only the extension itself may log in."""
        return bool(self.pin_hash)

    def greeting(self, kind: GreetingKind, now: float) -> Greeting | None:
        """The recording of a kind, unless there is none or its time is over."""
        found = self.greetings.get(kind)
        return found if found and (not found.expires_at or now < found.expires_at) else None


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

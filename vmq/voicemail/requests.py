"""What the dialplan asks of voicemail, and what it gets back: one dataclass for each route, no protocol."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmq.voicemail.calling import Onward
from vmq.voicemail.options import NO_OPTIONS, Options


class VmStatus(StrEnum):
    """VMSTATUS as app_voicemail.c sets it."""

    SUCCESS = "SUCCESS"
    USEREXIT = "USEREXIT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """A caller is to leave a message. `mailbox` is what the dialplan says, `redirecting` who forwarded the call; each
    of the mailboxes in `also` gets the message too.

    `options` are VoiceMail's own: b busy, u unavailable, s no instructions, S none where a greeting is recorded, U and
    P urgent (d, e and t are the line's: vmq.app.calls). `exits`: o and a say that the dialplan has these extensions for
    a caller who presses 0 or *. `category` is what the dialplan calls the message: the name of a sound, if it is to be
    heard.
    """

    call_id: str
    mailbox: str = ""
    dialled: str = ""
    redirecting: str = ""
    caller_number: str = ""
    caller_name: str = ""
    options: Options = NO_OPTIONS
    exits: str = ""
    also: tuple[str, ...] = ()
    language: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """An owner is to hear messages. `options` are VoiceMailMain's own: s no PIN for `mailbox`, r nothing can be
    deleted, a(folder) which folder is opened first. `exits`: a says that the dialplan has this extension for an owner
    who presses * instead of logging in. `prefix` stands before the mailbox that is typed; `personality` is that of the
    call so far, if any."""

    call_id: str
    mailbox: str = ""
    dialled: str = ""
    personality: str = ""
    caller_number: str = ""
    caller_name: str = ""
    options: Options = NO_OPTIONS
    exits: str = ""
    prefix: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class VoicemailResult:
    """How a call ended. `message_file` is as Asterisk sees it, without extension; `exit` is `o`, `a`, `call` or empty.

    After `call` it goes on `to` another telephone.
    """

    status: VmStatus
    message_file: str = ""
    exit: str = ""
    to: Onward | None = None

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """The channel variables that the dialplan reads."""
        to = f"{self.to.context},{self.to.number},1" if self.to else ""
        return (
            ("VMSTATUS", self.status.value),
            ("VM_MESSAGEFILE", self.message_file),
            ("VMQ_TO", to),
            ("VMQ_EXIT", self.exit),
        )

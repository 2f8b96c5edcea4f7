"""What the dialplan asks of voicemail, and what it gets back: one dataclass for each route, no protocol."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmq.voicemail.calling import Onward


class VmStatus(StrEnum):
    """VMSTATUS as app_voicemail.c sets it."""

    SUCCESS = "SUCCESS"
    USEREXIT = "USEREXIT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """A caller is to leave a message. `mailbox` is what the dialplan says, `redirecting` who forwarded the call.

    `options`: b busy, u unavailable, s no instructions, U urgent (VoiceMail's own); o and a say that the dialplan has
    these extensions for a caller who presses 0 or *.
    """

    call_id: str
    mailbox: str = ""
    dialled: str = ""
    redirecting: str = ""
    caller_number: str = ""
    caller_name: str = ""
    options: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """An owner is to hear messages. `options`: s no PIN (VoiceMailMain's own); a says that the dialplan has this
    extension for an owner who presses * instead of logging in. `personality` is that of the call so far, if any."""

    call_id: str
    mailbox: str = ""
    dialled: str = ""
    personality: str = ""
    caller_number: str = ""
    caller_name: str = ""
    options: str = ""
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

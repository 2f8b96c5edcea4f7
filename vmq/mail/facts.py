"""What texts and commands may say of a message, by the names of app_voicemail's mail templates (prep_email_sub_vars).

What comes from a caller is made one line without control characters, so that it can stand in a header or an argument.
"""

from __future__ import annotations

import re
from datetime import datetime

from vmq.domain.delivery import Notice
from vmq.mail.ports import Box, Facts, MailSettings

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UNKNOWN = "an unknown caller"
_LONGEST = 200
_LONGEST_TEXT = 20_000  # as UTF-8 it has to fit into one variable of a command's environment


def one_line(text: str, longest: int = _LONGEST) -> str:
    """The text without control characters and line ends, and no longer than it may be."""
    return _CONTROLS.sub(" ", text).strip()[:longest]


def facts_of(
    notice: Notice,
    box: Box,
    settings: MailSettings,
    *,
    link: str = "",
    is_attached: bool = False,
    transcript: str = "",
) -> Facts:
    """Everything that a text may name. VM_MSGNUM counts what is new now; times are in the mailbox's zone."""
    number, name = one_line(notice.caller_number), one_line(notice.caller_name)
    minutes, seconds = divmod(round(notice.duration_s), 60)
    received = datetime.fromtimestamp(notice.received_at).astimezone(box.zone)
    return {
        "VM_NAME": one_line(box.name) or notice.mailbox,
        "VM_DUR": f"{minutes}:{seconds:02}",
        "VM_MSGNUM": str(max(1, box.counts.unheard)),
        "VM_CONTEXT": settings.context,
        "VM_MAILBOX": notice.mailbox,
        "VM_CALLERID": (f'"{name}" <{number}>' if number else name) if name else number or _UNKNOWN,
        "VM_CIDNUM": number or _UNKNOWN,
        "VM_CIDNAME": name or _UNKNOWN,
        "VM_DATE": one_line(received.strftime(settings.date_format)),
        "VM_CATEGORY": one_line(notice.category),
        "VM_FLAG": "Urgent" if notice.is_urgent else "",
        "VM_LINK": link,
        "VM_LINK_DAYS": f"{settings.link_days:g}" if link else "",
        "VM_ATTACHED": "yes" if is_attached else "",
        "VM_TRANSCRIPT": one_line(transcript, _LONGEST_TEXT),
    }

"""A delivery as a mail: head, text, HTML and the recording, in pieces that can go to a server one by one.

In pieces, because the sound of a long message as one text is some 26 MB: to write that at once would hold up whoever
talks meanwhile. The head says what app_voicemail's does (make_email_file in app_voicemail.c), for the filters that read
it. The same delivery gives the same Message-ID and Date, whenever it is made.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from vmq.domain.delivery import Delivery
from vmq.mail.facts import one_line
from vmq.mail.ports import Facts, MailSettings, Sound
from vmq.mail.texts import BODY, HTML, PAGER, PAGER_SUBJECT, SUBJECT, Texts

_POLICY = SMTP.clone(cte_type="7bit")  # for servers of every age
_LINE = 57  # bytes of sound in a line of base64
_PIECE = _LINE * 500
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: what comes before the sound, the sound, and what comes after it. All lines end in CR LF."""

    head: bytes
    sound: bytes = b""
    tail: bytes = b""

    def pieces(self) -> Iterator[bytes]:
        """The mail as DATA takes it (RFC 5321, 4.5.2: a dot that begins a line is doubled), without the last dot."""
        yield _DOTS.sub(b"..", self.head)
        for at in range(0, len(self.sound), _PIECE):
            piece = self.sound[at : at + _PIECE]
            lines = (piece[begin : begin + _LINE] for begin in range(0, len(piece), _LINE))
            yield b"".join(b2a_base64(line, newline=False) + b"\r\n" for line in lines)
        yield self.tail


def letter(
    delivery: Delivery, facts: Facts, texts: Texts, settings: MailSettings, sound: Sound | None, *, reply_to: str = ""
) -> Letter:
    """The mail with a message, its sound attached when there is one. Texts are filled in: for a thread."""
    mail = _head(delivery, settings, texts.render(SUBJECT, facts))
    if reply_to:
        mail["Reply-To"] = reply_to
    notice = delivery.notice
    for name, value in {
        "X-Asterisk-CallerID": _plain(notice.caller_number),
        "X-Asterisk-CallerIDName": _plain(notice.caller_name),
        "X-Asterisk-VM-Message-Num": facts["VM_MSGNUM"],
        "X-Asterisk-VM-Message-ID": notice.message_id,
        "X-Asterisk-VM-Server-Context": facts["VM_CONTEXT"],
        "X-Asterisk-VM-Mailbox": notice.mailbox,
        "X-Asterisk-VM-Duration": str(round(notice.duration_s)),
        "X-Asterisk-VM-Category": facts["VM_CATEGORY"],
        "X-Asterisk-VM-Flag": facts["VM_FLAG"],
        "X-Asterisk-VM-Orig-time": str(int(notice.received_at)),
    }.items():
        if value:
            mail[name] = value
    if notice.is_urgent:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    mail.set_content(texts.render(BODY, facts))
    mail.add_alternative(texts.render(HTML, facts), subtype="html")
    if sound is None:
        return Letter(_written(mail))
    kind, _, subtype = sound.media_type.partition("/")
    name = f"message-{notice.mailbox}-{notice.message_id}{sound.suffix}"
    mail.add_attachment(b"", maintype=kind, subtype=subtype, filename=name)
    # The attachment is the last part, so that its place is before the last boundary.
    head, boundary, end = _written(mail).rpartition(b"--" + str(mail.get_boundary()).encode() + b"--")
    return Letter(head, sound.data, b"\r\n" + boundary + end)


def short_letter(delivery: Delivery, facts: Facts, texts: Texts, settings: MailSettings) -> Letter:
    """The mail for a pager: a line of text."""
    mail = _head(delivery, settings, texts.render(PAGER_SUBJECT, facts))
    mail.set_content(texts.render(PAGER, facts).strip() + "\n")
    return Letter(_written(mail))


def _head(delivery: Delivery, settings: MailSettings, subject: str) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = delivery.mail_id
    mail["Date"] = formatdate(delivery.created_at, usegmt=True)
    mail["From"] = Address(_plain(settings.sender_name), addr_spec=settings.sender)
    mail["To"] = delivery.recipient
    mail["Subject"] = _plain(subject)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _written(mail: EmailMessage) -> bytes:
    text = _LINE_ENDS.sub(b"\r\n", mail.as_bytes())
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _plain(text: str) -> str:
    """One line in which nothing looks like an encoded word (RFC 2047): the library would decode it, line ends too."""
    return one_line(text).replace("=?", "= ?")

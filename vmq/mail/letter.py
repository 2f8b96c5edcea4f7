"""A delivery as a mail: head, text, HTML and the recording, as bytes that can go to a server as they are.

The head says what app_voicemail's does (make_email_file in app_voicemail.c), for the filters that read it. The same
delivery gives the same Message-ID and Date, whenever it is made.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from vmq.domain.delivery import Delivery
from vmq.mail.facts import one_line
from vmq.mail.ports import Facts, MailSettings, Sound
from vmq.mail.texts import BODY, HTML, PAGER, PAGER_SUBJECT, SUBJECT, Texts

_POLICY = SMTP.clone(cte_type="7bit")  # for servers of every age


def letter(delivery: Delivery, facts: Facts, texts: Texts, settings: MailSettings, sound: Sound | None) -> bytes:
    """The mail with a message, its sound attached when there is one. Takes its time for a long one: for a thread."""
    mail = _head(delivery, settings, texts.render(SUBJECT, facts))
    notice = delivery.notice
    for name, value in {
        "X-Asterisk-CallerID": _plain(notice.caller_number),
        "X-Asterisk-CallerIDName": _plain(notice.caller_name),
        "X-Asterisk-VM-Message-Num": facts["VM_MSGNUM"],
        "X-Asterisk-VM-Message-ID": notice.message_id,
        "X-Asterisk-VM-Server-Context": facts["VM_CONTEXT"],
        "X-Asterisk-VM-Mailbox": notice.mailbox,
        "X-Asterisk-VM-Duration": str(round(notice.duration_s)),
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
    if sound is not None:
        kind, _, subtype = sound.media_type.partition("/")
        name = f"message-{notice.mailbox}-{notice.message_id}{sound.suffix}"
        mail.add_attachment(sound.data, maintype=kind, subtype=subtype, filename=name)
    return mail.as_bytes()


def short_letter(delivery: Delivery, facts: Facts, texts: Texts, settings: MailSettings) -> bytes:
    """The mail for a pager: a line of text."""
    mail = _head(delivery, settings, texts.render(PAGER_SUBJECT, facts))
    mail.set_content(texts.render(PAGER, facts).strip() + "\n")
    return mail.as_bytes()


def _head(delivery: Delivery, settings: MailSettings, subject: str) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = delivery.mail_id
    mail["Date"] = formatdate(delivery.created_at, usegmt=True)
    mail["From"] = Address(_plain(settings.sender_name), addr_spec=settings.sender)
    mail["To"] = delivery.recipient
    mail["Subject"] = _plain(subject)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _plain(text: str) -> str:
    """One line in which nothing looks like an encoded word (RFC 2047): the library would decode it, line ends too."""
    return one_line(text).replace("=?", "= ?")

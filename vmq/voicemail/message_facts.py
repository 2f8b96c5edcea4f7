"""What a flow is told of the message at hand: who left it, who sent it on, or what a notice tells of."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.domain.mailbox import GreetingKind, Mailbox, Message
from vmq.voicemail.actions import Facts, local_time
from vmq.voicemail.calling import may_call_sender
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings

NO_MESSAGE: Facts = {
    "message": "",
    "is_new": False,
    "is_urgent": False,
    "is_private": False,
    "is_broadcast": False,
    "is_deleted": False,
    "category": "",
    "caller_number": "",
    "is_caller_internal": False,
    "caller_name": "",
    "introduction": "",
    "forwarder_number": "",
    "forwarder_name": "",
    "can_reply_all": False,
    "can_call_sender": False,
    "message_minutes": 0,
    "message_seconds": 0,
    "notice": "",
    "notice_number": "",
    "notice_name": "",
}


async def message_facts(outside: Outside, message: Message | None, settings: Settings, *, is_new: bool) -> Facts:
    """All of it. Raises StorageError."""
    if message is None:
        return NO_MESSAGE
    about = message.sender if message.notice else ""
    caller = "" if message.notice else message.caller_number
    known = await outside.mailboxes.find(*{number for number in (about, caller, message.forwarder) if number})
    now = outside.clock.now()
    return {
        "message": message.ref,
        "is_new": is_new,
        "is_urgent": message.is_urgent,
        "is_private": message.is_private,
        "is_broadcast": message.is_broadcast,
        "is_deleted": message.is_deleted,
        "category": message.category,
        "received_at": local_time(message.received_at, settings.zone),
        "caller_number": caller,
        "is_caller_internal": caller in known,
        "caller_name": spoken_name(known, caller, now),
        "introduction": message.introduction,
        "forwarder_number": message.forwarder,
        "forwarder_name": spoken_name(known, message.forwarder, now),
        "can_reply_all": bool(set(message.recipients) - {message.mailbox, reply_to(message)}),
        "can_call_sender": may_call_sender(caller, settings),
        "message_minutes": int(message.duration_s // 60),
        "message_seconds": int(message.duration_s),
        "notice": message.notice,
        "notice_number": about,
        "notice_name": spoken_name(known, about, now),
        "notice_at": local_time(message.received_at, settings.zone),
    }


def spoken_name(known: Mapping[str, Mailbox], number: str, now: float) -> str:
    """The ref of a mailbox's spoken name, or ""."""
    mailbox = known.get(number)
    name = mailbox.greeting(GreetingKind.NAME, now) if mailbox else None
    return name.ref if name else ""


def reply_to(message: Message) -> str:
    """Whom a reply goes to: who forwarded it, else its sender, else who called; nobody for a notice."""
    return "" if message.notice else message.forwarder or message.sender or message.caller_number

"""Reads and writes msgNNNN.txt, the few lines that app_voicemail keeps of a message (leave_voicemail in its source).

What is missing or broken when one is read is mended, and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vmq.domain.mailbox import Message

_CALLER_ID = re.compile(r'\s*(?:"(?P<quoted>.*)"|(?P<plain>[^<"]*?))\s*(?:<(?P<number>[^>]*)>)?\s*')
_UNKNOWN = {"", "unknown", "asterisk", "anonymous", "<unknown>"}


@dataclass(frozen=True, slots=True)
class MessageText:
    """What the text says. Times are epoch seconds (0 = it doesn't say); `mended` is what was wrong, in words."""

    received_at: float = 0.0
    duration_s: float = 0.0
    caller_number: str = ""
    caller_name: str = ""
    is_urgent: bool = False
    message_id: str = ""
    category: str = ""
    mended: tuple[str, ...] = ()


def read_text(data: bytes) -> MessageText:
    """The text of a message. Any bytes give something."""
    mended: list[str] = []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        mended.append("the text is not UTF-8: read as Latin-1")
    fields = _fields(text)
    if not fields:
        mended.append("the text says nothing")
    received_at = _number(fields, "origtime", mended)
    duration_s = _number(fields, "duration", mended)
    if "callerid" not in fields and fields:
        mended.append("no callerid")
    name, number = _caller(fields.get("callerid", ""))
    return MessageText(
        received_at=received_at,
        duration_s=duration_s,
        caller_number=number,
        caller_name=name,
        is_urgent=fields.get("flag", "").lower() in ("urgent", "priority"),
        message_id=fields.get("msg_id", ""),
        category=fields.get("category", ""),
        mended=tuple(mended),
    )


def _fields(text: str) -> Mapping[str, str]:
    """The keys of its section [message], also where its head is gone. The first of a key counts, as in Asterisk."""
    fields: dict[str, str] = {}
    for line in text.replace("\x00", "").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith((";", "[")):
            fields.setdefault(key.strip().lower(), value.strip())
    return fields


def _number(fields: Mapping[str, str], key: str, mended: list[str]) -> float:
    value = fields.get(key, "")
    if re.fullmatch(r"\d{1,12}", value):
        return float(value)
    if fields:
        mended.append(f"{key} is {value!r}" if value else f"no {key}")
    return 0.0


def _caller(text: str) -> tuple[str, str]:
    """Name and number of a caller id as Asterisk writes it: "Name" <number>."""
    match = _CALLER_ID.fullmatch(text)
    if match is None:
        return text, ""
    number = (match["number"] or "").strip()
    name = (match["quoted"] if match["quoted"] is not None else match["plain"] or "").strip()
    if not number and re.fullmatch(r"[+*#\d]+", name):
        name, number = "", name
    return _known(name), _known(number)


def _known(text: str) -> str:
    return "" if text.lower() in _UNKNOWN else text


def write_text(message: Message, context: str) -> bytes:
    """The text that app_voicemail would have written of a message in a mailbox of `context`."""
    when = datetime.fromtimestamp(message.received_at, UTC)
    told = (message.caller_name, message.caller_number, message.category)
    name, number, category = (re.sub(r"[\x00-\x1f\x7f]", " ", each) for each in told)
    fields = {
        "origmailbox": message.mailbox,
        "context": context,
        "exten": message.mailbox,
        "rdnis": "unknown",
        "priority": "1",
        "callerchan": "unknown",
        "callerid": f'"{name}" <{number}>' if name and number else number or name or "Unknown",
        "origdate": f"{when:%a %b} {when.day:>2} {when:%I:%M:%S %p UTC %Y}",
        "origtime": str(int(message.received_at)),
        "category": category,
        "msg_id": message.external_id or f"{int(message.received_at)}-{message.id[:8]}",
        "flag": "Urgent" if message.is_urgent else "",
        "duration": str(round(message.duration_s)),
    }
    lines = [";", "; Message Information file", ";", "[message]", *(f"{key}={value}" for key, value in fields.items())]
    return ("\n".join(lines) + "\n").encode()

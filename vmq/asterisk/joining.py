"""What a caller's dialplan says of him when it hands him to a queue: the head of its AGI() becomes CallerJoined.

The arguments are those of vmq-queue in vmq.asterisk.dialplan: `<entered>,<max wait s>,<priority>`, then `name=value` of
what else is asked for (ASKED there). Whole numbers are read as app_queue.c reads its variables, by their first digits;
what can't be read counts as not said, so that no call is lost over it.
"""

from __future__ import annotations

import re

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.domain.events import CallerJoined
from vmq.domain.skills import parse_needs
from vmq.errors import ConfigError

log = structlog.get_logger(__name__)

_UNIQUE_ID = re.compile(r"(?:.+-)?([0-9]{9,11})\.[0-9]+")
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")
_FIRST_ASKED = 4


def joined_event(session: AgiSession, queue: str, now: float) -> CallerJoined:
    """The caller as he enters, or comes back.

    A time of entry that is not past counts as now (epoch seconds). The call's beginning is in its Uniqueid
    (`[system-]<epoch>.<count>`, main/channel.c), to the second. The priority is the argument's, else QUEUE_PRIO's.
    """
    entered_at = _number(session.argument(1))
    max_wait_s = _number(session.argument(2))
    asked = _asked(session)
    prefers_s = _number(asked.get("prefers_s", ""))
    unique = _UNIQUE_ID.fullmatch(session.call_id)
    began_at = float(unique[1]) if unique else 0.0
    return CallerJoined(
        call_id=session.call_id,
        channel=session.channel,
        queue=queue,
        entered_at=entered_at if entered_at is not None and 0 < entered_at <= now else now,
        number=_known(session.headers.get("agi_callerid", "")),
        name=_known(session.headers.get("agi_calleridname", "")),
        priority=_integer(session.argument(3) or asked.get("priority", "")) or 0,
        max_wait_s=max_wait_s if max_wait_s is not None and max_wait_s > 0 else None,
        began_at=began_at if 0 < began_at <= now else 0.0,
        position=max(0, _integer(asked.get("position", "")) or 0),
        needs=_needs(session, asked.get("needs", "")),
        prefers=asked.get("prefers", ""),
        prefers_s=max(0.0, prefers_s or 0.0),
        min_penalty=_integer(asked.get("min_penalty", "")),
        max_penalty=_integer(asked.get("max_penalty", "")),
        raise_penalty=asked.get("raise_penalty", "").strip(),
        penalty_rule=asked.get("rule", ""),
        url=asked.get("url", ""),
        did=_known(session.headers.get("agi_dnid", "")),
    )


def _asked(session: AgiSession) -> dict[str, str]:
    """What else is asked for, by name; of two of one name the first that has a value."""
    asked: dict[str, str] = {}
    number = _FIRST_ASKED
    while argument := session.argument(number):
        name, _, value = argument.partition("=")
        if value and name not in asked:
            asked[name] = value
        number += 1
    return asked


def _needs(session: AgiSession, text: str) -> str:
    """Skills that can be read. A mistake is the dialplan's, and nobody else would tell of it."""
    try:
        parse_needs(text)
    except ConfigError as error:
        log.warning("caller.needs_unreadable", call_id=session.call_id, variable="VMQ_NEEDS", error=str(error))
        return ""
    return text


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -1e12 < number < 1e12 else None


def _integer(text: str) -> int | None:
    """As `sscanf("%d")`: leading digits count, whatever comes behind them."""
    found = _INTEGER.match(text)
    return int(found[1]) if found else None


def _known(text: str) -> str:
    """Asterisk writes `unknown` for a caller ID that it does not have."""
    return "" if text == "unknown" else text

"""Where a talk is recorded: the template of a file's name → a path as Asterisk sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmq.domain.caller import Caller
    from vmq.domain.offer import Offer

DEFAULT_NAME = "calls/{date}/{time}-{queue}-{agent}-{call_id}"
"""The name of a recording whose queue says nothing but its format (or nothing at all, and somebody asks for one)."""

_UNSAFE = re.compile(r"[^A-Za-z0-9+._-]+")


def recording_path(folder: str, template: str, offer: Offer, caller: Caller, now: float, *, take: int = 1) -> str:
    """A template is a format (`wav`, as app_queue's monitor-format), or a whole name below `folder`. There `{queue}`,
    `{agent}`, `{call_id}`, `{number}`, `{date}` and `{time}` (UTC) stand for those of the call.

    Nothing that is put in can lead to another folder, or end an argument in the dialplan. `take` tells the second and
    further recordings of one talk apart.
    """
    at = datetime.fromtimestamp(now, UTC)
    values = {
        "queue": offer.queue,
        "agent": offer.agent,
        "call_id": caller.call_id,
        "number": caller.number,
        "date": at.strftime("%Y-%m-%d"),
        "time": at.strftime("%H%M%S"),
    }
    is_format = "." not in template and "/" not in template
    name = f"{DEFAULT_NAME}.{template or 'wav'}" if is_format else template
    for key, value in values.items():
        name = name.replace(f"{{{key}}}", _safe(value))
    name = "/".join(part for part in name.split("/") if part.strip("."))
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, ending) if dot and "/" not in ending else (name, "wav")
    return f"{folder}/{stem}{f'-{take}' if take > 1 else ''}.{ending}"


def _safe(value: str) -> str:
    """One part of a file's name: no slash, no leading dot."""
    return _UNSAFE.sub("_", value).lstrip(".") or "_"

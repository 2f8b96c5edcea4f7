"""The figures as lines of text that fit a display. Pure.

The first line is the clock, the others are queues, then mailboxes. What doesn't fit goes to further pages, each with
the clock; on a display of one line the clock is a page of its own.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from vmq.lcd.figures import Figures, QueueFigures

Page = tuple[str, ...]


def pages(figures: Figures, now: datetime, width: int, height: int) -> tuple[Page, ...]:
    """At least one page; each line has `width` characters of ASCII, each page `height` lines."""
    clock = _spread(f"{now:%a} {now.day} {now:%b}", f"{now:%H:%M}", width)
    rows = _rows(figures, now.timestamp(), width)
    each = max(1, height - 1)
    parts = [rows[at : at + each] for at in range(0, len(rows), each)] or [[]]
    if height == 1:
        return ((clock,), *((part[0],) for part in parts if part))
    return tuple((clock, *part, *[" " * width] * (each - len(part))) for part in parts)


def plain(text: str) -> str:
    """The text in ASCII, which is all that many displays have: letters without their accents, `?` for others."""
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if " " <= c <= "~" else "?" for c in letters)


def _rows(figures: Figures, now: float, width: int) -> list[str]:
    if not figures.is_known:
        return [_spread("vmq doesn't answer", "", width)]
    queues = [_spread(queue.name, _waiting(queue, now), width) for queue in figures.queues]
    return queues + [_spread(number, _messages(unheard), width) for number, unheard in figures.mailboxes.items()]


def _waiting(queue: QueueFigures, now: float) -> str:
    if not queue.waiting:
        return "0"
    return f"{queue.waiting} {int(max(0.0, now - queue.waiting_since) // 60)}min"


def _messages(unheard: int) -> str:
    return f"{unheard} msg" if unheard else "-"


def _spread(left: str, right: str, width: int) -> str:
    """Both ends of a line; the left one gives way."""
    right = plain(right)[:width]
    room = max(0, width - len(right) - (1 if right else 0))
    return f"{plain(left)[:room]:<{width - len(right)}}{right}"

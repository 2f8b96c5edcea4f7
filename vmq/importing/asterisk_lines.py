"""The lines of an Asterisk configuration file that say something: comments taken off, as main/config.c does it.

`;` begins a comment unless a backslash stands before it; `;--` begins one that goes on, over lines, to `--;`, and may
have others within.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 8190
MAX_NESTED = 128
_BLANK = "".join(map(chr, range(33)))


@dataclass(frozen=True, slots=True)
class Line:
    """A line, counted from 1, without comments and blanks around it; or what is wrong with it."""

    number: int
    text: str
    trouble: str = ""


def strip(text: str) -> str:
    """Without blanks and control characters around it (ast_strip)."""
    return text.strip(_BLANK)


def active_lines(text: str) -> Iterator[Line]:
    """All lines that are more than comment."""
    depth, began = 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.encode()) > MAX_LINE_BYTES:
            yield Line(number, line[:32], "is too long; Asterisk leaves it out")
            continue
        was = depth
        visible, depth = _visible(line.partition("\0")[0], depth)
        if depth and not was:
            began = number
        if said := strip(visible):
            yield Line(number, said)
    if depth:
        yield Line(began, ";--", "begins a comment that never ends")


def _visible(line: str, depth: int) -> tuple[str, int]:
    """What of a line is no comment, and how many comments are open after it."""
    kept, rest, start = "", line, 0
    while (at := rest.find(";", start)) >= 0:
        if at > start and rest[at - 1] == "\\":
            rest, start = rest[: at - 1] + rest[at:], at
        elif rest.startswith("--", at + 1) and rest[at + 3 : at + 4] != "-":
            kept += "" if depth else rest[:at]
            depth = min(depth + 1, MAX_NESTED)
            rest, start = rest[at + 3 :], 0
        elif depth and at >= start + 2 and rest[at - 2 : at] == "--":
            depth -= 1
            rest, start = rest[at + 1 :], 0
        elif depth:
            start = at + 1
        else:
            rest = rest[:at]
            break
    return (kept if depth else kept + rest), depth

"""What all AGI command handlers share: the session they work on, and reading their words."""

from __future__ import annotations

from typing import Protocol

from vmq.lab.channels import Channel
from vmq.lab.events import LabError
from vmq.lab.exchange import Exchange


class Usage(LabError):
    """The words do not fit the command."""


class Session(Protocol):
    """What a handler needs of the AGI session."""

    exchange: Exchange
    channel: Channel

    @property
    def has_command(self) -> bool:
        """True when another command waits already."""
        ...

    def send(self, line: str) -> None:
        """Send a line before the reply."""
        ...


def need(words: list[str], least: int, most: int) -> None:
    """Raise Usage unless the line has so many words."""
    if not least <= len(words) <= most:
        raise Usage(f"{len(words)} words")


def number(word: str) -> int:
    """A word as a number, empty = 0. Raises Usage."""
    try:
        return int(word or 0)
    except ValueError:
        raise Usage(f"{word!r} is no number") from None


def split_words(line: str) -> list[str]:
    """Words at blanks; "…" keeps blanks and may be empty, a backslash keeps the next character (parse_args)."""
    words: list[str] = []
    current: str | None = None
    is_quoted = is_escaped = False
    for letter in line:
        if is_escaped:
            current, is_escaped = (current or "") + letter, False
        elif letter == "\\":
            is_escaped, current = True, current or ""
        elif letter == '"':
            is_quoted, current = not is_quoted, current or ""
        elif letter in " \t" and not is_quoted:
            if current is not None:
                words.append(current)
            current = None
        else:
            current = (current or "") + letter
    return words if current is None else [*words, current]

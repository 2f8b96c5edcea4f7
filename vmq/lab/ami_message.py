"""An AMI action as it came, and what is to be answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmq.lab.events import Header
from vmq.lab.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Message:
    """An action as it came: header names without regard to case, some more than once."""

    pairs: tuple[Header, ...]

    def get(self, key: str) -> str:
        """The first header of this name, or empty."""
        return next((value for name, value in self.pairs if name.lower() == key.lower()), "")

    def all(self, key: str) -> list[str]:
        """Every header of this name."""
        return [value for name, value in self.pairs if name.lower() == key.lower()]


@dataclass(frozen=True, slots=True)
class Reply:
    """A response with `text` and `headers`; or, with `events`, a list that ends with the event `end`."""

    response: str = "Success"
    text: str = ""
    headers: tuple[Header, ...] = ()
    events: tuple[tuple[str, tuple[Header, ...]], ...] | None = None
    end: str = ""


def error(text: str) -> Reply:
    """Response: Error."""
    return Reply("Error", text)


Action = Callable[[Exchange, Message], Reply]

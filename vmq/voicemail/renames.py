"""Which mailboxes got another number while calls go on: a call that found one by its old number asks for the new."""

from __future__ import annotations

from collections.abc import Callable


class Renames:
    """All since vmq started, in their order: an old number may be somebody else's by now, so only what came after a
    call began is meant for it."""

    def __init__(self) -> None:
        self._made: list[tuple[str, str]] = []

    def note(self, number: str, to: str) -> None:
        """A mailbox has another number now."""
        self._made.append((number, to))

    def from_now(self) -> Callable[[str], str]:
        """What a number that was found now, or later, has become whenever the function is called."""
        known = len(self._made)

        def number_now(number: str) -> str:
            for old, new in self._made[known:]:
                number = new if number == old else number
            return number

        return number_now

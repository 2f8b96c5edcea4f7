"""Wrong PINs for numbers that nobody can log in to: counted as a mailbox's are, so that they lock as mailboxes do.

Whoever tries numbers then hears the same of each, whether there is such a mailbox or not. In memory only, and of the
numbers tried last.
"""

from __future__ import annotations

from collections.abc import Callable

from vmq.domain.pin import LoginState

MAX_NUMBERS = 10_000


class Strangers:
    """The login states of all numbers without a mailbox to open."""

    def __init__(self) -> None:
        self._states: dict[str, LoginState] = {}

    def change_login(self, number: str, change: Callable[[LoginState], LoginState]) -> tuple[LoginState, LoginState]:
        """Change a number's count of wrong PINs; gives the state before and after."""
        before = self._states.pop(number, LoginState())
        after = self._states[number] = change(before)
        if len(self._states) > MAX_NUMBERS:
            del self._states[next(iter(self._states))]
        return before, after

"""PINs: which are good enough, and how many wrong ones a mailbox takes before it locks.

A short PIN is guarded by the number of guesses, not by its hash: attempts are counted per mailbox over all calls, and
each is counted before it is checked, so that parallel calls can't guess more often than one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MAX_PIN_DIGITS = 20
DAY_S = 86400.0


class PinFault(StrEnum):
    """Why a new PIN is refused."""

    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_MAILBOX = "is_mailbox"
    TOO_SIMPLE = "too_simple"
    USED = "used"

    @property
    def word(self) -> str:
        """As a dialogue is told: short, long, easy or used."""
        return _WORDS[self]


_WORDS = {
    PinFault.NOT_DIGITS: "easy",
    PinFault.TOO_SHORT: "short",
    PinFault.TOO_LONG: "long",
    PinFault.IS_MAILBOX: "easy",
    PinFault.TOO_SIMPLE: "easy",
    PinFault.USED: "used",
}


@dataclass(frozen=True, slots=True)
class PinRules:
    """`history` earlier PINs may not come again, and not the present one (0 = any may); after `days` days a new one is
    due (0 = never), and when `changes_given` also after an administrator gave it."""

    min_digits: int
    max_digits: int = MAX_PIN_DIGITS
    history: int = 0
    days: int = 0
    changes_given: bool = False

    def must_change(self, set_at: float, now: float) -> bool:
        """True when a PIN that its owner set at `set_at` (0 = an administrator gave it) is to be changed."""
        return (self.changes_given and not set_at) or bool(self.days and now - set_at >= self.days * DAY_S)


def pin_fault(pin: str, mailbox: str, min_digits: int, max_digits: int = MAX_PIN_DIGITS) -> PinFault | None:
    """Why this PIN can't be taken for this mailbox, or None when it can; whether it was used before is for others.

    Refused besides wrong lengths: the mailbox's own number, one digit repeated, and a run like 1234 or 9876.
    """
    if not (pin.isascii() and pin.isdigit()):
        return PinFault.NOT_DIGITS if pin else PinFault.TOO_SHORT
    if len(pin) < min_digits:
        return PinFault.TOO_SHORT
    if len(pin) > max_digits:
        return PinFault.TOO_LONG
    if pin == mailbox:
        return PinFault.IS_MAILBOX
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        return PinFault.TOO_SIMPLE
    return None


@dataclass(frozen=True, slots=True)
class LoginState:
    """Wrong PINs since the last right one or the last lock, and until when the mailbox is locked (epoch seconds)."""

    failures: int = 0
    locked_until: float = 0.0

    def is_locked(self, now: float) -> bool:
        """True while no PIN is taken, not even the right one."""
        return now < self.locked_until


def count_attempt(state: LoginState, now: float, lock_after: int, lock_s: float) -> LoginState:
    """The state after one more attempt, counted as wrong until `LoginState()` clears it.

    The `lock_after`-th one locks for `lock_s` seconds; while it is locked nothing is counted.
    """
    if state.is_locked(now):
        return state
    if state.failures + 1 < lock_after:
        return LoginState(state.failures + 1)
    return LoginState(0, now + lock_s)

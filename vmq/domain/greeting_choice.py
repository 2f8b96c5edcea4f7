"""Which greeting a caller hears. Comes in: a mailbox, what sort of call it is, the time. Goes out: a greeting, or none.

The order, of those that are recorded, on, and not past their end:

1. `temp`, the temporary greeting
2. `absence`, the extended absence greeting
3. `holiday`, on a day that the mailbox's schedule has as one
4. `closed`, outside of its opening hours
5. the greeting that the owner gave such calls; of several that fit, the one he chose last
6. `busy`, for a busy telephone
7. `internal`, for callers of this house
8. `unavail`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmq.domain.mailbox import Greeting, GreetingKind, Mailbox
from vmq.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class SortOfCall:
    """What is known of a call when its greeting is chosen."""

    is_busy: bool = False
    is_internal: bool = False
    is_closed: bool = False
    is_holiday: bool = False

    @property
    def words(self) -> frozenset[str]:
        """What an owner may call such a call, when he gives it a greeting."""
        where = "internal" if self.is_internal else "external"
        why = "busy" if self.is_busy else "no_answer"
        return frozenset(("all", where, why, *(("closed",) if self.is_closed else ())))


def sort_of_call(schedule: Schedule | None, now: float, *, is_busy: bool, is_internal: bool) -> SortOfCall:
    """A call at `now` (epoch seconds) to a mailbox with this schedule; without one it is never closed."""
    is_closed = schedule is not None and not schedule.is_open(now)
    return SortOfCall(is_busy, is_internal, is_closed, is_closed and schedule is not None and schedule.is_holiday(now))


def choose_greeting(mailbox: Mailbox, call: SortOfCall, now: float) -> Greeting | None:
    """The greeting that this call's party hears; None when the mailbox has none for him."""
    found = (mailbox.greeting(kind, now) for kind in _in_order(mailbox, call))
    return next((greeting for greeting in found if greeting), None)


def _in_order(mailbox: Mailbox, call: SortOfCall) -> Iterator[GreetingKind]:
    yield GreetingKind.TEMPORARY
    yield GreetingKind.ABSENCE
    if call.is_holiday:
        yield GreetingKind.HOLIDAY
    if call.is_closed:
        yield GreetingKind.CLOSED
    for use in sorted(mailbox.uses, key=lambda use: use.chosen_at, reverse=True):
        if use.calls in call.words:
            yield use.kind
    if call.is_busy:
        yield GreetingKind.BUSY
    if call.is_internal:
        yield GreetingKind.INTERNAL
    yield GreetingKind.UNAVAILABLE

"""Reports on front doors: what came, what rang, and what was kept from ringing. From the journal's DoorCalled."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from vmq.domain.door import Outcome
from vmq.domain.door_records import DoorCalled
from vmq.reports.ports import History

PAGE = 1000


@dataclass(slots=True)
class DoorFigures:
    """A door in a time: calls by outcome, and the numbers of those kept out."""

    door: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    kept_numbers: set[str] = field(default_factory=set)

    @property
    def calls(self) -> int:
        """How many came."""
        return self.outcomes.total()

    @property
    def kept_out(self) -> int:
        """How many were turned away for what they are."""
        return sum(count for outcome, count in self.outcomes.items() if outcome.is_kept_out)

    @property
    def rang(self) -> int:
        """How many rang somebody, or reached a queue or mailbox."""
        return sum(count for outcome, count in self.outcomes.items() if outcome.is_ringing)


@dataclass(frozen=True, slots=True)
class DoorCall:
    """A call at a door, and when it was over or put through (epoch seconds)."""

    at: float
    call: DoorCalled


@dataclass(frozen=True, slots=True)
class DoorCalls:
    """A part of the calls; `next` is what to ask for the rest with, None = that was all."""

    calls: Sequence[DoorCall]
    next: int | None


class DoorReports:
    """All doors and doorbells of a journal. Methods raise StorageError; times are epoch seconds, [begin, end)."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def figures(self, begin: float, end: float, door: str = "") -> Sequence[DoorFigures]:
        """One for each door (or for this one) that had calls, by name."""
        found: dict[str, DoorFigures] = {}
        async for call in self._all(begin, end):
            if door in ("", call.door):
                figures = found.setdefault(call.door, DoorFigures(call.door))
                outcome = Outcome(call.outcome)
                figures.outcomes[outcome] += 1
                if outcome.is_kept_out:
                    figures.kept_numbers.add(call.party)
        return [found[name] for name in sorted(found)]

    async def calls(self, begin: float, end: float, door: str = "", *, after: int = 0, limit: int = 100) -> DoorCalls:
        """Calls in their order, from a part of `limit` entries."""
        page = await self._history.between(begin, end, (DoorCalled,), after=after, limit=limit)
        calls = [(entry.at, entry.record) for entry in page if isinstance(entry.record, DoorCalled)]
        wanted = [DoorCall(at, call) for at, call in calls if door in ("", call.door)]
        return DoorCalls(wanted, page[-1].id if len(page) == limit else None)

    async def _all(self, begin: float, end: float) -> AsyncIterator[DoorCalled]:
        after: int | None = 0
        while after is not None:
            page = await self.calls(begin, end, after=after, limit=PAGE)
            for each in page.calls:
                yield each.call
            after = page.next

"""A queue: its callers in order, and its free agents in order. All changes are O(log n)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sortedcontainers import SortedList

from vmq.domain.caller import Caller, Place
from vmq.domain.rules import QueueRules


@dataclass(slots=True, eq=False)
class Queue:
    """One queue on the floor.

    `line` has everybody with a place (an offered caller keeps his), `waiting` those who can be offered now, `free` the
    agents who can be. `held` are callers who stood here before a restart and are expected back: while there are any,
    nobody is offered, so that all stand in their old order first.
    """

    rules: QueueRules
    line: SortedList[Place] = field(default_factory=SortedList)
    waiting: SortedList[Place] = field(default_factory=SortedList)
    free: SortedList[tuple[float, str]] = field(default_factory=SortedList)
    held: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The queue's unique name."""
        return self.rules.name

    @property
    def is_full(self) -> bool:
        """True when no new caller may enter."""
        return 0 < self.rules.max_length <= len(self.line)

    def position(self, caller: Caller) -> int:
        """The caller's place, 1 = next; 0 when he has none (any more)."""
        index = self.line.bisect_left(caller.place)
        has_place = index < len(self.line) and self.line[index] == caller.place
        return index + 1 if has_place else 0

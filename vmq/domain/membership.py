"""An agent in a queue, and the kinds of agents a queue has: those whom the same callers can be offered to.

A queue's agents of one penalty, one set of skills and one group of outside lines are one kind. A decision looks at the
kinds of a queue, of which there are few, and in each only at the first who is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

from vmq.domain.need import Need

if TYPE_CHECKING:
    from vmq.domain.agent import Agent
    from vmq.domain.queue import Queue

FreeKey = tuple[Any, ...]
"""What orders the free agents of a queue: what its strategy compares, at last the agent's name."""

KindKey = tuple[int, tuple[tuple[str, int], ...], tuple[str, ...]]
_REMEMBERED = 512  # needs a kind keeps its answer for


@dataclass(slots=True, eq=False)
class Kind:
    """The agents of one queue who are alike. `free` has those who can be offered a call now.

    `working` counts those who take calls at all, `at_join` and `at_leave` those whom join_empty and leave_empty count
    as present.
    """

    penalty: int
    skills: Mapping[str, int]
    trunks: tuple[str, ...]
    free: SortedList[FreeKey] = field(default_factory=SortedList)
    working: int = 0
    at_join: int = 0
    at_leave: int = 0
    _tiers: dict[Need, int | None] = field(default_factory=dict)

    def tier(self, need: Need) -> int | None:
        """What an agent of this kind counts as for a caller; None when he can't be offered at all."""
        if need not in self._tiers:
            if len(self._tiers) >= _REMEMBERED:
                self._tiers.clear()
            self._tiers[need] = need.tier(self.penalty) if need.skills.are_met(self.skills) else None
        return self._tiers[need]

    def tier_without_penalty(self, need: Need) -> int | None:
        """The same in a queue of so few agents that penalties don't count."""
        return 0 if need.skills.are_met(self.skills) else None


@dataclass(slots=True, eq=False)
class Membership:
    """One agent in one queue. `order` is his place in the queue's order of configuration.

    `calls`, `talk_s` and `last_call_at` (epoch seconds of the last call's end, 0 = none) count his calls of this queue;
    `missed` those that he let ring in a row.
    """

    agent: Agent
    queue: Queue
    kind: Kind
    order: int
    penalty: int = 0
    is_paused: bool = False
    reason: str = ""
    is_dynamic: bool = False
    calls: int = 0
    talk_s: float = 0.0
    last_call_at: float = 0.0
    missed: int = 0
    free_key: FreeKey | None = None
    is_working: bool = False
    is_at_join: bool = False
    is_at_leave: bool = False

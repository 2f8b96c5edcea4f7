"""A queue: its callers in order, its agents by kind, and what happened in it so far. All changes are O(log n)."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from sortedcontainers import SortedList

from vmq.domain.caller import Caller, Place, place_of
from vmq.domain.membership import FreeKey, Kind, KindKey, Membership
from vmq.domain.need import Need
from vmq.domain.rules import QueueRules, Strategy
from vmq.domain.strategies import RANKINGS, Candidate, Ranking
from vmq.domain.waiting import Waiting

TIE_S = 1e-6
"""What parts two callers who entered at the same time; an epoch's fraction is not much finer."""


@dataclass(slots=True)
class QueueStats:
    """What happened since vmq started, by app_queue's rules: means are (3 × old + new) / 4, the first value as it is.

    Calls count when they end. `in_level` are completed calls that were answered within the service level,
    `abandoned_in_level` callers who hung up within it.
    """

    completed: int = 0
    abandoned: int = 0
    in_level: int = 0
    abandoned_in_level: int = 0
    hold_s: float = 0.0
    talk_s: float = 0.0
    handle_s: float = 0.0

    @property
    def level(self) -> float:
        """Per cent of completed calls that were answered in time (app_queue's ServicelevelPerf)."""
        return 100.0 * self.in_level / self.completed if self.completed else 0.0

    @property
    def level_with_abandoned(self) -> float:
        """Per cent of all calls that were answered, or given up, in time (app_queue's ServicelevelPerf2)."""
        calls = self.completed + self.abandoned
        return 100.0 * (self.in_level + self.abandoned_in_level) / calls if calls else 0.0


@dataclass(slots=True, eq=False)
class Queue:
    """One queue on the floor.

    `line` has everybody with a place (an offered caller keeps his), `waiting` those who can be offered and have no
    telephone ringing, `gathering` those for whom more telephones may ring, `ripe` those who are told at once when their
    place changes. `held` are callers who stood here before a restart and are expected back: while there are any, nobody
    is offered, so that all stand in their old order first.
    `cursor` is the key of the agent offered last, `moved_at` when the line last got shorter. `is_closing`: the queue is
    no longer configured, and goes when its last talk is over.
    """

    rules: QueueRules
    line: SortedList[Place] = field(default_factory=SortedList)
    waiting: Waiting = field(default_factory=Waiting)
    gathering: Waiting = field(default_factory=Waiting)
    members: dict[str, Membership] = field(default_factory=dict)
    kinds: dict[KindKey, Kind] = field(default_factory=dict)
    ripe: SortedList[Place] = field(default_factory=SortedList)
    held: set[str] = field(default_factory=set)
    cursor: FreeKey = ()
    next_order: int = 0
    moved_at: float = 0.0
    stats: QueueStats = field(default_factory=QueueStats)
    is_closing: bool = False

    @property
    def name(self) -> str:
        """The queue's unique name."""
        return self.rules.name

    @property
    def ranking(self) -> Ranking:
        """The strategy's order of agents."""
        return RANKINGS[self.rules.strategy]

    @property
    def rings_several(self) -> bool:
        """True when more than one telephone may ring for one caller."""
        return self.rules.strategy in (Strategy.RING_ALL, Strategy.RING_PROGRESSIVELY)

    @property
    def is_full(self) -> bool:
        """True when no new caller may enter."""
        return 0 < self.rules.max_length <= len(self.line)

    @property
    def free_count(self) -> int:
        """How many of its agents can be offered a call now."""
        return sum(len(kind.free) for kind in self.kinds.values())

    @property
    def ignores_penalties(self) -> bool:
        """True when it has so few agents that penalties don't count (app_queue's penaltymemberslimit)."""
        return len(self.members) <= self.rules.penalty_members_limit

    def tier(self, kind: Kind, need: Need) -> int | None:
        """What agents of a kind count as for a caller's need; None when they can't be offered to him."""
        if self.rules.penalty_members_limit and self.ignores_penalties:
            return kind.tier_without_penalty(need)
        return kind.tier(need)

    def candidates(self, need: Need) -> list[Candidate]:
        """The kinds that have free agents for this need, with their tiers."""
        found = []
        for kind in self.kinds.values():
            if kind.free and (tier := self.tier(kind, need)) is not None:
                found.append((tier, kind))
        return found

    def choose(self, candidates: list[Candidate], caller: Caller, random: Random) -> FreeKey:
        """The key of the agent whom the strategy offers."""
        return self.ranking.choose(candidates, caller, self.cursor, random)

    def kind(self, key: KindKey) -> Kind:
        """The kind with this penalty, profile and outside lines."""
        found = self.kinds.get(key)
        if found is None:
            found = self.kinds[key] = Kind(key[0], dict(key[1]), key[2])
        return found

    def place(self, priority: int, entered_at: float, call_id: str) -> Place:
        """Where a caller of this priority and time belongs: of two with equal times who came first comes first, so that
        there is always room for a third between two."""
        place = place_of(self.rules.weight, self.rules.ageing_s, priority, entered_at, call_id)
        while True:
            behind = self.line.bisect_left((*place[:3], ""))
            if behind == len(self.line) or self.line[behind][:3] != place[:3] or self.line[behind][3] == call_id:
                return place
            place = (place[0], place[1], place[2] + TIE_S, call_id)

    def place_at(self, position: int, place: Place) -> Place:
        """The place with which a caller stands at this position (1 = first), as far as his priority allows.

        Among callers of his own priority he stands where he is put; before those of a lower and
        behind those of a higher one he stands anyway (app_queue.c, insert_entry).
        """
        weight, priority, natural, call_id = place
        low = self.line.bisect_left((weight, priority, float("-inf"), ""))
        high = self.line.bisect_right((weight, priority, float("inf"), "\U0010ffff"))
        index = min(max(position - 1, low), high)
        before = self.line[index - 1][2] if index > low else None
        behind = self.line[index][2] if index < high else None
        if before is not None and behind is not None:
            return (weight, priority, (before + behind) / 2, call_id)
        if behind is not None:
            return (weight, priority, min(natural, behind - 1.0), call_id)
        return (weight, priority, natural if before is None else max(natural, before + TIE_S), call_id)

    def position(self, caller: Caller) -> int:
        """The caller's place, 1 = next; 0 when he has none (any more)."""
        index = self.line.bisect_left(caller.place)
        has_place = index < len(self.line) and self.line[index] == caller.place
        return index + 1 if has_place else 0

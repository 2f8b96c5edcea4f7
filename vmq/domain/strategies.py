"""Who among the free agents of a queue is offered a call: one small class for each strategy.

A strategy gives each free agent a key when he becomes free, and chooses one of the first tier of penalties.

The tie rule: whom a strategy finds equal, the one who has been idle longest comes first, then the one whose name does.
So a key is what the strategy compares, then `idle_since`, then the name. The queue's own order (round robin, linear,
fixed priority) has no ties, and chance needs no rule.
`WeightedRandom` alone has no tiers: there a penalty is a weight, as in app_queue.c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Protocol

from vmq.domain.caller import Caller
from vmq.domain.membership import FreeKey, Kind, Membership
from vmq.domain.rules import Strategy

Candidate = tuple[int, Kind]
"""A tier, and a kind of agents of whom at least one is free and can be offered the caller."""


class Ranking(Protocol):
    """What a queue asks of its strategy."""

    def key(self, member: Membership) -> FreeKey:
        """The free agent's place among the free. It must not change while he stays free."""
        ...

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        """The key of the one to offer; `candidates` is never empty. `cursor` is the key that was chosen last."""
        ...


def first_tier(candidates: Sequence[Candidate]) -> list[Kind]:
    """The kinds of the lowest tier."""
    if len(candidates) == 1:
        return [candidates[0][1]]
    lowest = min(tier for tier, _ in candidates)
    return [kind for tier, kind in candidates if tier == lowest]


class _First:
    """The first by key."""

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del caller, cursor, random
        if len(candidates) == 1:
            return candidates[0][1].free[0]
        return min(kind.free[0] for kind in first_tier(candidates))


class LongestIdle(_First):
    """Who has been idle longest, over all his queues. Ring-all and progressive ringing ring in this order too."""

    def key(self, member: Membership) -> FreeKey:
        return (member.agent.idle_since, member.agent.name)


class LeastRecent(_First):
    """Whose last call of this queue ended longest ago; who had none comes first."""

    def key(self, member: Membership) -> FreeKey:
        return (member.last_call_at, member.agent.idle_since, member.agent.name)


class FewestCalls(_First):
    """Who has had the fewest calls of this queue. A newcomer starts with as many as the one who has fewest."""

    def key(self, member: Membership) -> FreeKey:
        return (member.calls, member.agent.idle_since, member.agent.name)


class LeastTalk(_First):
    """Who has talked least in this queue."""

    def key(self, member: Membership) -> FreeKey:
        return (member.talk_s, member.agent.idle_since, member.agent.name)


class Occupancy(_First):
    """Who was busy (talk and wrap-up) for the smallest share of his time, as it was when he last became free."""

    def key(self, member: Membership) -> FreeKey:
        return (member.agent.occupancy, member.agent.idle_since, member.agent.name)


class FixedPriority(_First):
    """The first of the queue's order who is free, always."""

    def key(self, member: Membership) -> FreeKey:
        return (member.order, member.agent.name)


class RoundRobin:
    """The next in the queue's order after the one who was offered last. It goes on where it stood, call by call."""

    def key(self, member: Membership) -> FreeKey:
        return (member.order, member.agent.name)

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del caller, random
        return _next_after(first_tier(candidates), cursor)


class Linear:
    """In the queue's order from its beginning for each caller; his next offer goes to the next after the last one."""

    def key(self, member: Membership) -> FreeKey:
        return (member.order, member.agent.name)

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del cursor, random
        return _next_after(first_tier(candidates), caller.last_tried)


class AtRandom:
    """Anybody of the lowest tier, all alike."""

    def key(self, member: Membership) -> FreeKey:
        return (member.agent.name,)

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del caller, cursor
        kinds = first_tier(candidates)
        index = random.randrange(sum(len(kind.free) for kind in kinds))
        for kind in kinds:
            if index < len(kind.free):
                return kind.free[index]
            index -= len(kind.free)
        raise IndexError("no candidate")  # pragma: no cover  randrange stays below the sum


class WeightedRandom:
    """Anybody; who has penalty p comes up 1/(1+p) as often as who has none."""

    def key(self, member: Membership) -> FreeKey:
        return (member.agent.name,)

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del caller, cursor
        kinds = [kind for _, kind in candidates]
        weights = [len(kind.free) / (1 + kind.penalty) for kind in kinds]
        kind = random.choices(kinds, weights)[0]
        return kind.free[random.randrange(len(kind.free))]


class Skills:
    """Who is best at what the caller needs: the highest sum of those levels; among equals the longest idle."""

    def key(self, member: Membership) -> FreeKey:
        return (member.agent.idle_since, member.agent.name)

    def choose(self, candidates: Sequence[Candidate], caller: Caller, cursor: FreeKey, random: Random) -> FreeKey:
        del cursor, random
        needs = caller.need.skills
        return min((-needs.score(kind.skills), kind.free[0]) for kind in first_tier(candidates))[1]


def _next_after(kinds: Sequence[Kind], cursor: FreeKey) -> FreeKey:
    """The first key behind the cursor; from the beginning when there is none."""
    behind = []
    for kind in kinds:
        index = kind.free.bisect_right(cursor)
        if index < len(kind.free):
            behind.append(kind.free[index])
    return min(behind) if behind else min(kind.free[0] for kind in kinds)


RANKINGS: Mapping[Strategy, Ranking] = {
    Strategy.LONGEST_IDLE: LongestIdle(),
    Strategy.RING_ALL: LongestIdle(),
    Strategy.RING_PROGRESSIVELY: LongestIdle(),
    Strategy.LEAST_RECENT: LeastRecent(),
    Strategy.FEWEST_CALLS: FewestCalls(),
    Strategy.LEAST_TALK: LeastTalk(),
    Strategy.OCCUPANCY: Occupancy(),
    Strategy.RANDOM: AtRandom(),
    Strategy.WEIGHTED_RANDOM: WeightedRandom(),
    Strategy.ROUND_ROBIN: RoundRobin(),
    Strategy.ROUND_ROBIN_ORDERED: RoundRobin(),
    Strategy.LINEAR: Linear(),
    Strategy.FIXED_PRIORITY: FixedPriority(),
    Strategy.SKILLS: Skills(),
}

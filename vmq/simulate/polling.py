"""A model of app_queue's polling, to compare with: one queue, its members in round robin with memory.

From apps/app_queue.c: each waiting caller's own thread looks once a second whether it is his turn (wait_our_turn,
RECHECK), with autofill: when fewer callers stand before him than members are free. Then he rings one member; when that
comes to nothing he sleeps `retry` seconds, still as the head of the line, and looks again. A free member wakes nobody.
Not modelled: announcements, weights, penalties, what a busy machine adds.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from vmq.domain.rules import HouseRules
from vmq.simulate.load import Call
from vmq.simulate.outcome import Outcome
from vmq.simulate.reactions import Reactions

RECHECK_S = 1.0
RETRY_S = 5.0


@dataclass(slots=True)
class _Caller:
    number: int
    call: Call
    is_pending: bool = False
    is_gone: bool = False


class _Model:
    """The line, the members, and what is due."""

    def __init__(self, rules: HouseRules, calls: Sequence[Call], reactions: Reactions, seed: int, warm_up_s: float):
        self._queue = rules.queues[0]
        self._members = [agent.name for agent in rules.agents if self._queue.name in agent.queues]
        self._wrap_up_s = self._queue.wrap_up_s
        self._calls, self._reactions, self._random = calls, reactions, Random(seed)
        self._warm_up_s = warm_up_s
        self._free = set(self._members)
        self._next = 0
        self._line: list[_Caller] = []
        self._due: list[tuple[float, int, str, object]] = []
        self._count = itertools.count()
        self._now = 0.0

    def run(self, outcome: Outcome) -> None:
        for number, call in enumerate(self._calls):
            self._at(call.at, "join", _Caller(number, call))
        while self._due:
            self._now, _, what, whom = heapq.heappop(self._due)
            match what, whom:
                case "join", _Caller() as caller:
                    self._line.append(caller)
                    if caller.call.patience_s < float("inf"):
                        self._at(caller.call.at + caller.call.patience_s, "give up", caller)
                    self._look(caller, outcome)
                case "look", _Caller() as caller:
                    self._look(caller, outcome)
                case "give up", _Caller() as caller if caller in self._line and not caller.is_gone:
                    caller.is_gone = True
                    self._line.remove(caller)
                    outcome.abandoned += self._counts(caller)
                case "free", str() as member:
                    self._free.add(member)
                case "answered", (_Caller() as caller, str() as member):
                    self._answered(caller, member, outcome)
                case "failed", (_Caller() as caller, str() as member):
                    self._free.add(member)
                    caller.is_pending = False
                    if not caller.is_gone:
                        self._at(self._now + RETRY_S, "look", caller)
        outcome.length_s = max(0.0, self._now - self._warm_up_s)

    def _at(self, at: float, what: str, whom: object) -> None:
        heapq.heappush(self._due, (at, next(self._count), what, whom))

    def _counts(self, caller: _Caller) -> bool:
        return caller.call.at >= self._warm_up_s

    def _look(self, caller: _Caller, outcome: Outcome) -> None:
        """Is it his turn? Each caller looks in his own rhythm, which begins when he comes."""
        if caller.is_gone or caller.is_pending or caller not in self._line:
            return
        before = sum(1 for other in self._line[: self._line.index(caller)] if not other.is_pending)
        if before >= len(self._free):
            self._at(self._now + RECHECK_S, "look", caller)
            return
        member = self._next_member()
        self._free.discard(member)
        caller.is_pending = True
        outcome.offers += self._counts(caller)
        what, after_s = self._reactions.take(self._random)
        if what == "answered" and after_s < self._queue.ring_s:
            self._at(self._now + after_s, "answered", (caller, member))
        else:
            ring_s = self._queue.ring_s if what == "no_answer" else min(after_s, self._queue.ring_s)
            self._at(self._now + ring_s, "failed", (caller, member))

    def _next_member(self) -> str:
        for offset in range(len(self._members)):
            member = self._members[(self._next + offset) % len(self._members)]
            if member in self._free:
                self._next = (self._next + offset + 1) % len(self._members)
                return member
        raise LookupError("no member is free")

    def _answered(self, caller: _Caller, member: str, outcome: Outcome) -> None:
        if caller.is_gone:
            self._free.add(member)
            return
        self._line.remove(caller)
        if self._counts(caller):
            waited_s = self._now - caller.call.at
            outcome.waits.append(waited_s)
            outcome.in_level += waited_s <= self._queue.service_level_s
            outcome.talk_s += caller.call.talk_s
            outcome.wrap_up_s += self._wrap_up_s
            outcome.calls_by_agent[member] = outcome.calls_by_agent.get(member, 0) + 1
        self._at(self._now + caller.call.talk_s + self._wrap_up_s, "free", member)


def poll(
    name: str, rules: HouseRules, calls: Sequence[Call], reactions: Reactions, *, seed: int, warm_up_s: float = 0.0
) -> Outcome:
    """Serve the calls of the first queue by the model."""
    queue = rules.queues[0].name
    own = [call for call in calls if call.queue == queue]
    outcome = Outcome(name, sum(queue in agent.queues for agent in rules.agents))
    outcome.entered = sum(call.at >= warm_up_s for call in own)
    _Model(rules, own, reactions, seed, warm_up_s).run(outcome)
    return outcome

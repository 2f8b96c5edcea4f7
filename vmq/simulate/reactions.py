"""What an agent does when his telephone rings: answers after a while, refuses, or lets it ring."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from vmq.simulate.draws import Draw

AT_ONCE = Draw(0.0)


@dataclass(frozen=True, slots=True)
class Reactions:
    """`answer` is how long an answer takes; `no_answer` and `refused` are shares of all offers."""

    answer: Draw = AT_ONCE
    no_answer: float = 0.0
    refused: float = 0.0

    def take(self, random: Random) -> tuple[str, float]:
        """`answered`, `refused` or `no_answer`, and after how many seconds (of the last: never, the ring ends)."""
        lot = random.random()
        seconds = self.answer.take(random)
        if lot < self.no_answer:
            return "no_answer", seconds
        if lot < self.no_answer + self.refused:
            return "refused", seconds
        return "answered", seconds

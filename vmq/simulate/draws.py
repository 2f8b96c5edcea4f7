"""How long things take, drawn at random: the distributions that a scenario may name, each with its mean in seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Draw:
    """`exponential`, `constant`, `lognormal` (with `spread`, its standard deviation as a share of the mean), or
    `measured`: one of the `values`, all alike. A mean of 0 is always 0; infinity is always infinity."""

    mean_s: float
    distribution: str = "exponential"
    spread: float = 0.5
    values: Sequence[float] = field(default=())

    def take(self, random: Random) -> float:
        """One value, in seconds."""
        if self.distribution == "measured" and self.values:
            return random.choice(self.values)
        if self.mean_s <= 0 or math.isinf(self.mean_s):
            return max(0.0, self.mean_s)
        if self.distribution == "constant":
            return self.mean_s
        if self.distribution == "lognormal":
            sigma_squared = math.log(1 + self.spread**2)
            return random.lognormvariate(math.log(self.mean_s) - sigma_squared / 2, math.sqrt(sigma_squared))
        return random.expovariate(1 / self.mean_s)

"""What a simulated day came to: counts, waits, service level and occupancy. Times in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """One run of one variant. `waits` are those of answered callers, in the order of their answers."""

    name: str
    agents: int = 0
    entered: int = 0
    abandoned: int = 0
    left: int = 0
    waits: list[float] = field(default_factory=list)
    in_level: int = 0
    talk_s: float = 0.0
    wrap_up_s: float = 0.0
    length_s: float = 0.0
    offers: int = 0
    calls_by_agent: dict[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return len(self.waits)

    @property
    def mean_wait_s(self) -> float:
        """Of answered callers."""
        return sum(self.waits) / len(self.waits) if self.waits else 0.0

    @property
    def level(self) -> float:
        """Per cent of those who came and didn't leave by a rule who were answered within the service level."""
        calls = self.answered + self.abandoned
        return 100.0 * self.in_level / calls if calls else 0.0

    @property
    def occupancy(self) -> float:
        """Per cent of the agents' time in talk and wrap-up."""
        time_s = self.agents * self.length_s
        return 100.0 * (self.talk_s + self.wrap_up_s) / time_s if time_s else 0.0

    @property
    def spread(self) -> float:
        """The most calls of an agent over the fewest: 1 is perfectly fair; 0 when an agent had none."""
        counts = self.calls_by_agent.values()
        fewest = min(counts, default=0) if len(self.calls_by_agent) == self.agents else 0
        return max(counts) / fewest if fewest else 0.0

    def wait_s(self, share: float) -> float:
        """The wait that this share (0 to 1) of answered callers did not exceed."""
        return percentile(self.waits, share)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

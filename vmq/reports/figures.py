"""The figures of one interval: of a queue, and of an agent. Plain counts and sums, so that intervals add up to days.

docs/reports.md says what each means. Shares and averages are made of the sums when they are asked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

BUCKETS_S = (5, 10, 20, 30, 60, 120, 300)
"""Upper edges of the buckets of waits, in seconds; one more bucket takes everything longer."""


def bucket_of(wait_s: float) -> str:
    """The name of the bucket that a wait falls into: its upper edge, or `more`."""
    return next((str(edge) for edge in BUCKETS_S if wait_s <= edge), "more")


@dataclass(slots=True)
class QueueFigures:
    """A queue in one interval. Each caller who entered ends in one of answered, abandoned, short_abandoned, left."""

    entered: int = 0
    turned_away: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    left: Counter[str] = field(default_factory=Counter)
    answered_wait_s: float = 0.0
    answered_wait_max_s: float = 0.0
    abandoned_wait_s: float = 0.0
    abandoned_wait_max_s: float = 0.0
    answered_waits: Counter[str] = field(default_factory=Counter)
    abandoned_waits: Counter[str] = field(default_factory=Counter)
    answered_in_level: int = 0
    lost_in_level: int = 0
    lost: int = 0
    completed: int = 0
    transferred: int = 0
    talk_s: float = 0.0
    hold_s: float = 0.0
    offers: int = 0
    offers_failed: Counter[str] = field(default_factory=Counter)

    @property
    def offered(self) -> int:
        """Everybody who came to the queue, turned away or not."""
        return self.entered + self.turned_away.total()

    @property
    def service_level(self) -> float | None:
        """Of those who were answered, the share that was in time; None without any."""
        return _share(self.answered_in_level, self.answered)

    @property
    def service_level_2(self) -> float | None:
        """The same, with those who were lost: in time counts as kept, as in app_queue."""
        return _share(self.answered_in_level + self.lost_in_level, self.answered + self.lost)

    @property
    def answered_wait_avg_s(self) -> float | None:
        """Average speed of answer."""
        return _share(self.answered_wait_s, self.answered)

    @property
    def abandoned_wait_avg_s(self) -> float | None:
        """How long those waited who gave up."""
        return _share(self.abandoned_wait_s, self.abandoned)

    @property
    def talk_avg_s(self) -> float | None:
        """Talk for each call that was completed."""
        return _share(self.talk_s, self.completed)


@dataclass(slots=True)
class AgentFigures:
    """An agent in one interval. Status times add up to the time logged in; ringing and talking lie within them."""

    logged_in_s: float = 0.0
    available_s: float = 0.0
    paused_s: float = 0.0
    paused: dict[str, float] = field(default_factory=dict)
    wrap_up_s: float = 0.0
    ringing_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    offers: int = 0
    calls: int = 0
    completed: int = 0
    transferred: int = 0
    refused: int = 0
    missed: int = 0
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def idle_s(self) -> float:
        """Available, and no call rang or was talked in."""
        return max(0.0, self.available_s - self.ringing_s - self.talk_s)

    @property
    def occupancy(self) -> float | None:
        """The share of the time for work (logged in, not paused) that went into calls and the work after them."""
        busy_s = self.talk_s + self.wrap_up_s
        return _share(busy_s, max(self.logged_in_s - self.paused_s, busy_s))

    @property
    def handling_avg_s(self) -> float | None:
        """Talk and wrap-up for each call that was completed."""
        return _share(self.talk_s + self.wrap_up_s, self.completed)


Figures = TypeVar("Figures", QueueFigures, AgentFigures)


def add(one: Figures, other: Figures) -> Figures:
    """Both together: of a longest wait the longer, of everything else the sum. Neither is changed."""
    total = type(one)()
    for name in (each.name for each in fields(one)):
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(total, name, max(mine, theirs) if name.endswith("_max_s") else _sum(mine, theirs))
    return total


def _sum(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, Counter):
        return mine + theirs
    if isinstance(mine, dict):
        return {key: mine.get(key, 0.0) + theirs.get(key, 0.0) for key in (*mine, *(theirs.keys() - mine.keys()))}
    return mine + theirs


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None

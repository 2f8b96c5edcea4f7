"""Erlang's formulas of 1917, to hold simulations against: Poisson arrivals, exponential talks, nobody gives up.

`load` is in erlangs (arrivals per second × seconds of talk).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from vmq.simulate.load import Call


def blocking(agents: int, load: float) -> float:
    """Erlang B: the share of calls that find all agents busy when nobody waits. By its recursion, which is stable."""
    share = 1.0
    for count in range(1, agents + 1):
        share = load * share / (count + load * share)
    return share


def waiting(agents: int, load: float) -> float:
    """Erlang C: the share of callers who have to wait. 1 when the load is more than the agents can take."""
    if load >= agents:
        return 1.0
    lost = blocking(agents, load)
    return lost / (1 - load / agents * (1 - lost))


def mean_wait_s(agents: int, load: float, talk_s: float) -> float:
    """How long callers wait, on average over all; infinite when the load is more than the agents can take."""
    return math.inf if load >= agents else waiting(agents, load) * talk_s / (agents - load)


def served_within(agents: int, load: float, talk_s: float, seconds: float) -> float:
    """The share of callers who are answered within so many seconds."""
    if load >= agents:
        return 0.0
    return 1 - waiting(agents, load) * math.exp(-(agents - load) * seconds / talk_s)


def exact_waits(calls: Sequence[Call], agents: int) -> list[float]:
    """What each caller waits when the first in line goes to the first agent who is free, with nothing between.

    The recursion of Kiefer and Wolfowitz (1955): no queue engine in it, only the agents' next free moments.
    """
    free_at = [0.0] * agents
    waits = []
    for call in calls:
        begins = max(call.at, heapq.heappop(free_at))
        waits.append(begins - call.at)
        heapq.heappush(free_at, begins + call.talk_s)
    return waits

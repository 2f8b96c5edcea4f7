"""The calls that a simulation serves: drawn from rates, or taken from a journal. Every variant gets the same ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from vmq.domain.records import CallCompleted, CallerAbandoned, CallerEntered, CallerLeft
from vmq.engine.ports import JournalEntry
from vmq.simulate.draws import Draw

CALL_RECORDS = (CallerEntered, CallCompleted, CallerAbandoned, CallerLeft)
"""The records that `calls_of` reads."""


@dataclass(frozen=True, slots=True)
class Call:
    """One caller: when he comes (seconds from the start), how long he will talk, and how long he would wait."""

    at: float
    queue: str
    talk_s: float
    patience_s: float = math.inf
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Callers of one queue. `per_hour` are rates, one for each equal part of the simulated time."""

    queue: str
    per_hour: Sequence[float]
    is_random: bool = True
    priority: int = 0


def draw_calls(arrivals: Iterable[Arrivals], length_s: float, talk: Draw, patience: Draw, random: Random) -> list[Call]:
    """Calls over `length_s` seconds, in their order: a Poisson stream a queue, or evenly spaced ones."""
    calls = []
    for stream in arrivals:
        part_s = length_s / len(stream.per_hour)
        for index, rate in enumerate(stream.per_hour):
            at, end = index * part_s, (index + 1) * part_s
            gap_s = 3600 / rate if rate > 0 else math.inf
            while (at := at + (random.expovariate(1 / gap_s) if stream.is_random and rate > 0 else gap_s)) < end:
                calls.append(Call(at, stream.queue, talk.take(random), patience.take(random), stream.priority))
    return sorted(calls, key=lambda call: call.at)


def calls_of(entries: Iterable[JournalEntry], talk: Draw, patience: Draw, random: Random) -> list[Call]:
    """The calls that a journal tells of, in their order; the first comes at second 0.

    Who talked talks as long again; who gave up has just the patience that he had. What can't be known is drawn: how
    long somebody would have talked who gave up, and how long somebody would have waited who was answered (at least as
    long as he did wait).
    """
    entered: dict[str, CallerEntered] = {}
    talked: dict[str, tuple[float, float]] = {}
    gave_up: dict[str, float] = {}
    for entry in entries:
        match entry.record:
            case CallerEntered(call_id=call_id, is_return=False) as record:
                entered[call_id] = record
            case CallCompleted(call_id=call_id, talk_s=talk_s, wait_s=wait_s):
                talked[call_id] = (talk_s, wait_s)
            case CallerAbandoned(call_id=call_id, wait_s=wait_s):
                gave_up[call_id] = wait_s
            case CallerLeft(call_id=call_id, wait_s=wait_s, position=position) if position:
                gave_up.setdefault(call_id, math.inf)
    if not entered:
        return []
    start = min(record.entered_at for record in entered.values())
    measured = Draw(talk.mean_s, "measured", values=[talk_s for talk_s, _ in talked.values()]) if talked else talk
    calls = []
    for call_id, record in entered.items():
        if call_id in talked:
            talk_s, waited_s = talked[call_id]
            patience_s = max(waited_s, patience.take(random))
        else:
            talk_s, patience_s = measured.take(random), gave_up.get(call_id, math.inf)
        calls.append(Call(record.entered_at - start, record.queue, talk_s, patience_s, record.priority))
    return sorted(calls, key=lambda call: call.at)

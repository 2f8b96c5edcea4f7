"""Calls of a simulation: drawn from rates, or as a journal tells of them; and what things take."""

from __future__ import annotations

import math
from random import Random

import pytest

from vmq.domain.records import CallCompleted, CallerAbandoned, CallerEntered, CallerLeft, Record
from vmq.engine.ports import JournalEntry
from vmq.simulate.draws import Draw
from vmq.simulate.load import Arrivals, Call, calls_of, draw_calls
from vmq.simulate.outcome import Outcome, percentile
from vmq.simulate.reactions import Reactions


@pytest.mark.parametrize("distribution", ["exponential", "lognormal", "constant"])
def test_a_distribution_has_the_mean_that_it_is_asked_for(distribution: str) -> None:
    random, draw = Random(1), Draw(180.0, distribution, spread=0.8)
    values = [draw.take(random) for _ in range(40_000)]
    assert sum(values) / len(values) == pytest.approx(180, rel=0.02)
    assert min(values) > 0


def test_nothing_and_for_ever_are_not_drawn() -> None:
    assert Draw(0.0).take(Random(1)) == 0.0
    assert Draw(math.inf).take(Random(1)) == math.inf


def test_rates_change_over_the_day() -> None:
    arrivals = [Arrivals("sales", (0, 600, 60))]
    calls = draw_calls(arrivals, 3 * 3600, Draw(60.0), Draw(math.inf), Random(2))
    by_hour = [sum(hour * 3600 <= call.at < (hour + 1) * 3600 for call in calls) for hour in range(3)]
    assert by_hour[0] == 0
    assert 500 < by_hour[1] < 700
    assert 30 < by_hour[2] < 90
    assert calls == sorted(calls, key=lambda call: call.at)


def test_evenly_spaced_calls() -> None:
    calls = draw_calls([Arrivals("sales", (60,), is_random=False)], 300, Draw(1.0), Draw(math.inf), Random(2))
    assert [call.at for call in calls] == [60, 120, 180, 240]


def entries(*records: Record) -> list[JournalEntry]:
    return [JournalEntry(number, 0.0, record) for number, record in enumerate(records)]


def test_a_journals_calls_come_again_as_they_were() -> None:
    def entered(call_id: str, at: float, priority: int = 0) -> CallerEntered:
        return CallerEntered(call_id, "sales", "", "", priority, 1, at)

    journal = entries(
        entered("talks", 1000),
        entered("gives up", 1010, 2),
        entered("leaves", 1020),
        CallerAbandoned("gives up", "sales", 1, 30.0),
        CallCompleted("o", "talks", "sales", "ann", 5.0, 90.0, "caller"),
        CallerLeft("leaves", "sales", "TIMEOUT", 1, 60.0),
    )
    calls = calls_of(journal, Draw(1.0), Draw(0.0), Random(1))
    assert calls == [
        Call(0, "sales", 90.0, 5.0),
        Call(10, "sales", 90.0, 30.0, 2),
        Call(20, "sales", 90.0, math.inf),
    ]


def test_an_empty_journal_has_no_calls() -> None:
    assert calls_of([], Draw(1.0), Draw(1.0), Random(1)) == []


def test_reactions_have_their_shares() -> None:
    random, reactions = Random(1), Reactions(Draw(3.0), no_answer=0.2, refused=0.1)
    taken = [reactions.take(random)[0] for _ in range(10_000)]
    assert taken.count("no_answer") == pytest.approx(2000, abs=150)
    assert taken.count("refused") == pytest.approx(1000, abs=120)


def test_an_outcomes_figures() -> None:
    outcome = Outcome("x", agents=2, entered=5, abandoned=1, waits=[1.0, 2.0, 3.0, 10.0], in_level=3, length_s=100)
    outcome.talk_s, outcome.wrap_up_s = 80.0, 20.0
    outcome.calls_by_agent = {"a": 3, "b": 1}
    assert (outcome.answered, outcome.mean_wait_s, outcome.level, outcome.occupancy) == (4, 4.0, 60.0, 50.0)
    assert (outcome.wait_s(0.5), outcome.wait_s(0.95), outcome.spread) == (3.0, 10.0, 3.0)
    assert percentile([], 0.5) == 0.0
    assert Outcome("empty").level == Outcome("empty").occupancy == Outcome("empty").spread == 0.0

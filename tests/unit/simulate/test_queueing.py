"""The simulated queue is the queue of the textbooks: exact first come, first served, and Erlang's means."""

from __future__ import annotations

from random import Random

import pytest

from vmq.domain.rules import AgentRules, HouseRules, QueueRules, Strategy
from vmq.simulate.draws import Draw
from vmq.simulate.erlang import blocking, exact_waits, mean_wait_s, served_within, waiting
from vmq.simulate.load import Arrivals, Call, draw_calls
from vmq.simulate.reactions import Reactions
from vmq.simulate.run import Variant, run_variant
from vmq.simulate.world import World

TALK_S = 180.0


def house(agents: int, **rules: object) -> HouseRules:
    return HouseRules(
        (QueueRules("sales", **rules),),  # type: ignore[arg-type]
        tuple(AgentRules(f"a{number:03}", f"SIM/{number}", ("sales",)) for number in range(agents)),
    )


def draw(per_hour: float, hours: float, seed: int, patience_s: float = float("inf")) -> list[Call]:
    patience = Draw(patience_s)
    return draw_calls([Arrivals("sales", (per_hour,))], hours * 3600, Draw(TALK_S), patience, Random(seed))


@pytest.mark.parametrize("strategy", [s for s in Strategy if s is not Strategy.RING_PROGRESSIVELY])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_caller_waits_exactly_as_long_as_first_come_first_served_has_it(strategy: Strategy, seed: int) -> None:
    """Whoever of the free agents is chosen, no caller waits a moment longer than the agents' free moments ask for."""
    calls = draw(per_hour=170, hours=6, seed=seed)
    waits: dict[str, float] = {}

    def tell(_at: float, record: object) -> None:
        if type(record).__name__ == "CallConnected":
            waits[record.call_id] = record.wait_s  # type: ignore[attr-defined]

    World(house(10, strategy=strategy), calls, Reactions(), seed, tell).run()
    expected = exact_waits(calls, 10)
    assert len(waits) == len(calls)
    assert [waits[f"{number}.1"] for number in range(len(calls))] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("agents", "per_hour"), [(1, 12.0), (5, 70.0), (20, 320.0)])
def test_those_waits_have_erlangs_mean(agents: int, per_hour: float) -> None:
    """Over a very long time; within 2 per cent."""
    calls = draw(per_hour, hours=900_000 / per_hour, seed=3)
    waits = exact_waits(calls, agents)
    load = per_hour * TALK_S / 3600
    assert sum(waits) / len(waits) == pytest.approx(mean_wait_s(agents, load, TALK_S), rel=0.02)
    within = sum(wait <= 30 for wait in waits) / len(waits)
    assert within == pytest.approx(served_within(agents, load, TALK_S, 30), rel=0.01)


def test_known_values_of_erlangs_formulas() -> None:
    """From the usual tables: 10 agents, 7 erlangs."""
    assert blocking(10, 7) == pytest.approx(0.0787, abs=5e-5)
    assert waiting(10, 7) == pytest.approx(0.2217, abs=5e-5)
    assert mean_wait_s(10, 7, 180) == pytest.approx(13.3, abs=0.05)
    assert mean_wait_s(5, 5, 180) == float("inf")
    assert waiting(5, 6) == 1.0
    assert served_within(5, 6, 180, 10) == 0.0


def test_with_patience_everybody_is_answered_or_gives_up_once() -> None:
    calls = draw(per_hour=300, hours=4, seed=5, patience_s=60)
    outcome = run_variant(Variant("x", house(8, wrap_up_s=10)), calls, Reactions(Draw(3.0), 0.1, 0.05), seed=5)
    assert outcome.entered == len(calls) == outcome.answered + outcome.abandoned + outcome.left
    assert outcome.abandoned > 0
    assert 0 < outcome.level < 100
    assert outcome.occupancy > 80


def test_the_same_seed_gives_the_same_day() -> None:
    calls = draw(per_hour=200, hours=2, seed=8)
    first, second = (run_variant(Variant("x", house(8)), calls, Reactions(Draw(2.0)), seed=8) for _ in range(2))
    assert first == second


def test_app_queues_polling_costs_waiting_time() -> None:
    """A look a second for each caller, and five seconds' sleep after a refusal: on the same calls all wait longer."""
    calls = draw(per_hour=190, hours=8, seed=4)
    reactions = Reactions(Draw(2.0, "constant"), refused=0.1)
    rules = house(10, back_off_s=1.0)
    vmq = run_variant(Variant("vmq", rules), calls, reactions, seed=4)
    polling = run_variant(Variant("app_queue", rules, is_polling=True), calls, reactions, seed=4)
    assert polling.answered == vmq.answered == len(calls)
    assert polling.mean_wait_s > vmq.mean_wait_s + 0.5

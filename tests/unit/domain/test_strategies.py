"""Strategies: who is offered first, who next, and how a tie is broken."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.stage import Stage
from vmq.domain.asked import AgentPaused, AgentUnpaused
from vmq.domain.commands import RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, LegEnd, LegFailed, leg_id
from vmq.domain.rules import ALIASES, AgentRules, QueueRules, Strategy
from vmq.domain.skills import parse_needs
from vmq.domain.strategies import RANKINGS

NAMES = ("ann", "bob", "cho")


def stage_with(strategy: Strategy, *, penalties: dict[str, int] | None = None, **rules: object) -> Stage:
    agents = [
        AgentRules(name, f"PJSIP/{name}", ("sales",), penalties={"sales": (penalties or {}).get(name, 0)})
        for name in NAMES
    ]
    queue = QueueRules("sales", strategy=strategy, back_off_s=1.0, **rules)  # type: ignore[arg-type]
    return Stage([queue], agents)


def talk(stage: Stage, call_id: str, seconds: float) -> str:
    """A whole call of so many seconds of talk: who took it."""
    offer_id = stage.talk(call_id)
    agent = stage.floor.offers[offer_id].agent
    stage.wait(seconds)
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    return agent


def refuse(stage: Stage, offer_id: str) -> None:
    stage.step(LegFailed(offer_id, LegEnd.REFUSED), ChannelHungUp(leg_id(offer_id), 21, LegEnd.REFUSED))


def test_every_strategy_has_a_class_of_its_own_and_app_queues_names_mean_one() -> None:
    assert set(RANKINGS) == set(Strategy)
    assert {name: ALIASES[name].value for name in ("ringall", "rrmemory", "rrordered", "wrandom")} == {
        "ringall": "ring_all",
        "rrmemory": "round_robin",
        "rrordered": "round_robin_ordered",
        "wrandom": "weighted_random",
    }


@pytest.mark.parametrize("strategy", [s for s in Strategy if s not in (Strategy.RANDOM, Strategy.WEIGHTED_RANDOM)])
def test_when_nobody_has_done_anything_yet_the_name_decides(strategy: Strategy) -> None:
    stage = stage_with(strategy)
    stage.join("c1")
    first = next(command for command in stage.commands if isinstance(command, RingAgent))
    assert first.agent == "ann"


IN_ORDER = {Strategy.ROUND_ROBIN, Strategy.ROUND_ROBIN_ORDERED, Strategy.LINEAR, Strategy.FIXED_PRIORITY}
BY_CHANCE = {Strategy.RANDOM, Strategy.WEIGHTED_RANDOM}
RANKED = [strategy for strategy in Strategy if strategy not in IN_ORDER | BY_CHANCE]


@pytest.mark.parametrize("strategy", [*RANKED, *sorted(IN_ORDER)])
def test_equals_come_by_name_and_in_a_queues_own_order_nobody_is_equal(strategy: Strategy) -> None:
    """Configured in another order than their names'."""
    stage = Stage(
        [QueueRules("sales", strategy=strategy)],
        [AgentRules(name, f"PJSIP/{name}", ("sales",)) for name in ("cho", "ann")],
    )
    stage.join("c1")
    first = next(command for command in stage.commands if isinstance(command, RingAgent))
    assert first.agent == ("cho" if strategy in IN_ORDER else "ann")


@pytest.mark.parametrize("strategy", RANKED)
def test_of_equals_the_longest_idle_comes_before_the_name(strategy: Strategy) -> None:
    stage = stage_with(strategy)
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.INUSE), AgentPaused("ann"), AgentPaused("bob"))
    stage.wait(10)
    stage.floor.agents["ann"].idle_since = stage.floor.agents["bob"].idle_since = stage.now
    stage.step(AgentUnpaused("ann"), AgentUnpaused("bob"), DeviceStateChanged("PJSIP/cho", DeviceState.NOT_INUSE))
    stage.join("c1")
    first = next(command for command in stage.commands if isinstance(command, RingAgent))
    assert first.agent == "cho"


def test_longest_idle() -> None:
    stage = stage_with(Strategy.LONGEST_IDLE)
    assert [talk(stage, f"c{n}", 5) for n in range(5)] == ["ann", "bob", "cho", "ann", "bob"]


def test_fewest_calls_counts_calls_of_this_queue() -> None:
    stage = stage_with(Strategy.FEWEST_CALLS)
    stage.floor.queues["sales"].members["ann"].calls = 2
    stage.floor.queues["sales"].members["bob"].calls = 1
    for agent in stage.floor.agents.values():
        stage.floor.reindex(agent)
    assert [talk(stage, f"c{n}", 5) for n in range(3)] == ["cho", "bob", "cho"]


def test_a_newcomer_starts_with_the_fewest_calls_there_are() -> None:
    stage = stage_with(Strategy.FEWEST_CALLS)
    for n in range(6):
        talk(stage, f"c{n}", 5)
    agent = stage.floor.add_agent(AgentRules("dan", "PJSIP/dan", ("sales",)), stage.now)
    assert agent.memberships[0].calls == 2


def test_least_recent_looks_at_the_end_of_the_last_call() -> None:
    stage = stage_with(Strategy.LEAST_RECENT)
    assert [talk(stage, f"c{n}", 5) for n in range(4)] == ["ann", "bob", "cho", "ann"]


def test_least_talk() -> None:
    stage = stage_with(Strategy.LEAST_TALK)
    assert [talk(stage, f"c{n}", seconds) for n, seconds in enumerate((60, 5, 30, 5, 5))] == [
        "ann",
        "bob",
        "cho",
        "bob",
        "bob",
    ]


def test_occupancy_is_the_share_of_time_that_somebody_was_busy() -> None:
    stage = stage_with(Strategy.OCCUPANCY)
    assert talk(stage, "c1", 90) == "ann"
    assert talk(stage, "c2", 10) == "bob"
    assert talk(stage, "c3", 20) == "cho"
    ann, bob, cho = (stage.floor.agents[name] for name in NAMES)
    assert (ann.occupancy, bob.occupancy) == (1.0, 0.1)
    assert round(cho.occupancy, 3) == round(20 / 120, 3)
    assert talk(stage, "c4", 5) == "bob"


def test_round_robin_goes_on_where_it_stood() -> None:
    stage = stage_with(Strategy.ROUND_ROBIN)
    assert [talk(stage, f"c{n}", 5) for n in range(5)] == ["ann", "bob", "cho", "ann", "bob"]
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.INUSE))
    assert talk(stage, "c6", 5) == "ann"


def test_linear_begins_anew_for_each_caller_and_goes_on_for_his_next_offer() -> None:
    stage = stage_with(Strategy.LINEAR)
    assert [talk(stage, f"c{n}", 5) for n in range(3)] == ["ann", "ann", "ann"]
    stage.join("c9")
    order = []
    for _ in range(4):
        ring = stage.rung()
        order.append(ring.agent)
        stage.commands = []
        stage.step(LegFailed(ring.offer_id, LegEnd.REFUSED), ChannelHungUp(leg_id(ring.offer_id), 21))
        if not any(isinstance(command, RingAgent) for command in stage.commands):
            stage.wait(1.0)
    assert order == ["ann", "bob", "cho", "ann"]


def test_fixed_priority_always_takes_the_first_of_the_order() -> None:
    stage = stage_with(Strategy.FIXED_PRIORITY)
    assert [talk(stage, f"c{n}", 5) for n in range(3)] == ["ann", "ann", "ann"]
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    assert talk(stage, "c4", 5) == "bob"


def test_random_gives_everybody_of_the_lowest_tier_the_same_share() -> None:
    stage = stage_with(Strategy.RANDOM, penalties={"cho": 1})
    taken = Counter(talk(stage, f"c{n}", 1) for n in range(600))
    assert taken["cho"] == 0
    assert 250 < taken["ann"] < 350


def test_weighted_random_makes_a_penalty_a_weight() -> None:
    stage = stage_with(Strategy.WEIGHTED_RANDOM, penalties={"bob": 1, "cho": 3})
    taken = Counter(talk(stage, f"c{n}", 1) for n in range(1400))
    assert 720 < taken["ann"] < 880  # 800 expected: weights 1, 1/2, 1/4
    assert 330 < taken["bob"] < 470
    assert 140 < taken["cho"] < 260


def test_the_same_seed_draws_the_same_lots() -> None:
    def play() -> list[str]:
        stage = stage_with(Strategy.RANDOM)
        return [talk(stage, f"c{n}", 1) for n in range(20)]

    assert play() == play()


def test_skills_takes_the_best_at_what_is_needed() -> None:
    agents = [
        AgentRules("ann", "PJSIP/ann", ("sales",), skills={"german": 5, "french": 9}),
        AgentRules("bob", "PJSIP/bob", ("sales",), skills={"german": 8}),
        AgentRules("cho", "PJSIP/cho", ("sales",), skills={"german": 2}),
    ]
    stage = Stage([QueueRules("sales", strategy=Strategy.SKILLS, needs=parse_needs("german >= 4"))], agents)
    assert [talk(stage, f"c{n}", 5) for n in range(2)] == ["bob", "bob"]
    stage.join("c3", needs="french")
    assert stage.rung().agent == "ann"


@pytest.mark.parametrize("strategy", [s for s in Strategy if s is not Strategy.WEIGHTED_RANDOM])
def test_a_lower_penalty_comes_first_with_every_strategy(strategy: Strategy) -> None:
    stage = stage_with(strategy, penalties={"ann": 2, "bob": 1, "cho": 0})
    stage.join("c1")
    assert [command.agent for command in stage.commands if isinstance(command, RingAgent)] == ["cho"]

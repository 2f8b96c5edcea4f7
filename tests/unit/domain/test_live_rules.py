"""Rules that change while calls are under way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage import Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import AgentPaused, RulesChanged
from vmq.domain.commands import HangUpLeg, QueueStatus, ReleaseCaller, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    ChannelHungUp,
    ConnectEnded,
    DeviceStateChanged,
    LegAnswered,
    LegEnd,
    LegFailed,
    leg_id,
)
from vmq.domain.records import RulesReloaded
from vmq.domain.rules import AgentRules, HouseRules, QueueRules, Strategy

SALES = QueueRules("sales")
ANN = AgentRules("ann", "PJSIP/ann", ("sales",))
BOB = AgentRules("bob", "PJSIP/bob", ("sales",))


def change(stage: Stage, queues: tuple[QueueRules, ...], agents: tuple[AgentRules, ...]) -> list[Any]:
    commands = stage.step(RulesChanged(HouseRules(queues, agents), "test", "me"))
    check_floor(stage.floor, stage.now)
    return commands


def rung(stage: Stage) -> list[str]:
    return [command.agent for command in stage.commands if isinstance(command, RingAgent)]


def test_the_same_rules_change_nothing() -> None:
    stage = Stage([SALES], [ANN])
    stage.ring("c1")
    assert change(stage, (SALES,), (ANN,)) == []
    assert stage.noted(RulesReloaded) == [RulesReloaded("test", "me")]


def test_a_new_agent_takes_who_waits() -> None:
    stage = Stage([SALES], [])
    stage.join("c1")
    change(stage, (SALES,), (ANN,))
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.NOT_INUSE))
    assert stage.floor.callers["c1"].state.value == "offered"


def test_an_agent_removed_while_he_talks_goes_when_the_talk_is_over() -> None:
    stage = Stage([SALES], [ANN, BOB])
    offer_id = stage.talk("c1")
    assert change(stage, (SALES,), (BOB,)) == []
    assert "ann" in stage.floor.agents
    stage.step(ChannelHungUp(leg_id(offer_id), 16), ConnectEnded("c1", offer_id, is_connected=True))
    assert "ann" not in stage.floor.agents
    assert "PJSIP/ann" not in stage.floor.devices
    check_floor(stage.floor, stage.now)


def test_an_agent_removed_while_his_telephone_rings_passes_the_caller_on() -> None:
    stage = Stage([SALES], [ANN, BOB])
    offer_id = stage.ring("c1")
    change(stage, (SALES,), (BOB,))
    assert rung(stage) == ["bob"]
    assert stage.only(HangUpLeg).offer_id == offer_id
    stage.step(ChannelHungUp(leg_id(offer_id), 26))
    assert "ann" not in stage.floor.agents


def test_an_agent_keeps_his_status_and_his_call() -> None:
    stage = Stage([SALES], [ANN])
    stage.step(AgentPaused("ann", "lunch"))
    change(stage, (SALES, QueueRules("support")), (AgentRules("ann", "PJSIP/ann", ("sales", "support"), wrap_up_s=9),))
    ann = stage.floor.agents["ann"]
    assert (ann.state, ann.reason) == (AgentStatus.PAUSED, "lunch")
    assert [member.queue.name for member in ann.memberships] == ["sales", "support"]


def test_another_strategy_ranks_the_free_anew() -> None:
    stage = Stage([SALES], [ANN, BOB])
    stage.step(ChannelHungUp(leg_id(stage.talk("c1")), 16))
    change(stage, (QueueRules("sales", strategy=Strategy.FIXED_PRIORITY),), (ANN, BOB))
    stage.join("c2")
    assert rung(stage) == ["ann"]


@pytest.mark.parametrize("now", Strategy)
@pytest.mark.parametrize("was", Strategy)
def test_a_strategy_that_is_changed_while_one_rings_goes_on_offering(was: Strategy, now: Strategy) -> None:
    """What the old one remembers of the last offer means nothing to the new one."""
    stage = Stage([QueueRules("sales", strategy=was, back_off_s=0)], [ANN, BOB])
    stage.join("c0")
    change(stage, (QueueRules("sales", strategy=now, back_off_s=0),), (ANN, BOB))
    stage.step(LegFailed(next(iter(stage.floor.callers["c0"].ringing)), LegEnd.REFUSED))
    assert stage.floor.callers["c0"].ringing
    check_floor(stage.floor, stage.now)


def test_another_weight_or_ageing_keeps_callers_in_line() -> None:
    stage = Stage([SALES], [])
    stage.join("c1", priority=0)
    stage.wait(100)
    stage.join("c2", priority=1)
    queue = stage.floor.queues["sales"]
    assert [place[3] for place in queue.line] == ["c2", "c1"]
    change(stage, (QueueRules("sales", ageing_s=60, weight=3),), ())
    assert [place[3] for place in queue.line] == ["c1", "c2"]


def test_a_removed_queue_lets_its_callers_go_where_its_overflow_says_and_talks_go_on() -> None:
    stage = Stage([QueueRules("sales", overflow={"closed": "queue:support"}), QueueRules("support")], [ANN])
    offer_id = stage.talk("c1")
    stage.join("c2")
    change(stage, (QueueRules("support"),), (ANN,))
    release = stage.only(ReleaseCaller)
    assert (release.call_id, release.status) == ("c2", QueueStatus.CLOSED)
    assert ("VMQ_NEXT", "queue:support") in release.variables
    stage.step(ConnectEnded("c1", offer_id, is_connected=True))
    assert "sales" not in stage.floor.queues
    check_floor(stage.floor, stage.now)


def test_an_agent_who_served_nothing_but_a_removed_queue_is_free_for_nobody() -> None:
    stage = Stage([SALES], [ANN, BOB])
    offer_id = stage.talk("c1")
    change(stage, (), (ANN, BOB))
    stage.step(ConnectEnded("c1", offer_id, is_connected=True))
    assert "sales" not in stage.floor.queues
    check_floor(stage.floor, stage.now)


def test_a_caller_of_a_removed_queue_whose_agent_vanishes_before_they_talk_leaves_too() -> None:
    stage = Stage([QueueRules("sales", overflow={"closed": "mailbox:100"})], [ANN])
    offer_id = stage.ring("c1")
    stage.step(LegAnswered(offer_id, "PJSIP/ann-1"))
    assert change(stage, (), (ANN,)) == []
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    release = stage.only(ReleaseCaller)
    assert (release.call_id, release.status) == ("c1", QueueStatus.CLOSED)
    assert ("VMQ_NEXT", "mailbox:100") in release.variables
    assert not stage.floor.callers and "sales" not in stage.floor.queues
    check_floor(stage.floor, stage.now)


def test_a_queue_that_comes_back_before_its_last_talk_is_over_is_the_same_queue() -> None:
    stage = Stage([SALES], [ANN])
    offer_id = stage.talk("c1")
    change(stage, (), (ANN,))
    change(stage, (SALES,), (ANN,))
    stage.step(ConnectEnded("c1", offer_id, is_connected=True), ChannelHungUp(leg_id(offer_id), 16))
    stage.join("c2")
    assert rung(stage) == ["ann"]


def test_ring_all_begins_to_ring_others_for_a_caller_who_is_being_rung_for() -> None:
    stage = Stage([SALES], [ANN, BOB])
    stage.ring("c1")
    change(stage, (QueueRules("sales", strategy=Strategy.RING_ALL),), (ANN, BOB))
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.INUSE))
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.NOT_INUSE))
    assert len(stage.floor.callers["c1"].ringing) == 2

"""Ring-all and progressive ringing: several telephones for one caller, and one winner."""

from __future__ import annotations

from tests.support.stage import Stage, check_floor
from vmq.domain.asked import RulesChanged
from vmq.domain.caller import CallerState
from vmq.domain.commands import ConnectCaller, DismissLeg, HangUpLeg, ParkLeg, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, LegAnswered, LegEnd, LegFailed, leg_id
from vmq.domain.records import OfferFailed
from vmq.domain.rules import AgentRules, HouseRules, QueueRules, Strategy


def stage_with(
    strategy: Strategy = Strategy.RING_ALL, penalties: dict[str, int] | None = None, **rules: object
) -> Stage:
    agents = [
        AgentRules(name, f"PJSIP/{name}", ("sales",), penalties={"sales": (penalties or {}).get(name, 0)})
        for name in ("ann", "bob", "cho")
    ]
    return Stage([QueueRules("sales", strategy=strategy, **rules)], agents)  # type: ignore[arg-type]


def rings(stage: Stage) -> dict[str, str]:
    """Who is rung by the last step: the agent and his offer."""
    return {command.agent: command.offer_id for command in stage.commands if isinstance(command, RingAgent)}


def test_all_free_telephones_ring_at_once() -> None:
    stage = stage_with()
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.INUSE))
    stage.join("c1")
    assert list(rings(stage)) == ["ann", "cho"]


def test_the_first_to_answer_wins_and_the_others_stop_without_a_missed_call() -> None:
    stage = stage_with()
    stage.join("c1")
    offers = rings(stage)
    commands = stage.step(LegAnswered(offers["bob"], "PJSIP/bob-1"))
    assert commands[1] == ParkLeg(offers["bob"])
    assert [command for command in commands if isinstance(command, HangUpLeg)] == [
        HangUpLeg(offers["ann"], 26),
        HangUpLeg(offers["cho"], 26),
    ]
    assert [record.why for record in stage.noted(OfferFailed)] == ["other_agent", "other_agent"]
    check_floor(stage.floor, stage.now)


def test_two_who_answer_at_once_one_gets_the_caller_the_other_is_told() -> None:
    stage = stage_with(keep_ringing=True)
    stage.join("c1")
    offers = rings(stage)
    stage.step(LegAnswered(offers["ann"], "PJSIP/ann-1"))
    assert stage.step(LegAnswered(offers["bob"], "PJSIP/bob-1"))[0] == DismissLeg(offers["bob"])
    check_floor(stage.floor, stage.now)


def test_who_becomes_free_joins_the_ring() -> None:
    stage = stage_with()
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.INUSE))
    stage.join("c1")
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.NOT_INUSE))
    assert list(rings(stage)) == ["bob"]


def test_a_second_caller_is_offered_before_a_third_telephone_rings_for_the_first() -> None:
    stage = stage_with()
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.INUSE))
    stage.join("c1")
    stage.join("c2")
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.NOT_INUSE))
    assert [command.call_id for command in stage.commands if isinstance(command, RingAgent)] == ["c2"]


def test_the_next_tier_rings_only_when_no_telephone_of_this_one_does() -> None:
    stage = stage_with(penalties={"cho": 1})
    stage.join("c1")
    offers = rings(stage)
    assert list(offers) == ["ann", "bob"]
    stage.step(LegFailed(offers["ann"], LegEnd.BUSY), ChannelHungUp(leg_id(offers["ann"]), 17, LegEnd.BUSY))
    assert rings(stage) == {}
    stage.step(LegFailed(offers["bob"], LegEnd.BUSY), ChannelHungUp(leg_id(offers["bob"]), 17, LegEnd.BUSY))
    assert list(rings(stage)) == ["cho"]


def test_an_agent_of_a_later_tier_does_not_join_an_earlier_ring() -> None:
    stage = stage_with(penalties={"cho": 1})
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.INUSE))
    stage.join("c1")
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.NOT_INUSE))
    assert rings(stage) == {}


def test_a_refusal_leaves_the_others_ringing() -> None:
    stage = stage_with()
    stage.join("c1")
    offers = rings(stage)
    stage.step(LegFailed(offers["ann"], LegEnd.REFUSED))
    assert stage.floor.callers["c1"].state is CallerState.OFFERED
    assert list(stage.floor.callers["c1"].ringing) == [offers["bob"], offers["cho"]]


def test_a_winner_who_vanishes_before_the_bridge_leaves_those_who_still_ring() -> None:
    stage = stage_with(keep_ringing=True)
    stage.join("c1")
    offers = rings(stage)
    stage.step(LegAnswered(offers["ann"], "PJSIP/ann-1"))
    stage.step(ChannelHungUp(leg_id(offers["ann"]), 16))
    assert stage.floor.callers["c1"].state is CallerState.OFFERED
    commands = stage.step(LegAnswered(offers["bob"], "PJSIP/bob-1"))
    assert commands[1:] == [ParkLeg(offers["bob"])]
    commands = stage.bridge(stage.park(offers["bob"]))
    assert [record.why for record in stage.noted(OfferFailed)] == ["hung_up", "other_agent"]


def test_after_a_vanished_winner_further_telephones_ring_as_before() -> None:
    for strategy in (Strategy.RING_PROGRESSIVELY, Strategy.RING_ALL):
        stage = stage_with(strategy, keep_ringing=True, progressive_s=3)
        stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.INUSE))
        stage.join("c1")
        offers = rings(stage)
        if strategy is Strategy.RING_PROGRESSIVELY:
            stage.wait(3)
            offers |= rings(stage)
        stage.step(LegAnswered(offers["ann"], "PJSIP/ann-1"))
        stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.NOT_INUSE))
        assert rings(stage) == {}
        stage.step(ChannelHungUp(leg_id(offers["ann"]), 16))
        if strategy is Strategy.RING_PROGRESSIVELY:
            stage.wait(3)
        assert list(rings(stage)) == ["cho"], strategy


def test_a_queue_that_rings_one_at_a_time_by_now_rings_no_further_telephone() -> None:
    stage = stage_with(Strategy.RING_PROGRESSIVELY, progressive_s=3)
    stage.join("c1")
    agents = tuple(agent.rules for agent in stage.floor.agents.values())
    stage.step(RulesChanged(HouseRules((QueueRules("sales"),), agents)))
    stage.wait(4)
    assert rings(stage) == {}


def test_without_keep_ringing_a_vanished_winner_has_all_rung_anew_at_once() -> None:
    stage = stage_with()
    stage.join("c1")
    offers = rings(stage)
    stage.step(LegAnswered(offers["ann"], "PJSIP/ann-1"))
    for name in ("bob", "cho"):
        stage.step(ChannelHungUp(leg_id(offers[name]), 26))
    stage.step(ChannelHungUp(leg_id(offers["ann"]), 16))
    assert list(rings(stage)) == ["bob", "cho"]


def test_a_caller_who_gives_up_ends_every_ring() -> None:
    stage = stage_with()
    stage.join("c1")
    stage.step(ChannelHungUp("c1", 16))
    assert len([command for command in stage.commands if isinstance(command, HangUpLeg)]) == 3
    assert not stage.floor.offers


def test_progressive_ringing_adds_a_telephone_every_so_often() -> None:
    stage = stage_with(Strategy.RING_PROGRESSIVELY, progressive_s=4.0)
    stage.join("c1")
    assert list(rings(stage)) == ["ann"]
    stage.wait(3.9)
    assert rings(stage) == {}
    stage.wait(0.2)
    assert list(rings(stage)) == ["bob"]
    stage.wait(4.0)
    assert list(rings(stage)) == ["cho"]


def test_progressive_ringing_with_nobody_free_takes_the_next_who_is() -> None:
    stage = stage_with(Strategy.RING_PROGRESSIVELY, progressive_s=4.0)
    stage.step(*(DeviceStateChanged(f"PJSIP/{name}", DeviceState.INUSE) for name in ("bob", "cho")))
    stage.join("c1")
    stage.wait(5.0)
    stage.step(DeviceStateChanged("PJSIP/cho", DeviceState.NOT_INUSE))
    assert list(rings(stage)) == ["cho"]


def test_one_telephone_of_several_agents_is_offered_once() -> None:
    agents = [AgentRules(name, "PJSIP/desk", ("sales",)) for name in ("ann", "bob")]
    stage = Stage([QueueRules("sales", strategy=Strategy.RING_ALL)], agents)
    stage.join("c1")
    assert list(rings(stage)) == ["ann"]


def test_the_connected_caller_is_bridged_to_the_winner() -> None:
    stage = stage_with()
    stage.join("c1")
    offers = rings(stage)
    stage.answer(offers["cho"])
    stage.park(offers["cho"])
    assert stage.only(ConnectCaller).offer_id == offers["cho"]

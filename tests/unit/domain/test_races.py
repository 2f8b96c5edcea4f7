"""Two things happen at once: both orders are tried, and each must end well for everybody."""

from __future__ import annotations

import pytest

from tests.support.stage import TALK, Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import AgentPaused
from vmq.domain.caller import CallerState
from vmq.domain.commands import ConnectCaller, DismissLeg, HangUpLeg, ParkLeg, ReleaseCaller, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    ChannelHungUp,
    ConnectEnded,
    DeviceStateChanged,
    LegAnswered,
    LegEnd,
    LegFailed,
    TimerFired,
    leg_id,
)
from vmq.domain.offer import OfferState
from vmq.domain.records import CallCompleted, CallConnected, CallerAbandoned, OfferFailed
from vmq.domain.rules import AgentRules, QueueRules

ANN = AgentRules("ann", "PJSIP/1001", ("sales",))
BOB = AgentRules("bob", "PJSIP/1002", ("sales",))
GONE = ChannelHungUp("c1", 16)


@pytest.fixture
def stage() -> Stage:
    return Stage([QueueRules("sales", wrap_up_s=10)], [ANN, BOB])


def test_caller_hangs_up_then_agent_answers(stage: Stage) -> None:
    offer_id = stage.ring()
    assert stage.step(GONE) == [HangUpLeg(offer_id, 26)]
    assert stage.step(LegAnswered(offer_id, "PJSIP/1001-1")) == [DismissLeg(offer_id)]
    assert len(stage.noted(CallerAbandoned)) == 1
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.floor.agents["ann"].is_free, "no wrap-up and no back-off for a call he never had"


def test_agent_answers_then_caller_hangs_up(stage: Stage) -> None:
    offer_id = stage.ring()
    assert stage.step(LegAnswered(offer_id, "PJSIP/1001-1"))[1:] == [ParkLeg(offer_id)]
    assert stage.step(GONE) == [HangUpLeg(offer_id, 16)]
    assert len(stage.noted(CallerAbandoned)) == 1
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.floor.agents["ann"].is_free


def test_a_leg_that_still_lives_keeps_its_agent(stage: Stage) -> None:
    offer_id = stage.ring()
    stage.step(GONE)
    assert not stage.floor.agents["ann"].is_free
    stage.join("c2")
    assert stage.rung().agent == "bob"
    stage.join("c3")
    assert not stage.commands, "ann's old leg is not gone yet"
    stage.step(ChannelHungUp(leg_id(offer_id), 26))
    assert (stage.rung().agent, stage.rung().call_id) == ("ann", "c3")


@pytest.mark.parametrize("is_hang_up_first", [True, False])
def test_ring_times_out_while_agent_answers(stage: Stage, is_hang_up_first: bool) -> None:
    offer_id = stage.ring()
    time_out, answer = LegFailed(offer_id, LegEnd.NO_ANSWER), LegAnswered(offer_id, "PJSIP/1001-1")
    stage.step(*((time_out, answer) if is_hang_up_first else (answer, time_out)))
    assert stage.state_of(offer_id) is OfferState.DONE
    assert stage.rung().agent == "bob"
    assert (DismissLeg(offer_id) in stage.commands) == is_hang_up_first
    check_floor(stage.floor)


@pytest.mark.parametrize("is_leg_first", [True, False])
def test_both_hang_up_before_the_bridge(stage: Stage, is_leg_first: bool) -> None:
    offer_id = stage.park(stage.answer(stage.ring()))
    both = [ChannelHungUp(leg_id(offer_id), 16), GONE]
    stage.step(*(both if is_leg_first else both[::-1]))
    assert [record.why for record in stage.noted(OfferFailed)][:1] == ["hung_up" if is_leg_first else "caller_gone"]
    assert len(stage.noted(CallerAbandoned)) == 1
    assert not stage.floor.callers
    check_floor(stage.floor)


def test_a_late_failure_of_the_last_bridge_does_not_touch_the_next_offer(stage: Stage) -> None:
    first = stage.park(stage.answer(stage.ring()))
    stage.step(ChannelHungUp(leg_id(first), 16))
    second = stage.rung().offer_id
    assert stage.step(ConnectEnded("c1", first, is_connected=False)) == []
    assert stage.state_of(second) is OfferState.CREATED


@pytest.mark.parametrize("is_agi_first", [True, False])
def test_bridge_comes_back_before_or_after_its_events(stage: Stage, is_agi_first: bool) -> None:
    offer_id = stage.park(stage.answer(stage.ring()))
    ami = [
        BridgeEntered("c1", TALK, is_holding=False),
        BridgeEntered(leg_id(offer_id), TALK, is_holding=False),
        BridgeLeft(leg_id(offer_id), TALK),
        BridgeLeft("c1", TALK),
        ChannelHungUp(leg_id(offer_id), 16),
    ]
    agi = [ConnectEnded("c1", offer_id, is_connected=True)]
    stage.step(*(agi + ami if is_agi_first else ami + agi))
    (completed,) = stage.noted(CallCompleted)
    assert completed.by == "agent"
    assert len(stage.noted(CallConnected)) == 1
    assert stage.only(ReleaseCaller).call_id == "c1"
    assert stage.floor.agents["ann"].state is AgentStatus.WRAP_UP
    check_floor(stage.floor)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_who_leaves_the_bridge_first_ended_the_talk(stage: Stage, order: tuple[int, int]) -> None:
    offer_id = stage.talk()
    stage.wait(30)
    leaves = [BridgeLeft("c1", TALK), BridgeLeft(leg_id(offer_id), TALK)]
    stage.step(leaves[order[0]], leaves[order[1]])
    (completed,) = stage.noted(CallCompleted)
    assert (completed.by, completed.talk_s) == (("caller", "agent")[order[0]], 30.0)


@pytest.mark.parametrize("is_pause_first", [True, False])
def test_agent_pauses_while_he_answers(stage: Stage, is_pause_first: bool) -> None:
    offer_id = stage.ring()
    both = [AgentPaused("ann", "lunch"), LegAnswered(offer_id, "PJSIP/1001-1")]
    stage.step(*(both if is_pause_first else both[::-1]))
    ann = stage.floor.agents["ann"]
    if is_pause_first:
        assert ann.state is AgentStatus.PAUSED
        assert DismissLeg(offer_id) in stage.commands
        assert stage.rung().agent == "bob", "his caller goes to the next agent at once"
    else:
        assert (ann.state, ann.next_status) == (AgentStatus.AVAILABLE, AgentStatus.PAUSED)
        assert stage.state_of(offer_id) is OfferState.ANSWERED
        stage.bridge(stage.park(offer_id))
        stage.step(ChannelHungUp(leg_id(offer_id), 16))
        assert (ann.state, ann.reason) == (AgentStatus.PAUSED, "lunch"), "the pause takes the place of wrap-up"


@pytest.mark.parametrize("is_busy_first", [True, False])
def test_telephone_gets_busy_while_it_rings(stage: Stage, is_busy_first: bool) -> None:
    offer_id = stage.ring()
    both = [DeviceStateChanged("PJSIP/1001", DeviceState.INUSE), LegFailed(offer_id, LegEnd.BUSY)]
    stage.step(*(both if is_busy_first else both[::-1]))
    assert stage.rung().agent == "bob"
    stage.wait(5)
    assert not stage.floor.agents["ann"].is_free, "the back-off is over, the telephone is not free"
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
    assert stage.floor.agents["ann"].is_free


@pytest.mark.parametrize("is_time_first", [True, False])
def test_longest_wait_ends_while_agent_answers(is_time_first: bool) -> None:
    stage = Stage([QueueRules("sales", max_wait_s=5)], [ANN])
    offer_id = stage.ring()
    stage.now += 5
    both = [TimerFired("max_wait:c1"), LegAnswered(offer_id, "PJSIP/1001-1")]
    stage.step(*(both if is_time_first else both[::-1]))
    if is_time_first:
        assert stage.only(ReleaseCaller).status == "TIMEOUT"
        assert stage.only(DismissLeg).offer_id == offer_id
    else:
        assert stage.floor.callers["c1"].state is CallerState.CONNECTING, "he has been answered"
        stage.step(ChannelHungUp(leg_id(offer_id), 16))
        assert stage.only(ReleaseCaller).status == "TIMEOUT", "but he is not offered anew"


@pytest.mark.parametrize("is_hang_up_first", [True, False])
def test_a_caller_who_hangs_up_as_he_joins(is_hang_up_first: bool) -> None:
    stage = Stage(agents=[])
    join = CallerJoined("c1", "PJSIP/c1", "sales", stage.now)
    stage.step(*((GONE, join) if is_hang_up_first else (join, GONE)))
    if is_hang_up_first:
        assert "c1" in stage.floor.callers, "no session's end has been seen yet"
    else:
        assert not stage.floor.callers


def test_two_agents_on_one_telephone_are_never_rung_together() -> None:
    desk = [AgentRules(name, "PJSIP/1001", ("sales",)) for name in ("ann", "bob")]
    stage = Stage(agents=desk)
    first = stage.ring("c1")
    assert stage.join("c2") == []
    stage.step(LegFailed(first, LegEnd.REFUSED))
    rung = stage.rung()
    assert (rung.agent, rung.call_id) == ("bob", "c1")
    assert [command for command in stage.commands if isinstance(command, RingAgent)] == [rung]


def test_a_new_session_of_a_parked_caller_is_told_to_connect(stage: Stage) -> None:
    offer_id = stage.park(stage.answer(stage.ring()))
    stage.join("c1", entered_at=stage.floor.callers["c1"].entered_at)
    assert stage.commands == [ConnectCaller("c1", offer_id, f"PJSIP/{offer_id}")]

"""Agents: who is offered, what a status change does, wrap-up, back-off, remote agents, devices."""

from __future__ import annotations

import pytest

from tests.support.stage import START, TALK, Stage, check_floor
from vmq.domain.agent import AGENT, AgentStatus
from vmq.domain.asked import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentUnpaused, WrapUpEnded
from vmq.domain.commands import HangUpLeg, PublishDevice, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import BridgeLeft, ChannelHungUp, ConnectEnded, DeviceStateChanged, LegEnd, LegFailed, leg_id
from vmq.domain.offer import OfferState
from vmq.domain.records import AgentDeviceChanged, AgentStatusChanged, OfferFailed
from vmq.domain.rules import AgentRules, QueueRules

ANN = AgentRules("ann", "PJSIP/1001", ("sales",))
BOB = AgentRules("bob", "PJSIP/1002", ("sales", "support"))


def end_talk(stage: Stage, offer_id: str) -> None:
    call_id = stage.floor.offers[offer_id].call_id
    stage.step(ChannelHungUp(leg_id(offer_id), 16), ConnectEnded(call_id, offer_id, is_connected=True))


def last_status(stage: Stage) -> AgentStatusChanged:
    return stage.noted(AgentStatusChanged)[-1]


def test_longest_idle_first_then_by_name() -> None:
    stage = Stage(agents=[BOB, ANN])
    assert stage.ring("c1") and stage.floor.agents["ann"].offer_id, "equally long idle: by name"
    stage.join("c2")
    assert stage.rung().agent == "bob"


def test_who_talked_last_is_offered_last() -> None:
    stage = Stage(agents=[ANN, BOB])
    offer_id = stage.talk("c1")
    stage.wait(10)
    end_talk(stage, offer_id)
    assert stage.floor.agents["ann"].idle_since == START + 10
    stage.join("c2")
    assert stage.rung().agent == "bob"


@pytest.mark.parametrize("state", DeviceState)
def test_only_free_telephones_ring(state: DeviceState) -> None:
    stage = Stage(agents=[ANN])
    stage.step(DeviceStateChanged("PJSIP/1001", state))
    stage.join("c1")
    assert bool(stage.commands) == (state in (DeviceState.NOT_INUSE, DeviceState.UNKNOWN))


def test_a_telephone_that_gets_free_rings_for_the_longest_waiting_over_all_queues() -> None:
    stage = Stage([QueueRules("sales"), QueueRules("support")], [BOB])
    stage.step(DeviceStateChanged("PJSIP/1002", DeviceState.INUSE))
    stage.join("c1", "support")
    stage.wait(1)
    stage.join("c2", "sales")
    stage.join("c3", "sales", priority=1)
    stage.step(DeviceStateChanged("PJSIP/1002", DeviceState.NOT_INUSE))
    assert stage.rung().call_id == "c3", "priority first"
    stage.step(LegFailed(stage.rung().offer_id, LegEnd.UNREACHABLE), ChannelHungUp("c3", 16))
    stage.wait(5)
    assert stage.rung().call_id == "c1", "then time of entry"


def test_an_agent_may_watch_another_device_than_is_dialled() -> None:
    stage = Stage(agents=[AgentRules("ann", "Local/7@desk/n", ("sales",), state_device="PJSIP/1001")])
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.INUSE))
    stage.join("c1")
    assert not stage.commands
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
    assert stage.rung().dial == "Local/7@desk/n"


@pytest.mark.parametrize("why", [LegEnd.BUSY, LegEnd.REFUSED, LegEnd.REDIRECTED, LegEnd.UNREACHABLE, LegEnd.NO_ANSWER])
def test_a_failed_ring_goes_to_the_next_agent_and_backs_off(why: LegEnd) -> None:
    stage = Stage([QueueRules("sales", back_off_s=7)], [ANN, BOB])
    offer_id = stage.ring("c1")
    stage.wait(3)
    stage.step(LegFailed(offer_id, why))
    assert (stage.rung().agent, stage.rung().call_id) == ("bob", "c1")
    (failed,) = stage.noted(OfferFailed)
    assert (failed.why, failed.ring_s, failed.agent) == (why.value, 3.0, "ann")
    stage.step(LegFailed(stage.rung().offer_id, LegEnd.BUSY))
    assert not stage.commands, "both back off"
    assert stage.floor.agents["ann"].state is AgentStatus.AVAILABLE
    stage.wait(7)
    assert stage.rung().agent == "ann"


def test_back_off_of_zero_is_not_a_circle() -> None:
    stage = Stage([QueueRules("sales", back_off_s=0)], [ANN])
    stage.step(LegFailed(stage.ring("c1"), LegEnd.UNREACHABLE))
    assert not stage.commands
    stage.wait(0.5)
    assert stage.rung().agent == "ann"


def test_wrap_up_is_a_timed_state() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=20)], [ANN])
    end_talk(stage, stage.talk("c1"))
    assert (last_status(stage).status, last_status(stage).until) == ("wrap_up", START + 20)
    stage.join("c2")
    stage.wait(19.9)
    assert not stage.commands
    stage.wait(0.1)
    assert stage.rung().call_id == "c2"
    assert last_status(stage) == AgentStatusChanged("ann", "available", idle_since=START + 20)


def test_the_agents_own_wrap_up_counts_before_the_queues() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=20)], [AgentRules("ann", "PJSIP/1001", ("sales",), wrap_up_s=0)])
    end_talk(stage, stage.talk("c1"))
    assert stage.floor.agents["ann"].is_free


def test_wrap_up_ends_early_once() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=20)], [ANN])
    end_talk(stage, stage.talk("c1"))
    stage.wait(5)
    stage.step(WrapUpEnded("ann"))
    assert stage.floor.agents["ann"].is_free
    assert "wrap_up:ann" not in stage.timers
    stage.step(WrapUpEnded("ann"))
    assert stage.records == []


@pytest.mark.parametrize("event", [AgentPaused("ann", "lunch"), AgentLoggedOut("ann")])
def test_pause_or_log_out_while_it_rings_withdraws(event: AgentPaused | AgentLoggedOut) -> None:
    stage = Stage(agents=[ANN, BOB])
    offer_id = stage.ring("c1")
    stage.step(event)
    assert HangUpLeg(offer_id, 26) in stage.commands
    assert stage.rung().agent == "bob"
    assert [record.why for record in stage.noted(OfferFailed)] == ["withdrawn"]
    assert not stage.floor.agents["ann"].back_off_until


def test_log_out_during_a_call_takes_effect_after_it() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=20)], [ANN])
    offer_id = stage.talk("c1")
    stage.step(AgentLoggedOut("ann"))
    assert last_status(stage) == AgentStatusChanged("ann", "available", idle_since=START, next_status="offline")
    assert stage.state_of(offer_id) is OfferState.CONNECTED
    end_talk(stage, offer_id)
    assert last_status(stage).status == "offline"


@pytest.mark.parametrize(
    ("wish", "taking_back"),
    [(AgentPaused("ann", "lunch"), AgentUnpaused("ann")), (AgentLoggedOut("ann"), AgentLoggedIn("ann"))],
)
def test_a_wish_for_after_the_call_can_be_taken_back(
    wish: AgentPaused | AgentLoggedOut, taking_back: AgentUnpaused | AgentLoggedIn
) -> None:
    stage = Stage(agents=[ANN])
    offer_id = stage.talk("c1")
    stage.step(wish, taking_back)
    end_talk(stage, offer_id)
    assert stage.floor.agents["ann"].is_free


def test_an_agent_who_comes_back_is_offered_at_once() -> None:
    stage = Stage(agents=[AgentRules("ann", "PJSIP/1001", ("sales",), is_logged_in=False)])
    stage.join("c1")
    assert not stage.commands
    stage.step(AgentLoggedIn("ann"))
    assert stage.rung().call_id == "c1"
    stage.step(AgentPaused("ann"))
    stage.step(ChannelHungUp(leg_id(stage.only(HangUpLeg).offer_id), 26))
    stage.step(AgentUnpaused("ann"))
    assert stage.rung().call_id == "c1"


def test_a_pause_wished_for_takes_effect_when_the_leg_is_lost_before_the_talk() -> None:
    stage = Stage(agents=[ANN])
    offer_id = stage.answer(stage.ring("c1"))
    stage.step(AgentPaused("ann", "lunch"), ChannelHungUp(leg_id(offer_id), 16))
    assert stage.floor.agents["ann"].state is AgentStatus.PAUSED


def test_of_two_on_one_telephone_the_longer_idle_is_rung_when_it_gets_free() -> None:
    desk = [
        AgentRules("ann", "PJSIP/1001", ("sales",)),
        AgentRules("bob", "PJSIP/1001", ("sales",), is_logged_in=False),
    ]
    stage = Stage(agents=desk)
    stage.wait(5)
    stage.step(AgentLoggedOut("ann"), AgentLoggedIn("bob"))
    stage.wait(5)
    stage.step(AgentLoggedIn("ann"), DeviceStateChanged("PJSIP/1001", DeviceState.INUSE))
    stage.join("c1")
    stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
    assert stage.rung().agent == "bob"


def test_a_leg_whose_hang_up_is_never_seen_frees_its_agent_in_the_end() -> None:
    stage = Stage(agents=[ANN])
    offer_id = stage.talk("c1")
    stage.step(BridgeLeft(leg_id(offer_id), TALK))
    assert not stage.floor.agents["ann"].is_free
    stage.wait(5)
    assert HangUpLeg(offer_id, 16) in stage.commands
    assert stage.floor.agents["ann"].is_free


def test_nothing_ticks_on_after_a_call() -> None:
    stage = Stage(agents=[ANN])
    offer_id = stage.talk("c1")
    stage.step(BridgeLeft(leg_id(offer_id), TALK))
    end_leg = ChannelHungUp(leg_id(offer_id), 16)
    stage.step(end_leg, ConnectEnded("c1", offer_id, is_connected=True))
    assert stage.timers == {}


@pytest.mark.parametrize("status", AgentStatus)
@pytest.mark.parametrize("trigger", AGENT.triggers)
def test_a_trigger_without_a_row_changes_nothing(status: AgentStatus, trigger: str) -> None:
    agent = Stage(agents=[ANN]).floor.agents["ann"]
    agent.state = status
    is_allowed = AGENT.allows(agent, trigger)
    assert AGENT.fire(agent, trigger) is is_allowed
    assert is_allowed or agent.state is status


def test_events_of_unknown_agents_and_devices_are_ignored() -> None:
    stage = Stage(agents=[ANN])
    events = [AgentLoggedIn("zoe"), AgentLoggedOut("zoe"), AgentPaused("zoe"), AgentUnpaused("zoe"), WrapUpEnded("zoe")]
    stage.step(*events, DeviceStateChanged("PJSIP/4711", DeviceState.INUSE))
    assert (stage.commands, stage.records) == ([], [])


class TestRemote:
    """A remote agent has no device state: busy is when a leg of ours lives, and that is published."""

    DEVICE = "Custom:vmq_dee"

    @pytest.fixture
    def stage(self) -> Stage:
        return Stage(agents=[AgentRules("dee", "PJSIP/0170@trunk", ("sales",), is_remote=True)])

    def test_must_confirm_and_gets_time_for_it(self, stage: Stage) -> None:
        stage.join("c1")
        assert stage.rung().must_confirm
        assert stage.timers[f"offer:{stage.rung().offer_id}"] > stage.now + stage.rung().ring_s + 15

    def test_state_is_published_on_the_way(self, stage: Stage) -> None:
        assert stage.commands == [PublishDevice(self.DEVICE, "NOT_INUSE")]
        offer_id = stage.talk("c1")
        stage.step(ChannelHungUp(leg_id(offer_id), 16))
        stage.step(AgentLoggedOut("dee"))
        states = [record.state for record in stage.noted(AgentDeviceChanged)]
        assert states == ["NOT_INUSE", "RINGING", "INUSE", "NOT_INUSE", "UNAVAILABLE"]

    def test_what_comes_back_of_it_is_not_believed(self, stage: Stage) -> None:
        stage.step(DeviceStateChanged(self.DEVICE, DeviceState.INUSE))
        stage.join("c1")
        assert isinstance(stage.commands[0], RingAgent)

    def test_is_published_anew_after_a_reconnect(self, stage: Stage) -> None:
        stage.see_world()
        assert stage.commands == [PublishDevice(self.DEVICE, "NOT_INUSE")]
        check_floor(stage.floor)

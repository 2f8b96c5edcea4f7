"""The link comes and goes, vmq or Asterisk restarts: the floor agrees with the world again, nobody is stuck."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.stage import HOLDING, START, TALK, Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import AgentPaused
from vmq.domain.caller import CallerState
from vmq.domain.commands import ConnectCaller, HangUpLeg, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    CallerJoined,
    CallerSessionEnded,
    ChannelHungUp,
    DeviceStateChanged,
    LegEnd,
    LegFailed,
    LinkWentDown,
    SeenChannel,
    leg_id,
)
from vmq.domain.offer import OfferState
from vmq.domain.records import (
    AgentStatusChanged,
    CallCompleted,
    CallConnected,
    CallerAbandoned,
    CallerEntered,
    CallerLeft,
    LinkDown,
    Record,
    WorldRebuilt,
)
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, QueueRules

QUEUES = [QueueRules("sales", wrap_up_s=10), QueueRules("support")]
AGENTS = [AgentRules("ann", "PJSIP/1001", ("sales", "support")), AgentRules("bob", "PJSIP/1002", ("sales",))]
OLD_OFFER = "00000000000000aa"


@dataclass
class Entry:
    """A record as the journal gives it back."""

    at: float
    record: Record


def waiting_channel(call_id: str, queue: str = "sales") -> SeenChannel:
    return SeenChannel(call_id, f"PJSIP/{call_id}", is_up=True, in_queue=True, queue=queue)


def leg(
    offer_id: str, bridge_id: str = "", *, agent: str = "ann", call_id: str = "c1", is_up: bool = True
) -> SeenChannel:
    return SeenChannel(
        leg_id(offer_id),
        "PJSIP/1001-1",
        bridge_id,
        is_holding=bridge_id == HOLDING,
        is_up=is_up,
        agent=agent,
        queue="sales",
        call_id=call_id,
    )


def started_again(*journal: tuple[float, Record]) -> Stage:
    """vmq after a restart, ten minutes on, before its link is up."""
    stage = Stage(QUEUES, AGENTS, seed=2, is_linked=False)
    stage.now = START + 600
    restore(stage.floor, [Entry(at, record) for at, record in journal])
    return stage


class TestLinkDown:
    """The process lives, the manager link is away for a while."""

    def test_nobody_is_rung_until_the_world_is_seen(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.step(LinkWentDown())
        stage.join("c1")
        assert stage.commands == []
        stage.see_world(waiting_channel("c1"))
        assert stage.rung().call_id == "c1"
        assert len(stage.noted(LinkDown)) == 1

    def test_an_agent_who_gets_free_meanwhile_is_not_rung(self) -> None:
        stage = Stage(QUEUES, AGENTS[:1])
        stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.INUSE))
        stage.join("c1")
        stage.step(LinkWentDown(), DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
        assert stage.commands == []
        stage.see_world(waiting_channel("c1"))
        assert stage.rung().agent == "ann"

    def test_a_caller_who_joined_meanwhile_may_be_missing_from_the_snapshot(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.step(LinkWentDown())
        stage.join("c1")
        stage.see_world()
        assert stage.rung().call_id == "c1"

    def test_who_was_there_before_and_is_missing_has_hung_up(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.ring("c1")
        stage.wait(1)
        stage.step(LinkWentDown())
        stage.wait(4)
        stage.see_world()
        assert stage.noted(CallerAbandoned) == [CallerAbandoned("c1", "sales", 1, 5.0)]
        assert stage.floor.agents["ann"].is_free or stage.floor.agents["ann"].back_off_until
        check_floor(stage.floor)

    def test_the_caller_of_a_leg_that_is_gone_goes_to_the_next_agent(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.ring("c1")
        stage.step(LinkWentDown())
        stage.see_world(waiting_channel("c1"))
        assert stage.rung().agent == "bob"

    def test_a_talk_goes_on(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        offer_id = stage.talk("c1")
        stage.step(LinkWentDown())
        stage.see_world(leg(offer_id, TALK), SeenChannel("c1", "PJSIP/c1", TALK))
        assert stage.state_of(offer_id) is OfferState.CONNECTED
        assert stage.noted(WorldRebuilt)[-1] == WorldRebuilt(waiting=0, talking=1)

    @pytest.mark.parametrize(
        ("leg_bridge", "caller_bridge", "by"), [("", TALK, "agent"), (HOLDING, TALK, "agent"), (TALK, "", "caller")]
    )
    def test_a_talk_that_ended_meanwhile(self, leg_bridge: str, caller_bridge: str, by: str) -> None:
        stage = Stage(QUEUES, AGENTS)
        offer_id = stage.talk("c1")
        stage.step(LinkWentDown())
        stage.see_world(leg(offer_id, leg_bridge), SeenChannel("c1", "PJSIP/c1", caller_bridge))
        assert [record.by for record in stage.noted(CallCompleted)] == [by]
        check_floor(stage.floor)

    def test_a_leg_that_was_parked_meanwhile(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        offer_id = stage.answer(stage.ring("c1"))
        stage.step(LinkWentDown())
        stage.see_world(leg(offer_id, HOLDING), waiting_channel("c1"))
        assert stage.commands == [ConnectCaller("c1", offer_id, f"PJSIP/{offer_id}")]

    def test_two_who_were_bridged_meanwhile_talk(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        offer_id = stage.park(stage.answer(stage.ring("c1")))
        stage.step(LinkWentDown())
        stage.see_world(leg(offer_id, TALK), SeenChannel("c1", "PJSIP/c1", TALK))
        assert stage.state_of(offer_id) is OfferState.CONNECTED

    def test_a_leg_whose_offer_ended_meanwhile_is_hung_up(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        offer_id = stage.ring("c1")
        stage.step(LinkWentDown(), ChannelHungUp("c1", 16))
        stage.wait(10)
        assert not stage.floor.legs
        stage.see_world(leg(offer_id, is_up=False))
        assert stage.commands == [HangUpLeg(offer_id, 26)]
        assert not stage.floor.agents["ann"].is_free
        stage.step(ChannelHungUp(leg_id(offer_id), 26))
        assert stage.floor.agents["ann"].is_free

    def test_devices_are_as_the_world_shows_them(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.see_world(devices={"PJSIP/1001": DeviceState.UNAVAILABLE})
        stage.join("c1")
        assert stage.rung().agent == "bob"

    def test_asterisk_restarted(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.talk("c1")
        stage.ring("c2")
        stage.join("c3")
        stage.step(LinkWentDown(), *(CallerSessionEnded(call_id) for call_id in ("c1", "c2", "c3")))
        stage.see_world()
        assert not stage.floor.callers
        assert not stage.floor.offers
        assert [record.by for record in stage.noted(CallCompleted)] == ["caller"]
        assert {record.call_id for record in stage.noted(CallerAbandoned)} == {"c2", "c3"}
        stage.wait(60)
        stage.join("c4")
        stage.join("c5")
        assert len([agent for agent in stage.floor.agents.values() if agent.offer_id]) == 2, "no agent is stuck"


class TestRestart:
    """vmq is new; Asterisk and its calls went on."""

    def test_callers_stand_in_their_old_order_before_anybody_is_offered(self) -> None:
        stage = started_again()
        stage.see_world(waiting_channel("c1"), waiting_channel("c2"))
        stage.join("c2", entered_at=START + 20)
        assert not stage.commands, "c1 was before him and is expected back"
        stage.join("c1", entered_at=START + 10)
        rung = [command for command in stage.commands if isinstance(command, RingAgent)]
        assert [(command.call_id, command.agent) for command in rung] == [("c1", "ann"), ("c2", "bob")]
        assert [record.is_return for record in stage.noted(CallerEntered)] == [True, True]
        assert "recovery:" in stage.timers

    def test_the_last_to_be_back_is_not_offered_before_those_who_stand_before_him(self) -> None:
        stage = started_again()
        stage.see_world(*map(waiting_channel, ("c1", "c2", "c3")))
        stage.join("c1", entered_at=START + 10)
        stage.join("c2", entered_at=START + 20)
        assert not stage.commands, "c3 is expected back"
        stage.join("c3", entered_at=START + 30)
        rung = [command for command in stage.commands if isinstance(command, RingAgent)]
        assert [(command.call_id, command.agent) for command in rung] == [("c1", "ann"), ("c2", "bob")]

    def test_callers_may_be_back_before_the_link_is(self) -> None:
        stage = started_again()
        stage.join("c2", entered_at=START + 20)
        stage.join("c1", entered_at=START + 10)
        assert not stage.commands
        stage.see_world(waiting_channel("c1"), waiting_channel("c2"))
        assert [command.call_id for command in stage.commands if isinstance(command, RingAgent)] == ["c1", "c2"]

    def test_who_hangs_up_is_not_waited_for(self) -> None:
        stage = started_again()
        stage.see_world(waiting_channel("c1"), waiting_channel("c2"))
        stage.join("c2", entered_at=START)
        stage.step(ChannelHungUp("c1", 16))
        assert stage.rung().call_id == "c2"

    def test_who_does_not_come_back_is_waited_for_two_seconds(self) -> None:
        stage = started_again()
        stage.see_world(waiting_channel("c1"), waiting_channel("c2"))
        stage.join("c2", entered_at=START)
        stage.wait(1.9)
        assert not stage.commands
        stage.wait(0.1)
        assert stage.rung().call_id == "c2"

    def test_an_agent_who_gets_free_is_not_offered_in_a_held_queue(self) -> None:
        stage = started_again()
        stage.see_world(waiting_channel("c1"), devices=dict.fromkeys(["PJSIP/1001", "PJSIP/1002"], DeviceState.INUSE))
        stage.join("c2", entered_at=START)
        stage.step(DeviceStateChanged("PJSIP/1001", DeviceState.NOT_INUSE))
        assert stage.commands == []

    def test_other_queues_are_not_held(self) -> None:
        stage = started_again()
        stage.see_world(waiting_channel("c1"))
        stage.join("c2", "support")
        assert stage.rung().call_id == "c2"

    def test_a_full_queue_takes_back_those_who_stood_in_it(self) -> None:
        stage = Stage([QueueRules("sales", max_length=1)], is_linked=False)
        stage.see_world(waiting_channel("c1"), waiting_channel("c2"))
        stage.join("c1")
        stage.join("c2")
        assert len(stage.floor.callers) == 2

    def test_a_talk_is_known_again_and_ends_in_wrap_up(self) -> None:
        connected = CallConnected(OLD_OFFER, "c1", "sales", "ann", wait_s=30.0, ring_s=4.0)
        stage = started_again((START + 30, connected))
        stage.see_world(leg(OLD_OFFER, TALK), SeenChannel("c1", "PJSIP/c1", TALK))
        assert stage.floor.callers["c1"].state is CallerState.TALKING
        stage.join("c2")
        assert stage.rung().agent == "bob", "ann talks"
        stage.step(ChannelHungUp(leg_id(OLD_OFFER), 16))
        (completed,) = stage.noted(CallCompleted)
        assert completed == CallCompleted(OLD_OFFER, "c1", "sales", "ann", 30.0, 570.0, "agent")
        assert stage.floor.agents["ann"].state is AgentStatus.WRAP_UP
        assert "c1" not in stage.floor.callers, "his dialplan goes on by itself"

    def test_a_talk_with_somebody_else_keeps_the_agent_busy(self) -> None:
        stage = started_again()
        stage.see_world(leg(OLD_OFFER, TALK, call_id="gone"))
        assert stage.commands == []
        assert not stage.floor.agents["ann"].is_free
        stage.step(ChannelHungUp(leg_id(OLD_OFFER), 16))
        assert stage.floor.agents["ann"].is_free

    @pytest.mark.parametrize(("bridge_id", "is_up", "cause"), [("", False, 26), ("", True, 16), (HOLDING, True, 16)])
    def test_legs_that_do_not_talk_are_hung_up(self, bridge_id: str, is_up: bool, cause: int) -> None:
        stage = started_again()
        stage.see_world(leg(OLD_OFFER, bridge_id, is_up=is_up))
        assert stage.commands == [HangUpLeg(OLD_OFFER, cause)]
        stage.step(LegFailed(OLD_OFFER, LegEnd.NO_ANSWER))
        assert stage.floor.agents["ann"].is_free

    def test_the_leg_of_an_agent_who_is_no_longer_configured_is_left_alone_while_it_talks(self) -> None:
        stage = started_again()
        stage.see_world(leg(OLD_OFFER, TALK, agent="zoe"), SeenChannel("c1", "PJSIP/c1", TALK))
        assert stage.commands == []

    def test_offer_ids_are_new(self) -> None:
        before, after = Stage(QUEUES, AGENTS, seed=1_700_000_000_000), Stage(QUEUES, AGENTS, seed=1_700_000_000_001)
        ids = {stage.floor.new_offer_id() for stage in (before, after) for _ in range(1000)}
        assert len(ids) == 2000
        assert {len(offer_id) for offer_id in ids} == {16}


class TestJournal:
    """What is read back from the journal."""

    def test_statuses_are_restored(self) -> None:
        stage = started_again(
            (START, AgentStatusChanged("ann", "available", idle_since=START)),
            (START + 5, AgentStatusChanged("ann", "paused", reason="lunch", idle_since=START)),
            (START + 6, AgentStatusChanged("bob", "available", idle_since=START + 6)),
            (START + 6, AgentStatusChanged("zoe", "available")),
        )
        ann, bob = stage.floor.agents["ann"], stage.floor.agents["bob"]
        assert (ann.state, ann.reason) == (AgentStatus.PAUSED, "lunch")
        assert (bob.state, bob.idle_since) == (AgentStatus.AVAILABLE, START + 6)
        check_floor(stage.floor)

    def test_a_wrap_up_goes_on_and_ends_in_time(self) -> None:
        stage = started_again((START, AgentStatusChanged("ann", "wrap_up", until=START + 610)))
        stage.see_world()
        stage.wait(9.9)
        assert stage.floor.agents["ann"].state is AgentStatus.WRAP_UP
        stage.wait(0.1)
        assert stage.floor.agents["ann"].is_free

    def test_a_pause_wished_for_in_a_call_that_has_ended_takes_effect(self) -> None:
        wish = AgentStatusChanged("ann", "available", reason="lunch", next_status="paused")
        stage = started_again((START, wish))
        stage.see_world()
        ann = stage.floor.agents["ann"]
        assert (ann.state, ann.reason) == (AgentStatus.PAUSED, "lunch")

    def test_a_pause_wished_for_in_a_talk_that_goes_on_waits_for_its_end(self) -> None:
        wish = AgentStatusChanged("ann", "available", reason="lunch", next_status="paused")
        stage = started_again((START, wish))
        stage.see_world(leg(OLD_OFFER, TALK), SeenChannel("c1", "PJSIP/c1", TALK))
        ann = stage.floor.agents["ann"]
        assert ann.state is AgentStatus.AVAILABLE
        stage.step(ChannelHungUp(leg_id(OLD_OFFER), 16))
        assert ann.state is AgentStatus.PAUSED

    def test_what_an_agent_did_comes_back_as_he_left_it(self) -> None:
        stage = Stage(QUEUES, AGENTS)
        stage.step(AgentPaused("ann", "lunch"))
        again = Stage(QUEUES, AGENTS, seed=2, is_linked=False)
        restore(again.floor, [Entry(at, record) for at, record in stage.journal])
        assert again.floor.agents["ann"].state is AgentStatus.PAUSED

    def test_calls_that_ended_while_nobody_looked_get_their_terminal_record(self) -> None:
        def entered(call_id: str, position: int = 1) -> CallerEntered:
            return CallerEntered(call_id, "sales", "", "", 0, position, START)

        stage = started_again(
            (START, entered("done")),
            (START + 1, CallerAbandoned("done", "sales", 1, 1.0)),
            (START, entered("gone", 3)),
            (START, entered("elsewhere")),
            (START, entered("talked")),
            (START + 9, CallConnected(OLD_OFFER, "talked", "sales", "ann", 9.0, 2.0)),
            (START, entered("waits")),
        )
        stage.see_world(SeenChannel("elsewhere", "PJSIP/e", is_up=True), waiting_channel("waits"))
        assert stage.noted(CallerAbandoned) == [CallerAbandoned("gone", "sales", 3, 600.0)]
        assert stage.noted(CallerLeft) == [CallerLeft("elsewhere", "sales", "UNAVAILABLE", 1, 600.0, "away")]
        assert stage.noted(CallCompleted) == [CallCompleted(OLD_OFFER, "talked", "sales", "ann", 9.0, 591.0, "caller")]
        stage.step(CallerJoined("waits", "PJSIP/waits", "sales", START))
        assert stage.noted(CallerEntered)[0].is_return

    def test_a_caller_of_before_who_joins_another_queue_has_left_the_first(self) -> None:
        stage = started_again((START, CallerEntered("c1", "sales", "", "", 0, 1, START)))
        stage.join("c1", "support")
        assert [record.queue for record in stage.noted(CallerLeft)] == ["sales"]
        assert not stage.noted(CallerEntered)[0].is_return

"""Agents in queues at run time: joining, leaving, pauses of one queue, auto-pause, back-offs, other telephones."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.stage import Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import (
    AgentMoved,
    AgentUnpaused,
    MemberJoined,
    MemberLeft,
    MemberPauseChanged,
    OfferRefused,
    WrapUpEnded,
    WrapUpExtended,
)
from vmq.domain.commands import HangUpLeg, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, LegEnd, LegFailed, leg_id
from vmq.domain.records import MemberAdded, MemberPaused, MemberRemoved, OfferFailed, Record
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, AutoPause, QueueRules

ANN = AgentRules("ann", "PJSIP/ann", ("sales",))
BOB = AgentRules("bob", "PJSIP/bob", ("support",))
QUEUES = (QueueRules("sales"), QueueRules("support"))


def rung(stage: Stage) -> list[str]:
    return [command.agent for command in stage.commands if isinstance(command, RingAgent)]


def miss(stage: Stage, why: LegEnd = LegEnd.NO_ANSWER) -> None:
    """The offer of the last step isn't taken."""
    offer_id = stage.rung().offer_id
    stage.step(LegFailed(offer_id, why), ChannelHungUp(leg_id(offer_id), 19, why))


def test_who_joins_a_queue_gets_its_waiting_caller() -> None:
    stage = Stage(QUEUES, [BOB])
    stage.join("c1", "sales")
    stage.step(MemberJoined("bob", "sales", 2, by="api"))
    assert rung(stage) == ["bob"]
    assert stage.noted(MemberAdded) == [MemberAdded("bob", "sales", "PJSIP/bob", 2, False, "api")]
    assert stage.step(MemberJoined("bob", "sales")) == []


def test_somebody_unknown_joins_with_his_telephone() -> None:
    stage = Stage(QUEUES, [])
    stage.step(MemberJoined("gil", "sales", dial="PJSIP/gil"))
    stage.step(DeviceStateChanged("PJSIP/gil", DeviceState.NOT_INUSE))
    stage.join("c1")
    assert stage.rung().dial == "PJSIP/gil"
    assert stage.step(MemberJoined("hal", "sales")) == []


def test_who_leaves_a_queue_stops_ringing_for_it_and_goes_on_talking() -> None:
    stage = Stage(QUEUES, [ANN])
    offer_id = stage.ring("c1")
    stage.step(MemberLeft("ann", "sales"))
    assert stage.only(HangUpLeg).offer_id == offer_id
    assert stage.noted(MemberRemoved) == [MemberRemoved("ann", "sales")]
    stage.step(ChannelHungUp(leg_id(offer_id), 26))
    assert rung(stage) == []
    stage.step(MemberJoined("ann", "sales"))
    talk = stage.bridge(stage.park(stage.answer(stage.rung().offer_id)))
    assert stage.step(MemberLeft("ann", "sales")) == []
    stage.step(ChannelHungUp(leg_id(talk), 16))
    check_floor(stage.floor, stage.now)


def test_a_pause_in_one_queue_leaves_the_others() -> None:
    stage = Stage(QUEUES, [AgentRules("ann", "PJSIP/ann", ("sales", "support"))])
    stage.step(MemberPauseChanged("ann", "sales", True, "training"))
    stage.join("c1", "sales")
    assert rung(stage) == []
    stage.join("c2", "support")
    assert rung(stage) == ["ann"]
    assert stage.noted(MemberPaused) == [MemberPaused("ann", "sales", True, "training")]


def test_the_end_of_a_pause_in_one_queue_brings_its_caller() -> None:
    stage = Stage(QUEUES, [ANN])
    stage.step(MemberPauseChanged("ann", "sales", True))
    stage.join("c1")
    stage.step(MemberPauseChanged("ann", "sales", False))
    assert rung(stage) == ["ann"]


@pytest.mark.parametrize(
    ("why", "counts"), [(LegEnd.NO_ANSWER, "no_answer"), (LegEnd.BUSY, "busy"), (LegEnd.UNREACHABLE, "unavailable")]
)
def test_auto_pause_counts_what_the_queue_says(why: LegEnd, counts: str) -> None:
    for other in ("no_answer", "busy", "unavailable"):
        rules = QueueRules("sales", auto_pause=AutoPause.ALL, auto_pause_on=frozenset({other}))
        stage = Stage([rules], [ANN])
        stage.join("c1")
        miss(stage, why)
        is_paused = stage.floor.agents["ann"].state is AgentStatus.PAUSED
        assert is_paused is (other == counts)
        assert stage.floor.agents["ann"].reason == ("Auto-Pause" if is_paused else "")


def test_auto_pause_of_one_queue() -> None:
    rules = QueueRules("sales", auto_pause=AutoPause.QUEUE)
    stage = Stage([rules, QueueRules("support")], [AgentRules("ann", "PJSIP/ann", ("sales", "support"))])
    stage.join("c1")
    miss(stage)
    assert stage.floor.agents["ann"].state is AgentStatus.AVAILABLE
    assert stage.noted(MemberPaused) == [MemberPaused("ann", "sales", True, "Auto-Pause")]
    stage.wait(6)
    stage.join("c2", "support")
    assert rung(stage) == ["ann"]


def test_auto_pause_after_so_many_misses_in_a_row() -> None:
    stage = Stage([QueueRules("sales", auto_pause=AutoPause.ALL, auto_pause_after=2, back_off_s=1)], [ANN])
    stage.join("c1")
    miss(stage)
    stage.wait(1.1)
    miss(stage)
    assert stage.floor.agents["ann"].state is AgentStatus.PAUSED


def test_who_has_just_had_a_call_is_spared() -> None:
    stage = Stage([QueueRules("sales", auto_pause=AutoPause.ALL, auto_pause_delay_s=60)], [ANN])
    stage.step(ChannelHungUp(leg_id(stage.talk("c1")), 16))
    stage.wait(30)
    stage.join("c2")
    miss(stage)
    assert stage.floor.agents["ann"].state is AgentStatus.AVAILABLE


@pytest.mark.parametrize(
    ("why", "seconds"), [(LegEnd.BUSY, 2), (LegEnd.REFUSED, 30), (LegEnd.REDIRECTED, 30), (LegEnd.NO_ANSWER, 5)]
)
def test_back_offs_are_apart_for_busy_refused_and_no_answer(why: LegEnd, seconds: float) -> None:
    stage = Stage([QueueRules("sales", back_off_s=5, back_off_busy_s=2, back_off_refused_s=30)], [ANN])
    stage.join("c1")
    miss(stage, why)
    stage.wait(seconds - 0.1)
    assert rung(stage) == []
    stage.wait(0.2)
    assert rung(stage) == ["ann"]


def test_a_refusal_on_the_page_sends_the_caller_to_the_next_agent() -> None:
    stage = Stage(QUEUES, [ANN, AgentRules("zoe", "PJSIP/zoe", ("sales",))])
    offer_id = stage.ring("c1")
    stage.step(OfferRefused(offer_id))
    assert rung(stage) == ["zoe"]
    assert stage.noted(OfferFailed)[0].why == "refused"


def test_wrap_up_is_extended_shortened_and_ended() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=10)], [ANN])
    stage.step(ChannelHungUp(leg_id(stage.talk("c1")), 16))
    stage.step(WrapUpExtended("ann", 20))
    stage.wait(29.9)
    assert stage.floor.agents["ann"].state is AgentStatus.WRAP_UP
    stage.wait(0.2)
    assert stage.floor.agents["ann"].state is AgentStatus.AVAILABLE
    assert stage.step(WrapUpExtended("ann", 20)) == []
    stage.step(ChannelHungUp(leg_id(stage.talk("c2")), 16), WrapUpExtended("ann", -8))
    stage.wait(2.1)
    assert stage.floor.agents["ann"].state is AgentStatus.AVAILABLE
    assert stage.step(WrapUpEnded("ann"), AgentUnpaused("ann")) == []


def test_hot_desking_rings_the_other_telephone_and_heeds_its_state() -> None:
    stage = Stage(QUEUES, [ANN])
    stage.step(AgentMoved("ann", ("PJSIP/2001",)))
    stage.step(DeviceStateChanged("PJSIP/2001", DeviceState.INUSE))
    stage.join("c1")
    assert rung(stage) == []
    stage.step(DeviceStateChanged("PJSIP/2001", DeviceState.NOT_INUSE))
    assert stage.rung().dial == "PJSIP/2001"
    stage.step(AgentMoved("ann"))
    assert [device.name for device in stage.floor.agents["ann"].devices] == ["PJSIP/ann"]
    check_floor(stage.floor, stage.now)


def test_of_several_telephones_those_ring_that_can_and_one_in_use_makes_the_agent_busy() -> None:
    stage = Stage(QUEUES, [AgentRules("ann", "PJSIP/desk&PJSIP/mobile", ("sales",))])
    stage.step(DeviceStateChanged("PJSIP/mobile", DeviceState.UNAVAILABLE))
    stage.join("c1")
    assert stage.rung().dial == "PJSIP/desk"
    stage.step(ChannelHungUp("c1", 16))
    stage.step(ChannelHungUp(leg_id("0" * 16), 26))
    stage = Stage(QUEUES, [AgentRules("ann", "PJSIP/desk&PJSIP/mobile", ("sales",))])
    stage.step(DeviceStateChanged("PJSIP/mobile", DeviceState.INUSE))
    stage.join("c1")
    assert rung(stage) == []
    stage.step(DeviceStateChanged("PJSIP/mobile", DeviceState.NOT_INUSE))
    assert stage.rung().dial == "PJSIP/desk&PJSIP/mobile"


@dataclass
class Entry:
    """A record as the journal gives it back."""

    at: float
    record: Record


def test_hot_desking_survives_a_restart_and_ends_when_he_is_back() -> None:
    stage = Stage(QUEUES, [ANN])
    for dial in (("PJSIP/2001",), ()):
        stage.step(AgentMoved("ann", dial))
        new = Stage(QUEUES, [ANN], seed=2, is_linked=False)
        restore(new.floor, [Entry(at, record) for at, record in stage.journal])
        new.see_world()
        new.join("c1")
        assert new.rung().dial == (dial[0] if dial else "PJSIP/ann")

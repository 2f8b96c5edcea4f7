"""When callers don't get in, or have to leave: nobody there, closed, full, offered too often; and where they go on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.stage import START, Stage
from vmq.domain.asked import AgentLoggedOut, AgentPaused, AgentUnpaused, MemberPauseChanged
from vmq.domain.commands import QueueStatus, ReleaseCaller
from vmq.domain.device import DeviceState
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, LegEnd, LegFailed, LinkWentDown, leg_id
from vmq.domain.records import CallerLeft
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.schedule import Schedule

ANN = AgentRules("ann", "PJSIP/ann", ("sales",))
BOB = AgentRules("bob", "PJSIP/bob", ("sales",))
PAUSED = frozenset({"paused"})


def stage_with(*agents: AgentRules, **rules: object) -> Stage:
    return Stage([QueueRules("sales", **rules)], agents or (ANN,))  # type: ignore[arg-type]


def released(stage: Stage) -> list[tuple[str, QueueStatus]]:
    return [(command.call_id, command.status) for command in stage.commands if isinstance(command, ReleaseCaller)]


def next_stop(stage: Stage) -> str:
    return dict(stage.only(ReleaseCaller).variables)["VMQ_NEXT"]


@pytest.mark.parametrize(
    ("condition", "event"),
    [
        ("paused", AgentPaused("ann")),
        ("paused", MemberPauseChanged("ann", "sales", True)),
        ("inuse", DeviceStateChanged("PJSIP/ann", DeviceState.INUSE)),
        ("inuse", DeviceStateChanged("PJSIP/ann", DeviceState.ONHOLD)),
        ("ringing", DeviceStateChanged("PJSIP/ann", DeviceState.RINGING)),
        ("unavailable", DeviceStateChanged("PJSIP/ann", DeviceState.UNAVAILABLE)),
        ("invalid", DeviceStateChanged("PJSIP/ann", DeviceState.INVALID)),
        ("unknown", DeviceStateChanged("PJSIP/ann", DeviceState.UNKNOWN)),
    ],
)
def test_a_condition_that_holds_for_all_keeps_callers_out(condition: str, event: object) -> None:
    stage = stage_with(join_empty=frozenset({condition}))
    stage.step(event)  # type: ignore[arg-type]
    stage.join("c1")
    assert released(stage) == [("c1", QueueStatus.JOINEMPTY)]
    assert stage.noted(CallerLeft) == [CallerLeft("c1", "sales", "JOINEMPTY", 0, 0.0, "empty")]


@pytest.mark.parametrize("condition", ["paused", "ringing", "wrapup", "invalid"])
def test_a_condition_that_does_not_hold_keeps_nobody_out(condition: str) -> None:
    stage = stage_with(join_empty=frozenset({condition}))
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    assert stage.join("c1") == []


def test_who_is_logged_out_is_no_member_at_all() -> None:
    stage = stage_with(join_empty=PAUSED)
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1")
    assert released(stage) == [("c1", QueueStatus.JOINEMPTY)]


def test_one_who_is_present_is_enough() -> None:
    stage = stage_with(ANN, BOB, join_empty=PAUSED)
    stage.step(AgentPaused("ann"))
    assert released(stage) == []
    stage.join("c1")
    assert released(stage) == []


def test_penalty_as_a_condition_looks_at_the_callers_limits() -> None:
    ann = AgentRules("ann", "PJSIP/ann", ("sales",), penalties={"sales": 5})
    stage = stage_with(ann, join_empty=frozenset({"penalty"}))
    stage.join("c1", max_penalty=3)
    assert released(stage) == [("c1", QueueStatus.JOINEMPTY)]
    stage.join("c2", max_penalty=5)
    assert released(stage) == []


def test_when_the_last_one_present_goes_those_who_wait_leave() -> None:
    stage = stage_with(ANN, BOB, leave_empty=PAUSED)
    stage.step(*(DeviceStateChanged(f"PJSIP/{name}", DeviceState.INUSE) for name in ("ann", "bob")))
    stage.join("c1")
    stage.join("c2")
    stage.step(AgentPaused("ann"))
    assert released(stage) == []
    stage.step(AgentPaused("bob"))
    assert released(stage) == [("c1", QueueStatus.LEAVEEMPTY), ("c2", QueueStatus.LEAVEEMPTY)]


def test_who_is_answered_stays_though_the_queue_empties() -> None:
    stage = stage_with(leave_empty=PAUSED)
    offer_id = stage.talk("c1")
    stage.step(AgentPaused("ann"))
    assert released(stage) == []
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.floor.agents["ann"].state.value == "paused"


def test_a_ring_that_is_withdrawn_by_the_pause_of_the_last_agent_ends_the_wait() -> None:
    stage = stage_with(leave_empty=PAUSED)
    stage.ring("c1")
    stage.step(AgentPaused("ann"))
    assert released(stage) == [("c1", QueueStatus.LEAVEEMPTY)]


def test_nobody_leaves_for_want_of_agents_while_the_link_is_down() -> None:
    stage = stage_with(leave_empty=PAUSED)
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("c1")
    stage.step(LinkWentDown(), AgentPaused("ann"))
    assert released(stage) == []
    stage.see_world()
    assert "c1" in stage.floor.callers or released(stage) == [("c1", QueueStatus.LEAVEEMPTY)]


def test_after_the_link_is_back_an_empty_queue_is_left() -> None:
    stage = stage_with(leave_empty=PAUSED)
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("c1")
    stage.step(LinkWentDown())
    stage.wait(1)
    stage.join("c2")
    stage.step(AgentPaused("ann"))
    stage.see_world()
    assert ("c2", QueueStatus.LEAVEEMPTY) in released(stage)


def test_a_queue_that_fills_up_again_takes_callers_again() -> None:
    stage = stage_with(join_empty=PAUSED)
    stage.step(AgentPaused("ann"))
    stage.step(AgentUnpaused("ann"))
    stage.join("c1")
    assert released(stage) == []


def test_closed_hours_keep_callers_out_and_those_inside_stay() -> None:
    weekday = datetime.fromtimestamp(START, UTC).weekday()
    minute = datetime.fromtimestamp(START, UTC).hour * 60 + datetime.fromtimestamp(START, UTC).minute
    schedule = Schedule(UTC, {weekday: ((minute, minute + 1),)})
    stage = stage_with(schedule=schedule, overflow={"closed": "mailbox:600"})
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    assert stage.join("c1") == []
    stage.wait(61)
    stage.join("c2")
    assert released(stage) == [("c2", QueueStatus.CLOSED)]
    assert next_stop(stage) == "mailbox:600"
    assert "c1" in stage.floor.callers


@pytest.mark.parametrize(
    ("why", "status", "rules"),
    [
        ("full", QueueStatus.FULL, {"max_length": 1}),
        ("timeout", QueueStatus.TIMEOUT, {"max_wait_s": 30.0}),
        ("empty", QueueStatus.LEAVEEMPTY, {"leave_empty": PAUSED}),
    ],
)
def test_each_way_out_can_lead_somewhere_else(why: str, status: QueueStatus, rules: dict[str, object]) -> None:
    stage = stage_with(overflow={why: "queue:other"}, **rules)
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("c1")
    if why == "full":
        stage.join("c2")
    elif why == "timeout":
        stage.wait(31)
    else:
        stage.step(AgentPaused("ann"))
    assert [found for _, found in released(stage)] == [status]
    assert next_stop(stage) == "queue:other"
    assert stage.noted(CallerLeft)[-1].why == why


def test_a_caller_is_offered_only_so_often() -> None:
    stage = stage_with(ANN, BOB, max_attempts=2, overflow={"attempts": "extension:100@default"}, back_off_s=60.0)
    first = stage.ring("c1")
    stage.step(LegFailed(first, LegEnd.REFUSED))
    stage.step(LegFailed(stage.rung().offer_id, LegEnd.BUSY))
    assert released(stage) == [("c1", QueueStatus.ATTEMPTS)]
    assert next_stop(stage) == "extension:100@default"

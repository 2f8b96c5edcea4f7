"""Callers: places, refusals, longest waits, lost sessions, what the dialplan is told."""

from __future__ import annotations

import pytest

from tests.support.stage import START, Stage, check_floor
from vmq.domain.caller import CALLER, Caller, CallerState
from vmq.domain.commands import HangUpLeg, QueueStatus, ReleaseCaller
from vmq.domain.events import CallerSessionEnded, ChannelHungUp, ConnectEnded, MailboxChanged, TimerFired
from vmq.domain.leaving import NEVER_ENTERED
from vmq.domain.records import CallCompleted, CallerAbandoned, CallerEntered, CallerLeft
from vmq.domain.rules import AgentRules, QueueRules

ANN = AgentRules("ann", "PJSIP/1001", ("sales", "support"))


def variables(stage: Stage) -> dict[str, str]:
    return dict(stage.only(ReleaseCaller).variables)


def test_places_are_by_priority_then_entry_then_arrival() -> None:
    stage = Stage()
    for call_id, entered_at, priority in [("d", 5, 0), ("b", 1, 0), ("a", 1, 0), ("c", 9, 2)]:
        stage.join(call_id, entered_at=START - entered_at, priority=priority)
    assert [place[3] for place in stage.floor.queues["sales"].line] == ["c", "d", "b", "a"]
    assert [record.position for record in stage.noted(CallerEntered)] == [1, 2, 3, 1]


def test_an_offered_caller_keeps_his_place() -> None:
    stage = Stage(agents=[ANN])
    stage.ring("c1")
    stage.join("c2")
    assert stage.noted(CallerEntered)[-1].position == 2


def test_a_caller_whose_offer_failed_is_before_those_who_came_later() -> None:
    stage = Stage([QueueRules("sales", back_off_s=5)], [ANN])
    offer_id = stage.ring("c1")
    stage.wait(1)
    stage.join("c2")
    stage.step(TimerFired(f"offer:{offer_id}"))
    stage.wait(5)
    assert stage.rung().call_id == "c1"


def test_unknown_queue() -> None:
    stage = Stage()
    assert stage.join("c1", "nowhere") == [
        ReleaseCaller("c1", QueueStatus.UNKNOWN_QUEUE, (*NEVER_ENTERED, ("VMQ_NEXT", "")))
    ]
    assert stage.noted(CallerLeft) == [CallerLeft("c1", "nowhere", "UNKNOWN", 0, 0.0, "unknown_queue")]


def test_full_queue() -> None:
    stage = Stage([QueueRules("sales", max_length=1)])
    stage.join("c1")
    assert stage.join("c2") == [ReleaseCaller("c2", QueueStatus.FULL, (*NEVER_ENTERED, ("VMQ_NEXT", "")))]
    stage.step(ChannelHungUp("c1", 16))
    assert stage.join("c3") == []


def test_longest_wait_counts_from_the_entry() -> None:
    stage = Stage([QueueRules("sales", max_wait_s=60)])
    stage.join("c1", entered_at=START - 50)
    stage.join("c2")
    stage.wait(10)
    assert stage.only(ReleaseCaller).status is QueueStatus.TIMEOUT
    assert variables(stage) == {
        "QUEUEPOSITION": "1",
        "QUEUEWAIT": "60",
        "QUEUEWAIT_MS": "60000",
        "ANSWEREDTIME": "0",
        "ANSWEREDTIME_MS": "0",
        "DIALEDTIME": "60",
        "DIALEDTIME_MS": "60000",
        "ABANDONED": "TRUE",
        "VMQ_NEXT": "",
    }
    assert stage.noted(CallerLeft) == [CallerLeft("c1", "sales", "TIMEOUT", 1, 60.0, "timeout")]


@pytest.mark.parametrize(("own", "seconds"), [(5.0, 5), (None, 60)])
def test_the_callers_own_longest_wait_counts_before_the_queues(own: float | None, seconds: int) -> None:
    stage = Stage([QueueRules("sales", max_wait_s=60)])
    stage.join("c1", max_wait_s=own)
    assert stage.timers == {"max_wait:c1": START + seconds}


def test_a_longest_wait_of_zero_is_none() -> None:
    stage = Stage([QueueRules("sales", max_wait_s=60)])
    stage.join("c1", max_wait_s=0)
    assert not stage.timers


def test_who_talks_has_no_longest_wait_any_more() -> None:
    stage = Stage([QueueRules("sales", max_wait_s=60)], [ANN])
    stage.talk("c1")
    assert not stage.timers


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_times_that_are_no_numbers_do_no_harm(odd: float) -> None:
    stage = Stage()
    stage.join("c1", entered_at=odd)
    stage.join("c2", max_wait_s=odd)
    assert stage.floor.callers["c1"].entered_at == START
    assert not stage.timers
    check_floor(stage.floor)


def test_longest_wait_cancels_the_ring_and_frees_the_agent() -> None:
    stage = Stage([QueueRules("sales", max_wait_s=5)], [ANN])
    offer_id = stage.ring("c1")
    stage.wait(5)
    assert stage.commands[0] == HangUpLeg(offer_id, 26)
    assert stage.only(ReleaseCaller).status is QueueStatus.TIMEOUT
    assert not stage.floor.agents["ann"].back_off_until


def test_after_the_talk_the_dialplan_gets_what_app_queue_would_set() -> None:
    stage = Stage(agents=[ANN])
    stage.join("c0")
    first = stage.rung().offer_id
    stage.join("c1", began_at=stage.now - 7)
    stage.wait(2.5)
    stage.step(ChannelHungUp("c0", 16), ChannelHungUp(f"vmq-{first}", 16))
    offer_id = stage.bridge(stage.park(stage.answer(stage.rung().offer_id)))
    stage.wait(61.25)
    stage.step(ConnectEnded("c1", offer_id, is_connected=True))
    assert stage.only(ReleaseCaller).status is QueueStatus.CONTINUE
    assert variables(stage) == {
        "QUEUEPOSITION": "1",
        "QUEUEWAIT": "2",
        "QUEUEWAIT_MS": "2500",
        "ANSWEREDTIME": "61",
        "ANSWEREDTIME_MS": "61250",
        "DIALEDTIME": "70",
        "DIALEDTIME_MS": "70750",
        "ABANDONED": "",
        "VMQ_NEXT": "",
        "MEMBERINTERFACE": "PJSIP/1001",
        "MEMBERNAME": "ann",
    }
    (completed,) = stage.noted(CallCompleted)
    assert (completed.wait_s, completed.talk_s, completed.by) == (2.5, 61.25, "agent")


def test_a_session_that_does_not_come_back_from_the_talk_is_released_unasked() -> None:
    stage = Stage(agents=[ANN])
    offer_id = stage.talk("c1")
    stage.step(ChannelHungUp(f"vmq-{offer_id}", 16))
    assert not stage.commands
    stage.wait(5)
    assert stage.only(ReleaseCaller).status is QueueStatus.CONTINUE
    assert not stage.floor.callers


def test_a_lost_session_keeps_the_place_but_is_not_offered() -> None:
    stage = Stage(agents=[ANN])
    stage.ring("c1")
    stage.join("c2")
    stage.join("c3")
    stage.step(CallerSessionEnded("c2"), ChannelHungUp("c1", 16))
    stage.step(ChannelHungUp("vmq-0000000000100001", 26))
    assert stage.rung().call_id == "c3"
    stage.join("c2", entered_at=START)
    assert stage.floor.queues["sales"].position(stage.floor.callers["c2"]) == 1
    stage.wait(4)
    assert "c2" in stage.floor.callers, "he is back: the wait for him is over"


def test_a_lost_session_without_return_or_hang_up_left_elsewhere() -> None:
    stage = Stage()
    stage.join("c1")
    stage.step(CallerSessionEnded("c1"))
    stage.wait(3)
    assert stage.commands == [], "there is nobody to be told"
    assert stage.noted(CallerLeft) == [CallerLeft("c1", "sales", "WITHDRAW", 1, 3.0, "away")]


def test_a_lost_session_and_then_a_hang_up_is_an_abandoned_call() -> None:
    stage = Stage()
    stage.join("c1")
    stage.wait(2)
    stage.step(CallerSessionEnded("c1"), ChannelHungUp("c1", 16))
    assert stage.noted(CallerAbandoned) == [CallerAbandoned("c1", "sales", 1, 2.0)]
    assert not stage.timers


def test_a_longest_wait_that_ends_while_the_session_is_away_counts_on_return() -> None:
    stage = Stage([QueueRules("sales", max_wait_s=10)], [ANN])
    stage.ring("c0")
    stage.join("c1")
    stage.wait(9)
    stage.step(CallerSessionEnded("c1"))
    stage.wait(2)
    assert "c1" in stage.floor.callers
    stage.join("c1", entered_at=START)
    assert stage.only(ReleaseCaller).status is QueueStatus.TIMEOUT


def test_a_caller_who_is_transferred_to_another_queue_waits_there() -> None:
    stage = Stage([QueueRules("sales"), QueueRules("support")], [ANN])
    stage.talk("c1")
    stage.wait(8)
    stage.join("c1", "support")
    (completed,) = stage.noted(CallCompleted)
    assert (completed.by, completed.talk_s) == ("transfer", 8.0)
    assert stage.floor.callers["c1"].queue == "support"


def test_a_caller_who_is_redirected_to_another_queue_leaves_the_first() -> None:
    stage = Stage([QueueRules("sales"), QueueRules("support")], [ANN])
    offer_id = stage.ring("c1")
    stage.join("c1", "support")
    assert HangUpLeg(offer_id, 26) in stage.commands
    assert [record.status for record in stage.noted(CallerLeft)] == ["WITHDRAW"]
    assert list(stage.floor.queues["sales"].line) == []
    assert stage.floor.callers["c1"].queue == "support"


def test_a_clock_that_is_behind_gives_no_negative_wait() -> None:
    stage = Stage()
    stage.join("c1", entered_at=START + 3)
    stage.step(ChannelHungUp("c1", 16))
    assert stage.noted(CallerAbandoned)[0].wait_s == 0.0


def test_what_is_not_the_queues_business_leads_to_nothing() -> None:
    stage = Stage()
    stage.step(MailboxChanged("1001", 1, 0), TimerFired("lamp:1001"), ChannelHungUp("x", 16), CallerSessionEnded("x"))
    assert (stage.commands, stage.records) == ([], [])


@pytest.mark.parametrize("state", CallerState)
@pytest.mark.parametrize("trigger", CALLER.triggers)
def test_a_trigger_without_a_row_changes_nothing(state: CallerState, trigger: str) -> None:
    caller = Caller("c1", "PJSIP/c1", "sales", START, state=state)
    is_allowed = CALLER.allows(caller, trigger)
    assert CALLER.fire(caller, trigger) is is_allowed
    assert is_allowed or caller.state is state

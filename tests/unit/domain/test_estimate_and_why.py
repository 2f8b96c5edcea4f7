"""What callers and supervisors are told: the estimated wait, and why a call is or isn't offered."""

from __future__ import annotations

import pytest

from tests.support.stage import TALK, Stage
from vmq.domain.asked import AgentLoggedOut, AgentPaused, AgentUnpaused, MemberJoined, MemberPauseChanged
from vmq.domain.commands import RingCaller
from vmq.domain.device import DeviceState
from vmq.domain.estimate import estimate_s
from vmq.domain.events import (
    BridgeLeft,
    CallerSessionEnded,
    ChannelHungUp,
    DeviceStateChanged,
    DialogueEnded,
    Event,
    LegEnd,
    LegFailed,
    LinkWentDown,
    SeenChannel,
    leg_id,
)
from vmq.domain.rules import AgentRules, CallbackRules, QueueRules, Strategy
from vmq.domain.skills import parse_needs
from vmq.domain.why import eligible, explain

ANN = AgentRules("ann", "PJSIP/ann", ("sales",), penalties={"sales": 4})
BOB = AgentRules("bob", "PJSIP/bob", ("sales",))
CHO = AgentRules("cho", "PJSIP/cho", ("sales",))


def talked(seconds: float, *agents: AgentRules, **rules: object) -> Stage:
    """A queue in which one call of so many seconds is over, and all agents are busy with others."""
    stage = Stage([QueueRules("sales", **rules)], agents or (ANN,))  # type: ignore[arg-type]
    offer_id = stage.talk("c0")
    stage.wait(seconds)
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    stage.wait(rules.get("wrap_up_s", 0))  # type: ignore[arg-type]
    stage.step(*(DeviceStateChanged(device, DeviceState.INUSE) for device in list(stage.floor.devices)))
    return stage


def estimates(stage: Stage, *call_ids: str) -> list[float | None]:
    return [estimate_s(stage.floor, stage.floor.callers[call_id], stage.now) for call_id in call_ids]


def test_nothing_is_promised_before_anything_is_known() -> None:
    stage = Stage([QueueRules("sales")], [ANN])
    stage.step(DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("c1")
    assert estimates(stage, "c1") == [None]


def test_each_place_is_one_share_of_a_calls_time() -> None:
    stage = talked(100, ANN, BOB, wrap_up_s=20)
    for call_id in ("c1", "c2", "c3"):
        stage.join(call_id)
    assert estimates(stage, "c1", "c2", "c3") == [60.0, 120.0, 180.0]


def test_it_falls_as_one_waits_and_never_rises_when_the_line_moves() -> None:
    stage = talked(100)
    stage.join("c1")
    stage.join("c2")
    seen = []
    for second in range(0, 301, 10):
        if second == 150:
            stage.step(ChannelHungUp("c1", 16))
        seen.append(estimates(stage, "c2")[0])
        stage.wait(10)
    assert seen == sorted(seen, reverse=True)
    assert (seen[0], seen[12], seen[-1]) == (200.0, 100.0, 0.0)


def test_only_agents_who_can_take_him_count() -> None:
    german = AgentRules("bob", "PJSIP/bob", ("sales",), skills={"german": 5})
    stage = talked(100, ANN, german)
    stage.join("c1", needs="german")
    assert estimates(stage, "c1") == [100.0]
    stage.step(AgentPaused("bob"))
    assert estimates(stage, "c1") == [None]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([AgentLoggedOut("ann")], "is logged out"),
        ([AgentPaused("ann", "lunch")], "is paused (lunch)"),
        ([MemberPauseChanged("ann", "sales", True, "training")], "is paused in this queue (training)"),
        ([DeviceStateChanged("PJSIP/ann", DeviceState.INUSE)], "PJSIP/ann is INUSE"),
        ([DeviceStateChanged("PJSIP/ann", DeviceState.UNAVAILABLE)], "PJSIP/ann is UNAVAILABLE"),
    ],
)
def test_why_not_this_agent(events: list[Event], words: str) -> None:
    stage = Stage([QueueRules("sales")], [ANN])
    stage.step(*events)
    stage.join("c1")
    assert eligible(stage.floor, stage.floor.callers["c1"], stage.floor.agents["ann"], stage.now) == words


def test_why_not_this_caller_for_this_agent() -> None:
    stage = Stage([QueueRules("sales", needs=parse_needs("german >= 5")), QueueRules("other")], [ANN, BOB])
    stage.join("c1")
    stage.join("c2", needs="", max_penalty=2)
    stage.floor.callers["c2"].need = stage.floor.callers["c2"].need.__class__(max_penalty=2)
    floor, now = stage.floor, stage.now
    assert "german is 0, needed is 5 or more" in eligible(floor, floor.callers["c1"], floor.agents["ann"], now)
    assert "penalty 4 is outside" in eligible(floor, floor.callers["c2"], floor.agents["ann"], now)
    stage.join("c3", "other")
    assert eligible(floor, floor.callers["c3"], floor.agents["ann"], now) == "doesn't serve other"


def test_after_a_missed_call_and_in_wrap_up_the_time_is_told() -> None:
    stage = Stage([QueueRules("sales", wrap_up_s=30, back_off_s=8)], [ANN, BOB])
    offer_id = stage.ring("c1")
    stage.step(LegFailed(offer_id, LegEnd.REFUSED), ChannelHungUp(leg_id(offer_id), 21))
    caller, first = stage.floor.callers["c1"], "bob"
    assert "8 s from now" in eligible(stage.floor, caller, stage.floor.agents[first], stage.now)
    assert eligible(stage.floor, caller, stage.floor.agents["ann"], stage.now) == "is rung for c1"
    talk = stage.bridge(stage.park(stage.answer(stage.rung().offer_id)))
    stage.step(ChannelHungUp(leg_id(talk), 16))
    stage.join("c2")
    assert "wrapping up, until 30 s" in eligible(
        stage.floor, stage.floor.callers["c2"], stage.floor.agents["ann"], stage.now
    )


def test_a_caller_is_explained_with_all_agents_of_his_queue() -> None:
    stage = Stage([QueueRules("sales")], [ANN, BOB])
    stage.step(AgentPaused("bob"))
    stage.join("c1")
    said = explain(stage.floor, stage.floor.callers["c1"], stage.now)
    assert said["reason"] == "telephones ring for him"
    assert [(line["agent"], line["reason"]) for line in said["agents"]] == [
        ("ann", "his telephone rings for this caller"),
        ("bob", "is paused"),
    ]


def reasons(stage: Stage, call_id: str = "c1") -> dict[str, str]:
    """What is said of each agent; only of one who could be offered the caller this moment may it be that he can be."""
    said = explain(stage.floor, stage.floor.callers[call_id], stage.now)["agents"]
    assert all(line["is_eligible"] is (line["reason"] == "can be offered this caller") for line in said)
    return {line["agent"]: line["reason"] for line in said}


def test_who_is_free_while_it_rings_at_others_waits_for_them() -> None:
    stage = Stage([QueueRules("sales", strategy=Strategy.LINEAR)], [BOB, CHO])
    offer_id = stage.ring("c1")
    assert reasons(stage)["cho"] == "waits while it rings at bob"
    stage.answer(offer_id)
    assert reasons(stage) == {"bob": "talks with c1", "cho": "bob has answered this caller"}
    stage.bridge(stage.park(offer_id))
    assert reasons(stage)["cho"] == "bob has answered this caller"
    stage.step(BridgeLeft(leg_id(offer_id), TALK))
    assert reasons(stage)["cho"] == "the caller is on his way out"


@pytest.mark.parametrize("strategy", [Strategy.LONGEST_IDLE, Strategy.RING_ALL, Strategy.RING_PROGRESSIVELY])
def test_who_has_a_penalty_waits_while_it_rings_at_those_without(strategy: Strategy) -> None:
    stage = Stage([QueueRules("sales", strategy=strategy)], [ANN, BOB])
    stage.join("c1")
    assert reasons(stage)["ann"] == "waits while it rings at bob: penalty 4 comes after 0"


def test_who_is_to_be_rung_next_in_progressive_ringing_waits_for_it() -> None:
    stage = Stage([QueueRules("sales", strategy=Strategy.RING_PROGRESSIVELY, progressive_s=7)], [BOB, CHO])
    stage.join("c1")
    assert reasons(stage)["cho"] == "waits while it rings at bob: one more telephone is rung every 7 s"


def test_nobody_can_be_offered_while_the_link_is_down() -> None:
    stage = Stage([QueueRules("sales")], [BOB])
    stage.step(LinkWentDown())
    stage.join("c1")
    assert reasons(stage) == {"bob": "there is no link to Asterisk: nobody can be rung"}


def test_nobody_can_be_offered_while_callers_of_before_a_restart_are_awaited() -> None:
    stage = Stage([QueueRules("sales")], [BOB])
    stage.see_world(SeenChannel("c0", "PJSIP/c0", is_up=True, in_queue=True, queue="sales"))
    stage.join("c1")
    assert "callers of before the restart are still awaited (1)" in reasons(stage)["bob"]


def test_nobody_can_be_offered_who_is_not_on_the_line() -> None:
    stage = Stage([QueueRules("sales")], [])
    stage.join("c1")
    stage.step(CallerSessionEnded("c1"), MemberJoined("bob", "sales", dial="PJSIP/bob"))
    stage.step(DeviceStateChanged("PJSIP/bob", DeviceState.NOT_INUSE))
    assert reasons(stage)["bob"].startswith("the caller isn't on the line: his session with vmq is gone")


def test_who_is_called_back_is_rung_before_an_agent_is() -> None:
    rules = CallbackRules(
        is_on=True, dial="PJSIP/{number}@trunk", agent_first=False, retry_s=60, attempts=2, allow=("_0X.",)
    )
    stage = Stage([QueueRules("sales", callback=rules)], [BOB])
    stage.step(AgentPaused("bob"))
    stage.join("c1", number="0555")
    stage.step(DialogueEnded("c1", "callback", {"number": "0555"}))
    stage.step(AgentUnpaused("bob"))
    call_id = stage.only(RingCaller).call_id
    assert reasons(stage, call_id)["bob"].endswith("he is to be called back, and is being rung")
    stage.step(ChannelHungUp(call_id, 17, LegEnd.BUSY))
    assert reasons(stage, call_id)["bob"].endswith("the next attempt is 60 s from now")


def test_why_nobody_at_all() -> None:
    stage = Stage([QueueRules("sales")], [])
    stage.join("c1")
    stage.wait(12)
    stage.join("c2", prefers="nobody", prefers_s=9)
    assert "has waited 12 s" in explain(stage.floor, stage.floor.callers["c1"], stage.now)["reason"]
    assert "1 before him" in explain(stage.floor, stage.floor.callers["c2"], stage.now)["reason"]
    stage.step(LinkWentDown())
    assert "no link to Asterisk" in explain(stage.floor, stage.floor.callers["c1"], stage.now)["reason"]

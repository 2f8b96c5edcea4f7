"""Whom a caller may have: penalties and their changes, skills and their steps, a preferred agent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.stage import Stage
from vmq.domain.asked import AgentLoggedOut, MemberLeft, PenaltyChanged
from vmq.domain.commands import QueueStatus, ReleaseCaller, RingAgent
from vmq.domain.device import DeviceState
from vmq.domain.events import DeviceStateChanged
from vmq.domain.need import ANYBODY, Need, changed, entry_need, plan
from vmq.domain.rules import AgentRules, NeedStep, PenaltyChange, QueueRules
from vmq.domain.skills import NO_NEEDS, Needs, parse_needs
from vmq.errors import ConfigError


def two(low: int = 0, high: int = 5, **rules: object) -> Stage:
    """ann has the low penalty, bob the high one."""
    agents = [
        AgentRules("ann", "PJSIP/ann", ("sales",), penalties={"sales": low}, skills={"german": 3}),
        AgentRules("bob", "PJSIP/bob", ("sales",), penalties={"sales": high}, skills={"german": 8}),
    ]
    return Stage([QueueRules("sales", **rules)], agents)  # type: ignore[arg-type]


def rung(stage: Stage) -> list[str]:
    return [command.agent for command in stage.commands if isinstance(command, RingAgent)]


@pytest.mark.parametrize(
    ("need", "tiers"),
    [
        (Need(), {0: 0, 3: 3}),
        (Need(max_penalty=2), {2: 2, 3: None}),
        (Need(min_penalty=2), {1: None, 2: 2}),
        (Need(raise_to=3), {0: 3, 2: 3, 3: 3, 4: 4}),
        (Need(min_penalty=2, raise_to=3), {1: 3, 2: 3}),
        (Need(min_penalty=2, raise_to=3, is_raised_from_min=True), {1: None, 2: 3}),
        (Need(max_penalty=2, raise_to=3), {0: None, 3: None}),
    ],
)
def test_limits_are_inclusive_and_compare_the_raised_penalty(need: Need, tiers: dict[int, int | None]) -> None:
    assert {penalty: need.tier(penalty) for penalty in tiers} == tiers


@given(
    low=st.none() | st.integers(0, 9),
    high=st.none() | st.integers(0, 9),
    raise_to=st.none() | st.integers(0, 9),
    penalty=st.integers(0, 9),
)
def test_a_tier_is_within_the_limits_and_never_below_the_penalty(
    low: int | None, high: int | None, raise_to: int | None, penalty: int
) -> None:
    tier = Need(low, high, raise_to).tier(penalty)
    if tier is not None:
        assert tier >= penalty
        assert low is None or tier >= low
        assert high is None or tier <= high


def test_a_relative_change_moves_a_limit_that_is_set_and_no_other() -> None:
    need = changed(Need(max_penalty=2), PenaltyChange(10, max_penalty="+3", min_penalty="1"))
    assert need == Need(max_penalty=5)
    assert changed(need, PenaltyChange(20, max_penalty="-9")) == Need(max_penalty=0)


def test_a_change_at_the_beginning_sets_what_everybody_enters_with() -> None:
    assert changed(ANYBODY, PenaltyChange(0, max_penalty="2", min_penalty="5", raise_to="r1")) == Need(2, 2, 1, True)


@given(st.integers(0, 9), st.sampled_from(["", "3", "+2", "-4", "0"]), st.sampled_from(["", "7", "-1"]))
def test_limits_stay_in_order_and_above_zero(start: int, high: str, low: str) -> None:
    need = changed(Need(0, start, start), PenaltyChange(5, high, low, "+9"))
    assert need.max_penalty is not None and need.min_penalty is not None and need.raise_to is not None
    assert 0 <= need.min_penalty <= need.max_penalty
    assert need.raise_to <= need.max_penalty


def test_what_is_no_number_of_a_dialplan_counts_as_not_said() -> None:
    assert entry_need(NO_NEEDS, None, 3, "r2") == Need(None, 3, 2, True)
    assert entry_need(NO_NEEDS, None, None, "many") == ANYBODY


def test_changes_come_in_the_order_of_their_time() -> None:
    step, change = NeedStep(5, NO_NEEDS), PenaltyChange(9)
    assert plan([change], [step], 7.0) == [(5, step), (7.0, None), (9, change)]


def test_a_limit_keeps_the_other_agent_out_until_the_rule_opens() -> None:
    stage = two(penalty_changes=(PenaltyChange(0, max_penalty="0"), PenaltyChange(20, max_penalty="5")))
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1")
    stage.wait(19.9)
    assert rung(stage) == []
    stage.wait(0.2)
    assert rung(stage) == ["bob"]


def test_the_callers_own_limits_and_rule_go_before_the_queues() -> None:
    stage = two()
    stage.floor.penalty_rules["late"] = (PenaltyChange(8, min_penalty="0"),)
    stage.join("c1", min_penalty=3)
    assert rung(stage) == ["bob"]
    stage.join("c2", min_penalty=3, penalty_rule="late")
    stage.wait(8.1)
    assert rung(stage) == ["ann"]


def test_few_members_make_penalties_not_count() -> None:
    stage = two(penalty_members_limit=2)
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1", max_penalty=0)
    assert rung(stage) == ["bob"]


def test_another_penalty_counts_at_once() -> None:
    stage = two()
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1", max_penalty=0)
    stage.step(PenaltyChanged("bob", "", 0))
    assert rung(stage) == ["bob"]


def test_needs_relax_step_by_step() -> None:
    steps = (NeedStep(10, parse_needs("german >= 3")), NeedStep(30, NO_NEEDS))
    stage = two(needs=parse_needs("german >= 9"), steps=steps)
    stage.join("c1")
    assert rung(stage) == []
    stage.wait(10.1)
    assert rung(stage) == ["ann"]


def test_a_callers_own_needs_have_no_steps() -> None:
    stage = two(steps=(NeedStep(10, NO_NEEDS),))
    stage.join("c1", needs="french")
    assert stage.wait(100) == []


def test_a_preferred_agent_is_waited_for_and_then_anybody_will_do() -> None:
    stage = two()
    offer_id = stage.ring("c1")
    assert stage.floor.offers[offer_id].agent == "ann"
    stage.join("c2", prefers="ann", prefers_s=15.0)
    assert rung(stage) == []
    stage.wait(15.1)
    assert rung(stage) == ["bob"]


def test_a_preferred_agent_gets_him_before_callers_who_came_earlier_can() -> None:
    stage = two()
    stage.step(AgentLoggedOut("bob"))
    offer_id = stage.talk("c1")
    stage.join("c2", prefers="ann", prefers_s=600.0)
    stage.join("c3")
    stage.step(*stage_end(offer_id))
    assert rung(stage) == ["ann"]
    assert stage.rung().call_id == "c2"


def stage_end(offer_id: str) -> list[object]:
    from vmq.domain.events import ChannelHungUp, leg_id

    return [ChannelHungUp(leg_id(offer_id), 16)]


def test_a_preferred_agent_who_is_not_at_work_is_not_waited_for() -> None:
    stage = two()
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1", prefers="ann", prefers_s=15.0)
    assert rung(stage) == ["bob"]


@pytest.mark.parametrize(
    ("text", "skills", "is_met"),
    [
        ("german >= 5", {"german": 5}, True),
        ("german > 5", {"german": 5}, False),
        ("german", {"german": 1}, True),
        ("german", {}, False),
        ("german = 3, technic < 2", {"german": 3}, True),
        ("german <= 3", {}, True),
        ("a & b", {"a": 1, "b": 1}, True),
    ],
)
def test_needs_are_met_or_not(text: str, skills: dict[str, int], is_met: bool) -> None:
    needs = parse_needs(text)
    assert needs.are_met(skills) is is_met
    assert bool(needs.missing(skills)) is not is_met
    assert parse_needs(str(needs)) == needs


@pytest.mark.parametrize("text", ["german >=", "5", "german >= many", "a b"])
def test_what_is_no_need_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="is no skill"):
        parse_needs(text)


def test_needs_of_equal_meaning_are_one_group() -> None:
    assert parse_needs("b, a >= 1") == parse_needs("a,b") != Needs()


def test_when_a_member_leaves_and_penalties_count_no_more_who_waits_is_offered() -> None:
    stage = two(penalty_members_limit=1)
    stage.step(AgentLoggedOut("ann"))
    stage.join("c1", max_penalty=0)
    assert rung(stage) == []
    stage.step(MemberLeft("ann", "sales"))
    assert rung(stage) == ["bob"]


def test_whose_limits_leave_nobody_for_him_leaves_an_empty_queue() -> None:
    changes = (PenaltyChange(5, max_penalty="-2"),)
    stage = two(low=3, penalty_changes=changes, leave_empty=frozenset({"penalty"}))
    stage.step(AgentLoggedOut("bob"), DeviceStateChanged("PJSIP/ann", DeviceState.INUSE))
    stage.join("c1", max_penalty=4)
    stage.wait(4.9)
    assert "c1" in stage.floor.callers
    stage.wait(0.2)
    assert stage.only(ReleaseCaller).status is QueueStatus.LEAVEEMPTY

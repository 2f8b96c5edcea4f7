"""Lamps: what each shows, and that looking at what a turn touched misses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.stage import HOLDING, TALK, Stage
from vmq.domain import asked, events, lamps
from vmq.domain.commands import PublishDevice
from vmq.domain.device import DeviceState
from vmq.domain.rules import AgentRules, QueueRules, Strategy
from vmq.domain.turn import Turn

QUEUES = (QueueRules("sales", wrap_up_s=10), QueueRules("help", strategy=Strategy.RING_ALL, back_off_s=3))
ANN = AgentRules("ann", "PJSIP/1001", ("sales", "help"))
BOB = AgentRules("bob", "PJSIP/1002", ("help",))
EVE = AgentRules("eve", "PJSIP/1001", ("sales",))  # shares a telephone with Ann


def stage(*agents: AgentRules) -> Stage:
    return Stage(QUEUES, agents or (ANN,), has_lamps=True)


def shown(world: Stage, name: str) -> str:
    assert world.floor.lamps is not None
    return world.floor.lamps.get(f"Custom:vmq_{name}", DeviceState.NOT_INUSE).value


def published(world: Stage) -> dict[str, str]:
    return {
        one.device.removeprefix(lamps.PREFIX): one.state for one in world.commands if isinstance(one, PublishDevice)
    }


def test_an_agents_lamp_follows_his_call_to_the_end_of_its_wrap_up() -> None:
    world = stage()
    seen = [shown(world, "ann_status")]
    world.join("c1", "sales")
    offer = world.floor.agents["ann"].offer_id or ""
    seen.append(shown(world, "ann_status"))
    world.step(events.LegAnswered(offer, "PJSIP/1001-1"))
    world.step(events.BridgeEntered(events.leg_id(offer), HOLDING, True))
    world.step(events.BridgeEntered("c1", TALK, False), events.BridgeEntered(events.leg_id(offer), TALK, False))
    seen.append(shown(world, "ann_status"))
    assert shown(world, "queue_sales") == "NOT_INUSE"
    world.step(events.ChannelHungUp(events.leg_id(offer), 16))
    seen.append(shown(world, "ann_status"))
    world.step(asked.WrapUpEnded("ann"))
    seen.append(shown(world, "ann_status"))
    assert seen == ["NOT_INUSE", "RINGING", "INUSE", "ONHOLD", "NOT_INUSE"]


@pytest.mark.parametrize(
    ("event", "changed"),
    [
        (
            asked.AgentPaused("ann", "lunch"),
            {
                "queue_sales_avail": "INUSE",
                "queue_help_avail": "INUSE",
                "ann_status": "BUSY",
                "ann_pause": "INUSE",
                "ann_pause_sales": "INUSE",
                "ann_pause_help": "INUSE",
            },
        ),
        (asked.MemberPauseChanged("ann", "help", True), {"queue_help_avail": "INUSE", "ann_pause_help": "INUSE"}),
        (
            asked.AgentLoggedOut("ann"),
            {"queue_sales_avail": "INUSE", "queue_help_avail": "INUSE", "ann_status": "UNAVAILABLE"},
        ),
        (
            events.DeviceStateChanged("PJSIP/1001", DeviceState.INUSE),
            {"queue_sales_avail": "INUSE", "queue_help_avail": "INUSE"},
        ),
        (asked.MemberLeft("ann", "help"), {"queue_help_avail": "INUSE"}),
    ],
)
def test_what_changes_is_published_and_nothing_else(event: events.Event, changed: dict[str, str]) -> None:
    world = stage()
    world.step(event)
    assert published(world) == changed


def test_a_pause_wished_for_during_a_call_lights_its_key_at_once() -> None:
    world = stage()
    world.join("c1", "sales")
    offer = world.floor.agents["ann"].offer_id or ""
    world.step(events.LegAnswered(offer, "PJSIP/1001-1"))
    world.step(asked.AgentPaused("ann"))
    assert shown(world, "ann_pause") == "INUSE"
    assert shown(world, "ann_status") == "INUSE"


def test_who_leaves_a_queue_paused_leaves_no_lamp_lit_there() -> None:
    world = stage()
    world.step(asked.MemberPauseChanged("ann", "help", True), asked.MemberLeft("ann", "help"))
    assert shown(world, "ann_pause_help") == "NOT_INUSE"


def test_without_a_link_nothing_is_published_and_then_everything_that_differs() -> None:
    world = stage()
    world.step(events.LinkWentDown(), asked.AgentPaused("ann"))
    assert published(world) == {}
    world.see_world()
    assert published(world)["ann_pause"] == "INUSE"


def test_a_floor_without_lamps_publishes_none() -> None:
    world = Stage(QUEUES, (ANN,))
    world.step(asked.AgentPaused("ann"))
    assert published(world) == {}


NAMES = st.sampled_from(["ann", "bob", "eve"])
QUEUE = st.sampled_from(["sales", "help"])
STATES = st.sampled_from([DeviceState.NOT_INUSE, DeviceState.INUSE, DeviceState.RINGING, DeviceState.UNAVAILABLE])
HAPPENINGS = st.one_of(
    st.builds(asked.AgentPaused, NAMES),
    st.builds(asked.AgentUnpaused, NAMES),
    st.builds(asked.AgentLoggedIn, NAMES),
    st.builds(asked.AgentLoggedOut, NAMES),
    st.builds(asked.WrapUpEnded, NAMES),
    st.builds(asked.MemberPauseChanged, NAMES, QUEUE, st.booleans()),
    st.builds(asked.MemberLeft, NAMES, QUEUE),
    st.builds(asked.MemberJoined, NAMES, QUEUE),
    st.builds(events.DeviceStateChanged, st.sampled_from(["PJSIP/1001", "PJSIP/1002"]), STATES),
    st.builds(asked.CallerWithdrawn, st.sampled_from(["c1", "c2", "c3"])),
    st.builds(events.LinkWentDown),
    st.tuples(st.just("join"), st.sampled_from(["c1", "c2", "c3"]), QUEUE),
    st.tuples(st.sampled_from(["answer", "refuse", "hang_up"]), NAMES),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 5.0, 30.0])),
    st.just(("world",)),
)


@given(st.lists(HAPPENINGS, max_size=40))
def test_whatever_happens_every_lamp_shows_what_is_so(happenings: list[Any]) -> None:
    world = stage(ANN, BOB, EVE)
    for happening in happenings:
        play(world, happening)
        if world.floor.is_linked:
            turn = Turn(world.floor, world.now)
            expected = [lamp for queue in world.floor.queues.values() for lamp in lamps.of_queue(queue)]
            expected += [lamp for agent in world.floor.agents.values() for lamp in lamps.of_agent(turn, agent)]
            assert {name: shown(world, name.removeprefix(lamps.PREFIX)) for name, _ in expected} == dict(expected)


def play(world: Stage, happening: Any) -> None:
    match happening:
        case ("join", call_id, queue):
            if call_id not in world.floor.callers:
                world.join(call_id, queue)
        case ("wait", seconds):
            world.wait(seconds)
        case ("world",):
            world.see_world()
        case (what, name):
            agent = world.floor.agents.get(name)
            offer = agent.offer_id if agent is not None else None
            if offer is None:
                return
            if what == "answer":
                world.step(events.LegAnswered(offer, "PJSIP/1001-1"))
                world.step(events.BridgeEntered(events.leg_id(offer), HOLDING, True))
            elif what == "refuse":
                world.step(events.ChannelHungUp(events.leg_id(offer), 21, events.LegEnd.REFUSED))
            else:
                world.step(events.ChannelHungUp(events.leg_id(offer), 16))
        case _:
            world.step(happening)

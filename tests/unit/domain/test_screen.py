"""What screens and dialplans are told of a call, where its recording goes, and outside lines on the floor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.stage import TALK, Stage
from vmq.domain.asked import RulesChanged
from vmq.domain.commands import RingAgent, SetVariables
from vmq.domain.dialling import NumberRules
from vmq.domain.events import ChannelHungUp, LegEnd, SeenChannel, leg_id
from vmq.domain.offer import OfferState
from vmq.domain.recordings import recording_path
from vmq.domain.rules import AgentRules, HouseRules, QueueRules, Strategy, TrunkRules
from vmq.domain.screen import fill, strategy_name
from vmq.domain.why import eligible

ANN = AgentRules("ann", "PJSIP/1001", ("sales",), penalties={"sales": 3})


def variables(command: RingAgent) -> dict[str, str]:
    assert command.screen is not None
    return dict(command.screen.variables())


def test_agents_leg_and_callers_channel_have_app_queues_variables() -> None:
    stage = Stage([QueueRules("sales", max_length=9, strategy=Strategy.RING_ALL, service_level_s=20)], [ANN])
    stage.join("c1")
    offer_id, on_leg = stage.rung().offer_id, variables(stage.rung())
    stage.wait(7)
    stage.answer(offer_id)
    on_caller = dict(stage.only(SetVariables).screen.variables())
    wanted = {
        "QUEUENAME": "sales", "QUEUEMAX": "9", "QUEUESTRATEGY": "ringall", "QUEUECALLS": "1", "QUEUEHOLDTIME": "0",
        "QUEUETALKTIME": "0", "QUEUECOMPLETED": "0", "QUEUEABANDONED": "0", "QUEUESRVLEVEL": "20",
        "QUEUESRVLEVELPERF": "0.0", "QEORIGINALPOS": "1", "MEMBERINTERFACE": "PJSIP/1001", "MEMBERNAME": "ann",
        "MEMBERCALLS": "0", "MEMBERLASTCALL": "0", "MEMBERPENALTY": "3", "MEMBERDYNAMIC": "0", "MEMBERREALTIME": "0",
    }  # fmt: skip
    assert wanted.items() <= on_leg.items()
    assert wanted.items() <= on_caller.items()
    assert (on_leg["QEHOLDTIME"], on_caller["QEHOLDTIME"]) == ("0", "7")


def test_page_to_open_is_the_queues_unless_the_callers_dialplan_gave_one() -> None:
    stage = Stage([QueueRules("sales", url="https://crm/?n={number}&q={queue}&who={name}&w={wait_s}")], [ANN])
    stage.join("c1", number="+49 30", name="A&B")
    assert variables(stage.rung())["VMQ_URL"] == "https://crm/?n=%2B49%2030&q=sales&who=A%26B&w=0"
    stage = Stage([QueueRules("sales", url="https://crm/")], [ANN])
    stage.join("c1", url="https://own/{call_id}")
    assert variables(stage.rung())["VMQ_URL"] == "https://own/c1"


@given(st.text(max_size=20))
def test_nothing_put_into_a_url_adds_a_part_to_it(text: str) -> None:
    url = fill("https://crm/{number}?a=1", number=text)
    assert url.count("?") == 1
    assert url.count("/") == 3
    assert url.isascii()


@pytest.mark.parametrize("strategy", Strategy)
def test_every_strategy_has_a_name(strategy: Strategy) -> None:
    assert strategy_name(strategy)


@given(st.text(max_size=20), st.text(max_size=20))
def test_recording_never_leaves_its_folder(call_id: str, number: str) -> None:
    stage = Stage(agents=[ANN])
    stage.join("c1", number=number)
    offer = stage.floor.offers[stage.rung().offer_id]
    caller = stage.floor.callers["c1"]
    caller.call_id = call_id
    path = recording_path("/rec", "{number}/{call_id}.wav", offer, caller, 0.0)
    first, second, third, fourth = path.split("/")
    assert (first, second) == ("", "rec")
    assert third not in ("", ".", "..")
    assert fourth not in ("", ".", "..", "..wav")
    assert not set(path) & set(",|&()${}\"'\\;`\n ")


def test_callers_number_is_shown_as_the_rules_say() -> None:
    stage = Stage(agents=[ANN])
    stage.floor.numbers = NumberRules(country="49")
    stage.join("c1", number="004930123")
    assert stage.rung().caller_number == "030123"


# --- outside lines


LINE = TrunkRules("line", "PJSIP/{number}@line", 1)
HOUSE = HouseRules(
    (QueueRules("sales"),),
    tuple(AgentRules(name, "0170 1", ("sales",), is_remote=True, trunks=("line",)) for name in ("ann", "bob")),
    (LINE,),
)


@pytest.fixture
def lines() -> Stage:
    stage = Stage()
    stage.step(RulesChanged(HOUSE))
    return stage


def test_remote_agent_is_dialled_through_his_line_and_the_next_one_waits_for_it(lines: Stage) -> None:
    lines.join("c1")
    first = lines.rung()
    assert first.dial == "PJSIP/01701@line"
    lines.join("c2")
    assert not [command for command in lines.commands if isinstance(command, RingAgent)]
    bob, caller = lines.floor.agents["bob"], lines.floor.callers["c2"]
    assert eligible(lines.floor, caller, bob, lines.now) == "no outside line is free: line carries 1 of 1"
    lines.step(ChannelHungUp(leg_id(first.offer_id), 17, LegEnd.BUSY))
    rung = [command for command in lines.commands if isinstance(command, RingAgent)]
    assert [command.agent for command in rung] == ["bob"], "the line is free again, and ann is left alone for a while"


def test_line_that_gets_more_capacity_is_used_at_once(lines: Stage) -> None:
    lines.join("c1")
    lines.join("c2")
    lines.step(RulesChanged(HouseRules(HOUSE.queues, HOUSE.agents, (TrunkRules("line", LINE.dial, 2),))))
    assert lines.rung().call_id == "c2"


@pytest.mark.parametrize(("line", "taken"), [("south", "south"), ("north", "north"), ("", "north")])
def test_leg_of_before_a_crash_counts_on_the_line_it_was_made_on(line: str, taken: str) -> None:
    """One that doesn't say (a leg of an older vmq) counts on the first of its group."""
    trunks = tuple(TrunkRules(name, f"PJSIP/{{number}}@{name}", 1) for name in ("north", "south"))
    agents = tuple(
        AgentRules(name, "0170 1", ("sales",), is_remote=True, trunks=("north", "south")) for name in ("ann", "bob")
    )
    house = HouseRules(HOUSE.queues, agents, trunks)
    offer_id = "00000000000000aa"
    leg = SeenChannel(
        leg_id(offer_id), "PJSIP/x", TALK, is_up=True, agent="ann", queue="sales", call_id="c1", line=line
    )
    stage = Stage(house=house, is_linked=False)
    stage.see_world(leg, SeenChannel("c1", "PJSIP/c1", TALK, is_up=True))
    assert stage.state_of(offer_id) is OfferState.CONNECTED
    assert stage.floor.lines.line_of(offer_id) == taken
    stage.join("c2")
    assert stage.rung().line == ({"north", "south"} - {taken}).pop()
    assert stage.rung().dial == f"PJSIP/01701@{stage.rung().line}"


def test_line_counts_a_leg_until_it_is_gone(lines: Stage) -> None:
    lines.join("c1")
    offer_id = lines.rung().offer_id
    lines.step(ChannelHungUp("c1", 16))
    lines.join("c2")
    assert not [command for command in lines.commands if isinstance(command, RingAgent)]
    lines.step(ChannelHungUp(leg_id(offer_id), 16))
    assert lines.rung().call_id == "c2"

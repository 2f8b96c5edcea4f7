"""The read model: plain data, in JSON as it is, that says what the floor is."""

from __future__ import annotations

import json

from tests.support.stage import START, Stage
from vmq.domain.asked import AgentPaused
from vmq.domain.device import DeviceState
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, leg_id
from vmq.domain.rules import AgentRules, QueueRules
from vmq.domain.view import floor_view

AGENTS = [
    AgentRules("ann", "PJSIP/1001", ("sales", "support")),
    AgentRules("dee", "PJSIP/0170@trunk", ("support",), is_remote=True),
]


def busy_stage() -> Stage:
    """c1 talks with ann, c2 waits, who entered 20 s ago; dee pauses."""
    stage = Stage([QueueRules("sales", wrap_up_s=5), QueueRules("support")], AGENTS)
    stage.talk("c1")
    stage.step(AgentPaused("dee", "lunch"), DeviceStateChanged("PJSIP/1001", DeviceState.INUSE))
    stage.join("c2", number="0301234", name="Eva", priority=2, entered_at=START - 20)
    return stage


def test_is_json_as_it_is() -> None:
    stage = busy_stage()
    view = floor_view(stage.floor, stage.now)
    assert json.loads(json.dumps(view)) == view


def test_queues_show_who_waits_and_who_talks() -> None:
    stage = busy_stage()
    stage.wait(5)
    sales, support = floor_view(stage.floor, stage.now)["queues"]
    assert sales["counts"] == {
        "waiting": 1,
        "ringing": 0,
        "connecting": 0,
        "talking": 1,
        "agents": 1,
        "agents_working": 1,
        "agents_free": 0,
    }
    (waiting,) = sales["callers"]
    assert waiting == {
        "call_id": "c2",
        "number": "0301234",
        "name": "Eva",
        "priority": 2,
        "position": 1,
        "state": "waiting",
        "entered_at": START - 20,
        "wait_s": 25.0,
        "talk_s": 0.0,
        "agent": "",
        "ringing": [],
        "needs": "",
        "prefers": "",
        "attempts": 0,
        "url": "",
        "channel": "PJSIP/c2",
        "is_callback": False,
        "callback_tries": 0,
        "estimate_s": None,
    }
    (talking,) = sales["talking"]
    assert (talking["call_id"], talking["agent"], talking["talk_s"], talking["position"]) == ("c1", "ann", 5.0, 0)
    assert sales["longest_wait_s"] == 25.0
    assert (support["callers"], support["longest_wait_s"]) == ([], 0.0)


def test_agents_show_status_device_and_offer() -> None:
    stage = busy_stage()
    stage.step(AgentPaused("ann", "meeting"))
    ann, dee = floor_view(stage.floor, stage.now)["agents"]
    assert (ann["status"], ann["next_status"], ann["reason"]) == ("available", "paused", "meeting")
    assert (ann["device"], ann["device_state"], ann["is_free"]) == ("PJSIP/1001", "INUSE", False)
    assert (ann["offer"]["state"], ann["offer"]["call_id"]) == ("connected", "c1")
    assert (dee["status"], dee["reason"], dee["device_state"]) == ("paused", "lunch", "NOT_INUSE")
    assert dee["offer"] is None


def test_wrap_up_shows_when_it_ends() -> None:
    stage = busy_stage()
    (offer_id,) = stage.floor.offers
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    ann = floor_view(stage.floor, stage.now)["agents"][0]
    assert (ann["status"], ann["until"], ann["since"]) == ("wrap_up", START + 5, stage.now)
    assert (ann["wraps_up"], ann["wraps_up_queue"]) == ("c1", "sales")

"""A small floor as the facade sees it: two agents in "support", one caller's channel and one leg's, and short words."""

from __future__ import annotations

from typing import Any

from vmq.asterisk.facade.channels import FIELDS
from vmq.asterisk.facade.events import Added, Scene
from vmq.domain.events import leg_id
from vmq.domain.records import CallerEntered, Record

NOW = 1_700_000_000.0
OFFER = "00000000000000ab"
CALL = "1700000000.1"


def agent(name: str, dial: str, **more: Any) -> dict[str, Any]:
    """An agent of the floor's view."""
    told = {"status": "available", "reason": "", "next_status": "", "device": dial, "device_state": "NOT_INUSE"}
    memberships = [{"queue": "support", "penalty": more.pop("penalty", 0), "is_paused": False, "reason": ""}]
    person = {"name": name, "full_name": "", "dial": [dial], "memberships": memberships, "logged_in_at": 0.0}
    return person | told | more


def view() -> dict[str, Any]:
    """The floor's view, with what the facade reads of it."""
    support = {
        "name": "support",
        "strategy": "ring_all",
        "max_length": 0,
        "weight": 0,
        "service_level_s": 60.0,
        "callers": [],
        "talking": [],
    }
    return {
        "agents": [agent("ann", "PJSIP/1001"), agent("bob", "PJSIP/1002", status="offline", penalty=2)],
        "queues": [support, {**support, "name": "Sales"}],
    }


def channel(channel_id: str, name: str, **more: str) -> dict[str, str]:
    """A channel as an AMI event describes it."""
    headers = dict.fromkeys(FIELDS, "")
    return headers | {
        "Event": "Newchannel",
        "Channel": name,
        "ChannelState": "0",
        "ChannelStateDesc": "Down",
        "Context": "phones",
        "Exten": "600",
        "Priority": "1",
        "Uniqueid": channel_id,
        "Linkedid": channel_id,
        **more,
    }


def scene() -> Scene:
    """The floor, with the caller's channel known."""
    found = Scene()
    found.board.sync(view(), NOW - 100)
    found.channels.take(channel(CALL, "PJSIP/1003-00000001", CallerIDNum="1003", CallerIDName="Carl"))
    return found


def see_leg(found: Scene, offer_id: str = OFFER) -> list[Added]:
    """The leg's channel comes to be."""
    leg = channel(leg_id(offer_id), "PJSIP/1001-00000002", Linkedid=CALL)
    return found.leg_seen(found.channels.take(leg))


def entered(call_id: str = CALL, position: int = 1, at: float = NOW, **more: Any) -> CallerEntered:
    """A caller takes his place."""
    return CallerEntered(call_id, "support", "1003", "Carl", 0, position, at, **more)


def play(found: Scene, *records: Record, at: float = NOW) -> list[Added]:
    """What the records mean, all at one time."""
    return [event for record in records for event in found.events(record, at)]


def names(events: list[Added]) -> list[str]:
    """Their names."""
    return [event.name for event in events]

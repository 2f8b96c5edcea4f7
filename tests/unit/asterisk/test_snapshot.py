"""The snapshot: what lists become, and how events that came meanwhile are laid over them."""

from __future__ import annotations

import pytest

from vmq.asterisk.message import Headers
from vmq.asterisk.snapshot import fold, queue_of_agi, take
from vmq.domain.device import DeviceState
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    ChannelHungUp,
    DeviceStateChanged,
    LegEnd,
    LegFailed,
    SeenChannel,
    WorldSeen,
)
from vmq.errors import ActionFailed

LEG = "vmq-00000000000000ab"


class Asterisk:
    """Answers lists and Getvar from tables."""

    def __init__(self, lists: dict[str, list[Headers]], variables: dict[tuple[str, str], str]) -> None:
        self.lists, self.variables, self.asked = lists, variables, []  # type: ignore[var-annotated]

    async def ask(self, action: str, **fields: str) -> Headers:
        self.asked.append((action, fields.get("Channel"), fields.get("Variable")))
        if action == "Getvar":
            try:
                return {"Value": self.variables[fields["Channel"], fields["Variable"]]}
            except KeyError:
                raise ActionFailed("No such channel") from None
        return {}

    async def ask_list(self, action: str, **fields: str) -> list[Headers]:
        self.asked.append((action, None, None))
        return self.lists.get(action, [])


def channel(name: str, channel_id: str, **more: str) -> Headers:
    return {"Channel": name, "Uniqueid": channel_id, "ChannelState": "6", "BridgeId": "", "Context": "x", **more}


async def test_legs_and_callers_are_told_with_all_that_their_channels_know() -> None:
    asterisk = Asterisk(
        {
            "DeviceStateList": [
                {"Device": "PJSIP/1001", "State": "INUSE"},
                {"Device": "Custom:vmq_ann", "State": "INUSE"},
            ],
            "BridgeList": [
                {"BridgeUniqueid": "hold", "BridgeTechnology": "holding_bridge"},
                {"BridgeUniqueid": "talk"},
            ],
            "CoreShowChannels": [
                channel("PJSIP/1001-1", LEG, BridgeId="hold"),
                channel(
                    "PJSIP/t-1",
                    "1.1",
                    Context="vmq-queue",
                    Application="AGI",
                    ApplicationData="agi://h:1/queue/sales,1,,",
                ),
                channel(
                    "PJSIP/t-2", "1.2", Context="vmq-queue", Application="Wait", ApplicationData="0.5", ChannelState="4"
                ),
                channel("PJSIP/t-3", "1.3", BridgeId="talk", Context="vmq-connect"),
                {"Channel": "broken"},
            ],
        },
        {("PJSIP/1001-1", "VMQ_LEG"): "ann|support|1.9", ("PJSIP/t-2", "ARG1"): "support"},
    )
    world = await take(asterisk)
    assert world.devices == {"PJSIP/1001": DeviceState.INUSE, "Custom:vmq_ann": DeviceState.INUSE}
    assert world.channels == (
        SeenChannel(LEG, "PJSIP/1001-1", "hold", True, True, False, "ann", "support", "1.9"),
        SeenChannel("1.1", "PJSIP/t-1", is_up=True, in_queue=True, queue="sales"),
        SeenChannel("1.2", "PJSIP/t-2", in_queue=True, queue="support"),
        SeenChannel("1.3", "PJSIP/t-3", "talk", is_up=True),
    )
    assert asterisk.asked[-1][0] == "Ping"


@pytest.mark.parametrize(("variable", "line"), [("ann|support|1.9|north", "north"), ("ann|support|1.9|", "")])
async def test_a_leg_tells_the_outside_line_it_is_on(variable: str, line: str) -> None:
    """`ann|support|1.9`, as legs of before this was kept have it, is in the test above."""
    lists = {"CoreShowChannels": [channel("PJSIP/1001-1", LEG)]}
    (seen,) = (await take(Asterisk(lists, {("PJSIP/1001-1", "VMQ_LEG"): variable}))).channels
    assert (seen.call_id, seen.line) == ("1.9", line)


async def test_a_leg_that_goes_while_it_is_asked_for_its_variable_is_still_told() -> None:
    asterisk = Asterisk({"CoreShowChannels": [channel("PJSIP/1001-1", LEG)]}, {})
    assert (await take(asterisk)).channels == (SeenChannel(LEG, "PJSIP/1001-1", is_up=True),)


WORLD = WorldSeen(
    {"PJSIP/1001": DeviceState.NOT_INUSE},
    (
        SeenChannel(LEG, "PJSIP/1001-1", "hold", is_holding=True, is_up=True),
        SeenChannel("1.1", "PJSIP/t-1", is_up=True),
    ),
)


def test_of_a_device_the_last_word_counts_and_no_state_between() -> None:
    world, rest = fold(
        WORLD,
        [
            DeviceStateChanged("PJSIP/1001", DeviceState.UNAVAILABLE),
            DeviceStateChanged("PJSIP/1001", DeviceState.INUSE),
        ],
    )
    assert world.devices == {"PJSIP/1001": DeviceState.INUSE}
    assert rest == []


def test_a_channel_that_hung_up_meanwhile_is_not_there() -> None:
    world, _ = fold(WORLD, [ChannelHungUp("1.1", 16)])
    assert [seen.channel_id for seen in world.channels] == [LEG]


def test_a_leg_that_was_bridged_meanwhile_is_no_longer_held() -> None:
    events = [BridgeLeft(LEG, "hold"), BridgeEntered("1.1", "talk", False), BridgeEntered(LEG, "talk", False)]
    world, _ = fold(WORLD, events)
    assert {(seen.bridge_id, seen.is_holding) for seen in world.channels} == {("talk", False)}


def test_leaving_an_older_bridge_does_not_undo_a_newer_one() -> None:
    world, _ = fold(WORLD, [BridgeEntered(LEG, "talk", False), BridgeLeft(LEG, "hold")])
    assert world.channels[0].bridge_id == "talk"


def test_what_no_list_shows_is_told_after() -> None:
    failed = LegFailed("00000000000000ac", LegEnd.UNREACHABLE)
    assert fold(WORLD, [failed]) == (WORLD, [failed])


@pytest.mark.parametrize(
    ("application", "data", "queue"),
    [
        ("AGI", "agi://127.0.0.1:4573/queue/sales,1.5,30,0", "sales"),
        ("agi", "agi://h/queue/sales", "sales"),
        ("AGI", "agi://h/leave/1001", ""),
        ("Wait", "agi://h/queue/sales", ""),
        ("", "", ""),
    ],
)
def test_the_queue_is_in_the_agi_address(application: str, data: str, queue: str) -> None:
    assert queue_of_agi(application, data) == queue

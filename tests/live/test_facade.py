"""Living with other tools, on a real Asterisk: panels of app_queue's on the facade, and keys with lamps.

app_queue runs in the same Asterisk: the same call goes through it and through vmq, and a client that knows nothing of
vmq must be told the same of both.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from panoramisk.manager import Manager

from tests.live.call_centre import CallCentre, agent, call_centre
from tests.live.calls import QUEUE, QUEUE_EXTENSION
from tests.live.key_lamp import KeyLamp
from tests.live.server import AsteriskServer, free_port
from tests.support.ami_socket import AmiSocket, Message

NATIVE, NATIVE_EXTENSION = "native", "650"
QUEUES_CONF = f"""
[{NATIVE}]
strategy=ringall
timeout=15
ringinuse=no
servicelevel=60
member => PJSIP/1001,0,ann
"""
NATIVE_DIALPLAN = f"""
[phones](+)
include => vmq-hints
exten => {NATIVE_EXTENSION},1,Answer()
 same => n,Queue({NATIVE},c,,,60)
 same => n,Hangup()
"""
USERS: list[dict[str, Any]] = [
    {"name": "fop2", "secret": "s3cret", "read": ["all"], "write": ["all"]},
    {"name": "lookers", "secret": "look", "read": ["agent"], "write": ["originate"]},
]
OF_QUEUES = ("QueueCaller", "Agent")
IDS_AND_TIMES = {
    "Queue", "Channel", "Uniqueid", "Linkedid", "DestChannel", "DestUniqueid", "DestLinkedid", "HoldTime", "TalkTime",
    "RingTime", "Timestamp",
}  # fmt: skip
OUR_OWN = {"Context", "Exten", "Priority", "DestContext", "DestExten", "DestPriority"}
"""Where in the dialplan the two channels are is another place with vmq. It also answers a caller when he has joined,
not before: his channel's state in QueueCallerJoin may be what it is for app_queue without an Answer()."""


@dataclass
class Panel:
    """A call centre with both kinds of queue, and a panel on its facade."""

    centre: CallCentre
    socket: AmiSocket

    async def told(self, start: int, last: str) -> list[Message]:
        """The queue events since then, up to the one of this name."""
        end = await self.socket.wait_event(last, start)
        events = self.socket.messages[start : self.socket.messages.index(end) + 1]
        return [event for event in events if event.get("Event", "").startswith(OF_QUEUES)]


@pytest_asyncio.fixture(loop_scope="session")
async def panel(own_asterisk: AsteriskServer, tmp_path: Path) -> AsyncIterator[Panel]:
    port = free_port()
    facade = {"port": port, "user": USERS}
    for module in ("app_queue.so", "res_pjsip_dialog_info_body_generator.so"):
        loaded = await own_asterisk.ami.action("ModuleLoad", Module=module, LoadType="load")
        assert loaded["Response"] == "Success", loaded
    await own_asterisk.apply_hook("queues.conf", QUEUES_CONF)
    await own_asterisk.apply_hook("extensions.conf", NATIVE_DIALPLAN, owner="native")
    async with contextlib.AsyncExitStack() as stack:
        centre = await stack.enter_async_context(
            call_centre(own_asterisk, tmp_path, [agent("ann", "1001")], facade=facade)
        )
        socket = await stack.enter_async_context(AmiSocket(port))
        assert (await socket.login_md5("fop2", "s3cret"))["Response"] == "Success"
        yield Panel(centre, socket)


async def test_app_queue_and_vmq_tell_a_panel_the_same_of_the_same_call(panel: Panel) -> None:
    centre, socket = panel.centre, panel.socket
    caller, ann = await centre.phones.person("1003"), await centre.phones.person("1001")
    await centre.vmq.agent("ann", "login")
    await socket.wait_event("QueueMemberAdded", MemberName="ann", Queue=QUEUE)
    told = {}
    for extension in (NATIVE_EXTENSION, QUEUE_EXTENSION):
        start = len(socket.messages)
        await caller.dial(extension)
        await ann.wait_ringing()
        await ann.answer()
        await socket.wait_event("AgentConnect", start)
        await ann.wait_established()
        await ann.hang_up()
        told[extension] = await panel.told(start, "AgentComplete")
        await caller.wait_ended()
        if extension == QUEUE_EXTENSION:
            await centre.vmq.agent("ann", "wrap-up-end")
    compare(told[NATIVE_EXTENSION], told[QUEUE_EXTENSION])

    for extension in (NATIVE_EXTENSION, QUEUE_EXTENSION):
        start = len(socket.messages)
        await caller.dial(extension)
        await ann.wait_ringing()
        await ann.refuse()
        await socket.wait_event("AgentRingNoAnswer", start)
        await caller.hang_up()
        told[extension] = await panel.told(start, "QueueCallerLeave")
    compare(told[NATIVE_EXTENSION], told[QUEUE_EXTENSION])


def compare(theirs: list[Message], ours: list[Message]) -> None:
    """The same events in the same order, with the same headers in the same order, and the same values of most."""
    assert [event["Event"] for event in ours] == [event["Event"] for event in theirs]
    for their, our in zip(theirs, ours, strict=True):
        assert list(our) == list(their), their["Event"]
        differing = {key: (our[key], their[key]) for key in their if our[key] != their[key]}
        state = {"ChannelState", "ChannelStateDesc"} if their["Event"] == "QueueCallerJoin" else set()
        assert differing.keys() <= IDS_AND_TIMES | OUR_OWN | state, (their["Event"], differing)


async def test_members_and_lists_have_app_queues_headers(panel: Panel) -> None:
    centre, socket, lab = panel.centre, panel.socket, panel.centre.server.ami
    await centre.phones.person("1001")
    await centre.vmq.agent("ann", "login")
    await socket.wait_event("QueueMemberAdded", Queue=QUEUE)
    call_id = await centre.calls.enter_queue()  # the first channel shows that events have a Timestamp
    await socket.wait_event("QueueCallerJoin")
    await centre.calls.hang_up(call_id)
    await socket.wait_event("QueueCallerLeave")
    for action, name in (
        ("QueueStatus", "QueueParams"),
        ("QueueStatus", "QueueMember"),
        ("QueueSummary", "QueueSummary"),
    ):
        theirs = next(entry for entry in await lab.list(action, Queue=NATIVE) if entry["Event"] == name)
        start = len(socket.messages)
        socket.send(f"Action: {action}", f"Queue: {QUEUE}", "ActionID: x")
        ours = await socket.wait_event(name, start)
        assert list(ours) == list(theirs), name
        if name == "QueueMember":
            same = ("Name", "Location", "StateInterface", "Penalty", "CallsTaken", "InCall", "Paused", "PausedReason")
            assert [ours[key] for key in same] == [theirs[key] for key in same]
    texts = {}
    for queue, client in ((NATIVE, lab), (QUEUE, None)):
        command = f"Command: queue show {queue}"
        shown = await (lab.command(f"queue show {queue}") if client else output(socket, command))
        texts[queue] = [line.split("(login")[0] for line in shown.replace("ringinuse enabled", "").split("\n")[1:]]
    assert [line.replace(" (dynamic)", "") for line in texts[QUEUE]] == texts[NATIVE]
    start = len(socket.messages)
    await lab.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="tea")
    socket.send("Action: QueuePause", "Interface: PJSIP/1001", "Paused: true", "Reason: tea")
    theirs = await socket.wait_event("QueueMemberPause", start, Queue=NATIVE)
    ours = await socket.wait_event("QueueMemberPause", start, Queue=QUEUE)
    assert list(ours) == list(theirs)
    same_now = theirs.keys() - {"Queue", "Timestamp", "Membership", "LastPause", "LoginTime", "Ringinuse"}
    assert {key: ours[key] for key in same_now} == {key: theirs[key] for key in same_now}


async def output(socket: AmiSocket, command: str) -> str:
    """What a command printed, by the facade."""
    return (await socket.ask("Action: Command", command))["Output"]


async def test_giving_up_is_told_alike(panel: Panel) -> None:
    caller = await panel.centre.phones.person("1003")
    told = {}
    for extension in (NATIVE_EXTENSION, QUEUE_EXTENSION):
        start = len(panel.socket.messages)
        await caller.dial(extension)
        await panel.socket.wait_event("QueueCallerJoin", start)
        await caller.hang_up()
        told[extension] = await panel.told(start, "QueueCallerLeave")
    compare(told[NATIVE_EXTENSION], told[QUEUE_EXTENSION])


async def test_a_client_has_its_own_rights_on_asterisk_and_no_more(panel: Panel) -> None:
    async with AmiSocket(panel.socket.port) as client:
        await client.login("lookers", "look")
        for action in (
            ["Action: Command", "Command: core show channels"],
            ["Action: Setvar", "Variable: x", "Value: y"],
            ["Action: GetConfig", "Filename: manager.conf"],
            ["Action: QueuePause", "Interface: PJSIP/1001", "Paused: 1"],
        ):
            assert (await client.ask(*action))["Message"] == "Permission denied", action
        system = ["Action: Originate", "Channel: Local/quiet@callers", "Application: System", "Data: touch /tmp/x"]
        assert (await client.ask(*system))["Response"] == "Error"
        assert (await client.ask("Action: Ping"))["Ping"] == "Pong"
        await panel.centre.calls.enter_queue()
        await client.wait_event("QueueCallerJoin", Queue=QUEUE)
        assert {event["Privilege"] for event in client.events()} == {"agent,all"}


async def test_panoramisk_works_through_the_facade(panel: Panel) -> None:
    manager = Manager(host="127.0.0.1", port=panel.socket.port, username="fop2", secret="s3cret")
    await manager.connect()
    try:
        channels = await manager.send_action({"Action": "CoreShowChannels"})
        assert channels[0].response == "Success"
        status = await manager.send_action({"Action": "QueueStatus"})
        assert [message.queue for message in status if message.event == "QueueParams"] == [QUEUE]
        shown = await manager.send_command("core show version")
        assert "Asterisk" in str(shown)
    finally:
        manager.close()


@pytest.mark.parametrize("watched", [f"vmq_queue_{QUEUE}", "vmq_ann_status", "vmq_ann_pause"])
async def test_a_key_with_a_lamp_follows(panel: Panel, watched: str) -> None:
    centre = panel.centre
    await centre.phones.person("1001")
    await centre.vmq.agent("ann", "login")
    async with KeyLamp(centre.server, "1002", watched) as key:
        await key.wait_state("terminated")
        if watched.endswith("pause"):
            await centre.vmq.agent("ann", "pause", reason="tea")
            await key.wait_state("confirmed")
            await centre.vmq.agent("ann", "unpause")
        else:
            call_id = await centre.calls.enter_queue()
            await key.wait_state("early")
            await centre.calls.hang_up(call_id)
        await key.wait_state("terminated")


async def test_lamps_are_right_again_after_asterisk_was_restarted(panel: Panel) -> None:
    centre = panel.centre
    await centre.vmq.agent("ann", "login")
    await centre.vmq.agent("ann", "pause")
    await centre.vmq.wait_record("AgentStatusChanged", agent="ann", status="paused")
    seen = len(centre.vmq.entries)
    await centre.server.stop()
    await centre.vmq.wait_record("LinkDown", seen)
    await centre.vmq.agent("ann", "unpause")
    await centre.server.start()
    await centre.vmq.wait_record("WorldRebuilt", seen)
    device = "Custom:vmq_ann_pause"
    await centre.server.ami.wait_named("DeviceStateChange", Device=device, State="NOT_INUSE")

"""The AMI facade on the stand-in PBX, with clients that know nothing of vmq."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asterisk.ami import AMIClient, SimpleAction
from panoramisk.manager import Manager

from tests.support.ami_socket import AmiSocket
from vmq.app.program import Program, running
from vmq.asterisk.facade.session import MAX_UNREAD
from vmq.asterisk.facade.throttle import MAX_FAILURES
from vmq.asterisk.facade.users import hash_secret
from vmq.config.facade import FacadeConfig, FacadeUserConfig
from vmq.config.model import AgiConfig, Config, HttpConfig, PathsConfig
from vmq.lab.telephones import Telephone

QUEUE, ANN, BOB = "support", "PJSIP/1001", "PJSIP/1002"
ALL_USERS: list[dict[str, Any]] = [
    {"name": "fop2", "secret": "s3cret", "read": ["all"], "write": ["all"]},
    {"name": "wallboard", "secret": "look", "read": ["agent"], "write": []},
    {"name": "calls", "secret": "look", "read": ["call"], "write": ["agent"]},
]


@contextlib.asynccontextmanager
async def facade(folder: Path, **more: Any) -> AsyncIterator[Program]:
    """vmq on its stand-in, with users for the facade, linked."""
    users = tuple(FacadeUserConfig(**user) for user in more.pop("users", ALL_USERS))
    config = Config(
        agi=AgiConfig(port=0),
        http=HttpConfig(port=0),
        paths=PathsConfig(data=folder),
        facade=FacadeConfig(port=0, user=users, **more),
    )
    async with asyncio.timeout(60), running(config) as program:
        records = program.journal.follow(0)
        async for entry in records:
            if type(entry.record).__name__ == "WorldRebuilt":
                break
        yield program


def port_of(program: Program) -> int:
    assert program.facade is not None
    return program.facade.port


def phone(program: Program, number: str) -> Telephone:
    assert program.stand_in is not None
    return program.stand_in.pbx.phone(number)


async def call(program: Program, panel: AmiSocket) -> list[str]:
    """Carla calls the queue, Ann answers and hangs up; what the panel was told of queues, by name."""
    start = len(panel.messages)
    phone(program, "1001").behave("answer")
    phone(program, "1003").dial("600")
    await panel.wait_event("AgentConnect", start)
    await phone(program, "1001").wait_established()
    phone(program, "1001").hang_up()
    await panel.wait_event("AgentComplete", start)
    told = [event["Event"] for event in panel.events(start)]
    return [name for name in told if name.startswith(("QueueCaller", "Agent"))]


async def test_a_panel_of_app_queues_sees_its_queue_call(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        assert (await panel.login_md5("fop2", "s3cret"))["Message"] == "Authentication accepted"
        assert panel.banner == "Asterisk Call Manager/11.0.0"
        booted = await panel.wait_event("FullyBooted")
        assert panel.messages.index(booted) > 0
        panel.send("Action: QueueStatus", "ActionID: q1")
        await panel.wait_event("QueueStatusComplete")
        mine = [message for message in panel.messages if message.get("ActionID") == "q1"]
        assert [message.get("Event") for message in mine] == [
            None, "QueueParams", "QueueMember", "QueueMember", "QueueStatusComplete"
        ]  # fmt: skip
        assert [member["Location"] for member in mine[2:4]] == [ANN, BOB]
        masked = await panel.ask("Action: Events", "EventMask: agent")
        assert masked == {"Response": "Success", "Events": "On"}
        assert await call(program, panel) == [
            "QueueCallerJoin", "AgentCalled", "QueueCallerLeave", "AgentConnect", "AgentComplete"
        ]  # fmt: skip
        connect = await panel.wait_event("AgentConnect", Interface=ANN, Queue=QUEUE, MemberName="ann")
        assert connect["CallerIDNum"] == "1003"
        assert connect["DestChannel"].startswith(f"{ANN}-")
        assert (await panel.wait_event("AgentComplete"))["Reason"] == "agent"
        seen = 0
        for status in ("6", "2", "1"):  # ringing, in use, not in use
            seen = panel.messages.index(await panel.wait_event("QueueMemberStatus", seen, Status=status, Interface=ANN))
        since = panel.messages.index(masked)
        assert {event["Privilege"] for event in panel.events(since)} == {"agent,all"}


async def test_panoramisk_as_a_client(tmp_path: Path) -> None:
    async with facade(tmp_path) as program:
        manager = Manager(host="127.0.0.1", port=port_of(program), username="fop2", secret="s3cret")
        told: asyncio.Queue[Any] = asyncio.Queue()
        manager.register_event("QueueMemberPause", lambda _, message: told.put_nowait(message))
        await manager.connect()
        try:
            status = await manager.send_action({"Action": "QueueStatus", "Queue": QUEUE})
            assert [message.event for message in status[1:]] == [
                "QueueParams", "QueueMember", "QueueMember", "QueueStatusComplete"
            ]  # fmt: skip
            paused = await manager.send_action(
                {"Action": "QueuePause", "Interface": ANN, "Paused": "true", "Reason": "lunch"}
            )
            assert paused.message == "Interface paused successfully"
            event = await told.get()
            assert (event.membername, event.paused, event.pausedreason) == ("ann", "1", "lunch")
            shown = await manager.send_command("queue show support")
            assert "ann (PJSIP/1001)" in str(shown)
            assert (await manager.send_action({"Action": "Ping"})).response == "Success"
        finally:
            manager.close()


@pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")
async def test_an_independent_client_as_a_client(tmp_path: Path) -> None:
    async with facade(tmp_path) as program:
        client = AMIClient(address="127.0.0.1", port=port_of(program))
        names: list[str] = []
        loop, came = asyncio.get_running_loop(), asyncio.Event()

        def on_event(event: Any, **_: Any) -> None:
            names.append(event.name)
            if event.name == "QueueMemberRemoved":
                loop.call_soon_threadsafe(came.set)

        def use() -> list[Any]:
            answers = [client.login("fop2", "s3cret").response]
            client.add_event_listener(on_event)
            for action in (
                SimpleAction("QueueSummary", Queue=QUEUE),
                SimpleAction("QueuePenalty", Interface=ANN, Penalty="3"),
                SimpleAction("QueueRemove", Interface=ANN, Queue=QUEUE),
                SimpleAction("QueueRemove", Interface=ANN, Queue=QUEUE),
            ):
                answers.append(client.send_action(action).response)
            return answers

        try:
            answers = await asyncio.to_thread(use)
            assert [answer.keys.get("Message") for answer in answers] == [
                "Authentication accepted",
                "Queue summary will follow",
                "Interface penalty set successfully",
                "Removed interface from queue",
                "Unable to remove interface: Not there",
            ]
            await came.wait()
            assert {"QueueSummary", "QueueSummaryComplete", "QueueMemberPenalty", "QueueMemberRemoved"} <= set(names)
        finally:
            client.logoff()
            await asyncio.to_thread(client.disconnect)


async def test_what_one_action_did_the_next_one_shows(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        await panel.login("fop2", "s3cret")
        panel.send("Action: QueueAdd", f"Queue: {QUEUE}", "Interface: PJSIP/1004", "MemberName: dinu", "Penalty: 2")
        panel.send("Action: QueuePause", "Interface: PJSIP/1004", "Paused: 1", f"Queue: {QUEUE}", "Reason: tea")
        panel.send("Action: QueueStatus", "Member: dinu", "ActionID: s")
        await panel.wait_event("QueueStatusComplete")
        member = await panel.wait_event("QueueMember", Name="dinu")
        assert (member["Penalty"], member["Paused"], member["PausedReason"]) == ("2", "1", "tea")
        assert [event["Event"] for event in panel.events() if event["Event"].startswith("QueueMember")][:2] == [
            "QueueMemberAdded", "QueueMemberPause"
        ]  # fmt: skip
        removed = await panel.ask("Action: QueueRemove", f"Queue: {QUEUE}", "Interface: PJSIP/1004")
        assert removed["Message"] == "Removed interface from queue"
        await panel.wait_event("QueueMemberRemoved", MemberName="dinu")


async def test_a_waiting_caller_is_listed_moved_and_withdrawn(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        await panel.login("fop2", "s3cret")
        for interface in (ANN, BOB):
            await panel.ask("Action: QueuePause", f"Interface: {interface}", "Paused: 1")
        phone(program, "1003").dial("600")
        phone(program, "1004").dial("600")
        await panel.wait_event("QueueCallerJoin", Position="2", Count="2")
        panel.send("Action: QueueStatus")
        await panel.wait_event("QueueStatusComplete")
        second = await panel.wait_event("QueueEntry", Position="2")
        assert second["CallerIDNum"] == "1004"
        who = [f"Queue: {QUEUE}", f"Caller: {second['Channel']}"]
        moved = await panel.ask("Action: QueueChangePriorityCaller", "Priority: 5", *who)
        assert moved["Message"] == "Priority change for caller on queue"
        shown = await panel.ask("Action: Command", f"Command: queue show {QUEUE}")
        assert f"1. {second['Channel']} (wait: 0:0" in shown["Output"]
        taken = await panel.ask("Action: QueueWithdrawCaller", *who)
        assert taken["Message"] == "Withdraw requested successfully"
        left = await panel.wait_event("QueueCallerLeave", Channel=second["Channel"])
        assert (left["Position"], left["Count"]) == ("1", "1")


async def test_a_user_reads_and_does_what_he_may_and_no_more(tmp_path: Path) -> None:
    async with (
        facade(tmp_path) as program,
        AmiSocket(port_of(program)) as board,
        AmiSocket(port_of(program)) as calls,
    ):
        await board.login("wallboard", "look")
        await calls.login("calls", "look")
        for action in (
            ["Action: QueuePause", f"Interface: {ANN}", "Paused: 1"],
            ["Action: QueueReset"],
            ["Action: Command", "Command: queue show"],
            ["Action: Command", "Command: core show channels"],
            ["Action: Hangup", "Channel: x"],
            ["Action: Setvar", "Variable: x", "Value: y"],
            ["Action: Originate", "Channel: PJSIP/1003", "Application: System", "Data: true"],
        ):
            assert await board.ask(*action) == {"Response": "Error", "Message": "Permission denied"}, action
        listed = await board.ask("Action: ListCommands")
        assert "QueueStatus" in listed
        assert "QueuePause" not in listed
        assert (await calls.ask("Action: QueuePause", f"Interface: {BOB}", "Paused: 1"))["Response"] == "Success"
        await call(program, board)
        await calls.wait_event("Hangup")
        assert {event["Privilege"] for event in board.events()} == {"agent,all"}
        assert {event["Privilege"] for event in calls.events()} == {"call,all"}


async def test_masks_and_filters_are_for_the_added_events_too(tmp_path: Path) -> None:
    async with (
        facade(tmp_path) as program,
        AmiSocket(port_of(program)) as all_of_it,
        AmiSocket(port_of(program)) as nothing,
        AmiSocket(port_of(program)) as joins,
    ):
        await all_of_it.login("fop2", "s3cret")
        await nothing.login("fop2", "s3cret", "Events: off")
        await joins.login("fop2", "s3cret")
        added = await joins.ask("Action: Filter", "Operation: Add", "MatchCriteria: name(QueueCallerJoin)")
        assert added["Response"] == "Success"
        refused = await joins.ask("Action: Filter", "Operation: Add", "Filter: (a+)+$")
        assert refused["Message"].startswith("Filter did not compile.")
        await call(program, all_of_it)
        assert nothing.events() == []
        since = joins.messages.index(refused)
        assert [event["Event"] for event in joins.events(since)] == ["QueueCallerJoin"]


async def test_other_actions_are_asterisks_and_answers_keep_their_order(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        await panel.login("fop2", "s3cret")
        start = len(panel.messages)
        panel.send_bytes(
            b"Action: Ping\n\nAction: QueueRule\n\nAction: CoreShowChannels\n\nAction: QueueSummary\n\n"
            b"Action: Nonsense\n\nAction: Logoff\n\n"
        )
        await panel.wait_closed()
        responses = [message for message in panel.messages[start:] if "Response" in message]
        assert [message.get("Ping") or message.get("Message", "") for message in responses] == [
            "Pong",
            "",
            "Channels will follow",
            "Queue summary will follow",
            "Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands.",
            "Thanks for all the fish.",
        ]
        assert b"vmq-" not in panel.raw.replace(b"vmq-queue", b"")


async def test_nobody_gets_in_without_a_secret(tmp_path: Path) -> None:
    async with facade(tmp_path) as program:
        for lines in (["Action: QueueStatus"], ["Action: Ping"], ["Action: Events", "EventMask: on"], ["X: y"]):
            async with AmiSocket(port_of(program)) as stranger:
                answer = await stranger.ask(*lines)
                assert answer["Message"] in ("Permission denied", "Missing action in request")
        async with AmiSocket(port_of(program)) as stranger:
            assert (await stranger.ask("Action: Challenge"))["Message"] == "Must specify AuthType"
            assert (await stranger.login_md5("fop2", "wrong"))["Message"] == "Authentication failed"
            await stranger.wait_closed()


async def test_too_many_wrong_secrets_shut_the_door_for_right_ones_too(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, contextlib.AsyncExitStack() as stack:
        strangers = [await stack.enter_async_context(AmiSocket(port_of(program))) for _ in range(MAX_FAILURES)]
        answers = await asyncio.gather(*(stranger.login("fop2", "wrong") for stranger in strangers))
        assert {answer["Message"] for answer in answers} == {"Authentication failed"}
        async with AmiSocket(port_of(program)) as late:
            assert (await late.login("fop2", "s3cret"))["Message"] == "Authentication failed"


async def test_a_hashed_secret_opens_for_a_plain_log_in_only(tmp_path: Path) -> None:
    users = [{"name": "x", "secret": hash_secret("open"), "read": ["agent"]}]
    async with facade(tmp_path, users=users) as program:
        async with AmiSocket(port_of(program)) as panel:
            assert (await panel.login("x", "open"))["Response"] == "Success"
            assert (await panel.login("x", "open"))["Message"] == "Already authenticated"
        async with AmiSocket(port_of(program)) as panel:
            assert (await panel.login_md5("x", "open"))["Response"] == "Error"


async def test_who_does_not_read_is_put_out_and_the_others_are_not(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        await panel.login("fop2", "s3cret")
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", port_of(program)))
        with deaf:
            await loop.sock_sendall(deaf, b"Action: Login\r\nUsername: fop2\r\nSecret: s3cret\r\n\r\n")
            with pytest.raises(OSError):
                while True:
                    await loop.sock_sendall(deaf, b"Action: ListCommands\r\n\r\n" * 1000)
        assert (await panel.ask("Action: Ping"))["Ping"] == "Pong"
        assert MAX_UNREAD < 16 << 20


async def test_clients_have_a_limit_and_an_allow_list(tmp_path: Path) -> None:
    async with (
        facade(tmp_path, max_clients=1) as program,
        AmiSocket(port_of(program)) as first,
        AmiSocket(port_of(program)) as second,
    ):
        await first.login("fop2", "s3cret")
        await second.wait_closed()
        assert second.banner == ""
    async with facade(tmp_path / "b", allow=("10.0.0.0/8",)) as program, AmiSocket(port_of(program)) as stranger:
        await stranger.wait_closed()
        assert stranger.banner == ""


async def test_when_asterisk_goes_its_clients_are_let_go_and_can_come_back(tmp_path: Path) -> None:
    async with facade(tmp_path) as program:
        assert program.stand_in is not None
        async with AmiSocket(port_of(program)) as panel:
            await panel.login("fop2", "s3cret")
            await program.stand_in.pbx.restart()
            await panel.wait_event("Shutdown")
            await panel.wait_closed()
        async with AmiSocket(port_of(program)) as panel:
            assert (await panel.login("fop2", "s3cret"))["Response"] == "Success"


async def test_a_header_can_not_bring_in_another(tmp_path: Path) -> None:
    async with facade(tmp_path) as program, AmiSocket(port_of(program)) as panel:
        await panel.login("fop2", "s3cret")
        panel.send_bytes(
            f"Action: QueuePause\r\nInterface: {ANN}\r\nPaused: 1\r\nReason: tea\rEvent: Forged\r\n\r\n".encode()
        )
        paused = await panel.wait_event("QueueMemberPause")
        assert paused["PausedReason"] == "tea Event: Forged"
        assert "Forged" not in {message.get("Event") for message in panel.messages}

"""The same calls through app_queue and through vmq, in one Asterisk: their queue_logs are the same, line for line.

Callers and the agent's telephone are Local channels; what is done with queues and members is done by AMI, with vmq by
its facade. Times, and the ids of channels and bridges, are what may differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live import audio
from tests.live.ami import AmiClient
from tests.live.install import find_asterisk
from tests.live.server import AsteriskServer, free_port
from tests.live.vmq_hooks import introduce, sections
from tests.support.vmq_process import VmqProcess
from vmq.asterisk.facade.users import FacadeUser

pytestmark = pytest.mark.live

DEADLINE_S = 30.0
RING_S = 3
NUMBER = "0301234567"
WAITS = ("", "2")  # s that a caller waits at most; none, or one that is over before the telephone has rung enough
AMI_USER, AMI_SECRET = "panel", "panel-secret"
QUEUES = {
    "sales": ("", {}),
    "support": ("", {}),
    "keys": ("context=qlog-keys\n", {"exit_context": "qlog-keys"}),
    "empty": ("leavewhenempty=inuse\n", {"leave_empty": ["inuse"]}),
    "told": ("memberdelay=3\n", {"whisper": True}),  # a moment between the agent's answer and the talk
}
"""What each queue has beside the common options: app_queue's words, and vmq's."""

EXTENSIONS = "\n".join(
    [
        "[qlog-caller]",
        *(
            f"exten => {engine}-{queue}{wait},1,Set(CALLERID(num)={NUMBER})\n same => n,Answer()\n"
            f" same => n,{enter}\n same => n,Hangup()"
            for queue in QUEUES
            for wait in WAITS
            for engine, enter in (
                ("app_queue", f"Queue({queue},t,,,{wait})"),
                ("vmq", f"Gosub(vmq-queue,s,1({queue},{wait}))"),
            )
        ),
        "[qlog-far]\nexten => s,1,Wait(3600)",
        "[qlog-keys]\nexten => 5,1,Hangup()\nexten => 12,1,Hangup()",
        "[qlog-target]\nexten => 7,1,Answer()\n same => n,Wait(3600)",
        "[qlog-agent]\nexten => ann,1,Goto(${QLOG_AGENT},1)",
        "exten => answers,1,Answer()\n same => n,Wait(3600)",
        "exten => hangs-up,1,Answer()\n same => n,Wait(2)\n same => n,Hangup()",
        "exten => rings,1,Ringing()\n same => n,Wait(3600)",
        "exten => dumps,1,Answer()\n same => n,Wait(1)\n same => n,Hangup()",
        "exten => busy,1,Hangup(17)",
        "",
    ]
)
MEMBER = "Local/ann@qlog-agent/n"
NEW_MEMBER = "Local/bob@qlog-agent/n"
QUEUES_CONF = "".join(
    f"[{name}]\nstrategy=linear\ntimeout={RING_S}\nretry=5\nringinuse=no\n{more}member => {MEMBER},0,ann,Custom:ann\n"
    for name, (more, _) in QUEUES.items()
)
FEATURES_CONF = "[general]\natxfernoanswertimeout=20\n[featuremap]\natxfer => *2\n"
VMQ = {
    "queue": [
        {"name": name, "ring_s": RING_S, "back_off_s": 1, "music": "", "features": "t", **more}
        for name, (_, more) in QUEUES.items()
    ],
    "agent": [{"name": "ann", "device": MEMBER, "state_device": "Custom:ann", "queues": list(QUEUES)}],
    "devices": {"contexts": ["qlog-agent"]},
}

# Which fields of an event's data are times (or ids), and differ.
DIFFER = {
    "CONNECT": (0, 1, 2),
    "COMPLETEAGENT": (0, 1),
    "COMPLETECALLER": (0, 1),
    "ABANDON": (2,),
    "EXITWITHTIMEOUT": (2,),
    "EXITEMPTY": (2,),
    "EXITWITHKEY": (3,),
    "WITHDRAW": (2,),
    "BLINDTRANSFER": (2, 3),
    "ATTENDEDTRANSFER": (1, 2, 3),
    "RINGNOANSWER": (0,),
    "RINGCANCELED": (0,),
}
IDS = {("CONNECT", 1), ("ATTENDEDTRANSFER", 1)}
Line = tuple[str, ...]


@dataclass
class Engine:
    """One of the two: its log, and the AMI that its queues are handled by."""

    name: str
    server: AsteriskServer
    log: Path
    ami: AmiClient
    ids: itertools.count[int] = field(default_factory=itertools.count)
    seen: int = 0

    async def set(self, variable: str, value: str) -> None:
        """A global variable, or a device's state."""
        await self.server.ami.action("Setvar", Variable=variable, Value=value)

    async def do(self, action: str, **headers: str | int) -> None:
        """Something with its queues or members."""
        reply = await self.ami.action(action, **headers)
        assert reply["Response"] == "Success", f"{self.name}: {action}: {reply}"

    async def call(self, wait: str = "", queue: str = "sales") -> str:
        """A caller enters; gives the Uniqueid of the channel that waits, once the log has him."""
        number = next(self.ids)
        caller, far = (f"qlog-{self.name}-{end}-{number:04}" for end in ("caller", "far"))
        lines = len(self.lines())
        await self.server.ami.action(
            "Originate", Channel=f"Local/{self.name}-{queue}{wait}@qlog-caller/n", Async="true", Timeout="60000",
            ChannelId=far, OtherChannelId=caller, Context="qlog-far", Exten="s", Priority="1",
        )  # fmt: skip
        await self.until("ENTERQUEUE", after=lines)
        return caller

    async def hang_up(self, channel: str) -> None:
        """The caller, or the agent, hangs up."""
        await self.server.ami.action("Hangup", Channel=channel)

    async def press(self, caller: str, keys: str) -> None:
        """The caller presses keys."""
        for key in keys:
            await self.server.ami.action("PlayDTMF", Channel=caller, Digit=key, Receive="true")

    async def channel_name(self, channel_id: str) -> str:
        """The name of a channel that is there."""
        channels = await self.server.ami.list("CoreShowChannels")
        return next(channel["Channel"] for channel in channels if channel["Uniqueid"] == channel_id)

    async def talks(self, start: int = 0) -> str:
        """An agent talks with the caller: the Uniqueid of his channel."""
        await self.until("CONNECT")
        agent_id = next(line[6] for line in self.lines() if line[4] == "CONNECT")
        await self.server.ami.wait_named("BridgeEnter", start, BridgeTechnology="simple_bridge", BridgeNumChannels="2")
        return agent_id

    async def rung(self, start: int) -> None:
        """The agent's telephone rings, since that many of the lab's events."""
        await self.server.ami.wait_named("Newexten", start, Extension="rings", Application="Wait")

    def lines(self) -> list[list[str]]:
        """All lines of this scenario, split."""
        text = self.log.read_text() if self.log.exists() else ""
        return [line.split("|") for line in text.splitlines()][self.seen :]

    async def until(self, event: str, count: int = 1, after: int = 0) -> None:
        """The log has that many lines of this event. Nothing tells when a file grows: it is looked at again."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while sum(line[4] == event for line in self.lines()[after:]) < count:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"no {event} in {self.lines()}\n{self.server.log_tail(60)}") from None

    def told(self) -> list[Line]:
        """The scenario's lines without times; calls are named in the order in which they came."""
        calls: dict[str, str] = {}
        found = []
        for _, call_id, queue, agent, event, *data in self.lines():
            if event in ("QUEUESTART", "CONFIGRELOAD"):
                continue
            call = call_id if call_id in ("NONE", "MANAGER") else calls.setdefault(call_id, f"call {len(calls) + 1}")
            known = ["~" if at in DIFFER.get(event, ()) else text for at, text in enumerate(data)]
            found.append((call, queue, agent, event, *known))
        return found

    def times(self) -> list[int]:
        """All numbers that may differ, but for the ids; ring times in seconds."""
        return [
            int(data[at]) // (1000 if event.startswith("RING") else 1)
            for *_, event, data in ((*line[:4], line[4], line[5:]) for line in self.lines())
            for at in DIFFER.get(event, ())
            if (event, at) not in IDS
        ]


@contextlib.asynccontextmanager
async def both_engines(folder: Path) -> AsyncIterator[tuple[Engine, Engine]]:
    """One Asterisk with both in it."""
    installation = find_asterisk()
    assert installation is not None
    server = AsteriskServer(installation, extra_modules=("app_queue",))
    server.write_hook("extensions.conf", EXTENSIONS)
    server.write_hook("queues.conf", QUEUES_CONF)
    server.write_hook("features.conf", FEATURES_CONF)
    log, port = folder / "queue_log", free_port()
    user = {"name": AMI_USER, "secret": AMI_SECRET, "read": ["all"], "write": ["all"]}
    settings = sections(server)
    name = Path(settings["paths"]["recordings"]) / "queue/names/told.wav"  # as long as memberdelay
    name.parent.mkdir(parents=True)
    audio.write_wav(name, audio.known_recording(seed=1))
    vmq = VmqProcess(folder, queue_log={"file": str(log)}, facade={"port": port, "user": [user]}, **VMQ, **settings)
    try:
        await server.start()
        await introduce(server, vmq.agi_port, [FacadeUser(AMI_USER, AMI_SECRET, ("all",), ("all",))])
        async with vmq, AmiClient(port, AMI_USER, AMI_SECRET) as facade:
            yield (
                Engine("app_queue", server, server.folder_outside / "log/queue_log", server.ami),
                Engine("vmq", server, log, facade),
            )
    finally:
        await server.stop()
        server.remove()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Engine, Engine]]:
    async with both_engines(tmp_path_factory.mktemp("vmq")) as both:
        yield both


async def nobody_is_there(engine: Engine) -> None:
    await engine.set("DEVICE_STATE(Custom:ann)", "INUSE")


async def agent_who(engine: Engine, does: str) -> None:
    await engine.set("QLOG_AGENT", does)
    await engine.set("DEVICE_STATE(Custom:ann)", "NOT_INUSE")


async def answered_agent_hangs_up(engine: Engine) -> None:
    await agent_who(engine, "hangs-up")
    await engine.call()
    await engine.until("COMPLETEAGENT")


async def answered_caller_hangs_up(engine: Engine) -> None:
    await agent_who(engine, "answers")
    caller = await engine.call()
    await engine.until("CONNECT")
    await engine.hang_up(caller)
    await engine.until("COMPLETECALLER")


async def given_up_while_nobody_is_there(engine: Engine) -> None:
    await nobody_is_there(engine)
    first, second = await engine.call(), await engine.call()
    await engine.hang_up(second)
    await engine.until("ABANDON")
    third = await engine.call()
    await engine.hang_up(first)
    await engine.until("ABANDON", 2)
    await engine.hang_up(third)
    await engine.until("ABANDON", 3)


async def given_up_while_it_rings(engine: Engine) -> None:
    await agent_who(engine, "rings")
    start = len(engine.server.ami.events)
    caller = await engine.call()
    await engine.rung(start)
    await engine.hang_up(caller)
    await engine.until("ABANDON")


async def not_answered(engine: Engine) -> None:
    await agent_who(engine, "rings")
    caller = await engine.call()
    await engine.until("RINGNOANSWER")
    await nobody_is_there(engine)
    await engine.hang_up(caller)
    await engine.until("ABANDON")


async def busy(engine: Engine) -> None:
    await agent_who(engine, "busy")
    caller = await engine.call()
    await engine.until("RINGNOANSWER")
    await nobody_is_there(engine)
    await engine.hang_up(caller)
    await engine.until("ABANDON")


async def waited_too_long_for_nobody(engine: Engine) -> None:
    await nobody_is_there(engine)
    await engine.call(wait="2")
    await engine.until("EXITWITHTIMEOUT")


async def waited_too_long_while_it_rings(engine: Engine) -> None:
    await agent_who(engine, "rings")
    await engine.call(wait="2")
    await engine.until("EXITWITHTIMEOUT")


async def paused_with_a_reason_and_back(engine: Engine) -> None:
    await nobody_is_there(engine)
    await engine.do("QueuePause", Interface=MEMBER, Paused="true", Reason="tea")
    await engine.until("PAUSE", len(QUEUES))
    await engine.do("QueuePause", Interface=MEMBER, Paused="false")
    await engine.until("UNPAUSE", len(QUEUES))


async def paused_in_one_queue_for_two_reasons_and_back(engine: Engine) -> None:
    await nobody_is_there(engine)
    for reason in ("training", "tea"):
        await engine.do("QueuePause", Interface=MEMBER, Queue="sales", Paused="true", Reason=reason)
    await engine.until("PAUSE", 2)
    await engine.do("QueuePause", Interface=MEMBER, Queue="sales", Paused="false", Reason="back")
    await engine.until("UNPAUSE")


async def member_comes_is_changed_and_goes(engine: Engine) -> None:
    await engine.set("DEVICE_STATE(Custom:bob)", "INUSE")
    bob: dict[str, str | int] = {"Interface": NEW_MEMBER, "Queue": "sales"}
    await engine.do("QueueAdd", **bob, MemberName="bob", Penalty=2, StateInterface="Custom:bob")
    await engine.until("ADDMEMBER")
    await engine.do("QueuePenalty", **bob, Penalty=5)
    await engine.until("PENALTY")
    await engine.do("QueuePause", **bob, Paused="true", Reason="tea")
    await engine.until("PAUSE")
    await engine.do("QueuePause", **bob, Paused="false")
    await engine.until("UNPAUSE")
    await engine.do("QueueRemove", **bob)
    await engine.until("REMOVEMEMBER")


async def member_who_is_paused_already_comes_and_goes(engine: Engine) -> None:
    bob: dict[str, str | int] = {"Interface": NEW_MEMBER, "Queue": "support"}
    await engine.do("QueueAdd", **bob, MemberName="bob", Paused="true", Reason="later", StateInterface="Custom:bob")
    await engine.until("ADDMEMBER")
    await engine.do("QueueRemove", **bob)
    await engine.until("REMOVEMEMBER")


async def leaves_by_a_key(engine: Engine) -> None:
    await nobody_is_there(engine)
    await engine.press(await engine.call(queue="keys"), "5")
    await engine.until("EXITWITHKEY")


async def leaves_by_two_keys(engine: Engine) -> None:
    await nobody_is_there(engine)
    await engine.press(await engine.call(queue="keys"), "12")
    await engine.until("EXITWITHKEY")


async def nobody_is_left_to_wait_for(engine: Engine) -> None:
    await nobody_is_there(engine)
    await engine.call(queue="empty")
    await engine.until("EXITEMPTY")


async def agent_hangs_up_before_they_talk(engine: Engine) -> None:
    await agent_who(engine, "dumps")
    caller = await engine.call(queue="told")
    await engine.until("AGENTDUMP")
    await nobody_is_there(engine)
    await engine.hang_up(caller)
    await engine.until("ABANDON")


async def taken_out_of_the_queue(engine: Engine) -> None:
    await nobody_is_there(engine)
    caller = await engine.call()
    name = await engine.channel_name(caller)
    await engine.do("QueueWithdrawCaller", Queue="sales", Caller=name, WithdrawInfo="to the boss")
    await engine.until("WITHDRAW")


async def transferred(engine: Engine) -> None:
    await agent_who(engine, "answers")
    start = len(engine.server.ami.events)
    caller = await engine.call()
    agent_id = await engine.talks(start)
    await engine.server.ami.action("BlindTransfer", Channel=agent_id, Context="qlog-target", Exten="7")
    await engine.until("BLINDTRANSFER")
    await engine.hang_up(caller)


async def transferred_after_asking(engine: Engine) -> None:
    await agent_who(engine, "answers")
    start = len(engine.server.ami.events)
    caller = await engine.call()
    agent_id = await engine.talks(start)
    asked = len(engine.server.ami.events)
    await engine.server.ami.action("Atxfer", Channel=agent_id, Context="qlog-target", Exten="7")
    await engine.server.ami.wait_named("Newexten", asked, Extension="7", Application="Wait")
    await engine.server.ami.wait_named("BridgeEnter", asked, BridgeNumChannels="2")
    await engine.hang_up(agent_id)
    await engine.until("ATTENDEDTRANSFER")
    await engine.hang_up(caller)


async def another_program_writes_a_line(engine: Engine) -> None:
    await engine.do(
        "QueueLog", Queue="sales", Event="HELLO", Uniqueid="1700000000.5", Interface=MEMBER, Message="one|two||four"
    )
    await engine.until("HELLO")


@pytest.mark.parametrize(
    "scenario",
    [
        answered_agent_hangs_up,
        answered_caller_hangs_up,
        given_up_while_nobody_is_there,
        given_up_while_it_rings,
        not_answered,
        waited_too_long_for_nobody,  # and vmq leaves the agent in peace meanwhile
        busy,
        waited_too_long_while_it_rings,
        paused_with_a_reason_and_back,
        paused_in_one_queue_for_two_reasons_and_back,
        member_comes_is_changed_and_goes,
        member_who_is_paused_already_comes_and_goes,
        leaves_by_a_key,
        leaves_by_two_keys,
        nobody_is_left_to_wait_for,
        agent_hangs_up_before_they_talk,
        taken_out_of_the_queue,
        transferred,
        transferred_after_asking,
        another_program_writes_a_line,
    ],
)
async def test_both_logs_say_the_same(
    scenario: Callable[[Engine], Awaitable[None]], engines: tuple[Engine, Engine]
) -> None:
    for engine in engines:
        engine.seen += len(engine.lines())
        await scenario(engine)
        await nobody_is_there(engine)
        await engine.server.ami.action("Hangup", Channel="/^Local/")
    theirs, ours = engines
    if scenario is paused_with_a_reason_and_back:  # app_queue's queues come in no order of anybody's
        assert sorted(ours.told()) == sorted(theirs.told())
    else:
        assert ours.told() == theirs.told()
    assert ours.told(), "nothing was compared"
    near = [abs(mine - other) <= 1 for mine, other in zip(ours.times(), theirs.times(), strict=True)]
    assert all(near), f"{ours.lines()} for {theirs.lines()}"

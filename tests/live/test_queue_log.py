"""The same calls through app_queue and through vmq, in one Asterisk: their queue_logs are the same, line for line.

Callers and the agent's telephone are Local channels. Times, and the ids of channels, are what may differ.
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

from tests.live.install import find_asterisk
from tests.live.server import AsteriskServer
from tests.live.vmq_hooks import introduce, sections
from tests.support.vmq_process import VmqProcess

pytestmark = pytest.mark.live

DEADLINE_S = 30.0
RING_S = 3
NUMBER = "0301234567"
WAITS = ("", "2")  # s that a caller waits at most; none, or one that is over before the telephone has rung enough

EXTENSIONS = "\n".join(
    [
        "[qlog-caller]",
        *(
            f"exten => {engine}{wait},1,Set(CALLERID(num)={NUMBER})\n same => n,Answer()\n"
            f" same => n,{enter}\n same => n,Hangup()"
            for wait in WAITS
            for engine, enter in (
                ("app_queue", f"Queue(sales,,,,{wait})"),
                ("vmq", f"Gosub(vmq-queue,s,1(sales,{wait}))"),
            )
        ),
        "[qlog-far]\nexten => s,1,Wait(3600)",
        "[qlog-agent]\nexten => ann,1,Goto(${QLOG_AGENT},1)",
        "exten => answers,1,Answer()\n same => n,Wait(3600)",
        "exten => hangs-up,1,Answer()\n same => n,Wait(2)\n same => n,Hangup()",
        "exten => rings,1,Ringing()\n same => n,Wait(3600)",
        "exten => busy,1,Hangup(17)",
        "",
    ]
)
MEMBER = "Local/ann@qlog-agent/n"
QUEUES = "".join(
    f"[{name}]\nstrategy=linear\ntimeout={RING_S}\nretry=5\nringinuse=no\nmember => {MEMBER},0,ann,Custom:ann\n"
    for name in ("sales", "support")
)
VMQ = {
    "queue": [{"name": name, "ring_s": RING_S, "back_off_s": 1, "music": ""} for name in ("sales", "support")],
    "agent": [{"name": "ann", "device": MEMBER, "state_device": "Custom:ann", "queues": ["sales", "support"]}],
}

# Which fields of an event's data are times (or ids), and differ.
DIFFER = {
    "CONNECT": (0, 1, 2),
    "COMPLETEAGENT": (0, 1),
    "COMPLETECALLER": (0, 1),
    "ABANDON": (2,),
    "EXITWITHTIMEOUT": (2,),
    "RINGNOANSWER": (0,),
    "RINGCANCELED": (0,),
}
Line = tuple[str, ...]


@dataclass
class Engine:
    """One of the two: its log, and how calls and pauses reach it."""

    name: str
    server: AsteriskServer
    log: Path
    pause: Callable[[bool, str], Awaitable[object]]
    ids: itertools.count[int] = field(default_factory=itertools.count)
    seen: int = 0

    async def set(self, variable: str, value: str) -> None:
        """A global variable, or a device's state."""
        await self.server.ami.action("Setvar", Variable=variable, Value=value)

    async def call(self, wait: str = "") -> str:
        """A caller enters; gives the Uniqueid of the channel that waits, once the log has him."""
        number = next(self.ids)
        caller, far = (f"qlog-{self.name}-{end}-{number:04}" for end in ("caller", "far"))
        lines = len(self.lines())
        await self.server.ami.action(
            "Originate", Channel=f"Local/{self.name}{wait}@qlog-caller/n", Async="true", Timeout="60000",
            ChannelId=far, OtherChannelId=caller, Context="qlog-far", Exten="s", Priority="1",
        )  # fmt: skip
        await self.until("ENTERQUEUE", after=lines)
        return caller

    async def hang_up(self, caller: str) -> None:
        """The caller hangs up."""
        await self.server.ami.action("Hangup", Channel=caller)

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
        found = []
        for *_, event, data in ((*line[:4], line[4], line[5:]) for line in self.lines()):
            for at in DIFFER.get(event, ()):
                if event != "CONNECT" or at != 1:
                    found.append(int(data[at]) // (1000 if event.startswith("RING") else 1))
        return found


@contextlib.asynccontextmanager
async def both_engines(folder: Path) -> AsyncIterator[tuple[Engine, Engine]]:
    """One Asterisk with both in it."""
    installation = find_asterisk()
    assert installation is not None
    server = AsteriskServer(installation, extra_modules=("app_queue",))
    server.write_hook("extensions.conf", EXTENSIONS)
    server.write_hook("queues.conf", QUEUES)
    log = folder / "queue_log"
    vmq = VmqProcess(folder, queue_log={"file": str(log)}, **VMQ, **sections(server))
    try:
        await server.start()
        await introduce(server, vmq.agi_port)
        async with vmq:

            async def pause_member(is_paused: bool, reason: str) -> None:
                await server.ami.action("QueuePause", Interface=MEMBER, Paused=str(is_paused).lower(), Reason=reason)

            async def pause_agent(is_paused: bool, reason: str) -> None:
                await vmq.agent(
                    "ann", *(("pause",) if is_paused else ("unpause",)), **({"reason": reason} if reason else {})
                )

            yield (
                Engine("app_queue", server, server.folder_outside / "log/queue_log", pause_member),
                Engine("vmq", server, log, pause_agent),
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
    await engine.pause(True, "tea")
    await engine.until("PAUSE", 2)
    await engine.pause(False, "")
    await engine.until("UNPAUSE", 2)


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

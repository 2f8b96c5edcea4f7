"""The call centre of bench.soak: its dialplan and configuration, and what is done at random to each of its calls.

Agents are Local channels whose side of a call is the dialplan's (soak-doings), and three SIP telephones that are busy,
decline, or redirect (302). Their devices are `Custom:` states that the dialplan sets. A caller is a Local channel that
the bench hangs up in the phase that was drawn for him; vmq's journal says when that phase has come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import httpx

from bench.driver import Driver
from tests.support.vmq_client import Entry
from tests.support.vmq_process import VmqProcess
from vmq.domain.events import leg_id
from vmq.errors import ActionFailed

QUEUES = ("sales", "support")
WANTED = ("BridgeEnter", "Hangup")
CALLER = "soak-caller"

KEY_S = 3.0
"""How long Asterisk waits for one more key before it calls whom an attended transfer goes to (features.conf)."""
PARKED_LEG = "agent hangs up: parked"

DIALPLAN = """
[globals]
TRANSFER_CONTEXT=soak-target
[soak-caller]
exten => _[a-z].,1,Answer()
 same => n,Set(VMQ_FEATURES=t)
 same => n,Gosub(vmq-queue,s,1(${EXTEN},12,${RAND(0,2)}))
 same => n,Hangup()
[soak-far-end]
exten => s,1,Wait(3600)
; of the keys that Atxfer presses at once, a Local channel takes the first: one is enough
[soak-target]
exten => 7,1,Answer()
 same => n,Wait(3)
 same => n,Hangup()
exten => 8,1,Hangup(17)
exten => 9,1,Goto(soak-caller,support,1)
[soak-agent]
exten => _X!,1,Set(SOAK_AGENT=${EXTEN})
 same => n,Set(DEVICE_STATE(Custom:soak${SOAK_AGENT})=INUSE)
 same => n,Goto(soak-doings,${RAND(1,10)},1)
exten => h,1,Set(DEVICE_STATE(Custom:soak${SOAK_AGENT})=NOT_INUSE)
[soak-doings]
exten => 1,1,Hangup(17)
exten => 2,1,Hangup(21)
exten => 3,1,Ringing()
 same => n,Wait(60)
exten => 4,1,Answer()
 same => n,Hangup()
exten => 5,1,Ringing()
 same => n,Wait(1)
 same => n,Goto(6,1)
exten => _[6-8],1,Ringing()
 same => n,Answer()
 same => n,Wait(${RAND(1,4)})
 same => n,Hangup()
exten => 9,1,Goto(10,1)
exten => 10,1,Answer()
 same => n,Wait(8)
 same => n,Hangup()
exten => h,1,Set(DEVICE_STATE(Custom:soak${SOAK_AGENT})=NOT_INUSE)
"""
FEATURES = "[featuremap]\natxfer => *2\n"


def sections(agents: int) -> dict[str, Any]:
    """vmq's configuration. Every fourth agent serves both queues; support rings all it has."""
    common = {"ring_s": 2.5, "wrap_up_s": 0.3, "back_off_s": 0.7, "music": ""}
    locals_ = [
        {
            "name": f"agent{number}",
            "device": f"Local/{number}@soak-agent/n",
            "state_device": f"Custom:soak{number}",
            "queues": list(QUEUES) if number % 4 == 0 else ["sales"],
        }
        for number in range(1, agents + 1)
    ]
    telephones = [{"name": f"sip{n}", "device": f"PJSIP/{n}", "queues": ["sales"]} for n in (1001, 1002, 1003)]
    return {
        "queue": [
            {"name": "sales", "strategy": "round_robin", "max_length": 60, **common},
            {"name": "support", "strategy": "ring_all", "weight": 1, **common},
        ],
        "agent": [*locals_, *telephones],
        "devices": {"contexts": ["soak-agent"]},
        "queue_log": {"table": True, "member_names": True},
    }


class SoakFloor:
    """Makes calls, and does to each what was drawn for it. After `longest_s` a caller hangs up, whatever is going on.
    `done` counts what was done."""

    def __init__(self, driver: Driver, vmq: VmqProcess, random: Random, agents: int, longest_s: float) -> None:
        self._driver, self._vmq, self._random, self._agents = driver, vmq, random, agents
        self._longest_s = longest_s
        self._plans: dict[str, str] = {}
        self._calls: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.done: Counter[str] = Counter()
        self._phases: dict[str, Callable[[str, str], Coroutine[Any, Any, None]]] = {
            "blind transfer": self._transfer_blind,
            "attended transfer": self._transfer_attended,
            "agent hangs up: talking": self._agent_hangs_up,
        }
        driver.on_event(lambda event: self._parked(event.get("Uniqueid", ""), event.get("BridgeTechnology", "")))

    async def work(self, calls: int, calls_a_second: float) -> None:
        """Make all calls, at random moments, while agents come and go."""
        following = self._spawn(self._follow())
        moving = self._spawn(self._move_agents())
        for number in range(calls):
            self._spawn(self._one_call(number))
            await asyncio.sleep(self._random.expovariate(calls_a_second))
        for task in (moving, following):
            self._tasks.remove(task)
        moving.cancel()
        while self._tasks:
            await asyncio.gather(*self._tasks)
        following.cancel()

    async def all_agents(self, command: str, **body: str) -> None:
        """Every agent does the same."""
        for number in range(1, self._agents + 1):
            await self._vmq.agent(f"agent{number}", command, **body)

    async def _one_call(self, number: int) -> None:
        plan = self._random.choices(
            ("stays", "at once", "waiting", "offered", "ringing", "parked", PARKED_LEG, "talking", *self._phases),
            (28, 5, 8, 8, 8, 8, 4, 13, 7, 7, 4),
        )[0]
        call_id = f"{CALLER}-{number:06d}"
        self._plans[call_id] = plan
        queue = self._random.choice(QUEUES)
        await self._driver.call(f"Local/{queue}@soak-caller/n", (f"soak-far-{number:06d}", call_id), "soak-far-end")
        if plan == "at once":
            await self._hang_up(call_id, 0.05)
        elif plan == "waiting":
            await self._hang_up(call_id, 4.0)
        await asyncio.sleep(self._longest_s)
        await self._hang_up_now(call_id)

    async def _follow(self) -> None:
        """The phase that was drawn for a call has come when the journal says so."""
        phases = {"OfferMade": "offered", "CallConnected": "talking"}
        async for entry in self._vmq.follow():
            call_id = entry.fields.get("call_id", "")
            if entry.kind == "OfferRang":
                self._hang_up_when("ringing", self._calls.get(entry.fields["offer_id"], ""), 0.3)
            elif entry.kind in phases:
                self._calls[entry.fields["offer_id"]] = call_id
                self._hang_up_when(phases[entry.kind], call_id, 0.2 if entry.kind == "OfferMade" else 2.0)
            if entry.kind == "CallConnected":
                self._connected(entry)

    def _connected(self, entry: Entry) -> None:
        act = self._phases.get(self._plans.get(entry.fields["call_id"], ""))
        if act is not None:
            plan = self._plans.pop(entry.fields["call_id"])
            self.done[plan] += 1
            self._spawn(act(leg_id(entry.fields["offer_id"]), entry.fields["call_id"]))

    def _parked(self, channel_id: str, technology: str) -> None:
        """The agent has answered, and waits to be bridged: somebody may hang up in that moment."""
        if technology != "holding_bridge":
            return
        call_id = self._calls.get(channel_id.removeprefix("vmq-"), "")
        self._hang_up_when("parked", call_id, 0.01)
        if self._plans.get(call_id) == PARKED_LEG:
            del self._plans[call_id]
            self._spawn(self._hang_up_now(channel_id))
            self.done[PARKED_LEG] += 1

    def _hang_up_when(self, phase: str, call_id: str, within_s: float) -> None:
        if self._plans.get(call_id) == phase:
            del self._plans[call_id]
            self._spawn(self._hang_up(call_id, within_s))
            self.done[f"caller hangs up: {phase}"] += 1

    async def _hang_up(self, channel_id: str, within_s: float) -> None:
        await asyncio.sleep(self._random.uniform(0, within_s))
        await self._hang_up_now(channel_id)

    async def _hang_up_now(self, channel_id: str) -> None:
        with contextlib.suppress(ActionFailed):  # it may be gone already
            await self._driver.send("Hangup", Channel=channel_id)

    async def _agent_hangs_up(self, leg: str, _call_id: str) -> None:
        await self._hang_up(leg, 1.0)

    async def _transfer_blind(self, leg: str, _call_id: str) -> None:
        await asyncio.sleep(self._random.uniform(0, 1.0))
        with contextlib.suppress(ActionFailed):
            await self._driver.send("BlindTransfer", Channel=leg, Exten=self._target(), Context="soak-target")

    async def _transfer_attended(self, leg: str, _call_id: str) -> None:
        """The agent asks the other one first, or doesn't wait for him."""
        await asyncio.sleep(self._random.uniform(0, 0.5))
        with contextlib.suppress(ActionFailed):
            await self._driver.send("Atxfer", Channel=leg, Exten=self._target(), Context="soak-target")
        await asyncio.sleep(self._random.uniform(KEY_S - 1.0, KEY_S + 3.0))
        await self._hang_up_now(leg)

    def _target(self) -> str:
        """Somebody who talks, somebody who is busy, or a queue."""
        return self._random.choice(("7", "7", "8", "9"))

    async def _move_agents(self) -> None:
        """Somebody pauses, works on, goes, comes, sits down elsewhere, or gets another penalty, all the time."""
        while True:
            await asyncio.sleep(self._random.uniform(0, 0.3))
            number = self._random.randint(1, self._agents)
            command, body = self._random.choice(
                (
                    ("pause", {"reason": "soak"}),
                    ("pause", {"queue": "sales"}),
                    ("unpause", {}),
                    ("unpause", {"queue": "sales"}),
                    ("unpause", {}),
                    ("logout", {}),
                    ("login", {}),
                    ("login", {}),
                    ("login", {}),
                    ("move", {"dial": f"Local/{number + 500}@soak-agent/n"}),
                    ("move", {"dial": ""}),
                    ("wrap-up-end", {}),
                )
            )
            with contextlib.suppress(httpx.HTTPStatusError):  # nothing to end, say
                await self._vmq.agent(f"agent{number}", command, **body)
                self.done[f"agents: {command}"] += 1

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task whose failure fails the soak."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)

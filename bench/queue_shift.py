"""A shift in the call centre of bench.queue_floor: many callers wait, all agents work, talks take a fixed time.

What counts is how much of the agents' time is talk, by Asterisk's event times: from the leg's entry into the caller's
bridge to its leaving. The rest is what the engine lets lie between two calls. The agents' talks end at moments of their
own, spread evenly.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

from bench.driver import Driver, at
from bench.processes import cpu_s
from bench.queue_floor import AGENTS, CALLER_ID
from vmq.asterisk.message import Headers

WARM_UP_S = 4.0


@dataclass(slots=True)
class Shift:
    """What one engine did in one shift. `share` is per cent of the agents' time in talk; CPU in % of one core."""

    engine: str
    talk_s: float
    window_s: float
    bridged_s: float = 0.0
    calls: int = 0
    gaps: list[float] = field(default_factory=list)
    asterisk_cpu: float = 0.0
    own_cpu: float = 0.0

    @property
    def share(self) -> float:
        return 100 * self.bridged_s / (AGENTS * self.window_s)

    @property
    def calls_a_second(self) -> float:
        return self.calls / self.window_s


class ShiftClerk:
    """Keeps callers coming, and notes when legs enter and leave talks."""

    def __init__(self, driver: Driver, engine: str, callers: int) -> None:
        self._driver, self._engine, self._callers = driver, engine, callers
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._entered: dict[str, float] = {}
        self._talks: list[tuple[str, float, float]] = []
        self._freed: dict[str, float] = {}
        self._gaps: list[tuple[float, float]] = []
        self._is_open = False
        self._last_at = 0.0
        driver.on_event(self._take)

    async def work(self, talk_s: float, window_s: float, pids: list[int]) -> Shift:
        """One shift. `pids`: Asterisk's, then the engine's own where it has one."""
        await self._driver.set("BENCH_TALK_S", f"{talk_s:g}")
        await self._driver.set("BENCH_FREES_ITSELF", "1")
        for remembered in (self._entered, self._freed):
            remembered.clear()
        self._is_open = True
        for _ in range(self._callers + AGENTS):
            await self._call()
            await asyncio.sleep(0.01)
        for number in range(1, AGENTS + 1):
            await self._driver.set(f"DEVICE_STATE(Custom:agent{number})", "NOT_INUSE")
            await asyncio.sleep(talk_s / AGENTS)  # else all talks begin and end in one moment, for the whole shift
        await asyncio.sleep(WARM_UP_S + 2 * talk_s)
        self._talks.clear()
        self._gaps.clear()
        loop = asyncio.get_running_loop()
        began, used = loop.time(), [cpu_s(pid) for pid in pids]
        first_event_at = self._last_at
        await asyncio.sleep(window_s)
        took_s = loop.time() - began
        cpu = [100 * (cpu_s(pid) - before) / took_s for pid, before in zip(pids, used, strict=True)]
        shift = self._count(talk_s, first_event_at, first_event_at + took_s)
        shift.asterisk_cpu, shift.own_cpu = cpu[0], sum(cpu[1:])
        await self._close()
        return shift

    def _count(self, talk_s: float, begin: float, end: float) -> Shift:
        """Talks clipped to the window; those that still go on count up to its end."""
        shift = Shift(self._engine, talk_s, end - begin)
        going_on = [(leg, entered, end) for leg, entered in self._entered.items()]
        for _, entered, left in (*self._talks, *going_on):
            shift.bridged_s += max(0.0, min(left, end) - max(entered, begin))
        shift.calls = sum(begin <= left < end for _, _, left in self._talks)
        shift.gaps = [gap for free_at, gap in self._gaps if begin <= free_at < end]
        return shift

    async def _close(self) -> None:
        """No more callers; everybody hangs up, and every telephone is busy again."""
        self._is_open = False
        await self._driver.set("BENCH_FREES_ITSELF", "")
        for number in range(1, AGENTS + 1):
            await self._driver.set(f"DEVICE_STATE(Custom:agent{number})", "INUSE")
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._driver.hang_up()
        await asyncio.sleep(1.0)
        await self._driver.hang_up()

    async def _call(self) -> None:
        number = f"{self._engine}-s{next(self._numbers):06d}"
        ids = (f"bench-far-{number}", f"{CALLER_ID}-{number}")
        await self._driver.call(f"Local/{self._engine}@bench-caller/n", ids, "bench-far-end")

    def _take(self, event: Headers) -> None:
        self._last_at = at(event)
        if not self._is_open:
            return
        channel = event.get("Channel", "")
        is_leg = channel.startswith("Local/") and "@bench-agent-" in channel and channel.endswith(";1")
        match event["Event"]:
            case "BridgeEnter" if is_leg and event.get("BridgeTechnology") != "holding_bridge":
                self._entered[channel] = at(event)
            case "BridgeLeave" if is_leg and channel in self._entered:
                self._talks.append((channel, self._entered.pop(channel), at(event)))
            case "DeviceStateChange" if event.get("State") == "NOT_INUSE":
                self._freed[event.get("Device", "").removeprefix("Custom:agent")] = at(event)
            case "Newchannel" if is_leg:
                free_at = self._freed.pop(channel.removeprefix("Local/").partition("@")[0], None)
                if free_at is not None:
                    self._gaps.append((free_at, at(event) - free_at))
            case "Hangup" if event.get("Uniqueid", "").startswith(f"{CALLER_ID}-{self._engine}"):
                task = asyncio.create_task(self._call())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

"""The call centre of bench.live_queue: dialplan, queues and vmq's configuration, and the callers and agents in it.

Everybody is a Local channel and nobody hears anything: music costs 0.4 % of a core for each caller in any engine. The
telephones' states are `Custom:` devices that the bench sets exactly. A telephone is busy from the moment it is rung
until the bench frees it again, or (BENCH_FREES_ITSELF) its talk is over; one that accepts talks for BENCH_TALK_S.
"""

from __future__ import annotations

import asyncio
import itertools
import random

from bench.driver import DEADLINE_S, Driver, at, within
from vmq.asterisk.message import Headers

AGENTS = 50
TALK_S = 0.5
QUEUE = "bench"
WANTED = (
    "DeviceStateChange",
    "Newchannel",
    "Hangup",
    "QueueCallerJoin",
    "AGIExecStart",
    "BridgeEnter",
    "BridgeLeave",
)
CALLER_ID = "bench-caller"
NO_MUSIC = "[default](+)\ndirectory=/nowhere\n"  # a class without files isn't there: Queue() holds in silence

DIALPLAN = f"""
[bench-caller]
exten => app_queue,1,Answer()
 same => n,Queue({QUEUE})
 same => n,Hangup()
exten => vmq,1,Answer()
 same => n,Gosub(vmq-queue,s,1({QUEUE}))
 same => n,Hangup()
[bench-far-end]
exten => s,1,Wait(3600)
[bench-agent]
exten => _X!,1,Set(BENCH_AGENT=${{EXTEN}})
 same => n,Set(DEVICE_STATE(Custom:agent${{EXTEN}})=INUSE)
 same => n,GotoIf($["${{DECLINES_${{EXTEN}}}}" = "1"]?declines)
 same => n,Answer(,i)
 same => n,Wait(${{IF($["${{BENCH_TALK_S}}" = ""]?{TALK_S}:${{BENCH_TALK_S}})}})
 same => n,Hangup()
 same => n(declines),Set(GLOBAL(DECLINES_${{EXTEN}})=)
 same => n,Hangup(21)
exten => h,1,ExecIf($["${{BENCH_FREES_ITSELF}}" = "1"]?Set(DEVICE_STATE(Custom:agent${{BENCH_AGENT}})=NOT_INUSE))
"""


def queues_conf(strategy: str, retry_s: int) -> str:
    """app_queue's queue: the defaults but for ringinuse, since with `yes` a busy member counts as available."""
    members = "".join(
        f"member => Local/{number}@bench-agent/n,0,agent{number},Custom:agent{number}\n"
        for number in range(1, AGENTS + 1)
    )
    return f"[{QUEUE}]\nstrategy={strategy}\nretry={retry_s}\nringinuse=no\n{members}"


def vmq_sections() -> dict[str, list[dict[str, object]]]:
    """The same queue and agents for vmq."""
    agents = [
        {
            "name": f"agent{number}",
            "device": f"Local/{number}@bench-agent/n",
            "state_device": f"Custom:agent{number}",
            "queues": [QUEUE],
        }
        for number in range(1, AGENTS + 1)
    ]
    return {"queue": [{"name": QUEUE, "music": ""}], "agent": agents}


class CallCentre:
    """Waiting callers of one engine (`app_queue` or `vmq`: the extension they dial) and agents who are all busy."""

    def __init__(self, driver: Driver, engine: str) -> None:
        self.engine = engine
        self._driver = driver
        self._numbers = itertools.count(1)
        self._agents = itertools.cycle(range(1, AGENTS + 1))
        self._here: set[str] = set()
        self._news = asyncio.Event()
        driver.on_event(self._take)

    async def all_busy(self) -> None:
        """Make every telephone busy."""
        for number in range(1, AGENTS + 1):
            await self._driver.set(f"DEVICE_STATE(Custom:agent{number})", "INUSE")

    async def fill(self, callers: int) -> None:
        """Have callers join until so many wait, at random moments, so that no two of them poll in step."""
        while len(self._here) < callers:
            missing = callers - len(self._here)
            for _ in range(missing):
                number = f"{self.engine}-{next(self._numbers):06d}"
                channel = f"Local/{self.engine}@bench-caller/n"
                ids = (f"bench-far-{number}", f"{CALLER_ID}-{number}")
                await self._driver.call(channel, ids, "bench-far-end")
                await asyncio.sleep(random.uniform(0, 0.02))
            await self._wait_for(callers)

    async def empty(self) -> None:
        """Hang everybody up."""
        await self._driver.hang_up()
        await self._wait_for(0)

    async def free_agent(self) -> float:
        """An agent becomes free: the seconds until his leg is there. Returns when his talk is over."""
        await self._random_moment()
        agent, before = next(self._agents), len(self._here)
        offered_s = await self._offer(agent)
        await self._wait_for(before - 1)
        return offered_s

    async def free_agent_after_decline(self) -> float:
        """The same, 0.2 to 1 s after another agent has declined the caller who is next."""
        other = next(self._agents)
        await self._driver.set(f"DECLINES_{other}", "1")
        over = self._driver.expect(lambda event: event["Event"] == "Hangup" and _is_leg(event, other))
        await self._offer(other)
        await within(over, f"end of the leg to agent {other}")
        return await self.free_agent()

    async def _offer(self, agent: int) -> float:
        device = f"Custom:agent{agent}"
        free = self._driver.expect(lambda event: event.get("Device") == device and event.get("State") == "NOT_INUSE")
        leg = self._driver.expect(lambda event: event["Event"] == "Newchannel" and _is_leg(event, agent))
        await self._driver.set(f"DEVICE_STATE({device})", "NOT_INUSE")
        freed_at = at(await within(free, f"state of {device}"))
        return at(await within(leg, f"leg to agent {agent}")) - freed_at

    async def _random_moment(self) -> None:
        """Be in step with nobody's poll of a second."""
        await asyncio.sleep(random.uniform(0.2, 1.2))

    def _take(self, event: Headers) -> None:
        who = event.get("Uniqueid", "")
        if not who.startswith(f"{CALLER_ID}-{self.engine}"):
            return
        is_held = event["Event"] == "AGIExecStart" and event.get("Command", "").startswith("WAIT FOR DIGIT")
        if event["Event"] == "QueueCallerJoin" or is_held:
            self._here.add(who)
        elif event["Event"] == "Hangup":
            self._here.discard(who)
        self._news.set()

    async def _wait_for(self, callers: int) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while len(self._here) != callers:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise SystemExit(f"{len(self._here)} callers wait in {self.engine}, not {callers}") from None


def _is_leg(event: Headers, agent: int) -> bool:
    """Whether the event is about the near end of a leg to this agent: the end that its engine made first."""
    channel = event.get("Channel", "")
    return channel.startswith(f"Local/{agent}@bench-agent-") and channel.endswith(";1")

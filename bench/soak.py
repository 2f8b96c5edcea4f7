"""Thousands of calls with everything that can go wrong, on a real Asterisk: `python -m bench.soak`.

Callers hang up in every phase; agents are busy, refuse, don't answer, redirect, hang up at once, transfer blind and
attended, pause, go and move (bench.soak_floor). At the end nothing may be left, neither on vmq's floor nor in Asterisk,
and the journal, queue_log and the reports must tell the same (bench.soak_counts). Exit status 1 when something differs.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.driver import Driver
from bench.lab import private_asterisk
from bench.soak_counts import COLUMNS, Count, counts
from bench.soak_floor import DIALPLAN, FEATURES, WANTED, SoakFloor, sections
from bench.soak_partings import LONGEST_S, Hangups, gaps
from bench.stats import Row, table
from tests.live import vmq_hooks
from tests.live.scripted import BUSY, DECLINED, ScriptedPhone, redirects_to
from tests.live.server import AsteriskServer, free_port
from tests.support.vmq_client import Entry, Fields
from tests.support.vmq_process import VmqProcess
from vmq.config.load import load

MODULES = ("func_rand", "app_queue")
SETTLE_S = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to do."""

    calls: int = 2000
    agents: int = 57
    calls_a_second: float = 5.0
    longest_s: float = 30.0
    seed: int = 1


@dataclass
class Soaked:
    """What came of it. `left` are things that should be gone, in words; `errors` are vmq's own; `gaps` are the
    seconds between the hang-ups of two who talked, one a talk."""

    plan: Plan
    done: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    def checks(self) -> Iterator[tuple[str, bool]]:
        """Each requirement, and whether it is met."""
        journal = {count.fact.strip(): count.by_source["journal"] for count in self.counts}
        came = journal["entered"] + journal["turned away"]
        yield f"{came} of {self.plan.calls} calls came to a queue, at least 80 %", came >= 0.8 * self.plan.calls
        yield f"nothing is left{''.join(f'; {each}' for each in self.left[:10])}", not self.left
        yield f"vmq logged no error{''.join(f'; {each}' for each in self.errors[:3])}", not self.errors
        ends = journal["completed"] + journal["abandoned"] + journal["left"]
        yield f"each of {journal['entered']} who entered has one end ({ends})", ends == journal["entered"]
        offers = journal["answered"] + journal["of these failed"]
        yield f"each of {journal['offers']} offers was answered or failed ({offers})", offers == journal["offers"]
        yield "each answered call was completed", journal["answered"] == journal["completed"]
        for count in self.counts:
            yield f"all sources agree: {count.fact.strip()}", count.is_agreed


async def soak(plan: Plan) -> Soaked:
    """Do it all."""
    hooks = {"extensions.conf": DIALPLAN, "features.conf": FEATURES}
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(private_asterisk(MODULES, hooks))
        driver = await stack.enter_async_context(Driver(server.ports.ami, WANTED).running())
        for number, script in (("1001", BUSY), ("1002", DECLINED), ("1003", redirects_to("7"))):
            await stack.enter_async_context(ScriptedPhone(server, number, script, calls=1_000_000))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vmq-soak-")))
        soaked = Soaked(plan)
        async with await _vmq(server, folder, plan) as vmq:
            for agent in range(1, plan.agents + 1):
                await driver.set(f"DEVICE_STATE(Custom:soak{agent})", "NOT_INUSE")
            hangups = Hangups()
            driver.on_event(hangups.take)
            floor = SoakFloor(driver, vmq, Random(plan.seed), plan.agents, plan.longest_s)
            await floor.work(plan.calls, plan.calls_a_second)
            soaked.done = floor.done
            for command in ("unpause", "login"):
                await floor.all_agents(command)
            soaked.left = await _left(server, vmq)
            await vmq.flushed()
            entries = list(vmq.entries)
        soaked.done += _outcomes(entries)
        soaked.gaps = gaps(entries, hangups.times)
        soaked.errors = [f"{line.get('event')} {line.get('error', '')}" for line in vmq.log_lines() if _is_bad(line)]
        soaked.counts = await counts(load(folder / "vmq.toml", {}), entries)
        return soaked


async def _vmq(server: AsteriskServer, folder: Path, plan: Plan) -> VmqProcess:
    port = free_port()
    await vmq_hooks.introduce(server, port)
    settings: dict[str, Any] = sections(plan.agents)
    settings["queue_log"] = settings["queue_log"] | {"file": str(folder / "queue_log")}
    return VmqProcess(folder, agi_port=port, **vmq_hooks.sections(server), **settings)


async def _left(server: AsteriskServer, vmq: VmqProcess) -> list[str]:
    """What is still there when everything has had time to end."""
    deadline = asyncio.get_running_loop().time() + SETTLE_S
    while found := [*await _left_in_asterisk(server), *_left_on_floor(await vmq.floor())]:
        if asyncio.get_running_loop().time() > deadline:
            break
        # Each look costs Asterisk a list of everything; nothing tells that the last thing is gone.
        await asyncio.sleep(0.5)
    return found


async def _left_in_asterisk(server: AsteriskServer) -> list[str]:
    channels = await server.ami.list("CoreShowChannels")
    bridges = await server.ami.list("BridgeList")
    return [
        *(f"channel {channel['Channel']} in {channel['Application']}" for channel in channels),
        *(f"bridge {bridge['BridgeUniqueid']} of {bridge['BridgeNumChannels']}" for bridge in bridges),
    ]


def _outcomes(entries: Iterable[Entry]) -> Counter[str]:
    """What became of offers, talks and waits, in the journal's words."""
    words = {
        "OfferFailed": ("offer failed", "why"),
        "CallCompleted": ("talk ended by", "by", "transfer"),
        "CallerLeft": ("caller left", "status"),
    }
    return Counter(
        " ".join([words[entry.kind][0] + ":", *filter(None, map(entry.fields.get, words[entry.kind][1:]))])
        for entry in entries
        if entry.kind in words
    )


def _left_on_floor(floor: Fields) -> list[str]:
    """Callers, offers, and agents who are not free again (a leg of theirs is left, say)."""
    waiting = [f"{queue['name']} has {call['call_id']}" for queue in floor["queues"] for call in _callers(queue)]
    offers = [f"agent {agent['name']} has an offer" for agent in floor["agents"] if agent["offer"]]
    idle = [f"agent {agent['name']} is not free: {agent}" for agent in floor["agents"] if not agent["is_free"]]
    return [*waiting, *offers, *idle]


def _callers(queue: Fields) -> list[Fields]:
    return [*queue["callers"], *queue["talking"]]


def _is_bad(line: Fields) -> bool:
    return line.get("level") in ("error", "critical") or "text" in line


def report(soaked: Soaked, seconds: float) -> int:
    """Print the tables and the verdict. Returns the exit status."""
    print(f"\n{soaked.plan.calls} calls, {soaked.plan.agents + 3} agents, {seconds:.0f} s")
    for what, times in sorted(soaked.done.items()):
        print(f"  {what:<34}{times:>6}")
    print(f"\n{'':<28}" + "".join(f"{name:>9}" for name in COLUMNS))
    for count in soaked.counts:
        print(count)
    print()
    longest_s = max(soaked.gaps, default=0.0)
    if soaked.gaps:
        print(table([Row("one of two who talked hangs up -> the other", soaked.gaps)]), end="\n\n")
    checks = [
        *soaked.checks(),
        (f"of {len(soaked.gaps)} pairs none outlives the other by more than {LONGEST_S:g} s: {longest_s:.3f} s",
         len(soaked.gaps) > 0 and longest_s <= LONGEST_S),
    ]  # fmt: skip
    for what, is_met in checks:
        print(f"{'pass' if is_met else 'FAIL'}  {what}")
    return 0 if all(is_met for _, is_met in checks) else 1


async def run(plan: Plan) -> int:
    """Soak and print."""
    began = asyncio.get_running_loop().time()
    soaked = await soak(plan)
    return report(soaked, asyncio.get_running_loop().time() - began)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=2000, help="how many are made")
    parser.add_argument("--agents", type=int, default=57, help="besides three whose telephones take no calls")
    parser.add_argument("--calls-a-second", type=float, default=5.0, help="how fast they come")
    parser.add_argument(
        "--longest-s", type=float, default=30.0, help="after which a caller hangs up whatever is going on"
    )
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    sys.exit(asyncio.run(run(Plan(**vars(parser.parse_args())))))


if __name__ == "__main__":
    main()

"""How fast a freed agent is offered a call, and what waiting costs, on a real Asterisk: `python -m bench.live_queue`.

app_queue and vmq do the same in one private Asterisk, one after the other: the same callers, agents and telephones
(bench.queue_floor). Offered = from the telephone's DeviceStateChange to NOT_INUSE to the Newchannel of the agent's leg,
by Asterisk's event times. Exit status 1 when vmq misses what is required of it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench import queue_floor
from bench.driver import Driver
from bench.lab import private_asterisk, vmq_on
from bench.processes import cpu_shares
from bench.queue_floor import CallCentre
from bench.stats import Requirement, Row, table, verdict
from tests.live.server import AsteriskServer

MAX_MEDIAN_MS, MAX_P95_MS, MAX_CPU_PERCENT = 20.0, 60.0, 2.0
SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure."""

    samples: int
    callers: int
    idle_callers: int
    cpu_s: float
    strategy: str
    retry_s: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What one engine did. CPU in percent of one core; `own_cpu` is that of vmq's process, 0 without one."""

    freed: list[float]
    declined: list[float]
    asterisk_cpu: float
    own_cpu: float


async def measure(plan: Plan, centre: CallCentre, pids: list[int]) -> Findings:
    """Everything about one engine. `pids`: Asterisk's, then the engine's own where it has one."""
    await centre.all_busy()
    await centre.fill(plan.idle_callers)
    await asyncio.sleep(SETTLE_S)
    _say(f"{centre.engine}: CPU with {plan.idle_callers} idle callers, {plan.cpu_s:g} s")
    shares = await cpu_shares(pids, plan.cpu_s)
    await centre.empty()
    await centre.fill(plan.callers)
    freed = await _samples(plan, centre, centre.free_agent, "an agent becomes free")
    declined = await _samples(plan, centre, centre.free_agent_after_decline, "after another has declined")
    await centre.empty()
    return Findings(freed, declined, shares[0], sum(shares[1:]))


async def _samples(plan: Plan, centre: CallCentre, sample: Callable[[], Awaitable[float]], what: str) -> list[float]:
    _say(f"{centre.engine}: {what}, {plan.samples} samples")
    found = []
    for _ in range(plan.samples):
        found.append(await sample())
        await centre.fill(plan.callers)
    return found


async def run(plan: Plan) -> int:
    """Measure both and print. Returns the exit status."""
    hooks = {
        "extensions.conf": queue_floor.DIALPLAN,
        "queues.conf": queue_floor.queues_conf(plan.strategy, plan.retry_s),
        "musiconhold.conf": queue_floor.NO_MUSIC,
    }
    async with (
        private_asterisk(("app_queue",), hooks) as server,
        Driver(server.ports.ami, queue_floor.WANTED).running() as driver,
    ):
        peer = await measure(plan, CallCentre(driver, "app_queue"), [server.pid])
        own = await _measure_vmq(plan, driver, server)
    return report(plan, peer, own)


async def _measure_vmq(plan: Plan, driver: Driver, server: AsteriskServer) -> Findings:
    async with vmq_on(server, **queue_floor.vmq_sections()) as vmq:
        return await measure(plan, CallCentre(driver, "vmq"), [server.pid, vmq.pid])


def report(plan: Plan, peer: Findings, own: Findings) -> int:
    """Print the tables and the verdict."""
    name = f"app_queue {plan.strategy} retry={plan.retry_s}"
    freed = Row(f"{name}: free -> leg", peer.freed)
    declined = Row(f"{name}: free -> leg, after a decline", peer.declined)
    rows = (
        freed,
        Row("vmq: free -> leg", own.freed, freed),
        declined,
        Row("vmq: free -> leg, after a decline", own.declined, declined),
    )
    print(f"\n{plan.callers} callers wait, {queue_floor.AGENTS} agents")
    print(table(rows))
    print(f"\nCPU with {plan.idle_callers} idle callers, no audio, % of one core over {plan.cpu_s:g} s")
    print(f"{name:<40} Asterisk {peer.asterisk_cpu:5.2f}")
    print(f"{'vmq':<40} Asterisk {own.asterisk_cpu:5.2f}  vmq {own.own_cpu:5.2f}")
    requirements = [
        Requirement(f"{row.title}, {figure}", seconds * 1000, limit, "ms")
        for row in (rows[1], rows[3])
        for figure, seconds, limit in (("median", row.median_s, MAX_MEDIAN_MS), ("p95", row.p95_s, MAX_P95_MS))
    ]
    return verdict([*requirements, Requirement("vmq's CPU", own.own_cpu, MAX_CPU_PERCENT, "%")])


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=40, help="of each case")
    parser.add_argument("--callers", type=int, default=100, help="waiting while agents become free")
    parser.add_argument("--idle-callers", type=int, default=300, help="waiting while CPU is measured")
    parser.add_argument("--cpu-s", type=float, default=20.0, help="how long CPU is measured")
    parser.add_argument("--strategy", default="rrmemory", help="of app_queue")
    parser.add_argument("--retry-s", type=int, default=5, help="of app_queue")
    plan = Plan(**vars(parser.parse_args()))
    sys.exit(asyncio.run(run(plan)))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""How fast a freed agent is offered a call, and what waiting costs, on a real Asterisk: `python -m bench.live_queue`.

app_queue and vmq do the same in one private Asterisk, one after the other: the same callers, agents and telephones
(bench.queue_floor). Offered = from the telephone's DeviceStateChange to NOT_INUSE to the Newchannel of the agent's leg,
by Asterisk's event times. Then shifts with a standing queue (bench.queue_shift): the share of the agents' time that is
talk, and how many calls a second. Exit status 1 when vmq misses what is required of it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pygal

from bench import queue_floor
from bench.driver import Driver
from bench.lab import private_asterisk, vmq_on
from bench.processes import cpu_shares
from bench.queue_floor import CallCentre
from bench.queue_shift import Shift, ShiftClerk
from bench.stats import Requirement, Row, table, verdict
from tests.live.server import AsteriskServer

MAX_MEDIAN_MS, MAX_P95_MS, MAX_CPU_PERCENT = 10.0, 50.0, 2.0
MIN_SHARES = {1.0: 97.0, 5.0: 99.0}  # talk of so many seconds → per cent of the agents' time that must be talk
QUICK_TALK_S = 0.5  # talks so short that two cores are the limit: calls a second
SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure."""

    samples: int
    callers: int
    idle_callers: int
    cpu_s: float
    standing_callers: int
    shift_s: float
    strategy: str
    retry_s: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What one engine did. CPU in percent of one core; `own_cpu` is that of vmq's process, 0 without one."""

    freed: list[float]
    declined: list[float]
    asterisk_cpu: float
    own_cpu: float
    shifts: list[Shift]


async def measure(plan: Plan, driver: Driver, centre: CallCentre, pids: list[int]) -> Findings:
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
    shifts = await _shifts(plan, driver, centre.engine, pids)
    return Findings(freed, declined, shares[0], sum(shares[1:]), shifts)


async def _shifts(plan: Plan, driver: Driver, engine: str, pids: list[int]) -> list[Shift]:
    clerk, shifts = ShiftClerk(driver, engine, plan.standing_callers), []
    for talk_s in (*MIN_SHARES, QUICK_TALK_S):
        _say(f"{engine}: a shift of {plan.shift_s:g} s, talks of {talk_s:g} s")
        shifts.append(await clerk.work(talk_s, plan.shift_s, pids))
    return shifts


async def _samples(plan: Plan, centre: CallCentre, sample: Callable[[], Awaitable[float]], what: str) -> list[float]:
    _say(f"{centre.engine}: {what}, {plan.samples} samples")
    found = []
    for _ in range(plan.samples):
        found.append(await sample())
        await centre.fill(plan.callers)
    return found


async def run(plan: Plan, plot: Path | None) -> int:
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
        peer = await measure(plan, driver, CallCentre(driver, "app_queue"), [server.pid])
        own = await _measure_vmq(plan, driver, server)
    if plot is not None:
        plot.write_text(draw(peer, own), encoding="utf-8")
        print(f"plot: {plot}")
    return report(plan, peer, own)


async def _measure_vmq(plan: Plan, driver: Driver, server: AsteriskServer) -> Findings:
    async with vmq_on(server, **queue_floor.vmq_sections()) as vmq:
        return await measure(plan, driver, CallCentre(driver, "vmq"), [server.pid, vmq.pid])


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
    print(f"\n{plan.standing_callers} callers wait all the time, {queue_floor.AGENTS} agents, {plan.shift_s:g} s")
    print(f"{'':<24}{'calls/s':>9}{'talk share':>12}{'gap median':>12}{'Asterisk CPU':>14}{'own CPU':>9}")
    for shift in (*peer.shifts, *own.shifts):
        gap_ms = 1000 * statistics.median(shift.gaps) if shift.gaps else 0.0
        print(
            f"{shift.engine + f', talks of {shift.talk_s:g} s':<24}{shift.calls_a_second:>9.1f}{shift.share:>10.1f} %"
            f"{gap_ms:>9.1f} ms{shift.asterisk_cpu:>12.0f} %{shift.own_cpu:>7.0f} %"
        )
    requirements = [
        Requirement(f"{row.title}, {figure}", seconds * 1000, limit, "ms")
        for row in (rows[1], rows[3])
        for figure, seconds, limit in (("median", row.median_s, MAX_MEDIAN_MS), ("p95", row.p95_s, MAX_P95_MS))
    ]
    requirements += [
        Requirement(
            f"talk share, talks of {shift.talk_s:g} s", shift.share, MIN_SHARES[shift.talk_s], "%", is_least=True
        )
        for shift in own.shifts
        if shift.talk_s in MIN_SHARES
    ]
    return verdict([*requirements, Requirement("vmq's CPU", own.own_cpu, MAX_CPU_PERCENT, "%")])


def draw(peer: Findings, own: Findings) -> str:
    """How long freed agents waited for their next call, sorted: a line a case, as SVG."""
    chart = pygal.XY(
        title="From an agent's telephone free to his next call's leg",
        x_title="share of cases, %",
        y_title="at most, ms",
        logarithmic=True,
        show_dots=False,
        legend_at_bottom=True,
        js=[],
    )
    for engine, found in (("app_queue", peer), ("vmq", own)):
        for title, samples in ((engine, found.freed), (f"{engine}, after a decline", found.declined)):
            ordered = sorted(samples)
            chart.add(title, [(100 * (n + 1) / len(ordered), 1000 * value) for n, value in enumerate(ordered)])
    drawn: str = chart.render(is_unicode=True)
    return drawn


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=40, help="of each case")
    parser.add_argument("--callers", type=int, default=100, help="waiting while agents become free")
    parser.add_argument("--idle-callers", type=int, default=300, help="waiting while CPU is measured")
    parser.add_argument("--cpu-s", type=float, default=20.0, help="how long CPU is measured")
    parser.add_argument("--standing-callers", type=int, default=200, help="waiting all the time of a shift")
    parser.add_argument("--shift-s", type=float, default=20.0, help="how long a shift is measured")
    parser.add_argument("--plot", type=Path, help="write a plot of the delays here, as SVG")
    parser.add_argument("--strategy", default="rrmemory", help="of app_queue")
    parser.add_argument("--retry-s", type=int, default=5, help="of app_queue")
    wanted = vars(parser.parse_args())
    plot = wanted.pop("plot")
    sys.exit(asyncio.run(run(Plan(**wanted), plot)))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

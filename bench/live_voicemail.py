"""How soon a message is safe and a prompt is heard, on a real Asterisk: `python -m bench.live_voicemail`.

app_voicemail and vmq do the same in one private Asterisk, one after the other (bench.mail_calls): fifty callers at once
leave a message of 3 to 4 s; fifty leave one and hang up in the same moment; fifty owners at once call their mailbox.
All times are Asterisk's event times, but that of a stored message in vmq, which is its journal's (see `measure_vmq`).
CPU a call, which does not depend on what else the machine does, is printed beside. Exit status 1 when vmq misses what
is required of it: fifty who hang up in the same moment are shown, not judged, for then one core has all their work at
once.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench import mail_calls
from bench.driver import Driver
from bench.lab import private_asterisk, vmq_on
from bench.mail_calls import TONE_S, Crowd
from bench.processes import cpu_s
from bench.stats import Requirement, Row, table, verdict
from tests.live.server import AsteriskServer

MAX_STORED_MS, MAX_PROMPT_MS = 20.0, 60.0
BEGINS = {"app_voicemail": "audible", "vmq": "recording"}  # app_voicemail plays nothing before but its tone
STARTS = (("check prompt", "owner known"), ("login prompt", "login"))
ASIDE_S = 1.0  # between two rounds: lamps, logs and the peer's own cleaning up are over

Samples = defaultdict[str, list[float]]
Stored = Callable[[], Awaitable[list[float]]]
Used = Callable[[], tuple[float, float]]
"""Seconds of CPU that Asterisk and vmq have used so far."""
CPU = ("leave", "leave together", "check", "login")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure."""

    callers: int
    rounds: int


async def leave(crowd: Crowd, stored: Stored, found: Samples, *, together: bool) -> None:
    """All call at once; each speaks for TONE_S and hangs up, within the next second or all `together`. `stored` says
    when each message was."""
    await crowd.start("leave")
    if together:
        await crowd.times(BEGINS[crowd.engine])
        await asyncio.sleep(TONE_S)
        await crowd.hang_up()
    else:
        await crowd.hang_up_each(BEGINS[crowd.engine], TONE_S, 1.0)
    hung_up = await crowd.times("hung up")
    suffix = " together" if together else ""
    for mark, times in (("stored", await stored()), ("lamp", await crowd.times("lamp"))):
        found[mark + suffix] += [at - since for at, since in zip(times, hung_up, strict=True)]
    await crowd.times("gone")


async def costing(step: Awaitable[None], name: str, callers: int, used: Used, found: Samples) -> None:
    """Do it, and note what it cost a call."""
    before = used()
    await step
    for engine, then, now in zip(("Asterisk", "vmq"), before, used(), strict=True):
        found[f"{name} CPU {engine}"].append((now - then) / callers)


async def call_in(crowd: Crowd, what: str, found: Samples) -> None:
    """All call their mailbox at once and hang up once they hear something."""
    await crowd.start(what)
    audible, dialled = await crowd.times("audible"), await crowd.times("dialled")
    found[what] += [at - since for at, since in zip(audible, dialled, strict=True)]
    if crowd.engine == "vmq":
        prompts = await crowd.times("prompt")
        found[f"{what} prompt"] += [at - since for at, since in zip(prompts, dialled, strict=True)]
    await crowd.hang_up()
    await crowd.times("gone")


async def measure(plan: Plan, crowd: Crowd, stored: Stored, used: Used) -> Samples:
    """All rounds of one engine."""
    found: Samples = defaultdict(list)
    for number in range(plan.rounds):
        print(f"{crowd.engine}: round {number + 1} of {plan.rounds}", file=sys.stderr, flush=True)
        steps = (
            lambda: leave(crowd, stored, found, together=False),
            lambda: leave(crowd, stored, found, together=True),
            lambda: call_in(crowd, "check", found),
            lambda: call_in(crowd, "login", found),
        )
        for name, step in zip(CPU, steps, strict=True):
            await costing(step(), name, plan.callers, used, found)
            await asyncio.sleep(ASIDE_S)
    return found


async def measure_vmq(plan: Plan, driver: Driver, server: AsteriskServer, mailboxes: list[str]) -> Samples:
    """vmq's rounds. A message is stored when its journal says so: MessageStored is written down only after the
    recording was synced to the disk and renamed and the row's transaction was committed (vmq.voicemail.deliver)."""
    async with vmq_on(server, **mail_calls.vmq_sections(mailboxes)) as vmq:
        crowd = Crowd(driver, "vmq", mailboxes)
        await vmq.close()  # nobody watches while it is measured: a live stream costs CPU

        async def stored() -> list[float]:
            await crowd.times("lamp")
            before = len(vmq.entries)
            await vmq.open()
            for number in mailboxes:
                entry = await vmq.wait_record("MessageStored", before, mailbox=number)
                crowd.note("stored", number, entry.at)
            await vmq.close()
            return await crowd.times("stored")

        return await measure(plan, crowd, stored, lambda: (cpu_s(server.pid), cpu_s(vmq.pid)))


async def run(plan: Plan) -> int:
    """Measure both and print. Returns the exit status."""
    mailboxes = mail_calls.numbers(plan.callers)
    hooks = {"extensions.conf": mail_calls.DIALPLAN, "voicemail.conf": mail_calls.voicemail_conf(mailboxes)}
    wanted = mail_calls.WANTED
    async with (
        private_asterisk(("app_voicemail", "func_talkdetect"), hooks) as server,
        Driver(server.ports.ami, wanted).running() as driver,
    ):
        await mail_calls.give_tone(driver, server)
        crowd = Crowd(driver, "app_voicemail", mailboxes)
        peer = await measure(plan, crowd, lambda: crowd.times("gone"), lambda: (cpu_s(server.pid), 0.0))
        own = await measure_vmq(plan, driver, server, mailboxes)
    return report(plan, peer, own)


def report(plan: Plan, peer: Samples, own: Samples) -> int:
    """Print the table and the verdict."""
    peers_stored = "file renamed, channel gone"  # app_voicemail does not sync
    rows = []
    for mark, title, peers_title in (
        ("stored", "hung up -> synced, renamed, committed", f"hung up -> {peers_stored}"),
        ("lamp", "hung up -> MessageWaiting", ""),
        ("stored together", "as above, all hang up together", f"{peers_stored}, together"),
        ("lamp together", "MessageWaiting, together", ""),
        ("check", "dialled -> prompt audible, owner known", ""),
        ("login", "dialled -> prompt audible, login", ""),
    ):
        beside = Row(f"app_voicemail: {peers_title or title}", peer[mark])
        rows += [beside, Row(f"vmq: {title}", own[mark], beside)]
    starts = [Row(f"vmq: dialled -> prompt starts, {title}", own[mark]) for mark, title in STARTS]
    print(f"\n{plan.callers} callers at once, {plan.rounds} rounds")
    print(table([*rows, *starts]))
    print("\nCPU a call, callers included, ms (median of the rounds)")
    for name in CPU:
        asterisk, beside, vmq = (
            1000 * statistics.median(samples[f"{name} CPU {process}"])
            for samples, process in ((peer, "Asterisk"), (own, "Asterisk"), (own, "vmq"))
        )
        print(f"  {name:<16} app_voicemail: Asterisk {asterisk:.1f}   vmq: Asterisk {beside:.1f}, vmq {vmq:.2f}")
    required = [(rows[1], MAX_STORED_MS), *((row, MAX_PROMPT_MS) for row in starts)]
    return verdict([Requirement(f"{row.title}, median", row.median_s * 1000, limit, "ms") for row, limit in required])


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--callers", type=int, default=50, help="at once")
    parser.add_argument("--rounds", type=int, default=3)
    sys.exit(asyncio.run(run(Plan(**vars(parser.parse_args())))))


if __name__ == "__main__":
    main()

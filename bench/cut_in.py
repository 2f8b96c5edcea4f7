"""How long a caller who is being told something keeps his agent waiting, on a real Asterisk: `python -m bench.cut_in`.

From the agent's leg standing in the holding bridge (which is when ConnectCaller is given) to the caller's entering the
bridge with it, by Asterisk's event times: while he hears music, while an announcement plays, while a question waits for
his key. Exit status 1 when a prompt costs more than it may.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys

from bench.driver import Driver, at, within
from bench.lab import private_asterisk, vmq_on
from bench.queue_floor import NO_MUSIC
from bench.stats import Requirement, Row, table, verdict
from vmq.asterisk.message import Headers

MAX_MEDIAN_MS, MAX_P95_MS = 20.0, 60.0
CASES = ("music", "announcement", "question")
WANTED = ("BridgeEnter", "AGIExecStart", "Hangup")
DIALPLAN = """
[cut-caller]
exten => _[a-z].,1,Answer()
 same => n,Gosub(vmq-queue,s,1(${EXTEN}))
 same => n,Hangup()
[cut-far-end]
exten => s,1,Wait(3600)
[cut-agent]
exten => _[a-z].,1,Answer()
 same => n,Wait(0.3)
 same => n,Hangup()
"""


def sections() -> dict[str, list[dict[str, object]]]:
    """A queue for each case, each with one agent."""
    periodic = {"periodic": ["queue-periodic-announce"], "periodic_s": 7, "periodic_start_s": 0.1, "min_frequency_s": 1}
    callback = {"is_on": True, "dial": "Local/{number}@nowhere", "allow": ["_X."]}
    offer = {"offer": "callback", "offer_after_s": 0.1}
    queues: list[dict[str, object]] = [
        {"name": "music"},
        {"name": "announcement", "announce": periodic},
        {"name": "question", "announce": offer, "callback": callback},
    ]
    agents: list[dict[str, object]] = [
        {
            "name": name,
            "device": f"Local/{name}@cut-agent/n",
            "state_device": f"Custom:{name}",
            "queues": [name],
        }
        for name in CASES
    ]
    return {"queue": queues, "agent": agents}


class Bench:
    """One caller at a time."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._numbers = itertools.count(1)

    async def sample(self, case: str) -> float:
        """A caller waits and listens, his agent becomes free and answers: seconds from parked to bridged."""
        await self._driver.set(f"DEVICE_STATE(Custom:{case})", "INUSE")
        number = f"{case}-{next(self._numbers):05d}"
        caller = f"cut-caller-{number}"
        listens = self._driver.expect(lambda event: event["Uniqueid"] == caller and _listens(event, case))
        await self._driver.call(f"Local/{case}@cut-caller/n", (f"cut-far-{number}", caller), "cut-far-end")
        await within(listens, f"{case} for the caller")
        await asyncio.sleep(random.uniform(0.2, 3.0))
        parked = self._driver.expect(lambda event: _enters(event, "vmq-", is_holding=True))
        bridged = self._driver.expect(lambda event: _enters(event, caller, is_holding=False))
        over = self._driver.expect(lambda event: event["Event"] == "Hangup" and event["Uniqueid"] == caller)
        await self._driver.set(f"DEVICE_STATE(Custom:{case})", "NOT_INUSE")
        parked_at = at(await within(parked, "parked leg"))
        bridged_at = at(await within(bridged, "bridged caller"))
        await self._driver.set(f"DEVICE_STATE(Custom:{case})", "INUSE")
        await within(over, "end of the call")
        return bridged_at - parked_at


def _listens(event: Headers, case: str) -> bool:
    """True when the caller has come to what the case is about."""
    wanted = {"music": "WAIT FOR DIGIT", "announcement": "STREAM FILE", "question": 'WAIT FOR DIGIT "10000'}[case]
    return event["Event"] == "AGIExecStart" and event.get("Command", "").startswith(wanted)


def _enters(event: Headers, channel: str, *, is_holding: bool) -> bool:
    is_in = event["Event"] == "BridgeEnter" and event["Uniqueid"].startswith(channel)
    return is_in and (event["BridgeTechnology"] == "holding_bridge") is is_holding


async def run(samples: int) -> int:
    """Measure all cases and print. Returns the exit status."""
    hooks = {"extensions.conf": DIALPLAN, "musiconhold.conf": NO_MUSIC}
    async with (
        private_asterisk((), hooks) as server,
        Driver(server.ports.ami, WANTED).running() as driver,
        vmq_on(server, **sections()),
    ):
        bench = Bench(driver)
        found = {case: [await bench.sample(case) for _ in range(samples)] for case in CASES}
    music = Row("music", found["music"])
    rows = [music, *(Row(case, found[case], music) for case in CASES[1:])]
    print("\nagent parked -> caller bridged")
    print(table(rows))
    return verdict(
        [
            Requirement(f"{row.title}, {figure}", seconds * 1000, limit, "ms")
            for row in rows[1:]
            for figure, seconds, limit in (("median", row.median_s, MAX_MEDIAN_MS), ("p95", row.p95_s, MAX_P95_MS))
        ]
    )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=40, help="of each case")
    sys.exit(asyncio.run(run(parser.parse_args().samples)))


if __name__ == "__main__":
    main()

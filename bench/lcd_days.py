"""`python -m bench.lcd_days`: six days of a vmq, its live stream and its display on the wall, as fast as they can go.

A real vmq on the stand-in, a real `vmq lcd`, a real LCDd (text driver). An agent comes and goes, once every few seconds
of those days: each time is a record in the journal, an event in the stream, and news for the display. The memory of
`vmq lcd` must stay flat from the first day to the last; vmq's and LCDd's are shown beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import httpx

from bench.processes import rss_mb
from tests.live.lcdd import Lcdd, lcdd
from tests.support.vmq_process import VmqProcess

MAX_GROWTH_MB = 2.0
DAY_S = 86_400
HOUSE = {
    "queue": [{"name": "sales"}],
    "agent": [{"name": "ann", "device": "PJSIP/1001", "queues": ["sales"]}],
    "mailbox": [{"number": "1001"}],
}


async def run(days: int, event_every_s: float) -> int:
    """Live through the days. Returns the exit status."""
    each_day = round(DAY_S / event_every_s)
    with tempfile.TemporaryDirectory() as name:
        vmq = VmqProcess(Path(name) / "vmq", **HOUSE)
        async with lcdd(Path(name)) as display, vmq:
            await vmq.close()  # what follows the stream for tests keeps all of it
            wall = await _hang(vmq, display)
            used = []
            for day in range(1, days + 1):
                await _live(vmq.url, each_day)
                used.append(rss_mb(wall.pid))
                print(
                    f"day {day}: vmq lcd {used[-1]:.1f} MB, vmq {rss_mb(vmq.pid):.1f} MB, "
                    f"LCDd {rss_mb(display.pid):.1f} MB",
                    flush=True,
                )
            await display.shows(lambda frame: any(line.startswith("sales") for line in frame))
            wall.terminate()
            await wall.wait()
    growth = used[-1] - used[0]
    is_flat = growth <= MAX_GROWTH_MB
    print(f"{'pass' if is_flat else 'FAIL'}  {days * each_day} events; memory of vmq lcd, first day to last: "
          f"{growth:+.2f} MB, at most {MAX_GROWTH_MB:g} MB")  # fmt: skip
    return not is_flat


async def _hang(vmq: VmqProcess, display: Lcdd) -> asyncio.subprocess.Process:
    """The display's program, once it shows something."""
    wall = await asyncio.create_subprocess_exec(
        "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "vmq.cli", "lcd", "--mailbox", "1001",
        "--lcdd", f"127.0.0.1:{display.port}", "--config", str(vmq.folder / "vmq.toml"),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await display.shows(lambda frame: any(line.startswith("sales") for line in frame))
    return wall


async def _live(url: str, events: int) -> None:
    """So many comings and goings."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1") as http:
        for number in range(events):
            done = await http.post(f"/agents/ann/{('login', 'logout')[number % 2]}")
            done.raise_for_status()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--event-every-s", type=float, default=6.0, help="of those days")
    options = parser.parse_args()
    raise SystemExit(asyncio.run(run(options.days, options.event_every_s)))


if __name__ == "__main__":
    main()

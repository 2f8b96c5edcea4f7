"""The live stream under load: `python -m bench.stream [seconds]`.

500 agents, 200 callers, 20 events a second, 200 dashboards: all but one read the stream from a process of their own,
one is the floor room in a real Chromium. Measured: how much script the page's first load is, compressed; from a
record's time to each reader, and to the page's table; the page's tasks, in CPU time of its main thread, each of which
would hold up a frame, and the time from frame to frame; and what a decision costs with that one page and with all.
Times of the wall clock mean something on a machine that does nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from statistics import median

import structlog
from playwright.async_api import Page, Response, async_playwright

from bench.stats import Requirement, Row, table, verdict
from tests.browser.conftest import FLAGS
from tests.browser.install import find
from tests.support.busy_house import BusyHouse, Pace
from tests.support.open_house import open_house
from vmq.domain.commands import Command
from vmq.domain.events import CallerJoined, ChannelHungUp, Event

AGENTS, QUEUES, DASHBOARDS = 500, 20, 200
PACE = Pace(per_hour=340.0, talk_s=95.0)
HISTORY_H = 0.2
MARKS_A_SECOND = 2
MAX_LATENCY_MS, MAX_TASK_MS, MAX_RATIO, MAX_SCRIPT_KB = 100.0, 50.0, 1.3, 150.0
ROUNDS = 3

WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    for (const cell of document.querySelectorAll("#callers .row-open")) {
      const mark = cell.textContent.match(/^mark-\\\\d+/)?.[0];
      if (mark && !(mark in seen)) requestAnimationFrame(() => { seen[mark] ??= Date.now() / 1000; });
    }
  }).observe(document.getElementById("callers").tBodies[0], { childList: true });
}""".replace("\\\\", "\\")


FRAMES = """async (seconds) => {
  const lasted = [];
  const until = performance.now() + seconds * 1000;
  for (let last = await new Promise(requestAnimationFrame); last < until;) {
    const now = await new Promise(requestAnimationFrame);
    lasted.push((now - last) / 1000);
    last = now;
  }
  return lasted;
}"""


class Timed:
    """Takes the house's decisions and keeps what each cost, in CPU seconds of this thread."""

    def __init__(self, house: BusyHouse) -> None:
        self.seconds: list[float] = []
        take = house.take

        def timed(event: Event, now: float) -> Sequence[Command]:
            began = time.thread_time()
            commands = take(event, now)
            self.seconds.append(time.thread_time() - began)
            return commands

        house.take = timed  # type: ignore[method-assign]

    async def round(self, seconds: float) -> float:
        """The median cost of a decision in the next seconds."""
        self.seconds.clear()
        await asyncio.sleep(seconds)
        return median(self.seconds)


async def read_stream(host: str, port: int, latencies: list[float], until: float) -> None:
    """One dashboard: reads the stream and notes how old each record is when it comes."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /api/v1/events HTTP/1.1\r\nhost: {host}:{port}\r\n\r\n".encode())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(until - time.time()):
            while line := await reader.readline():
                if line.startswith(b"data: {"):
                    latencies.append(time.time() - json.loads(line[6:])["at"])
    writer.close()


async def listen(host: str, port: int, count: int, seconds: float) -> None:
    """Many dashboards; prints the latencies."""
    latencies: list[float] = []
    until = time.time() + seconds
    await asyncio.gather(*(read_stream(host, port, latencies, until) for _ in range(count)))
    print(json.dumps(latencies))


@contextlib.asynccontextmanager
async def floor_page(url: str, scripts: list[int]) -> AsyncIterator[Page]:
    """The floor room in a real browser, watched; `scripts` gets the bytes of each script of its first load, as sent."""

    def note(response: Response) -> None:
        if response.url.endswith(".js"):
            scripts.append(int(response.headers["content-length"]))

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1600, "height": 1000})
        page.on("response", note)
        await page.goto(url)
        await page.wait_for_selector("#agents tbody tr:nth-child(20)")
        await page.wait_for_selector("#callers tbody tr")
        await asyncio.sleep(3)
        await page.evaluate(WATCH)
        yield page
        await browser.close()


async def mark(house: BusyHouse, page: Page, seconds: float) -> list[float]:
    """Callers of known names come to the head of the first queue; after how long each stood in the page's table."""
    came: dict[str, float] = {}
    until = time.time() + seconds
    while time.time() < until:
        name = f"mark-{len(came)}"
        came[name] = time.time()
        house.post(CallerJoined(name, f"PJSIP/{name}", "sales", entered_at=came[name], name=name, priority=99))
        await asyncio.sleep(1 / MARKS_A_SECOND)
        house.post(ChannelHungUp(name, cause=16))
    await asyncio.sleep(1)
    seen = await page.evaluate("window.seen")
    return [seen[name] - at for name, at in came.items() if name in seen]


async def main_thread(page: Page, seconds: float) -> list[float]:
    """The CPU seconds of each task of the page's main thread."""
    browser = page.context.browser
    assert browser is not None
    await browser.start_tracing(page=page, categories=["toplevel"])
    await asyncio.sleep(seconds)
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    threads = {(each["pid"], each["tid"]): each["args"]["name"] for each in events if each["name"] == "thread_name"}
    return [
        each["tdur"] / 1e6
        for each in events
        if each["name"].endswith("RunTask")
        and "tdur" in each
        and threads.get((each["pid"], each["tid"])) == "CrRendererMain"
    ]


async def measure(seconds: float) -> int:
    """Everything; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(folder), queues=QUEUES, agents=AGENTS, hours=HISTORY_H, pace=PACE) as opened:
            house, server = opened.house, opened.server
            timed = Timed(house)
            began, first_id = time.time(), house.journal.last_id
            alone: list[float] = []
            crowded: list[float] = []
            latencies: list[float] = []
            scripts: list[int] = []
            async with floor_page(server.url, scripts) as page:
                for _ in range(ROUNDS):
                    alone.append(await timed.round(seconds))
                    readers = await asyncio.create_subprocess_exec(
                        sys.executable, "-m", "bench.stream", "listen", server.host, str(server.port),
                        str(DASHBOARDS - 1), str(seconds + 2), stdout=asyncio.subprocess.PIPE,
                    )  # fmt: skip
                    await asyncio.sleep(2)
                    crowded.append(await timed.round(seconds))
                    out, _ = await readers.communicate()
                    latencies += json.loads(out)
                drawn = await mark(house, page, seconds)
                frames: list[float] = await page.evaluate(FRAMES, seconds)
                tasks = await main_thread(page, seconds)
            rate = (house.journal.last_id - first_id) / (time.time() - began)
            callers = len(house.floor.callers)
    rows = [
        Row(f"record to {DASHBOARDS - 1} streams", latencies),
        Row("record to the page's table", drawn),
        Row("a task of the page's main thread (CPU)", tasks),
        Row("from frame to frame", frames),
    ]
    print(f"{AGENTS} agents, {callers} callers, {rate:.1f} records a second, {DASHBOARDS} dashboards\n")
    print(table(rows))
    print(f"\ndecide(): {median(alone) * 1e6:.0f} us with one dashboard, {median(crowded) * 1e6:.0f} us with all")
    return verdict(
        [
            Requirement("script of the first load", sum(scripts) / 1000, MAX_SCRIPT_KB, "kB"),
            Requirement("record to a stream, p95", rows[0].p95_s * 1000, MAX_LATENCY_MS, "ms"),
            Requirement("record to the page, p95", rows[1].p95_s * 1000, MAX_LATENCY_MS, "ms"),
            Requirement("longest task of the page", max(tasks) * 1000, MAX_TASK_MS, "ms"),
            Requirement("a decision with all dashboards to one", median(crowded) / median(alone), MAX_RATIO, "x"),
        ]
    )


def main() -> None:
    """Measure, or be the readers of a measurement."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if sys.argv[1:2] == ["listen"]:
        host, port, count, seconds = sys.argv[2:]
        asyncio.run(listen(host, int(port), int(count), float(seconds)))
    else:
        raise SystemExit(asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)))


if __name__ == "__main__":
    main()

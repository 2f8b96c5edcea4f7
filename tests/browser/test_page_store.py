"""What keeps the page's state asks one question of a kind at a time: at midnight, and when the stream breaks off."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.support.shop import Shop, serving

pytestmark = pytest.mark.browser

SERVER = """
  const { Store } = await import("/page/live/store.js");
  const at = Date.now() / 1000;
  const asked = { floor: 0, queues: 0, events: 0 };
  const most = { floor: 0, queues: 0 };
  const open = { floor: 0, queues: 0 };
  let stream;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (holds) => { while (!holds()) await wait(10); };
  const counted = async (kind, body, ms) => {
    asked[kind] += 1;
    most[kind] = Math.max(most[kind], ++open[kind]);
    await wait(ms);
    open[kind] -= 1;
    return new Response(JSON.stringify(body));
  };
  const yesterday = new Date((at - 60) * 1000).toISOString();
  const floor = { at, last_id: 0, is_linked: true, queues: [], agents: [] };
  window.fetch = async (url) => {
    if (url.includes("/floor")) return counted("floor", floor, 300);
    if (url.includes("/reports/queues")) return counted("queues", { rows: [{ queue: "sales", end: yesterday }] }, 200);
    if (url.includes("/reports/")) return new Response(JSON.stringify({ rows: [] }));
    asked.events += 1;
    return new Response(new ReadableStream({ start: (given) => { stream = given; } }));
  };
  const tell = (text) => stream.enqueue(new TextEncoder().encode(text));
  Math.random = () => 0.4; // a floor is asked for 400 ms after a reset, and again 500 ms after the stream's end
  const store = new Store();
  store.run();
  await until(() => store.state.today);
"""
MIDNIGHT = r"""async () => {
  %s
  for (let id = 1; id <= 8; id += 1) {
    const entry = { id, at: at + id, kind: "MailboxMade", record: { mailbox: "1001" } };
    tell(`event: record\ndata: ${JSON.stringify(entry)}\n\n`);
    await until(() => store.state.floor.last_id === id);
  }
  await until(() => asked.queues > 2);
  return most.queues;
}"""
BROKEN_OFF = r"""async () => {
  %s
  await until(() => asked.floor === 2 && open.floor === 0); // the first floor is followed by another
  await wait(50);
  tell("event: reset\ndata: {}\n\n");
  await wait(0);
  stream.close();
  await until(() => asked.events > 1);
  return [most.floor, asked.events];
}"""


async def test_at_midnight_the_figures_are_asked_for_one_at_a_time(page: Page) -> None:
    async with serving(Shop()) as server:
        await page.goto(f"{server.url}/login")
        assert await page.evaluate(MIDNIGHT % SERVER) == 1
        await page.close()


async def test_a_floor_that_is_asked_for_twice_is_asked_once(page: Page) -> None:
    async with serving(Shop()) as server:
        await page.goto(f"{server.url}/login")
        assert await page.evaluate(BROKEN_OFF % SERVER) == [1, 2]
        await page.close()

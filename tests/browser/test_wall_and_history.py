"""The wallboard and the history in a real browser: figures of a day that was, thresholds, a call's time line, CSV."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.support.open_house import open_house
from tests.support.reported import config_of, write_day
from tests.support.shop import Shop, serving
from tests.support.wav import write_wav
from vmq.app.reports import open_reports
from vmq.domain.asked import AgentPaused
from vmq.domain.records import CallRecorded

pytestmark = pytest.mark.browser


async def test_thresholds_of_the_address_grade_a_queue_in_words(page: Page) -> None:
    shop = Shop()
    for agent in ("ann", "bob"):
        shop.post(AgentPaused(agent, ""))
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/wall?waiting=1,2&queues=support")
        tile = page.get_by_role("region", name="support")
        await expect(tile).to_contain_text("in order")
        shop.call("c1", "support")
        await expect(tile).to_contain_text("watch")
        shop.call("c2", "support")
        await expect(tile).to_contain_text("act")
        await expect(page.get_by_role("region", name="sales")).to_have_count(0)
        await page.get_by_text("Queues and thresholds").click()
        await page.get_by_role("group", name="Waiting callers").get_by_label("act").fill("5")
        await page.get_by_role("button", name="Set").click()
        await expect(tile).to_contain_text("watch")
        assert "waiting=1%2C5" in page.url
        await page.close()


async def test_a_day_is_shown_in_charts_tables_and_calls_and_saved_as_csv(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path, agents=8, hours=0.5) as opened:
        await page.goto(f"{opened.server.url}/#/history?interval=15m")
        await expect(page.locator("figure canvas")).to_have_count(3)
        await expect(page.locator(".scroll tbody tr").first).to_contain_text("billing")
        await page.get_by_role("link", name="Calls", exact=True).click()
        await page.locator("#calls .row-open").first.click()
        await expect(page.locator(".timeline li").nth(1)).to_contain_text("rang")
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Save as CSV").click()
        saved = await (await downloading.value).path()
        with saved.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) > 20
        assert len({row["call_id"] for row in rows}) == len(rows)
        await page.close()


async def test_a_recording_is_heard_in_the_call_it_is_of(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "data/recordings/calls/1.wav"
    path.parent.mkdir(parents=True)
    write_wav(path, 2.0)
    await write_day(tmp_path / "data", CallRecorded("o-c1", "c1", str(path), "started"))
    shop = Shop()
    async with open_reports(config_of(tmp_path / "data")) as shop.reports, serving(shop) as server:
        await page.goto(f"{server.url}/#/history/calls?from=2025-11-22&to=2025-11-22")
        await page.locator("#calls .row-open").first.click()
        drawer = page.get_by_role("complementary")
        await drawer.get_by_role("button", name="Play").click()
        await expect(drawer.locator(".player .time")).to_have_text(re.compile(r"^0:0[12] / 0:02$"))
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
        await page.close()


async def test_the_days_figures_go_on_by_the_stream(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path, queues=1, agents=4, hours=0.5) as opened:
        await page.goto(f"{opened.server.url}/#/floor")
        answered = page.locator("#queues tbody tr td").nth(6)
        await expect(answered).not_to_have_text("–")
        was = await answered.text_content()
        await expect(answered).not_to_have_text(was or "", timeout=120_000)
        query = {"from": "today", "interval": "1d"}
        response = await page.request.get(f"{opened.server.url}/api/v1/reports/queues", params=query)
        (row,) = (await response.json())["rows"]
        await expect(answered).to_have_text(str(row["answered"]))
        await page.close()

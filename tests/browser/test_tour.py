"""The newcomer's tour of docs/dashboard.md, step by step, on the program that `make run` starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.live.server import free_port
from vmq.app.program import running
from vmq.config.model import Config, HttpConfig, PathsConfig

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000


async def test_from_make_run_to_the_first_answered_call(page: Page, browser: Browser, tmp_path: Path) -> None:
    config = Config(paths=PathsConfig(data=tmp_path), http=HttpConfig(port=free_port()))
    async with running(config) as program:
        assert program.stand_in is not None
        ann, carla = (program.stand_in.pbx.phone(number) for number in ("1001", "1003"))
        await page.goto(program.addresses.http)
        await expect(page.locator("#queues tbody tr")).to_contain_text("support", timeout=PATIENCE_MS)

        desk = await browser.new_page()
        await desk.goto(f"{program.addresses.http}/#/desk")
        await desk.get_by_label("Agent").select_option("ann")
        await desk.get_by_role("button", name="Open the desk").click()
        await expect(desk.locator(".status .big")).to_have_text("ready")

        await page.get_by_role("button", name="bob").click()
        await page.get_by_role("complementary").get_by_role("button", name="Pause", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        await expect(page.locator("#agents tbody tr", has_text="bob")).to_contain_text("paused")

        carla.dial("600")
        await expect(page.locator("#callers tbody tr")).to_contain_text("Carla", timeout=PATIENCE_MS)
        call = desk.locator(".call")
        await expect(call).to_contain_text("A call for you", timeout=PATIENCE_MS)
        await ann.wait_ringing()
        ann.answer()
        await expect(call).to_contain_text("Talking", timeout=PATIENCE_MS)

        await call.get_by_role("button", name="Hold").click()
        await expect(call).to_contain_text("the caller hears music", timeout=PATIENCE_MS)
        await call.get_by_role("button", name="Talk again").click()
        await call.get_by_role("button", name="End the call").click()
        await expect(desk.locator(".timer")).to_contain_text("left", timeout=PATIENCE_MS)
        await desk.get_by_role("button", name="30 s more").click()
        await desk.get_by_role("button", name="Done").click()
        await expect(desk.locator(".status .big")).to_have_text("ready", timeout=PATIENCE_MS)
        await desk.close()
        await page.close()

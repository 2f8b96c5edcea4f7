"""The floor page in a real browser: it shows what there is, follows what happens, and carries commands."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.support.shop import Shop, serving
from vmq.domain.asked import AgentPaused
from vmq.domain.events import ChannelHungUp

pytestmark = pytest.mark.browser


async def test_a_caller_is_seen_to_come_and_to_go(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await expect(page.locator("#link-text")).to_have_text("live")
        await expect(page.locator("#queues tbody tr")).to_have_count(2)
        await expect(page.locator("#callers-empty")).to_be_visible()

        shop.call("c1", "support", name="Carla", number="0301234567")
        caller = page.locator("#callers tbody tr")
        await expect(caller).to_contain_text("Carla · 0301234567")
        await expect(caller).to_contain_text("bob")
        await expect(page.locator("#queues tbody tr").nth(1).locator("td").nth(1)).to_have_text("1")
        await expect(page.locator("#events tbody tr").first).to_contain_text("offer made")

        shop.post(ChannelHungUp("c1", cause=16))
        await expect(page.locator("#callers tbody tr")).to_have_count(0)
        await expect(page.locator("#events tbody tr").first).to_be_visible()
        await page.close()


async def test_an_agent_is_paused_with_a_reason_and_unpaused(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        ann = page.locator("#agents tbody tr").first
        await ann.get_by_role("button", name="Pause").click()
        await page.get_by_label("Reason").fill("lunch")
        await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        await expect(ann).to_contain_text("paused (lunch)")
        assert shop.posted[-1] == AgentPaused("ann", "lunch")
        await ann.get_by_role("button", name="Unpause").click()
        await expect(ann).to_contain_text("available")
        await page.close()


async def test_a_name_from_outside_is_text_and_never_markup(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        shop.call("c1", name="<img src=x onerror=document.title='taken'>")
        await expect(page.locator("#callers tbody tr")).to_contain_text("<img src=x")
        assert await page.title() == "vmq · floor"
        await page.close()


async def test_the_page_asks_for_the_token_and_then_shows_the_floor(page: Page) -> None:
    shop = Shop()
    async with serving(shop, token="secret") as server:
        await page.goto(server.url)
        await page.get_by_label("This server asks for its token").fill("secret")
        await page.get_by_role("button", name="Open").click()
        await expect(page.locator("#queues tbody tr")).to_have_count(2)
        await expect(page.locator("#token-form")).to_be_hidden()
        await page.close()


async def test_the_page_comes_back_when_the_server_does(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await expect(page.locator("#link-text")).to_have_text("live")
        port = server.port
    await expect(page.locator("#link-text")).to_contain_text("not connected")
    shop.call("c1", name="Carla")
    async with serving(shop, port=port):
        await expect(page.locator("#callers tbody tr")).to_contain_text("Carla", timeout=15_000)
        await expect(page.locator("#events tbody tr").first).to_contain_text("offer made")
        await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_suits_light_and_dark_and_a_narrow_screen(page: Page, scheme: str) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": 380, "height": 700})
        await page.goto(server.url)
        await expect(page.locator("#queues tbody tr")).to_have_count(2)
        paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in paper.removeprefix("rgb(").removesuffix(")").split(",")[:3]) / 3
        assert (brightness > 128) == (scheme == "light")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await page.close()

"""The supervisors' floor in a real browser: it shows what there is, follows what happens, and carries commands."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.support.shop import Shop, serving
from vmq.domain.asked import (
    AgentPaused,
    CallerPriorityChanged,
    CallerWithdrawn,
    EndAsked,
    SupervisionAsked,
    WrapUpEnded,
)
from vmq.domain.events import (
    BridgeEntered,
    ChannelHungUp,
    LegAnswered,
    LegRang,
    leg_id,
)

pytestmark = pytest.mark.browser


def talk(shop: Shop, call_id: str, queue: str = "support") -> str:
    """A caller comes, is rung for and connected; gives the offer."""
    shop.call(call_id, queue, name="Carla", number="0301234567")
    offer_id = shop.floor.callers[call_id].offer_id or ""
    shop.post(LegRang(offer_id))
    shop.post(LegAnswered(offer_id, "PJSIP/1002-1"))
    shop.post(BridgeEntered(leg_id(offer_id), "holding", is_holding=True))
    for channel in (call_id, leg_id(offer_id)):
        shop.post(BridgeEntered(channel, "b1", is_holding=False))
    return offer_id


async def test_a_caller_is_seen_to_come_and_to_go(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await expect(page.locator("#link")).to_have_text("live")
        await expect(page.get_by_text("Nobody is calling.")).to_be_visible()
        shop.call("c1", "support", name="Carla", number="0301234567")
        caller = page.locator("#callers tbody tr")
        await expect(caller).to_contain_text("Carla · 0301234567")
        await expect(caller).to_contain_text("bob")
        await expect(page.locator("#queues tbody tr").nth(1).locator("td").first).to_have_text("1")
        await expect(page.locator("#agents tbody tr", has_text="bob")).to_contain_text("ringing")
        shop.post(ChannelHungUp("c1", cause=16))
        await expect(caller).to_have_count(0)
        await page.close()


async def test_a_name_from_outside_is_text_and_never_markup(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        shop.call("c1", name="<img src=x onerror=document.title='taken'>")
        await expect(page.locator("#callers tbody tr")).to_contain_text("<img src=x")
        assert await page.title() == "Floor · vmq"
        await page.close()


async def test_callers_are_dragged_to_another_place_and_queue_or_moved_by_keys(page: Page) -> None:
    shop = Shop()
    for number in range(1, 5):  # the first two ring, the others wait
        shop.call(f"c{number}", "sales", name=f"Caller {number}")
    async with serving(shop) as server:
        await page.goto(server.url)
        rows = page.locator("#callers tbody tr")
        await expect(rows).to_have_count(4)
        await rows.nth(3).drag_to(rows.nth(2))
        await expect(rows.nth(2)).to_contain_text("Caller 4")
        assert shop.posted[-1] == CallerPriorityChanged("c4", position=3, by="api")
        await rows.nth(2).locator(".row-open").focus()
        await page.keyboard.press("Alt+ArrowDown")
        await expect(rows.nth(3)).to_contain_text("Caller 4")
        await rows.nth(3).drag_to(page.locator("#queues tbody tr", has_text="support"))
        await expect(rows).to_have_count(3)
        assert shop.posted[-1] == CallerWithdrawn("c4", to="support")
        await page.close()


async def test_a_callers_drawer_says_why_he_waits_and_changes_his_priority(page: Page) -> None:
    shop = Shop()
    for number in range(1, 4):
        shop.call(f"c{number}", "sales", name=f"Caller {number}")
    async with serving(shop) as server:
        await page.goto(server.url)
        await page.get_by_role("button", name="Caller 3").click()
        drawer = page.get_by_role("complementary")
        await expect(drawer).to_contain_text("for an agent who can take him; 2 before him")
        await expect(drawer).to_contain_text("ann is rung for c1")
        await drawer.get_by_label("Priority").fill("5")
        await drawer.get_by_role("button", name="Set").click()
        await expect(page.locator("#callers tbody tr").first).to_contain_text("Caller 3")
        assert shop.posted[-1] == CallerPriorityChanged("c3", priority=5, by="api")
        await drawer.get_by_label("For the dialplan").fill("call 5")
        await drawer.get_by_role("button", name="Take out").click()
        await expect(drawer).to_contain_text("no longer there")
        assert shop.posted[-1] == CallerWithdrawn("c3", info="call 5")
        await page.close()


async def test_an_agent_is_paused_with_a_reason_and_unpaused(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await page.get_by_role("button", name="ann").click()
        drawer = page.get_by_role("complementary")
        await drawer.get_by_role("button", name="Pause", exact=True).click()
        await page.get_by_role("dialog").get_by_label("Reason").fill("lunch")
        await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        ann = page.locator("#agents tbody tr", has_text="ann")
        await expect(ann).to_contain_text("paused · lunch")
        assert shop.posted[-1] == AgentPaused("ann", "lunch")
        await drawer.get_by_role("button", name="Take calls").click()
        await expect(ann).to_contain_text("ready")
        await page.close()


async def test_a_call_is_listened_to_and_ended(page: Page) -> None:
    shop = Shop()
    talk(shop, "c1")
    async with serving(shop) as server:
        await page.goto(server.url)
        await page.get_by_role("button", name="Carla").click()
        drawer = page.get_by_role("complementary")
        await drawer.get_by_role("button", name="Listen").click()
        question = page.get_by_role("dialog")
        await question.get_by_label("Your name").fill("sue")
        await question.get_by_label("Your telephone").fill("PJSIP/1009")
        await question.get_by_role("button", name="Listen").click()
        await expect(question).to_have_count(0)
        await drawer.get_by_role("button", name="Whisper").click()
        await drawer.get_by_role("button", name="End the call").click()
        await expect(drawer.get_by_role("button", name="End the call")).to_be_visible()
        assert shop.posted[-3:] == [
            SupervisionAsked("c1", "sue", "listen", "PJSIP/1009"),
            SupervisionAsked("c1", "sue", "whisper", "PJSIP/1009"),
            EndAsked("c1"),
        ]
        await page.close()


async def test_agents_are_found_by_text_and_state(page: Page) -> None:
    shop = Shop()
    shop.post(AgentPaused("bob", "lunch"))
    shop.post(WrapUpEnded("ann"))
    async with serving(shop) as server:
        await page.goto(server.url)
        agents = page.locator("#agents tbody tr")
        await expect(agents).to_have_count(2)
        await page.get_by_role("group", name="By state").get_by_role("button", name="paused").click()
        await expect(agents).to_have_count(1)
        await expect(agents).to_contain_text("bob")
        await page.get_by_role("group", name="By state").get_by_role("button", name="all").click()
        await page.get_by_label("Find an agent").fill("1001")
        await expect(agents).to_have_count(1)
        await expect(agents).to_contain_text("ann")
        await page.close()

"""The agents' desk in a real browser: log in, take, hold, pass on and end a call, say what came of it, be done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_floor_room import talk
from tests.support.shop import AGENTS, Shop, serving
from vmq.domain.asked import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentMoved,
    AgentPaused,
    DialAsked,
    DispositionChosen,
    EndAsked,
    HoldAsked,
    NoteSent,
    OfferRefused,
    TransferAsked,
    WrapUpEnded,
    WrapUpExtended,
)
from vmq.domain.dialling import NumberRules
from vmq.domain.events import BridgeLeft, DialogueEnded, LegRang, leg_id
from vmq.domain.rules import CallbackRules, QueueRules

pytestmark = pytest.mark.browser


async def test_an_agent_logs_in_at_another_telephone_pauses_and_logs_out_by_keys(page: Page) -> None:
    shop = Shop(agents=[replace(AGENTS[0], is_logged_in=False), AGENTS[1]])
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk")
        await page.get_by_label("Agent").select_option("ann")
        await page.get_by_role("button", name="Open the desk").click()
        await page.get_by_label("Telephone").fill("PJSIP/1009")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("button", name="Log out")).to_be_visible()
        assert shop.posted[-2:] == [AgentMoved("ann", ("PJSIP/1009",)), AgentLoggedIn("ann")]
        await page.keyboard.press("Alt+Shift+P")
        await expect(page.locator(".status .big")).to_have_text("paused")
        assert shop.posted[-1] == AgentPaused("ann", "")
        await page.keyboard.press("Alt+Shift+L")
        await expect(page.locator(".status .big")).to_have_text("logged out")
        assert shop.posted[-1] == AgentLoggedOut("ann")
        await page.close()


async def test_an_offered_call_is_shown_with_its_page_told_on_the_desktop_and_refused(page: Page) -> None:
    shop = Shop(queues=[QueueRules("sales", url="https://crm.example/?n={number}"), QueueRules("support")])
    await page.context.grant_permissions(["notifications"])
    await page.add_init_script(
        "window.notices = []; window.Notification = class { static permission = 'granted';"
        " constructor(title, more) { notices.push([title, more.body]); } close() {} };"
    )
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk/ann")
        await expect(page.locator(".status .big")).to_have_text("ready")
        shop.call("c1", "sales", name="Carla", number="0301234567")
        offer_id = shop.floor.callers["c1"].offer_id or ""
        shop.post(LegRang(offer_id))
        call = page.locator(".call")
        await expect(call).to_contain_text("A call for you")
        await expect(call).to_contain_text("Carla · 0301234567")
        link = call.get_by_role("link", name="Open the caller's page")
        assert await link.get_attribute("href") == "https://crm.example/?n=0301234567"
        assert await page.evaluate("window.notices") == [["Call: Carla · 0301234567", "sales"]]
        await call.get_by_role("button", name="Refuse").click()
        await expect(call).not_to_contain_text("Carla")
        assert shop.posted[-1] == OfferRefused(offer_id)
        await page.close()


async def test_a_talk_is_held_passed_on_and_ended(page: Page) -> None:
    shop = Shop()
    talk(shop, "c1")
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk/bob")
        call = page.locator(".call")
        await call.get_by_role("button", name="Hold").click()
        await expect(call).to_contain_text("the caller hears music")
        await call.get_by_role("button", name="Talk again").click()
        await expect(call).not_to_contain_text("the caller hears music")
        await call.get_by_label("Transfer to").fill("1003")
        await call.get_by_role("button", name="Ask first").click()
        await call.get_by_role("button", name="End the call").click()
        await expect(call.get_by_role("button", name="End the call")).to_be_enabled()
        assert shop.posted[-4:] == [
            HoldAsked("c1", is_held=True),
            HoldAsked("c1", is_held=False),
            TransferAsked("c1", "1003", "", is_attended=True),
            EndAsked("c1"),
        ]
        await page.close()


async def test_after_a_call_its_outcome_is_kept_and_the_wrap_up_extended_and_ended(page: Page) -> None:
    shop = Shop(queues=[QueueRules("sales"), QueueRules("support", wrap_up_s=60.0, dispositions=("sold", "again"))])
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk/bob")
        await expect(page.locator("#link")).to_have_text("live")
        offer_id = talk(shop, "c1")
        await expect(page.locator(".call")).to_contain_text("Talking")
        shop.post(BridgeLeft(leg_id(offer_id), "b1"))
        call = page.locator(".call")
        await expect(call).to_contain_text("Carla · 0301234567")
        await expect(page.locator(".timer")).to_contain_text("left")
        await call.get_by_label("Came to").select_option("sold")
        await call.get_by_label("Note").fill("two more in May")
        await call.get_by_role("button", name="Keep").click()
        await expect(page.get_by_text("What came of the call is kept.")).to_be_visible()
        assert shop.posted[-1] == DispositionChosen("c1", "sold", "two more in May")
        await page.get_by_role("button", name="30 s more").click()
        await expect(page.locator(".timer")).to_contain_text("1:")
        assert shop.posted[-1] == WrapUpExtended("bob", 30.0)
        await page.get_by_role("button", name="Done").click()
        await expect(page.locator(".call")).to_contain_text("No call")
        assert shop.posted[-1] == WrapUpEnded("bob")
        await page.close()


async def test_who_is_to_be_called_back_is_shown(page: Page) -> None:
    rules = CallbackRules(is_on=True, dial="PJSIP/{number}@trunk", allow=("_X.",))
    shop = Shop(queues=[QueueRules("sales"), QueueRules("support", callback=rules)])
    shop.post(AgentPaused("bob", ""))
    shop.call("c1", "support", name="Carla")
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk/bob")
        due = page.get_by_role("region", name="To be called back")
        await expect(due).to_contain_text("Nobody.")
        shop.post(DialogueEnded("c1", "callback", {"number": "0305550101"}))
        await expect(due).to_contain_text("Carla · 0305550101")
        await page.close()


async def test_a_note_stays_on_the_desk_until_it_is_read_and_a_number_is_dialled(page: Page) -> None:
    shop = Shop()
    shop.floor.numbers = NumberRules(context="phones")
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/floor")
        await page.locator("#agents").get_by_role("button", name="ann").click()
        await page.get_by_label("Stays on the desk").fill("see me at four")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("complementary")).to_contain_text("not read")
        assert shop.posted[-1] == NoteSent("ann", "see me at four", "api")
        await page.goto(f"{server.url}/#/desk/ann")
        await expect(page.locator(".note")).to_contain_text("see me at four")
        await page.reload()
        await page.locator(".note").get_by_role("button", name="Read").click()
        await expect(page.locator(".note")).to_have_count(0)
        assert shop.floor.agents["ann"].notes == ()
        await page.get_by_label("Number").fill("030 1234567")
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_label("Number")).to_have_value("")
        assert shop.posted[-1] == DialAsked("030 1234567", "ann", by="api")
        await page.close()

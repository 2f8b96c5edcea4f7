"""The newcomer's tour of docs/dashboard.md, step by step, as he does it: everything in the browser, nothing else.

In: a running vmq on the stand-in, a browser with a microphone. Out: a call answered and a message heard; `look` is
called with a page and a name at the moments that docs/dashboard.md has pictures of.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Locator, Page, expect

PATIENCE_MS = 30_000
SPEAKS_S = 3.0
SIZE = {"width": 1280, "height": 800}

Look = Callable[[Page, str], Awaitable[None]]


async def take_tour(browser: Browser, url: str, look: Look) -> None:
    """All of it."""
    floor = await opened(browser, url)
    await expect(floor.locator("#queues tbody tr")).to_contain_text("support", timeout=PATIENCE_MS)
    desk, anns = await sit_down(browser, url)
    await pause_bob(floor)
    caller, carlas = await call(browser, url, floor)
    await look(floor, "floor")
    await answer(desk, anns, look)
    await leave_a_message(caller, carlas)
    await hear_it(browser, url, look)
    for page in (floor, desk, caller):
        await page.close()


async def opened(browser: Browser, address: str) -> Page:
    page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
    await page.goto(address)
    return page


async def sit_down(browser: Browser, url: str) -> tuple[Page, Locator]:
    """Ann's desk, and her telephone on it."""
    desk = await opened(browser, f"{url}/#/desk")
    await desk.get_by_label("Agent").select_option("ann")
    await desk.get_by_role("button", name="Open the desk").click()
    await expect(desk.locator(".status .big")).to_have_text("ready")
    await desk.get_by_role("button", name="Telephone in this browser").click()
    telephone = desk.get_by_role("region", name="1001 · Ann")
    await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
    return desk, telephone


async def pause_bob(floor: Page) -> None:
    await floor.get_by_role("button", name="bob").click()
    await floor.get_by_role("complementary").get_by_role("button", name="Pause", exact=True).click()
    await floor.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(floor.locator("#agents tbody tr", has_text="bob")).to_contain_text("paused")
    await floor.keyboard.press("Escape")


async def call(browser: Browser, url: str, floor: Page) -> tuple[Page, Locator]:
    """Carla calls the queue from her own telephone."""
    caller = await opened(browser, f"{url}/#/telephone")
    await caller.get_by_role("button", name="Use 1003").click()
    telephone = caller.get_by_role("region", name="1003 · Carla")
    await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
    await dial(telephone, "600")
    await expect(floor.locator("#callers tbody tr")).to_contain_text("Carla", timeout=PATIENCE_MS)
    return caller, telephone


async def dial(telephone: Locator, number: str) -> None:
    await telephone.get_by_label("Number", exact=True).fill(number)
    await telephone.get_by_role("button", name="Call", exact=True).click()


async def answer(desk: Page, telephone: Locator, look: Look) -> None:
    """Ann takes the call, holds it, ends it, and is done with it."""
    talk = desk.locator(".call")
    await expect(talk).to_contain_text("A call for you", timeout=PATIENCE_MS)
    await look(desk, "rings")
    await telephone.get_by_role("button", name="Answer").click()
    await expect(talk).to_contain_text("Talking", timeout=PATIENCE_MS)
    await talk.get_by_role("button", name="Hold").click()
    await expect(talk).to_contain_text("the caller hears music", timeout=PATIENCE_MS)
    await talk.get_by_role("button", name="Talk again").click()
    await talk.get_by_role("button", name="End the call").click()
    await expect(desk.locator(".timer")).to_contain_text("left", timeout=PATIENCE_MS)
    await desk.get_by_role("button", name="30 s more").click()
    await desk.get_by_role("button", name="Done").click()
    await expect(desk.locator(".status .big")).to_have_text("ready", timeout=PATIENCE_MS)


async def leave_a_message(caller: Page, telephone: Locator) -> None:
    """Carla leaves one for Bob, by her microphone."""
    await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
    await dial(telephone, "*991002")
    await expect(caller.get_by_role("log", name="What it hears")).to_contain_text("tone", timeout=PATIENCE_MS)
    await caller.wait_for_timeout(SPEAKS_S * 1000)
    await telephone.get_by_role("button", name="Hang up").click()


async def hear_it(browser: Browser, url: str, look: Look) -> None:
    """It is in Bob's mailbox, and is heard there to its end: then it is no longer new."""
    mailbox = await opened(browser, f"{url}/#/mailbox")
    await mailbox.get_by_label("Number", exact=True).fill("1002")
    await mailbox.get_by_role("button", name="Open").click()
    await expect(mailbox.locator("#messages tbody tr")).to_contain_text("Carla", timeout=PATIENCE_MS)
    await mailbox.locator("#messages .row-open").first.click()
    drawer = mailbox.get_by_role("complementary")
    await expect(drawer.locator(".wave path").last).to_have_attribute("d", re.compile("^M"))
    await drawer.get_by_role("button", name="Play").click()
    await look(mailbox, "message")
    await expect(drawer.get_by_role("button", name="Mark as new")).to_be_visible(timeout=PATIENCE_MS)
    await mailbox.close()

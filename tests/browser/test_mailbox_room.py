"""One's own mailbox in a real browser: listen, move, delete and undelete, search, forward, call back, greetings."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.whole_house import log_in, whole_house
from vmq.access.users import Role, User
from vmq.domain.asked import DialAsked
from vmq.domain.mailbox import GreetingKind
from vmq.domain.pin import LoginState

pytestmark = pytest.mark.browser


async def stop(where: Page | Locator) -> None:
    """End a recording once a second of it is there. The browser may be looked at too late to see just one."""
    button = where.get_by_role("button", name="Stop recording")
    await expect(button).to_contain_text(re.compile("0:0[1-9]"))
    await button.click()


async def test_messages_come_by_themselves_and_are_heard_moved_deleted_and_undeleted_by_keys(
    page: Page, tmp_path: Path
) -> None:
    async with whole_house(tmp_path) as whole:
        await whole.store("a", time.time() - 60)
        await log_in(page, whole, "ann", "mailbox")
        rows = page.locator("#messages tbody tr")
        await expect(rows).to_have_count(1)
        await expect(page.locator("#link")).to_have_text("live")
        await whole.store("b", time.time(), is_urgent=True, caller_name="Dinu")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("Dinu")
        await page.keyboard.press("j")
        drawer = page.get_by_role("complementary")
        await expect(drawer.get_by_role("heading", name="Dinu · 2002")).to_be_visible()
        await expect(drawer.locator(".wave path").last).to_have_attribute("d", re.compile("^M"))  # its picture is drawn
        await page.keyboard.press(" ")
        await expect(drawer.locator("audio")).to_have_js_property("duration", 2.0)
        await expect(rows.first).to_contain_text("Old", timeout=15_000)
        assert await whole.folder_of("b") == "Old", "heard to its end, it is not new any more"
        await drawer.get_by_label("Move to").select_option("Family")
        await expect(drawer).to_contain_text("Family")
        await drawer.press("d")
        await expect(rows).to_have_count(1)
        assert await whole.folder_of("b") == "Deleted"
        await page.get_by_label("Folder").select_option("Deleted")
        await expect(rows.first).to_contain_text("Dinu")
        await rows.first.get_by_role("button").click()
        await drawer.press("u")
        await expect(page.get_by_text("No messages.")).to_be_visible()
        assert await whole.folder_of("b") == "Family"
        await page.close()


async def test_a_message_is_found_forwarded_with_words_of_ones_own_and_its_caller_called_back(
    page: Page, tmp_path: Path
) -> None:
    async with whole_house(tmp_path) as whole:
        await whole.store("a", time.time() - 60)
        await whole.store("b", time.time(), caller_name="Dinu", caller_number="2003")
        await log_in(page, whole, "ann", "mailbox")
        rows = page.locator("#messages tbody tr")
        await expect(rows).to_have_count(2)
        await page.locator("body").press("/")
        await page.keyboard.type("dinu")
        await expect(rows).to_have_count(1)
        await rows.first.get_by_role("button").click()
        drawer = page.get_by_role("complementary")
        await drawer.get_by_role("button", name="Call back").click()
        await expect(page.get_by_text("Your telephone rings")).to_be_visible()
        assert whole.house.shop.posted[-1] == DialAsked("2003", "ann", by="ann")
        await drawer.get_by_role("button", name="Forward").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("To which mailboxes").fill("1002")
        await dialog.get_by_role("button", name="Record").click()
        await stop(dialog)
        await expect(dialog.get_by_label("What was recorded")).to_be_visible()
        await dialog.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("Sent to 1 mailbox.")).to_be_visible()
        (sent,) = await whole.voicemail.mailboxes.page("1002", None, None, 10)
        assert (sent.forwarder, bool(sent.introduction)) == ("1001", True)
        await page.close()


async def test_a_greeting_is_recorded_heard_switched_off_and_removed(page: Page, tmp_path: Path) -> None:
    async def kinds() -> list[tuple[GreetingKind, bool]]:
        mailbox = (await whole.voicemail.mailboxes.find("1001"))["1001"]
        return [(kind, greeting.is_on) for kind, greeting in mailbox.greetings.items()]

    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "ann", "mailbox/1001/greetings")
        await page.locator("select[name=kind]").select_option("busy")
        await page.get_by_role("button", name="Record").click()
        await stop(page)
        await page.get_by_role("button", name="Keep as greeting").click()
        card = page.locator(".cards li")
        await expect(card.get_by_role("heading", name="Busy")).to_be_visible()
        assert await kinds() == [(GreetingKind.BUSY, True)]
        await card.get_by_role("button", name="Play").click()
        await expect(card.locator("audio")).to_have_attribute("src", re.compile("^blob:"))
        async with page.expect_response(lambda answer: answer.request.method == "PATCH") as changed:
            await card.get_by_label("on", exact=True).uncheck()
        assert (await changed.value).status == 204
        await expect(card.get_by_label("on", exact=True)).not_to_be_checked()
        assert await kinds() == [(GreetingKind.BUSY, False)]
        await card.get_by_role("button", name="Remove").click()
        await expect(card).to_have_count(0)
        assert await kinds() == []
        await page.close()


async def test_an_administrator_chooses_from_all_mailboxes_and_lets_in_who_is_locked_out(
    page: Page, tmp_path: Path
) -> None:
    async with whole_house(tmp_path) as whole:
        await whole.store("a", time.time() - 60)
        locked = LoginState(failures=99, locked_until=4e9)
        await whole.voicemail.mailboxes.change_login("1002", lambda _: locked)
        await whole.house.users.change(User("adam", Role.ADMINISTRATOR))
        await log_in(page, whole, "adam", "mailbox")
        rows = page.locator("#mailboxes tr")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("1 new")
        await rows.nth(1).get_by_role("button", name="Let in again").click()
        await expect(rows.nth(1).get_by_role("button")).to_have_count(0)
        await rows.first.get_by_role("link").click()
        await expect(page.locator("#messages tbody tr")).to_contain_text("Carla")
        await page.close()

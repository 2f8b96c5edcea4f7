"""The administrators' pages in a real browser: an edit is reviewed, saved, undone; packs, prompts, users, health."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.test_mailbox_room import stop
from tests.support.whole_house import CONFIG, log_in, whole_house

pytestmark = pytest.mark.browser

PAGES = (
    "mailbox/1001", "mailbox/1001/greetings", "admin/queues/sales", "admin/agents/ann", "admin/skills",
    "admin/trunks/+", "admin/schedules/+", "admin/penalty-rules/+", "admin/mailboxes", "admin/classes-of-service/staff",
    "admin/lists/+", "admin/doors/+", "admin/doorbells/+", "admin/webhooks/+", "admin/personalities/comedian",
    "admin/prompts/en-house", "admin/users", "admin/changes", "admin/audit", "admin/health",
    "account",
)  # fmt: skip


async def test_an_edit_shows_what_it_changes_is_saved_and_undone(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/queues/sales")
        await page.get_by_label("ring_s", exact=True).fill("20")
        await page.get_by_role("button", name="Review the change").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.locator(".is-removed")).to_have_text(["-ring_s = 15\n"])
        await expect(dialog.locator(".is-added")).to_have_text(["+ring_s = 20\n"])
        assert whole.path.read_text(encoding="utf-8") == CONFIG
        await dialog.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved, and in effect.")).to_be_visible()
        assert whole.path.read_text(encoding="utf-8") == CONFIG.replace("ring_s = 15", "ring_s = 20")
        await page.goto(f"{whole.server.url}/#/admin/changes")
        await page.get_by_role("button", name="Undo this change").click()
        await expect(page.get_by_text("Nothing was changed here")).to_be_visible()
        assert whole.path.read_text(encoding="utf-8") == CONFIG
        await page.close()


async def test_mistakes_are_told_and_somebody_else_s_change_is_not_overwritten(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/queues/sales")
        await page.get_by_label("schedule", exact=True).fill("office")
        await page.get_by_role("button", name="Review the change").click()
        await expect(page.get_by_role("alert")).to_contain_text("there is no schedule 'office'")
        await page.get_by_label("schedule", exact=True).fill("")
        changed = CONFIG.replace("ring_s = 15", "ring_s = 25")
        whole.path.write_text(changed, encoding="utf-8")
        await page.get_by_label("ring_s", exact=True).fill("20")
        await page.get_by_role("button", name="Review the change").click()
        await expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this meanwhile")
        await page.get_by_role("button", name="Read it anew").click()
        await expect(page.get_by_label("ring_s", exact=True)).to_have_value("25")
        assert whole.path.read_text(encoding="utf-8") == changed
        await page.close()


async def test_a_queue_is_made_and_an_agent_gets_a_skill(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/queues")
        await page.get_by_role("button", name="New").click()
        await page.get_by_label("name", exact=True).fill("night")
        await page.get_by_role("button", name="Review the change").click()
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(page.get_by_role("button", name="night")).to_be_visible()
        await page.goto(f"{whole.server.url}/#/admin/skills")
        await page.get_by_label("bob, german").fill("7")
        await page.get_by_label("bob, german").press("Tab")
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        text = whole.path.read_text(encoding="utf-8")
        assert 'name = "night"' in text and "skills = {german = 7}" in text
        await page.close()


async def test_a_personality_is_heard_chosen_and_one_with_mistakes_is_told_them(page: Page, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("ours/personality.toml", 'id = "ours"\n')
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/personalities/comedian")
        async with page.expect_response("**/cues/*/audio**") as heard:
            await page.get_by_role("button", name=re.compile(r"^Hear \w")).first.click()
        assert (await heard.value).status == 200
        await page.get_by_role("button", name="Card", exact=True).click()
        await expect(page.locator("kbd").first).to_be_visible()
        await page.get_by_role("button", name="Flows", exact=True).click()
        await expect(page.locator(".diagram img")).to_have_js_property("complete", True)
        assert await page.locator(".diagram img").evaluate("image => image.naturalWidth") > 100
        await page.get_by_label("Choose it for").select_option(label="1001 Ann")
        await page.get_by_role("button", name="Review the change").click()
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved, and in effect.")).to_be_visible()
        assert 'personality = "comedian"' in whole.path.read_text(encoding="utf-8")
        file = {"name": "ours.zip", "mimeType": "application/zip", "buffer": made.getvalue()}
        await page.get_by_label("Zip").set_input_files(file)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Check and install").click()
        await expect(page.get_by_role("alert")).to_contain_text("personality.toml")
        await page.close()


async def test_a_prompt_is_recorded_and_withdrawn(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/prompts/en-house")
        await page.get_by_label("Find").fill("vm-intro")
        row = page.get_by_role("row", name="vm-intro").first
        await row.get_by_role("button", name="Record").click()
        recorder = page.locator(".recorder")
        await recorder.get_by_role("button", name="Record").click()
        await stop(page)
        await page.get_by_role("button", name="Let callers hear it").click()
        await expect(row).to_contain_text("own recording")
        await row.get_by_role("button", name="Withdraw").click()
        await expect(row).not_to_contain_text("own recording")
        await page.close()


async def test_a_user_is_made_and_what_was_done_is_in_the_log_and_health_is_told(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/users")
        await page.get_by_role("button", name="New user").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("eve")
        await dialog.get_by_label("Password").fill("four words of mine")
        await dialog.get_by_label("Role").select_option("supervisor")
        await dialog.get_by_label("Queues of a supervisor").fill("sales, support")
        await dialog.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("row", name="eve")).to_contain_text("sales, support")
        assert (await whole.house.doors.user("eve")).queues == {"sales", "support"}
        await page.goto(f"{whole.server.url}/#/admin/audit")
        await expect(page.get_by_role("row", name="add user").first).to_contain_text("adam")
        await page.goto(f"{whole.server.url}/#/admin/health")
        await page.get_by_role("button", name="Examine").click()
        await expect(page.get_by_text("To mend it: load bridge_simple.so")).to_be_visible()
        await page.close()


async def test_these_rooms_suit_light_and_dark_and_a_narrow_screen_and_axe_finds_no_fault(
    page: Page, tmp_path: Path
) -> None:
    async with whole_house(tmp_path) as whole:
        await whole.store("a", 1_763_845_200.0, is_urgent=True)
        await log_in(page, whole, "adam", "admin")
        await expect(page.locator("#link")).to_have_text("live")
        for room in PAGES:
            await page.goto(f"{whole.server.url}/#/{room}")
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await expect(page.get_by_text("Loading")).to_have_count(0)
            if room == "mailbox/1001":
                await page.locator("#messages .row-open").click()
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
                assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == [], room
            await page.set_viewport_size({"width": 380, "height": 700})
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), room
            await page.set_viewport_size({"width": 1280, "height": 800})
        await page.close()

"""Forms of settings that are more than a word, in a real browser: opening hours, rows, free names; by keyboard too."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.support.whole_house import Whole, log_in, whole_house

pytestmark = pytest.mark.browser


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Review the change").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved, and in effect.").last).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


def written(whole: Whole, kind: str) -> dict[str, Any]:
    """The newest table of a kind, as the file has it."""
    found: dict[str, Any] = tomllib.loads(whole.path.read_text(encoding="utf-8"))[kind][-1]
    return found


async def faultless(page: Page) -> None:
    """By axe, light and dark, and nothing is wider than a telephone."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    await page.set_viewport_size({"width": 380, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.set_viewport_size({"width": 1280, "height": 800})


async def test_opening_hours_are_written_by_a_form(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/schedules/+")
        await page.get_by_label("name", exact=True).fill("office")
        await page.get_by_label("zone", exact=True).fill("Europe/Berlin")
        week, days = page.get_by_role("group", name="week"), page.get_by_role("group", name="days", exact=True)
        await week.get_by_role("button", name="Add hours: Monday").focus()
        await page.keyboard.press("Enter")
        await week.get_by_label("Monday, from (1)").fill("09:00")
        await week.get_by_label("Monday, to (1)").fill("12:30")
        await week.get_by_role("button", name="Add hours: Monday").click()
        await week.get_by_label("Monday, from (2)").fill("13:30")
        await week.get_by_label("Monday, to (2)").fill("00:00")
        for day in ("Tuesday", "Wednesday"):
            await week.get_by_role("button", name=f"As the day before: {day}").click()
        await week.get_by_role("button", name="Remove the hours: Wednesday (1)").click()
        await days.get_by_role("button", name="Add a date").click()
        await days.get_by_label("Date (1)").fill("2026-12-24")
        await days.get_by_label("every year").check()
        await days.get_by_role("button", name="Add hours").click()
        holidays = page.get_by_role("group", name="holidays")
        await holidays.get_by_role("button", name="Add a date").click()
        await holidays.get_by_label("Date (1)").fill("2027-01-01")
        await faultless(page)
        await save(page)
        assert written(whole, "schedule") == {
            "name": "office",
            "zone": "Europe/Berlin",
            "week": {"mon-tue": "9:00-12:30, 13:30-24:00", "wed": "13:30-24:00"},
            "days": {"12-24": "9:00-17:00"},
            "holidays": ["2027-01-01"],
        }
        before = whole.path.read_text(encoding="utf-8")
        await page.reload()
        await expect(week.get_by_label("Wednesday, from (1)")).to_have_value("13:30")
        await expect(days.get_by_label("every year")).to_be_checked()
        await page.get_by_role("button", name="Review the change").click()
        await expect(page.get_by_text("Nothing: the file says this already.")).to_be_visible()
        await page.get_by_role("button", name="Cancel").click()
        await holidays.get_by_role("button", name="Add a date").click()
        await page.get_by_role("button", name="Review the change").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(holidays.get_by_label("Date (2)")).to_be_focused()
        assert whole.path.read_text(encoding="utf-8") == before
        await page.close()


async def test_rows_and_free_names_are_no_text_to_be_learnt(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/penalty-rules/+")
        await page.get_by_label("name", exact=True).fill("patience")
        for at in (1, 2):
            await page.get_by_role("button", name="Add one").click()
            await page.get_by_label(f"change.{at}.after_s").fill(str(30 * at))
            await page.get_by_label(f"change.{at}.max_penalty").fill(f"+{at}")
        await page.get_by_role("button", name="Remove number 1").click()
        await faultless(page)
        await save(page)
        rule = written(whole, "penalty_rule")
        assert [(each["after_s"], each["max_penalty"]) for each in rule["change"]] == [(60, "+2")]

        await page.goto(f"{whole.server.url}/#/admin/agents/ann")
        await expect(page.get_by_label("skills", exact=True)).to_have_value("german = 5")
        await page.goto(f"{whole.server.url}/#/admin/classes-of-service/staff")
        await page.get_by_label("settings", exact=True).fill('a = 3\nb = true\nc = "3"\nd = words of ours')
        await page.get_by_role("button", name="Review the change").click()
        added = page.get_by_role("dialog").locator(".is-added")
        await expect(added).to_have_text([r'+settings = {a = 3, b = true, c = "3", d = "words of ours"}' + "\n"])
        await page.close()


async def test_no_setting_is_left_to_be_written_as_json(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole:
        await log_in(page, whole, "adam", "admin/queues")
        left = await page.evaluate(
            """async () => {
              const { get } = await import("/page/api.js");
              const { kindOf, resolved } = await import("/page/admin/schema.js");
              const inside = (schema, root, path) => Object.entries(schema.properties).flatMap(([name, each]) => {
                const field = resolved(each, root), kind = kindOf(field, root);
                if (kind === "group") return inside(field, root, `${path}.${name}`);
                if (kind === "rows") return inside(resolved(field.items, root), root, `${path}.${name}`);
                return kind === "data" ? [`${path}.${name}`] : [];
              });
              const { items } = await get("/config/schema");
              return items.flatMap(({ kind, json_schema: schema }) => inside(schema, schema, kind));
            }"""
        )
        assert left == []
        await page.close()

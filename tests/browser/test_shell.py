"""The page's frame in a real browser: who comes in, how the stream is, themes, languages, widths, no fault by axe."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, expect

from tests.support.open_house import open_house
from tests.support.shop import Shop, serving

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parents[2] / "vmq/http/page"
ROOMS = ("floor", "desk/ada.brandt", "wall", "history", "history/calls")
MAX_SCRIPT_BYTES = 150_000


async def test_the_page_asks_for_the_token_and_then_shows_the_floor(page: Page) -> None:
    shop = Shop()

    async def who(route: Route) -> None:
        if "authorization" in route.request.headers:
            await route.fulfill(json={"name": "", "rights": ["agent", "supervise"]})
        else:
            await route.fulfill(status=401, json=TOKEN_NEEDED)

    async with serving(shop, token="secret") as server:
        await page.route("**/api/v1/session", who)
        await page.route(
            "**/api/v1/session/ways", lambda route: route.fulfill(json={"needs_setup": True, "provider": ""})
        )
        await page.goto(server.url)
        await page.get_by_label("This server asks for its token").fill("secret")
        await page.get_by_role("button", name="Open").click()
        await expect(page.locator("#queues tbody tr")).to_have_count(2)
        await page.close()


async def test_the_page_says_that_the_server_is_away_and_comes_back_with_it(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await expect(page.locator("#link")).to_have_text("live")
        port = server.port
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    shop.call("c1", name="Carla")
    async with serving(shop, port=port):
        await expect(page.locator("#callers tbody tr")).to_contain_text("Carla", timeout=15_000)
        await expect(page.get_by_text("Connected again")).to_be_visible()
        await page.close()


async def test_a_refusal_is_shown_as_the_server_says_it(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(f"{server.url}/#/desk/ann")
        await page.route("**/agents/ann/logout", lambda route: route.fulfill(status=403, json=NOT_ALLOWED))
        await page.get_by_role("button", name="Log out").click()
        await expect(page.get_by_role("alert")).to_contain_text("You may not do that: needs the right agent")
        await page.evaluate("console.clear()")
    await page.close()


TOKEN_NEEDED = {"id": "token-needed", "title": "Log in, or send a bearer token", "detail": ""}
NOT_ALLOWED = {"id": "not-allowed", "title": "You may not do that", "detail": "needs the right agent"}


async def test_what_a_role_may_not_enter_is_not_offered(page: Page) -> None:
    shop = Shop()
    agent = {"name": "ann", "rights": ["agent"], "agent": "ann", "mailbox": "", "queues": []}
    async with serving(shop) as server:
        await page.route("**/api/v1/session", lambda route: route.fulfill(json=agent))
        await page.goto(f"{server.url}/#/floor")
        await expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Desk", "Wallboard"])
        await expect(page.get_by_role("heading", name="ann")).to_be_visible()
        await page.close()


async def test_another_language_is_a_choice_that_stays(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await page.get_by_label("Language").select_option("de")
        await expect(page.get_by_role("heading", name="Warteschlangen")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="Warteschlangen")).to_be_visible()
        await page.close()


def test_every_language_has_the_same_words() -> None:
    parts: dict[str, dict[str, str]] = {}
    for path in (PAGE / "words").glob("*.js"):
        part, _, language = path.stem.rpartition("-")
        if len(language) == 2:
            parts.setdefault(part, {})[language] = path.read_text()
    languages = set(parts[""])
    assert len(languages) > 1
    for part, texts in parts.items():
        assert set(texts) == languages, part
        for text in texts.values():
            for pattern in (r'^  "?([^":]+)"?: ', r"\{\w+\}"):
                found, english = (sorted(re.findall(pattern, each, re.MULTILINE)) for each in (text, texts["en"]))
                assert found == english, part


async def test_the_whole_script_is_small_and_comes_compressed() -> None:
    """What the page needs before anything is drawn; what comes later is named by `import(…)`."""
    shop, total = Shop(), 0
    needed = [PAGE / "theme.js", PAGE / "app.js", PAGE / "words/en.js"]
    for path in needed:
        imports = re.findall(r'^(?:import|export) .*?from ?"(\.[^"]+)"', path.read_text(), re.MULTILINE)
        needed += [found for name in imports if (found := (path.parent / name).resolve()) not in needed]
    assert PAGE / "vendor/hooks.js" in needed
    assert PAGE / "vendor/jssip.js" not in needed
    async with serving(shop) as server, httpx.AsyncClient(base_url=server.url) as client:
        for path in PAGE.rglob("*.js"):
            answer = await client.get(f"/page/{path.relative_to(PAGE)}")
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.content == path.read_bytes()
            total += len(gzip.compress(answer.content)) if path in needed else 0
    assert total < MAX_SCRIPT_BYTES


async def test_the_keyboard_reaches_everything_on_the_floor(page: Page) -> None:
    shop = Shop()
    async with serving(shop) as server:
        await page.goto(server.url)
        await expect(page.locator("#agents tbody tr")).to_have_count(2)
        await page.locator("#agents .row-open").first.focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        drawer = page.get_by_role("complementary")
        await expect(drawer.get_by_role("heading", name="bob")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(drawer).to_have_count(0)
        assert await page.evaluate("document.activeElement.dataset.key") == "bob"
        await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_rooms_suit_light_and_dark_and_a_narrow_screen_and_axe_finds_no_fault(
    page: Page, scheme: str, tmp_path: Path
) -> None:
    async with open_house(tmp_path, agents=8, hours=0.5) as opened:
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for room in ROOMS:
            await page.set_viewport_size({"width": 1280, "height": 800})
            await page.goto(f"{opened.server.url}/#/{room}")
            await expect(page.locator("#room > *").first).to_be_visible()
            await expect(page.get_by_text("Loading")).to_have_count(0)
            found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
            assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == [], room
            paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness = sum(int(part) for part in re.findall(r"\d+", paper)[:3]) / 3
            assert (brightness > 128) == (scheme == "light")
            await page.set_viewport_size({"width": 380, "height": 700})
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), room
        await page.close()

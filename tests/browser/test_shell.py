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
from vmq.http.commands import ALL

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parents[2] / "vmq/http/page"
ROOMS = ("floor", "desk/ada.brandt", "wall", "history", "history/calls", "help")
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


async def test_help_lists_every_command_there_is(page: Page) -> None:
    agent = {"name": "ann", "rights": ["agent"], "agent": "ann", "mailbox": "", "queues": []}
    async with serving(Shop()) as server:
        await page.route("**/api/v1/session", lambda route: route.fulfill(json=agent))
        await page.goto(server.url)
        await page.get_by_role("link", name="Help").click()
        await expect(page.locator(".help h2")).to_have_text([command.words for command in ALL])
        await page.get_by_label("Find").fill("note-read")
        await expect(page.locator(".help h2")).to_have_count(1)
        await page.get_by_label("Find").fill("agent penalty")
        shown = page.get_by_role("region", name="agent penalty")
        await expect(shown).to_contain_text("vmq agent penalty AGENT PENALTY [--queue …]")
        await expect(shown).to_contain_text("POST /api/v1/agents/{agent}/penalty")
        await expect(shown).to_contain_text("You may not: it is for supervisors.")
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


def catalogues() -> dict[str, dict[str, str]]:
    """The texts of all catalogues: of each part of the page ("" = the first that is loaded), by language."""
    found: dict[str, dict[str, str]] = {}
    for path in (PAGE / "words").glob("*.js"):
        *part, language = path.stem.split("-")
        if len(language) == 2:
            found.setdefault("-".join(part), {})[language] = path.read_text(encoding="utf-8")
    return found


def words_of(text: str) -> list[str]:
    return re.findall(r'^  "?([\w.-]+)"?: ', text, re.MULTILINE)


def test_every_language_has_the_same_words() -> None:
    for part, texts in catalogues().items():
        assert len(texts) > 1, part
        assert all(words_of(text) == words_of(texts["en"]) for text in texts.values()), part
        holes = [sorted(re.findall(r"\{\w+\}", text)) for text in texts.values()]
        assert all(found == holes[0] for found in holes), part


def test_every_word_that_is_asked_for_is_there() -> None:
    known = {word for texts in catalogues().values() for word in words_of(texts["en"])}
    asked = {
        (path.name, word)
        for path in PAGE.rglob("*.js")
        if path.parent.name not in {"vendor", "words"}
        for word in re.findall(r'\bt\("([\w.-]+)"', path.read_text(encoding="utf-8"))
    }
    assert sorted(each for each in asked if each[1] not in known) == []


async def test_scripts_come_compressed_and_those_of_the_first_load_are_small(page: Page) -> None:
    shop, loaded = Shop(), set[str]()
    page.on("request", lambda request: loaded.add(request.url))
    async with serving(shop) as server, httpx.AsyncClient(base_url=server.url) as client:
        await page.goto(server.url)
        await expect(page.locator("#link")).to_have_text("live")
        first = 0
        for path in PAGE.rglob("*.js"):
            answer = await client.get(f"/page/{path.relative_to(PAGE)}")
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.content == path.read_bytes()
            first += len(gzip.compress(answer.content)) if str(answer.url) in loaded else 0
        await page.close()
    assert 20_000 < first < MAX_SCRIPT_BYTES
    assert not [url for url in loaded if "/page/admin/" in url or "/page/mailbox/" in url or "jssip" in url]


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

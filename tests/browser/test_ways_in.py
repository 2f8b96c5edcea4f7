"""The pages of the ways in, in a real browser: the set-up link, log-in, a wrong password, and where one goes then."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.access import PASSWORD, House, open_house
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

pytestmark = pytest.mark.browser


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[HttpServer]:
    house.streams = Streams(house.shop.journal, heartbeat_s=0.2)
    server = HttpServer(house.app(), house.streams, "127.0.0.1", 0)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield server
        finally:
            server.stop()


async def fill(page: Page, name: str, password: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button").click()


async def test_the_first_administrator_is_made_by_the_link_and_is_in(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path, users=()) as house, serving(house) as server:
        await page.goto(f"{server.url}/setup?key={await house.doors.new_link()}")
        assert page.url.endswith("/setup"), "the key is gone from the address line"
        await page.get_by_label("Name").fill("adam")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_label("again").fill("another one")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_contain_text("not the same")
        await page.get_by_label("again").fill(PASSWORD)
        await page.get_by_role("button").click()
        await page.wait_for_url(f"{server.url}/")
        assert (await page.evaluate("fetch('/api/v1/session').then(r => r.json())"))["name"] == "adam"
        assert await page.evaluate("document.cookie") == ""
        await page.close()


async def test_who_isn_t_logged_in_is_sent_to_log_in_and_then_where_he_wanted(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(f"{server.url}/?queue=sales")
        await expect(page).to_have_title("vmq · log in")
        await fill(page, "adam", "wrong words here")
        await expect(page.get_by_role("alert")).to_contain_text("is wrong")
        await fill(page, "adam", PASSWORD)
        await page.wait_for_url(f"{server.url}/?queue=sales")
        await page.goto(f"{server.url}/login")
        await page.wait_for_url(f"{server.url}/")
        await page.close()


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
async def test_nobody_is_sent_elsewhere(page: Page, tmp_path: Path, to: str) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(f"{server.url}/login?next={to}")
        await fill(page, "adam", PASSWORD)
        await page.wait_for_url(f"{server.url}/**")
        await expect(page).not_to_have_title("vmq · log in")
        assert page.url.startswith(server.url)
        await page.close()


async def test_a_path_that_looks_like_a_server_stays_a_path(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        ours = "<title>a page of this name</title>"
        elsewhere = re.compile(r"^[^?]*//evil\.example/?$")
        await page.route(elsewhere, lambda route: route.fulfill(body=ours, content_type="text/html"))
        await page.goto(f"{server.url}/login?next=/.//evil.example")
        await fill(page, "adam", PASSWORD)
        await expect(page).to_have_title("a page of this name")
        assert page.url == f"{server.url}//evil.example"
        await page.close()


async def test_a_room_in_the_address_is_still_there_after_the_log_in(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(f"{server.url}/#/wall?queues=sales")
        await fill(page, "max", PASSWORD)
        await page.wait_for_url(f"{server.url}/#/wall?queues=sales")
        await expect(page.locator(".who")).to_have_text("max")
        await page.close()


async def test_who_signs_out_is_out(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(server.url)
        await fill(page, "max", PASSWORD)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page).to_have_title("vmq · log in")
        assert await house.doors.sessions_of("max") == []
        await page.goto(server.url)
        await expect(page).to_have_title("vmq · log in")
        await page.close()


async def test_whose_session_ends_logs_in_again_and_is_where_he_was(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(f"{server.url}/#/wall")
        await fill(page, "max", PASSWORD)
        await expect(page.locator("#link")).to_have_text("live")
        await house.doors.close_sessions("max")
        await expect(page).to_have_title("vmq · log in", timeout=15_000)
        await fill(page, "max", PASSWORD)
        await page.wait_for_url(f"{server.url}/#/wall")
        await expect(page.locator("#link")).to_have_text("live")
        await page.close()


async def test_a_token_that_is_of_no_use_any_more_is_forgotten(page: Page, tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.goto(f"{server.url}/login")
        await page.evaluate("sessionStorage.setItem('vmq-token', 'old')")
        await fill(page, "max", PASSWORD)
        await expect(page.locator("#link")).to_have_text("live")
        assert await page.evaluate("sessionStorage.getItem('vmq-token')") is None
        await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_suit_a_narrow_screen(page: Page, tmp_path: Path, scheme: str) -> None:
    async with open_house(tmp_path) as house, serving(house) as server:
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": 360, "height": 640})
        for path in ("/login", "/setup"):
            await page.goto(server.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await page.close()

"""Makes the pictures of docs/dashboard.md: `python -m tests.browser.pictures`. Rooms, light and dark, and on a phone.

In: Chromium (tests.browser.install). Out: docs/pictures/dashboard-*.png.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import FLAGS
from tests.browser.install import find
from tests.browser.telephone import speaking_browser
from tests.browser.tour import take_tour
from tests.live import audio
from tests.live.server import free_port
from tests.support.busy_house import Pace
from tests.support.open_house import Opened, open_house
from tests.support.whole_house import Whole, log_in, whole_house
from vmq.app.program import running
from vmq.config.model import Config, HttpConfig, PathsConfig
from vmq.resources import shipped

FOLDER = Path(__file__).parents[2] / "docs/pictures"
DESKTOP, PHONE = (1280, 800), (390, 844)


@dataclass(frozen=True, slots=True)
class Picture:
    """A room as somebody sees it; `opens` is what he has clicked."""

    name: str
    room: str
    scheme: str = "light"
    size: tuple[int, int] = DESKTOP
    opens: str = ""


PICTURES = (
    Picture("floor", "floor"),
    Picture("floor-dark", "floor", "dark", opens="#callers tbody tr:has(.is-waiting) .row-open"),
    Picture("floor-phone", "floor", size=PHONE),
    Picture("desk", "desk/{talking}"),
    Picture("desk-dark", "desk/{talking}", "dark"),
    Picture("desk-phone", "desk/{talking}", size=PHONE),
    Picture("wall", "wall"),
    Picture("wall-dark", "wall?full=1", "dark"),
    Picture("history", "history?interval=30m"),
    Picture("history-calls", "history/calls", "dark", opens="#calls tbody tr:nth-child(9) .row-open"),
)
OF_ADMINISTRATORS = (
    Picture("mailbox", "mailbox/1001", opens="#messages tbody tr:nth-child(2) .row-open"),
    Picture("mailbox-dark", "mailbox/1001", "dark", opens="#messages tbody tr:nth-child(1) .row-open"),
    Picture("mailbox-phone", "mailbox/1001", size=PHONE),
    Picture("admin", "admin/queues/sales"),
    Picture("admin-dark", "admin/personalities/comedian", "dark"),
    Picture("admin-phone", "admin/health", size=PHONE),
)
CALLERS = (("Carla Weiss", "0301234567"), ("", "0405550117"), ("Dinu Radu", "1004"), ("Eve Lang", "0221998877"))
STAND_IN = (
    Picture("telephone", "telephone"),
    Picture("telephone-dark", "telephone", "dark"),
    Picture("telephone-phone", "telephone", size=PHONE),
)
"""Of what only the stand-in has, with a call under way."""


async def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    await of_the_house()
    await of_administrators()
    await of_the_stand_in()
    await of_the_tour()


async def of_administrators() -> None:
    """What owners and administrators see."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=[*FLAGS, "--disable-lcd-text"])
        with tempfile.TemporaryDirectory() as folder:
            await take_administrators(browser, Path(folder))
        await browser.close()


async def of_the_house() -> None:
    """What there is everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_house(Path(folder), pace=Pace(per_hour=105.0, patience_s=300.0)) as opened,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=find(), args=[*FLAGS, "--disable-lcd-text"])
            for picture in PICTURES:
                await take(browser, opened, picture)
            await browser.close()


async def of_the_stand_in() -> None:
    """Carla calls the queue."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(paths=PathsConfig(data=Path(folder)), http=HttpConfig(port=free_port()))
        said = audio.write_wav(Path(folder) / "said.wav", audio.known_recording(1))
        async with running(config) as program, speaking_browser(said, "--disable-lcd-text") as browser:
            for picture in STAND_IN:
                page = await opened_page(browser, program.addresses.http, picture)
                await page.get_by_role("button", name="Use 1003").click()
                await page.get_by_label("Number", exact=True).fill("600")
                await page.get_by_role("button", name="Call", exact=True).click()
                await expect(page.get_by_role("log")).to_contain_text("music", timeout=60_000)
                await keep(page, picture)


async def of_the_tour() -> None:
    """What a newcomer sees on his tour."""

    async def look(page: Page, name: str) -> None:
        await page.wait_for_timeout(500)
        await page.screenshot(path=FOLDER / f"dashboard-tour-{name}.png")
        print(f"dashboard-tour-{name}.png")

    with tempfile.TemporaryDirectory() as folder:
        config = Config(paths=PathsConfig(data=Path(folder)), http=HttpConfig(port=free_port()))
        said = audio.write_wav(Path(folder) / "said.wav", audio.known_recording(3))
        async with running(config) as program, speaking_browser(said, "--disable-lcd-text") as browser:
            await take_tour(browser, program.addresses.http, look)


async def take(browser: Browser, opened: Opened, picture: Picture) -> None:
    """One picture of the house."""
    talking = next((offer.agent for offer in opened.house.floor.offers.values() if offer.connected_at), "ada.brandt")
    room = picture.room.format(talking=talking)
    page = await opened_page(browser, opened.server.url, replace(picture, room=room))
    await settled(page, picture)
    await keep(page, picture)


async def opened_page(browser: Browser, url: str, picture: Picture) -> Page:
    """The room of a picture, as its reader sees it."""
    width, height = picture.size
    page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=picture.scheme)  # type: ignore[arg-type]
    await page.goto(f"{url}/#/{picture.room}")
    return page


async def keep(page: Page, picture: Picture) -> None:
    """Write it."""
    path = FOLDER / f"dashboard-{picture.name}.png"
    await page.screenshot(path=path)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")
    await page.close()


async def take_administrators(browser: Browser, folder: Path) -> None:
    """Mailbox and administration, as an administrator sees them."""
    async with whole_house(folder) as whole:
        await fill(whole)
        for picture in OF_ADMINISTRATORS:
            width, height = picture.size
            page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=picture.scheme)  # type: ignore[arg-type]
            await log_in(page, whole, "adam", picture.room)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await expect(page.get_by_text("Loading")).to_have_count(0)
            if picture.opens:
                await page.locator(picture.opens).click()
                await expect(page.locator(".wave path").last).to_have_attribute("d", re.compile("^M"))
            if picture.room == "admin/health":
                await page.get_by_role("button", name="Examine").click()
                await expect(page.get_by_text("To mend it")).to_be_visible()
            await keep(page, picture)


async def fill(whole: Whole) -> None:
    """Messages that sound like something: a shipped prompt each."""
    for at, (name, number) in enumerate(CALLERS):
        when = time.time() - 3600.0 * 7 * at
        await whole.store(f"m{at}", when, caller_name=name, caller_number=number, is_urgent=at == 1)
        shutil.copy(shipped("prompts") / "en-house/vm-intro.wav", whole.voicemail.files.path(f"1001/m{at}"))


async def settled(page: Page, picture: Picture) -> None:
    """The room is there, with its figures and charts."""
    if "full" not in picture.room:
        await expect(page.locator("#link")).to_have_text("live", timeout=30_000)
    await expect(page.get_by_text("Loading")).to_have_count(0, timeout=60_000)
    if picture.room.startswith("floor"):
        await expect(page.locator("#queues tbody td").nth(5)).not_to_have_text("–", timeout=60_000)
    if picture.room.startswith("wall"):
        await expect(page.locator(".tile dd").nth(2)).to_contain_text("%", timeout=60_000)
    if picture.room.startswith("desk"):
        await expect(page.locator(".figures dd").first).to_be_visible(timeout=60_000)
    if picture.room.startswith("history?"):
        await expect(page.locator("figure canvas")).to_have_count(3, timeout=30_000)
    if picture.opens:
        await page.locator(picture.opens).first.click()
        await expect(page.get_by_role("complementary")).to_be_visible()
    await page.wait_for_timeout(1000)


if __name__ == "__main__":
    asyncio.run(main())

"""Makes the pictures of docs/dashboard.md: `python -m tests.browser.pictures`. Rooms, light and dark, and on a phone.

In: Chromium (tests.browser.install). Out: docs/pictures/dashboard-*.png.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import FLAGS
from tests.browser.install import find
from tests.support.busy_house import Pace
from tests.support.open_house import Opened, open_house

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


async def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_house(Path(folder), pace=Pace(per_hour=105.0, patience_s=300.0)) as opened,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=find(), args=[*FLAGS, "--disable-lcd-text"])
            for picture in PICTURES:
                await take(browser, opened, picture)
            await browser.close()


async def take(browser: Browser, opened: Opened, picture: Picture) -> None:
    """One picture."""
    width, height = picture.size
    page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=picture.scheme)  # type: ignore[arg-type]
    talking = next((offer.agent for offer in opened.house.floor.offers.values() if offer.connected_at), "ada.brandt")
    await page.goto(f"{opened.server.url}/#/{picture.room.format(talking=talking)}")
    await settled(page, picture)
    path = FOLDER / f"dashboard-{picture.name}.png"
    await page.screenshot(path=path)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")
    await page.close()


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

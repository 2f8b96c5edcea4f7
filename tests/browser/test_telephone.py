"""The stand-in's telephones in a real browser: leave a message by microphone, and be caller and agent in two tabs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.telephone import forget, heard, listening_page, speaking_browser
from tests.live import audio
from tests.live.server import free_port
from vmq.app.program import Program, running
from vmq.config.model import Config, HttpConfig, PathsConfig
from vmq.domain.records import MessageStored
from vmq.http import page as page_files
from vmq.lab.demo import PIN, WHAT_TO_DIAL
from vmq.lab.tunes import hold_music

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000
SPOKEN_S, SPEAKS_S = 1.5, 4.0
"""The recording is said over and over: in this time it is said once from its beginning to its end."""


def config(folder: Path) -> Config:
    return Config(paths=PathsConfig(data=folder), http=HttpConfig(port=free_port()))


def test_what_can_be_dialled_is_said_in_each_language() -> None:
    for path in (Path(page_files.__file__).parent / "words").glob("telephone-*.js"):
        words = dict(re.findall(r'^  "dial\.([^"]+)": "([^"]+)"', path.read_text(), re.MULTILINE))
        assert set(words) == set(WHAT_TO_DIAL), path.name
        assert all((PIN in words[number]) == (PIN in text) for number, text in WHAT_TO_DIAL.items()), path.name


async def sit_down(page: Page, program: Program, number: str) -> None:
    """Open the room of telephones and take one."""
    await page.goto(f"{program.addresses.http}/#/telephone")
    await page.get_by_role("button", name=f"Use {number}").click()
    await expect(page.locator(".telephone .display")).to_contain_text("Ready", timeout=PATIENCE_MS)


async def dial(page: Page, number: str) -> None:
    await page.get_by_label("Number", exact=True).fill(number)
    await page.get_by_role("button", name="Call", exact=True).click()


async def hears(page: Page, signal: audio.Signal) -> None:
    """Until this came out of the loudspeaker."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while audio.likeness(signal, await heard(page)) < 0.8:
            await page.wait_for_timeout(500)


async def test_a_message_left_by_microphone_is_in_the_mailbox(tmp_path: Path) -> None:
    spoken = audio.known_recording(7, SPOKEN_S)
    said = audio.write_wav(tmp_path / "said.wav", spoken)
    async with running(config(tmp_path)) as program, speaking_browser(said) as browser:
        page = await listening_page(browser)
        await sit_down(page, program, "1003")
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
        await dial(page, "*991002")
        log = page.get_by_role("log", name="What it hears")
        await expect(log).to_contain_text("tone", timeout=PATIENCE_MS)
        await page.wait_for_timeout(SPEAKS_S * 1000)
        await page.get_by_role("button", name="Hang up").click()
        async with asyncio.timeout(PATIENCE_MS / 1000):
            async for entry in program.journal.follow(0):
                if isinstance(entry.record, MessageStored):
                    break
        (message,) = (tmp_path / "recordings").rglob("*.wav")
        assert audio.likeness(spoken, audio.read_wav(message)) > 0.8
        await page.close()


async def test_caller_and_agent_in_two_tabs(tmp_path: Path) -> None:
    spoken = audio.known_recording(8, SPOKEN_S)
    said = audio.write_wav(tmp_path / "said.wav", spoken)
    async with running(config(tmp_path)) as program, speaking_browser(said) as browser:
        assert program.stand_in is not None
        program.stand_in.pbx.phone("1002").behave("busy")
        agent, caller = await listening_page(browser), await listening_page(browser)
        await agent.goto(f"{program.addresses.http}/#/desk/ann")
        await agent.get_by_role("button", name="Telephone in this browser").click()
        await sit_down(caller, program, "1003")
        await dial(caller, "600")
        telephone = agent.get_by_role("region", name="1001 · Ann")
        await telephone.get_by_role("button", name="Answer").click(timeout=PATIENCE_MS)
        await expect(agent.locator(".call")).to_contain_text("Talking", timeout=PATIENCE_MS)
        await forget(agent)
        await forget(caller)
        await hears(agent, spoken)
        await hears(caller, spoken)

        await forget(caller)
        await telephone.get_by_role("button", name="Hold").click()
        tune = audio.as_signal(hold_music().pcm)[: 2 * audio.RATE_HZ]
        await hears(caller, tune)
        await telephone.get_by_role("button", name="Hold").click()
        await telephone.get_by_role("button", name="Mute").click()
        await caller.wait_for_timeout(1000)  # what was said before is on its way
        await forget(caller)
        await caller.wait_for_timeout(SPEAKS_S * 1000)
        assert audio.likeness(spoken, await heard(caller)) < 0.3, "nobody hears who is mute"

        await agent.evaluate("location.hash = '#/wall'")
        await telephone.get_by_role("button", name="Hang up").click()
        await expect(caller.locator(".telephone .display")).to_contain_text("Ready", timeout=PATIENCE_MS)
        await caller.get_by_role("button", name="Leave", exact=True).click()
        await expect(caller.locator(".telephone")).to_have_count(0)
        await agent.close()
        await caller.close()

"""The newcomer's tour of docs/dashboard.md on the program that `make run` starts: within its three minutes."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.telephone import speaking_browser
from tests.browser.tour import take_tour
from tests.live import audio
from tests.live.server import free_port
from vmq.app.program import running
from vmq.config.model import Config, HttpConfig, PathsConfig

pytestmark = pytest.mark.browser

DOC = Path(__file__).parents[2] / "docs/dashboard.md"
TOUR_S = 180.0


async def test_from_make_run_to_the_first_answered_call_and_the_first_message_heard(tmp_path: Path) -> None:
    config = Config(paths=PathsConfig(data=tmp_path), http=HttpConfig(port=free_port()))
    said = audio.write_wav(tmp_path / "said.wav", audio.known_recording(3))
    seen: list[str] = []

    async def look(_page: Page, name: str) -> None:
        seen.append(name)

    async with asyncio.timeout(TOUR_S), running(config) as program, speaking_browser(said) as browser:
        await take_tour(browser, program.addresses.http, look)
    shown = re.findall(r"pictures/dashboard-tour-(\w+)\.png", DOC.read_text(encoding="utf-8"))
    assert seen == shown, "the tour has these pictures"
    assert [name for name in shown if not (DOC.parent / f"pictures/dashboard-tour-{name}.png").exists()] == []

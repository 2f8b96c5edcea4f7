"""A telephone in the browser on the real Asterisk: registered over a WebSocket, audio of both sides by WebRTC.

Ann's endpoint is the one that `vmq asterisk setup` writes, beside Asterisk's own HTTP server. She is a user of vmq, and
logs in with a real headless Chromium; the caller is a SIP telephone.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.telephone import heard, listening_page, speaking_browser
from tests.live import audio
from tests.live.call_centre import call_centre
from tests.live.calls import QUEUE, QUEUE_EXTENSION
from tests.live.server import AsteriskServer, free_port
from tests.support.access import PASSWORD
from vmq.access.users import Role, User
from vmq.app.access import doors_of
from vmq.asterisk.web_telephones import WebTelephone, pjsip_text
from vmq.config.model import Config, PathsConfig

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000
SPEAKS_S = 5.0
"""Ann says her recording over and over: in this time it is said once from its beginning to its end."""
SECRET = "anns-own-endpoint"
LOOPBACK = "--allow-loopback-in-peer-connection"
"""Of 127.0.0.1, the one address that is there for sure, Chromium tells nobody by itself."""


async def have_websocket(server: AsteriskServer) -> str:
    """Asterisk's HTTP server, and Ann's endpoint as setup writes it; gives the address of the WebSocket."""
    port = free_port()
    endpoint = WebTelephone("ann", SECRET, "Ann", "501", "phones")
    server.write_hook("http.conf", f"[general](+)\nenabled=yes\nbindaddr=127.0.0.1\nbindport={port}\n")
    server.write_hook("pjsip.conf", pjsip_text([endpoint], is_secure=False))
    await server.restart()
    return f"ws://127.0.0.1:{port}/ws"


async def log_in(page: Page, url: str, folder: Path) -> None:
    """Ann becomes a user, beside the running vmq, and opens her desk."""
    async with doors_of(Config(paths=PathsConfig(data=folder))) as doors:
        await doors.add_user(User("ann", Role.AGENT, agent="ann"), PASSWORD)
    await page.goto(f"{url}/login")
    await page.get_by_label("Name").fill("ann")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("heading", name="Telephone")).to_be_visible(timeout=PATIENCE_MS)


async def test_an_agent_answers_in_the_browser_and_both_hear_each_other(
    own_asterisk: AsteriskServer, tmp_path: Path, recording: Path
) -> None:
    anns = audio.known_recording(11, 1.5)
    said = audio.write_wav(tmp_path / "ann.wav", anns)
    server = await have_websocket(own_asterisk)
    ann = {"name": "ann", "device": "PJSIP/ann", "queues": [QUEUE], "web_secret": SECRET}
    async with (
        call_centre(own_asterisk, tmp_path, [ann], web_telephone={"server": server}) as centre,
        speaking_browser(said, LOOPBACK) as browser,
    ):
        page = await listening_page(browser)
        await log_in(page, centre.vmq.url, centre.vmq.data_folder)
        await page.get_by_role("button", name="Telephone in this browser").click()
        telephone = page.get_by_role("region", name="Telephone · ann")
        await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)

        caller = await centre.phones.person("1003")
        await caller.dial(QUEUE_EXTENSION)
        await telephone.get_by_role("button", name="Answer").click(timeout=PATIENCE_MS)
        await expect(page.locator(".call")).to_contain_text("Talking", timeout=PATIENCE_MS)
        await expect(telephone).to_contain_text("Connected")
        await caller.say(recording)
        await page.wait_for_timeout(SPEAKS_S * 1000)
        await telephone.get_by_role("button", name="Key 5").click()
        await caller.wait_key("5")
        for is_held in (True, False):
            await telephone.get_by_role("button", name="Hold").click()
            held = expect(page.locator(".call").get_by_text("by the agent's telephone"))
            await held.to_have_count(int(is_held), timeout=PATIENCE_MS)
        await telephone.get_by_role("button", name="Hang up").click()
        await caller.wait_ended()
        assert audio.likeness(anns, caller.heard()) > 0.8, "the caller hears Ann"
        assert audio.likeness(audio.read_wav(recording), await heard(page)) > 0.8, "Ann hears the caller"
        await page.close()

"""A telephone in the browser on the real Asterisk: registered over a WebSocket, audio of both sides by WebRTC.

Ann's endpoint is the one that `vmq asterisk setup` writes, beside Asterisk's own HTTP server, with TLS and without. She
is a user of vmq, and logs in with a real headless Chromium; all others have SIP telephones.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Locator, Page, expect

from tests.browser.telephone import forget, heard, listening_page, speaking_browser
from tests.live import audio
from tests.live.call_centre import call_centre
from tests.live.calls import QUEUE, QUEUE_EXTENSION
from tests.live.phones import SipPhone
from tests.live.server import AsteriskServer, free_port
from tests.support.access import PASSWORD
from tests.support.certificates import signed
from vmq.access.users import Role, User
from vmq.app.access import doors_of
from vmq.asterisk.web_telephones import WebTelephone, pjsip_text
from vmq.config.model import Config, PathsConfig

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000
SPEAKS_S = 5.0
"""Ann says her recording over and over: in this time it is said once from its beginning to its end."""
SECRET = "anns-own-endpoint"
ENDPOINT = WebTelephone("ann", SECRET, "Ann", "501", "phones")
LOOPBACK = "--allow-loopback-in-peer-connection"
"""Of 127.0.0.1, the one address that is there for sure, Chromium tells nobody by itself."""


async def have_websocket(server: AsteriskServer) -> str:
    """Asterisk's HTTP server, and Ann's endpoint as setup writes it; gives the address of the WebSocket."""
    port = free_port()
    server.write_hook("http.conf", f"[general](+)\nenabled=yes\nbindaddr=127.0.0.1\nbindport={port}\n")
    server.write_hook("pjsip.conf", pjsip_text([ENDPOINT], is_secure=False))
    await server.restart()
    return f"ws://127.0.0.1:{port}/ws"


async def have_secure_websocket(server: AsteriskServer) -> tuple[str, str]:
    """The same with TLS alone; and the flag by which Chromium trusts this one certificate."""
    port, certificate = free_port(), signed("localhost")
    certificate.write(server.folder_outside / "lib/keys")
    server.write_hook(
        "http.conf",
        f"[general](+)\nenabled=yes\nbindaddr=127.0.0.1\nbindport={free_port()}\n"
        f"tlsenable=yes\ntlsbindaddr=127.0.0.1:{port}\ntlscertfile={server.folder_inside}/lib/keys/cert.pem\n"
        f"tlsprivatekey={server.folder_inside}/lib/keys/key.pem\n",
    )
    server.write_hook("pjsip.conf", pjsip_text([ENDPOINT], is_secure=True))
    await server.restart()
    key = certificate.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trust = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return f"wss://localhost:{port}/ws", f"--ignore-certificate-errors-spki-list={trust}"


async def register(page: Page, url: str, folder: Path) -> Locator:
    """Ann logs in and opens her telephone, which is ready; gives it."""
    await log_in(page, url, folder)
    await page.get_by_role("button", name="Telephone in this browser").click()
    telephone = page.get_by_role("region", name="Telephone · ann")
    await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
    return telephone


async def log_in(page: Page, url: str, folder: Path) -> None:
    """Ann becomes a user, beside the running vmq, and opens her desk."""
    async with doors_of(Config(paths=PathsConfig(data=folder))) as doors:
        await doors.add_user(User("ann", Role.AGENT, agent="ann"), PASSWORD)
    await page.goto(f"{url}/login")
    await page.get_by_label("Name").fill("ann")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("heading", name="Telephone")).to_be_visible(timeout=PATIENCE_MS)


async def hears(page: Page, telephone: SipPhone, recording: Path) -> None:
    """Until what this telephone says came out of the page's loudspeaker. It says it again when it didn't come whole: a
    browser stretches and shortens sound to make up for packets that a busy machine sends late."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            await forget(page)
            await telephone.say(recording)
            await page.wait_for_timeout(SPEAKS_S * 1000)
            if audio.likeness(audio.read_wav(recording), await heard(page)) > 0.8:
                return


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
        telephone = await register(page, centre.vmq.url, centre.vmq.data_folder)
        caller = await centre.phones.person("1003")
        await caller.dial(QUEUE_EXTENSION)
        await telephone.get_by_role("button", name="Answer").click(timeout=PATIENCE_MS)
        await expect(page.locator(".call")).to_contain_text("Talking", timeout=PATIENCE_MS)
        await expect(telephone).to_contain_text("Connected")
        await hears(page, caller, recording)
        await telephone.get_by_role("button", name="Key 5").click()
        await caller.wait_key("5")
        for is_held in (True, False):
            await telephone.get_by_role("button", name="Hold").click()
            held = expect(page.locator(".call").get_by_text("by the agent's telephone"))
            await held.to_have_count(int(is_held), timeout=PATIENCE_MS)
        await telephone.get_by_role("button", name="Hang up").click()
        await caller.wait_ended()
        assert audio.likeness(anns, caller.heard()) > 0.8, "the caller hears Ann"
        await page.close()


async def test_over_tls_a_call_is_refused_and_who_is_mute_is_not_heard(
    own_asterisk: AsteriskServer, tmp_path: Path, recording: Path
) -> None:
    anns = audio.known_recording(12, 3.0)
    said = audio.write_wav(tmp_path / "ann.wav", anns)
    server, trust = await have_secure_websocket(own_asterisk)
    ann = {"name": "ann", "device": "PJSIP/ann", "queues": [QUEUE], "web_secret": SECRET}
    bob = {"name": "bob", "device": "PJSIP/1002", "queues": [QUEUE]}
    async with (
        call_centre(own_asterisk, tmp_path, [ann, bob], web_telephone={"server": server}) as centre,
        speaking_browser(said, LOOPBACK, trust) as browser,
    ):
        page = await listening_page(browser)
        telephone = await register(page, centre.vmq.url, centre.vmq.data_folder)
        caller, bobs = await centre.phones.person("1003"), await centre.phones.person("1002")
        await caller.dial(QUEUE_EXTENSION)
        await telephone.get_by_role("button", name="Refuse").click(timeout=PATIENCE_MS)
        await bobs.wait_ringing()
        await expect(telephone).to_contain_text("Ready")
        await bobs.hang_up()

        await telephone.get_by_role("button", name="Answer").click(timeout=PATIENCE_MS)
        await expect(telephone).to_contain_text("Connected", timeout=PATIENCE_MS)
        await telephone.get_by_role("button", name="Mute").click()
        await hears(page, caller, recording)
        await page.wait_for_timeout(SPEAKS_S * 1000)
        await caller.hang_up()
        await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
        assert audio.likeness(anns[len(anns) // 2 :], caller.heard()) < 0.3, "nobody hears who is mute"
        await page.close()


async def test_an_agent_calls_out_is_heard_and_transfers(
    own_asterisk: AsteriskServer, tmp_path: Path, recording: Path
) -> None:
    anns = audio.known_recording(13, 1.5)
    said = audio.write_wav(tmp_path / "ann.wav", anns)
    server, trust = await have_secure_websocket(own_asterisk)
    ann = {"name": "ann", "device": "PJSIP/ann", "queues": [QUEUE], "web_secret": SECRET}
    async with (
        call_centre(own_asterisk, tmp_path, [ann], web_telephone={"server": server}) as centre,
        speaking_browser(said, LOOPBACK, trust) as browser,
    ):
        page = await listening_page(browser)
        telephone = await register(page, centre.vmq.url, centre.vmq.data_folder)

        async def dial(number: str, button: str = "Call") -> None:
            await telephone.get_by_label("Number", exact=True).fill(number)
            await telephone.get_by_role("button", name=button, exact=True).click()

        await dial("999")
        await expect(telephone.get_by_role("alert")).to_contain_text("The call failed: Not Found", timeout=PATIENCE_MS)
        bobs, carols = await centre.phones.person("1002"), await centre.phones.person("1004")
        await dial("1002")
        await bobs.wait_ringing()
        await expect(telephone).to_contain_text("Calling 1002")
        await telephone.get_by_role("button", name="Hang up").click()
        await bobs.wait_ended()

        await dial("1002")
        await bobs.wait_ringing()
        await bobs.answer()
        await expect(telephone).to_contain_text("Connected", timeout=PATIENCE_MS)
        await hears(page, bobs, recording)
        await dial("999", "Transfer")
        await expect(telephone.get_by_role("alert")).to_contain_text("The call failed", timeout=PATIENCE_MS)
        await expect(telephone).to_contain_text("Connected")
        await dial("1004", "Transfer")
        await carols.wait_ringing()
        await carols.answer()
        await expect(telephone).to_contain_text("Ready", timeout=PATIENCE_MS)
        await carols.hang_up()
        await bobs.wait_ended()
        assert audio.likeness(anns, bobs.heard()) > 0.8, "whom she called hears Ann"
        await page.close()

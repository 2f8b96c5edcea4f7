"""What tests of telephones in the browser need: a Chromium whose microphone is a file, and an ear at its loudspeaker.

In: a known recording. Out: a browser that says it over and over into every microphone it opens, without asking anybody;
and what a page of it has sent to its loudspeaker, as a signal of 8 kHz.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import FLAGS, find_chromium
from tests.live.audio import Signal

_LISTEN = """
window.loudspeaker = [];
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode && this.context.sampleRate === 8000) {
    const tap = this.context.createScriptProcessor(4096, 1, 1);
    tap.onaudioprocess = ({ inputBuffer }) => window.loudspeaker.push(...inputBuffer.getChannelData(0));
    connect.call(this, tap);
    connect.call(tap, to);
  }
  return connect.call(this, to, ...more);
};
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("track", ({ track }) => {
      const context = new AudioContext({ sampleRate: 8000 });
      const silent = new GainNode(context, { gain: 0 });
      const tap = context.createScriptProcessor(4096, 1, 1);
      tap.onaudioprocess = ({ inputBuffer }) => window.loudspeaker.push(...inputBuffer.getChannelData(0));
      connect.call(context.createMediaStreamSource(new MediaStream([track])), tap);
      connect.call(tap, silent);
      connect.call(silent, context.destination);
      this.ear = context;
    });
  }
  close() {
    this.ear?.close(); // or its silence would be heard among the next call's sound
    super.close();
  }
};
"""
"""Samples on their way to the loudspeaker: of the stand-in's telephones, which play 8 kHz, and of WebRTC."""


@asynccontextmanager
async def speaking_browser(recording: Path, *flags: str) -> AsyncIterator[Browser]:
    """Chromium with somebody at its microphone who says this recording."""
    fake = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={recording}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *fake, *flags])
        yield browser
        await browser.close()


async def listening_page(browser: Browser) -> Page:
    """A page with an ear at its loudspeaker; a script of it that fails fails the test, when it is closed by `close`."""
    page = await browser.new_page()
    await page.add_init_script(_LISTEN)
    return page


async def heard(page: Page) -> Signal:
    """All that came out of its loudspeaker since it was opened, or since `forget`."""
    return np.array(await page.evaluate("window.loudspeaker"), dtype=np.float64)


async def forget(page: Page) -> None:
    """Begin anew with listening."""
    await page.evaluate("window.loudspeaker.length = 0")

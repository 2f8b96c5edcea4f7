"""A real headless Chromium, from the system's packages. Without one these tests are left out, with the reason.

VMQ_CHROMIUM names another binary; with VMQ_REQUIRE_BROWSER=1 a missing one is a failure.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.browser.install import find

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
# How long a busy machine may take over what is expected; 5 s are not enough for it.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            # A browser on a busy machine misses a deadline now and then; the summary names second tries.
            item.add_marker(pytest.mark.flaky(reruns=1))


def find_chromium() -> str:
    """The binary. Skips (or fails) when there is none."""
    found = find()
    if not found:
        reason = "there is no chromium; on Debian: apt-get install chromium"
        if os.environ.get("VMQ_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, with a new profile."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """Chromium logs every answer that is an error; those of the API are the test's own business."""
    return message.type == "error" and "/api/v1/" not in message.location["url"]


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page. What it complains of (scripts, policies, requests that failed) fails the test."""
    page = await browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield page
    await page.close()
    assert [text for text in complaints if "ERR_" not in text] == []

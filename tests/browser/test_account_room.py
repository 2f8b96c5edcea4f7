"""One's own account in a real browser: another password, a session elsewhere that is ended, a token for a program."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.support.access import PASSWORD
from tests.support.whole_house import log_in, whole_house

pytestmark = pytest.mark.browser

NEW = "other words of mine"


async def test_password_sessions_and_tokens_are_the_users_own_business(page: Page, tmp_path: Path) -> None:
    async with whole_house(tmp_path) as whole, httpx.AsyncClient(base_url=whole.server.url) as elsewhere:
        await log_in(page, whole, "max", "floor")
        log = {"name": "max", "password": PASSWORD}
        await elsewhere.post("/api/v1/session", json=log, headers={"origin": whole.server.url, "user-agent": "Tablet"})
        await page.get_by_role("link", name="max").click()
        sessions = page.get_by_role("region", name="Where you are logged in")
        await expect(sessions.get_by_text("here", exact=True)).to_have_count(1)
        await sessions.locator("li", has_text="Tablet").get_by_role("button", name="Log out").click()
        await expect(sessions.locator("li")).to_have_count(1)
        assert (await elsewhere.get("/api/v1/session")).status_code == 401

        tokens = page.get_by_role("region", name="Tokens for programs")
        await tokens.get_by_label("What for").fill("wallboard")
        await tokens.get_by_role("button", name="Make a token").click()
        await expect(page.get_by_text("Tick what it may.")).to_be_visible()
        assert await tokens.get_by_label("administrators").count() == 0, "a supervisor gives nobody more than he has"
        for right in ("agents", "supervisors"):
            await tokens.get_by_label(right).check()
        await tokens.get_by_label("Only for these queues").fill("sales")
        await tokens.get_by_role("button", name="Make a token").click()
        token = await tokens.get_by_label("The new token").input_value()
        bearer = {"authorization": f"Bearer {token}"}
        floor = (await elsewhere.get("/api/v1/floor", headers=bearer)).json()
        assert [queue["name"] for queue in floor["queues"]] == ["sales"]
        await tokens.get_by_role("button", name="Revoke wallboard").click()
        await expect(tokens.locator("li")).to_have_count(0)
        assert (await elsewhere.get("/api/v1/floor", headers=bearer)).status_code == 401

        await page.get_by_label("The one you have").fill(PASSWORD)
        for label in ("A new one", "The new one again"):
            await page.get_by_label(label).fill(NEW)
        await page.get_by_role("button", name="Change the password").click()
        await expect(page.get_by_text("Changed. Everywhere else you are logged out.")).to_be_visible()
        answer = await elsewhere.post("/api/v1/session", json=log | {"password": NEW})
        assert answer.status_code == 200
        await page.close()

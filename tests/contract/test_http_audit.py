"""The audit log over HTTP: what was done and what was refused, by whom and from where, without secrets, by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.access import PASSWORD, House, open_house
from vmq.access.audit import HIDDEN
from vmq.errors import StorageError
from vmq.http.recorder import NOBODYS_MAX


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def entries(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_what_was_done_and_what_was_refused_is_there(house: House) -> None:
    async with house.logged_in("ann") as ann, house.logged_in("adam") as adam:
        await ann.post("/api/v1/agents/ann/pause", json={"reason": "lunch"})
        await ann.post("/api/v1/agents/bob/pause")
        await ann.get("/api/v1/users")
        await ann.post("/api/v1/agents/ann/pause", json={"reason": 5})
        await ann.get("/api/v1/floor")
        told = [(each["who"], each["action"], each["target"], each["result"]) for each in await entries(adam)]
        assert told == [
            ("ann", "agent pause", "ann", "invalid"),
            ("ann", "list users", "", "not-allowed"),
            ("ann", "agent pause", "bob", "not-allowed"),
            ("ann", "agent pause", "ann", "done"),
            ("adam", "log in", "", "done"),
            ("ann", "log in", "", "done"),
        ]
        done = (await entries(adam, action="agent pause", result="done"))[0]
        assert (done["details"], done["address"], done["at"]) == ({"reason": "lunch"}, "127.0.0.1", house.clock.at)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('{"reason": "\\ud800"}', {"reason": "?"}),
        ('{"reason": NaN}', {"reason": None}),
        ('{"pin": 4711}', {"pin": HIDDEN}),
        ("[" * 50_000 + "]" * 50_000, {}),
        ('{"a": ' * 5_000 + "1" + "}" * 5_000, {}),
    ],
)
async def test_a_body_meant_to_spoil_the_log_is_written_down_and_shown(
    house: House, body: str, kept: dict[str, Any]
) -> None:
    async with house.logged_in("ann") as ann, house.logged_in("adam") as adam:
        headers = {"content-type": "application/json"}
        await ann.post("/api/v1/agents/bob/pause", content=body.encode()[:60_000], headers=headers)
        (found,) = await entries(adam, action="agent pause")
        assert (found["who"], found["target"], found["details"]) == ("ann", "bob", kept)


async def test_log_ins_that_fail_are_there_and_no_password_is(house: House) -> None:
    async with house.client() as client, house.logged_in("adam") as adam:
        await client.post("/api/v1/session", json={"name": "sue", "password": "guessed words"})
        await client.get("/api/v1/floor", headers={"authorization": "Bearer vmq_12345678_wrong"})
        await client.get("/api/v1/floor")
        made = {"name": "eve", "password": "brand new words", "role": "administrator"}
        assert (await adam.post("/api/v1/users", json=made)).status_code == 201
        await adam.put(
            "/api/v1/session/password", json={"old_password": PASSWORD, "new_password": "my new secret words"}
        )
        found = await entries(adam)
        assert [(each["who"], each["action"], each["result"]) for each in found[:4]] == [
            ("adam", "change password", "done"),
            ("adam", "add user", "done"),
            ("", "GET", "token-needed"),
            ("", "log in", "login-refused"),
        ]
        assert found[3]["details"] == {"name": "sue", "password": "…"}
        for secret in (PASSWORD, "guessed words", "brand new words", "secret words", "12345678"):
            assert secret not in str(found)


async def test_it_is_read_page_by_page(house: House) -> None:
    async with house.logged_in("adam") as adam:
        for number in range(5):
            await adam.post("/api/v1/agents/ann/pause", json={"reason": str(number)})
        seen, before = [], 0
        for _ in range(3):
            page = (await adam.get("/api/v1/audit", params={"limit": 2, "before": before or 0})).json()
            seen += [each["details"].get("reason") for each in page["items"]]
            before = page["next"]
        assert seen == ["4", "3", "2", "1", "0", None]
        last = (await adam.get("/api/v1/audit", params={"limit": 2, "before": before})).json()
        assert last == {"items": [], "next": None}


async def test_whoever_isn_t_let_in_can_t_flood_it(house: House) -> None:
    async with house.client() as client, house.logged_in("adam") as adam:
        for _ in range(NOBODYS_MAX + 20):
            await client.post("/api/v1/agents/ann/pause")
        assert len(await entries(adam, result="token-needed", limit=1000)) == NOBODYS_MAX


async def test_a_log_that_can_t_be_written_undoes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_args: object) -> None:
        raise StorageError("the disk is full")

    async with house.logged_in("adam") as adam:
        monkeypatch.setattr(house.audit, "add", failing)
        assert (await adam.post("/api/v1/agents/ann/pause")).status_code == 202

"""What starts a call is done once, however often its request is sent: the header Idempotency-Key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.access import House, open_house
from vmq.db.once import KEEP_S
from vmq.http.commands import ALL

KEY = {"idempotency-key": "3f0e6c1a-8a5e"}
TO = {"to": "1002"}
ADDRESS = "/api/v1/calls/c1/transfer"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        house.shop.call("c1", "sales")
        yield house


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.logged_in("adam") as client:
        yield client


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["id"]


async def test_the_same_request_again_gets_the_same_answer(house: House, client: httpx.AsyncClient) -> None:
    before = len(house.shop.posted)
    first = await client.post(ADDRESS, json=TO, headers=KEY)
    again = await client.post(ADDRESS, json=TO, headers=KEY)
    assert (first.status_code, first.json()) == (202, {"command": "call transfer", "event": "TransferAsked"})
    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (202, first.json(), "true")
    assert "idempotency-replayed" not in first.headers
    assert len(house.shop.posted) == before + 1


async def test_without_a_key_or_with_another_it_is_done_again(house: House, client: httpx.AsyncClient) -> None:
    before = len(house.shop.posted)
    for headers in ({}, {}, KEY, {"idempotency-key": "another-one"}):
        assert (await client.post(ADDRESS, json=TO, headers=headers)).status_code == 202
    assert len(house.shop.posted) == before + 4


async def test_another_request_under_the_key_is_refused(house: House, client: httpx.AsyncClient) -> None:
    await client.post(ADDRESS, json=TO, headers=KEY)
    before = len(house.shop.posted)
    assert problem(await client.post(ADDRESS, json={"to": "1003"}, headers=KEY)) == (422, "key-reused")
    other = {"supervisor": "max", "mode": "listen"}
    assert problem(await client.post("/api/v1/calls/c1/supervise", json=other, headers=KEY)) == (422, "key-reused")
    assert len(house.shop.posted) == before


async def test_several_at_once_are_one(house: House, client: httpx.AsyncClient) -> None:
    before = len(house.shop.posted)
    answers = await asyncio.gather(*(client.post(ADDRESS, json=TO, headers=KEY) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len(house.shop.posted) == before + 1


async def test_a_request_that_was_refused_leaves_its_key_free(house: House, client: httpx.AsyncClient) -> None:
    assert problem(await client.post("/api/v1/calls/c9/transfer", json=TO, headers=KEY)) == (404, "call-unknown")
    assert (await client.post(ADDRESS, json=TO, headers=KEY)).status_code == 202


async def test_one_whose_end_is_unknown_is_not_begun_again(house: House, client: httpx.AsyncClient) -> None:
    async def lost(*_args: object) -> None:
        raise asyncio.CancelledError

    once = house.access.once
    finish, once.finish = once.finish, lost  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await client.post(ADDRESS, json=TO, headers=KEY)
    once.finish = finish  # type: ignore[method-assign]
    assert problem(await client.post(ADDRESS, json=TO, headers=KEY)) == (409, "in-progress")


async def test_a_key_is_its_users_own_and_lasts_a_day(house: House, client: httpx.AsyncClient) -> None:
    before = len(house.shop.posted)
    await client.post(ADDRESS, json=TO, headers=KEY)
    async with house.logged_in("max") as other:
        assert "idempotency-replayed" not in (await other.post(ADDRESS, json=TO, headers=KEY)).headers
    house.clock.at += KEEP_S + 1
    async with house.logged_in("adam") as later:
        assert "idempotency-replayed" not in (await later.post(ADDRESS, json=TO, headers=KEY)).headers
    assert len(house.shop.posted) == before + 3


def test_what_rings_somebody_takes_a_key() -> None:
    assert [command.words for command in ALL if command.starts_call] == [
        "agent dial",
        "call transfer",
        "call supervise",
        "call dial",
    ]

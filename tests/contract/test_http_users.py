"""Users and tokens over HTTP: made, changed and removed; a token is shown once and never may more than its user."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.access import PASSWORD, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["id"]


async def test_a_user_is_made_changed_and_removed(house: House) -> None:
    bob = {"name": "bob", "password": PASSWORD, "role": "agent", "agent": "bob", "mailbox": "1002"}
    shown = {"name": "bob", "role": "agent", "queues": None, "agent": "bob", "mailbox": "1002", "origin": "here"}
    async with house.logged_in("adam") as adam:
        made = await adam.post("/api/v1/users", json=bob)
        assert (made.status_code, made.json()) == (201, shown)
        assert problem(await adam.post("/api/v1/users", json=bob)) == (409, "user-exists")
        assert (await adam.get("/api/v1/users/bob")).json() == shown
        names = [user["name"] for user in (await adam.get("/api/v1/users")).json()["items"]]
        assert names == ["adam", "ann", "bob", "max", "sue"]
        change = {"role": "supervisor", "queues": ["sales"]}
        assert (await adam.patch("/api/v1/users/bob", json=change)).json() == shown | change
        assert (await adam.patch("/api/v1/users/bob", json={"queues": None})).json()["queues"] is None
        assert (await adam.delete("/api/v1/users/bob")).status_code == 204
        assert problem(await adam.get("/api/v1/users/bob")) == (404, "user-unknown")
        assert problem(await adam.delete("/api/v1/users/bob")) == (404, "user-unknown")


async def test_users_that_can_t_be_are_refused_in_words(house: House) -> None:
    user = {"name": "bob", "password": PASSWORD, "role": "agent", "agent": "bob"}
    async with house.logged_in("adam") as adam:
        for change, expected in (
            ({"agent": ""}, (422, "user-refused")),
            ({"password": "short"}, (422, "password-refused")),
            ({"name": "B b"}, (422, "invalid")),
            ({"name": "cli"}, (422, "user-refused")),
            ({"role": "king"}, (422, "invalid")),
            ({"queues": ["sales"]}, (422, "user-refused")),
            ({"more": 1}, (422, "invalid")),
        ):
            assert problem(await adam.post("/api/v1/users", json=user | change)) == expected
        assert problem(await adam.patch("/api/v1/users/ann", json={"role": None})) == (422, "invalid")
        assert problem(await adam.delete("/api/v1/users/adam")) == (409, "last-administrator")
        assert problem(await adam.patch("/api/v1/users/adam", json={"role": "supervisor"})) == (
            409,
            "last-administrator",
        )


async def test_a_change_with_a_password_that_can_t_be_taken_changes_nothing(house: House) -> None:
    async with house.logged_in("adam") as adam:
        change = {"role": "administrator", "password": "short"}
        assert problem(await adam.patch("/api/v1/users/max", json=change)) == (422, "password-refused")
        assert (await adam.get("/api/v1/users/max")).json()["role"] == "supervisor"


async def test_a_token_neither_sees_nor_revokes_tokens(house: House) -> None:
    async with house.logged_in("adam") as user, house.client() as program:
        made = (await user.post("/api/v1/tokens", json={"label": "x", "rights": ["administer"]})).json()
        program.headers["authorization"] = f"Bearer {made['token']}"
        assert (await program.get("/api/v1/users")).status_code == 200
        assert problem(await program.get("/api/v1/tokens")) == (403, "not-allowed")
        assert problem(await program.delete(f"/api/v1/tokens/{made['id']}")) == (403, "not-allowed")
        assert [each["id"] for each in (await user.get("/api/v1/tokens")).json()["items"]] == [made["id"]]


async def test_a_new_password_from_an_administrator_ends_sessions_and_lifts_the_lock(house: House) -> None:
    async with house.logged_in("adam") as adam, house.logged_in("sue") as sue:
        for _ in range(house.doors.rules.lock_after):
            await sue.post("/api/v1/session", json={"name": "sue", "password": "wrong"})
        assert (await adam.patch("/api/v1/users/sue", json={"password": "other words here"})).status_code == 200
        assert (await sue.get("/api/v1/session")).status_code == 401
        answer = await sue.post("/api/v1/session", json={"name": "sue", "password": "other words here"})
        assert answer.status_code == 200


async def test_a_token_is_shown_once_and_may_what_it_was_made_for(house: House) -> None:
    wanted = {"label": "wallboard", "rights": ["monitor", "supervise"], "queues": ["support"]}
    async with house.logged_in("max") as user, house.client() as program:
        made = await user.post("/api/v1/tokens", json=wanted)
        assert made.status_code == 201
        token = made.json()
        text = token.pop("token")
        assert text.startswith(f"vmq_{token['id']}_")
        listed = await user.get("/api/v1/tokens")
        assert listed.json()["items"] == [token]
        assert text not in listed.text
        del program.headers["origin"]
        program.headers["authorization"] = f"Bearer {text}"
        told = (await program.get("/api/v1/session")).json()
        assert (told["name"], told["roles"], told["rights"], told["queues"]) == (
            "max", [], ["monitor", "supervise"], ["support"],
        )  # fmt: skip
        assert (await program.get("/metrics")).status_code == 200
        assert problem(await program.post("/api/v1/agents/bob/pause")) == (403, "not-allowed")
        house.shop.call("c1", "sales")
        house.shop.call("c2", "support")
        assert (await program.post("/api/v1/callers/c2/withdraw")).status_code == 202
        assert problem(await program.post("/api/v1/callers/c1/withdraw")) == (403, "not-allowed")
        assert problem(await program.post("/api/v1/tokens", json=wanted)) == (403, "not-allowed")
        assert (await user.get("/api/v1/tokens")).json()["items"][0]["seen_at"] == house.clock.at
        assert (await user.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
        assert problem(await program.get("/metrics")) == (401, "token-needed")


async def test_a_token_gets_no_right_that_its_user_has_not_and_loses_those_he_loses(house: House) -> None:
    async with house.logged_in("max") as user, house.logged_in("adam") as adam, house.client() as program:
        more = await user.post("/api/v1/tokens", json={"label": "x", "rights": ["administer"]})
        assert problem(more) == (403, "not-allowed")
        text = (await user.post("/api/v1/tokens", json={"label": "x", "rights": ["monitor"]})).json()["token"]
        program.headers["authorization"] = f"Bearer {text}"
        assert (await program.get("/metrics")).status_code == 200
        await adam.patch("/api/v1/users/max", json={"role": "agent", "agent": "bob"})
        assert problem(await program.get("/metrics")) == (403, "not-allowed")
        await adam.delete("/api/v1/users/max")
        assert problem(await program.get("/metrics")) == (401, "token-needed")


async def test_one_sees_and_revokes_ones_own_tokens_an_administrator_everybodys(house: House) -> None:
    wanted = {"label": "x", "rights": ["agent"]}
    async with house.logged_in("adam") as adam, house.logged_in("max") as other, house.logged_in("ann") as ann:
        token = (await other.post("/api/v1/tokens", json=wanted)).json()["id"]
        assert (await ann.get("/api/v1/tokens")).json()["items"] == []
        assert problem(await ann.delete(f"/api/v1/tokens/{token}")) == (404, "token-unknown")
        assert [each["user"] for each in (await adam.get("/api/v1/tokens")).json()["items"]] == ["max"]
        assert (await adam.delete(f"/api/v1/tokens/{token}")).status_code == 204

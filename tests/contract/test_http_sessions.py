"""Coming in by the page's ways: the set-up link, name and password, the session's cookie; locks, ends, other sites."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import httpx
import pytest

from tests.support.access import HERE, PASSWORD, House, open_house
from vmq.access.addresses import MAX_FAILURES, WINDOW_S
from vmq.access.doors import LINK_S, DoorRules
from vmq.access.rights import Role
from vmq.access.users import User

SESSION = "/api/v1/session"
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def new_house(tmp_path: Path) -> AsyncIterator[House]:
    """Nobody has ever logged in."""
    async with open_house(tmp_path, users=()) as house:
        yield house


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["id"]


def log_in(name: str = "adam", password: str = PASSWORD) -> dict[str, str]:
    return {"name": name, "password": password}


async def test_who_knows_the_password_is_in_and_told_who_he_is(house: House) -> None:
    async with house.client() as client:
        assert problem(await client.get(SESSION)) == (401, "token-needed")
        answer = await client.post(SESSION, json=log_in("sue"))
        told = {
            "name": "sue",
            "roles": ["supervisor"],
            "rights": ["agent", "monitor", "supervise"],
            "queues": ["support"],
            "agent": "",
            "mailbox": "",
            "ends_at": house.clock.at + house.doors.rules.session_s,
        }
        assert (answer.status_code, answer.json()) == (200, told)
        assert (await client.get(SESSION)).json() == told


async def test_the_cookie_is_out_of_scripts_reach_and_of_other_sites(house: House) -> None:
    async with house.client() as client:
        cookie = (await client.post(SESSION, json=log_in())).headers["set-cookie"]
    assert cookie.startswith("vmq=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    async with house.client(url="https://127.0.0.1", is_secure=True) as client:
        answer = await client.post(SESSION, json=log_in())
        assert answer.headers["set-cookie"].startswith("__Host-vmq=")
        assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
        assert answer.headers["strict-transport-security"]
        assert (await client.get(SESSION)).status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("adam", "wrong"), ("nobody", PASSWORD), ("", ""), ("adam", "x" * 1024)]
)
async def test_a_wrong_password_and_a_wrong_name_are_told_alike(house: House, name: str, password: str) -> None:
    async with house.client() as client:
        answer = await client.post(SESSION, json=log_in(name, password))
        assert problem(answer) == (401, "login-refused")
        assert answer.json()["detail"] == ""
        assert "set-cookie" not in answer.headers


async def test_a_name_that_is_nobodys_takes_as_long(house: House) -> None:
    async def seconds(name: str) -> float:
        began = time.perf_counter()
        await client.post(SESSION, json=log_in(name, "wrong password"))
        return time.perf_counter() - began

    await house.doors.set_password("sue", PASSWORD)
    async with house.client() as client:
        times = [(await seconds("sue"), await seconds("nobody")) for _ in range(5)]
    known, unknown = (median(each) for each in zip(*times, strict=True))
    assert unknown > known / 3, "the password is hashed for nobody too"


@pytest.mark.parametrize("name", ["adam", "nobody"])
async def test_wrong_passwords_lock_a_name_for_a_while_whoever_has_it(house: House, name: str) -> None:
    async with house.client() as client:
        for _ in range(house.doors.rules.lock_after):
            assert problem(await client.post(SESSION, json=log_in(name, "wrong"))) == (401, "login-refused")
        answer = await client.post(SESSION, json=log_in(name))
        assert problem(answer) == (429, "locked")
        assert answer.headers["retry-after"] == "900"
        house.clock.at += house.doors.rules.lock_s
        assert (await client.post(SESSION, json=log_in(name))).status_code == (200 if name == "adam" else 401)


async def test_the_lock_outlives_the_program(tmp_path: Path) -> None:
    async with open_house(tmp_path, rules=DoorRules(lock_after=1)) as house, house.client() as client:
        await client.post(SESSION, json=log_in(password="wrong"))
    async with open_house(tmp_path, users=()) as house, house.client() as client:
        assert problem(await client.post(SESSION, json=log_in())) == (429, "locked")


async def test_one_address_can_t_try_all_names(house: House) -> None:
    limit = house.doors._addresses
    for number in range(MAX_FAILURES):
        limit.attempt("127.0.0.1", house.clock.at + number / 1000)
    async with house.client() as client:
        answer = await client.post(SESSION, json=log_in())
        assert problem(answer) == (429, "too-many-attempts")
        assert int(answer.headers["retry-after"]) <= WINDOW_S
        house.clock.at += WINDOW_S
        assert (await client.post(SESSION, json=log_in())).status_code == 200


async def test_a_session_ends_by_idling_and_after_its_time(house: House) -> None:
    rules = house.doors.rules
    async with house.logged_in("adam") as client:
        for _ in range(2):
            house.clock.at += rules.idle_s - 1
            assert (await client.get(SESSION)).status_code == 200
        house.clock.at += rules.idle_s
        assert problem(await client.get(SESSION)) == (401, "token-needed")
    async with house.logged_in("adam") as client:
        for _ in range(4):
            house.clock.at += rules.session_s / 4 - 1
            assert (await client.get(SESSION)).status_code == 200
        house.clock.at += 5
        assert problem(await client.get(SESSION)) == (401, "token-needed")


async def test_logging_out_ends_the_session_itself_not_only_the_cookie(house: House) -> None:
    async with house.logged_in("adam") as client:
        key = client.cookies["vmq"]
        assert (await client.delete(SESSION)).status_code == 204
        assert "vmq" not in client.cookies
        client.cookies.set("vmq", key)
        assert (await client.get(SESSION)).status_code == 401


async def test_ones_sessions_are_listed_and_ended(house: House) -> None:
    async with house.logged_in("sue") as client, house.logged_in("sue") as other:
        items = (await client.get("/api/v1/sessions")).json()["items"]
        assert [item["is_this"] for item in items].count(True) == 1
        assert items[0]["address"] == "127.0.0.1"
        (theirs,) = [item["id"] for item in items if not item["is_this"]]
        async with house.logged_in("ann") as ann:
            assert problem(await ann.delete(f"/api/v1/sessions/{theirs}")) == (404, "session-unknown")
        assert (await client.delete(f"/api/v1/sessions/{theirs}")).status_code == 204
        assert (await other.get(SESSION)).status_code == 401
        assert (await client.get(SESSION)).status_code == 200


async def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(house: House) -> None:
    address = f"{SESSION}/password"
    async with house.logged_in("sue") as client, house.logged_in("sue") as other:
        wrong = await client.put(address, json={"old_password": "wrong", "new_password": "some other words"})
        assert problem(wrong) == (401, "login-refused")
        assert problem(await client.put(address, json={"old_password": PASSWORD, "new_password": "short"})) == (
            422,
            "password-refused",
        )
        assert (
            await client.put(address, json={"old_password": PASSWORD, "new_password": "some other words"})
        ).status_code == 204
        assert (await client.get(SESSION)).status_code == 200
        assert (await other.get(SESSION)).status_code == 401
        assert (await other.post(SESSION, json=log_in("sue"))).status_code == 401
        assert (await other.post(SESSION, json=log_in("sue", "some other words"))).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
async def test_a_session_commands_only_from_our_own_page(house: House, headers: dict[str, str]) -> None:
    async with house.logged_in("adam") as client:
        del client.headers["origin"]
        answer = await client.post("/api/v1/agents/ann/pause", headers=headers)
        assert problem(answer) == (403, "foreign-origin")
        own = {"origin": HERE, "sec-fetch-site": "same-origin"}
        assert (await client.post("/api/v1/agents/ann/pause", headers=own)).status_code == 202
        assert (await client.post("/api/v1/agents/ann/pause", headers={"origin": HERE})).status_code == 202


async def test_before_there_is_a_user_this_machine_may_do_everything(new_house: House) -> None:
    async with new_house.client() as client:
        assert (await client.get("/api/v1/floor")).status_code == 200
        assert (await client.post("/api/v1/agents/ann/pause")).status_code == 202
        told = (await client.get(SESSION)).json()
        assert (told["name"], told["roles"]) == ("", ["administrator"])
        assert (await client.get("/", headers=PAGE)).status_code == 200
        assert (await client.get(f"{SESSION}/ways")).json() == {"needs_setup": True, "provider": ""}


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via"])
async def test_but_not_who_comes_through_a_proxy(new_house: House, header: str) -> None:
    async with new_house.client() as client:
        assert problem(await client.get("/api/v1/floor", headers={header: "192.0.2.1"})) == (401, "token-needed")


async def test_nor_who_comes_from_elsewhere_nor_past_a_token(new_house: House) -> None:
    for more in ({"host": "0.0.0.0", "is_secure": True}, {"proxies": ["127.0.0.1"]}, {"token": "t"}):
        async with new_house.client(**more) as client:
            assert problem(await client.get("/api/v1/floor")) == (401, "token-needed")


async def test_from_the_first_user_on_nothing_is_open_also_when_he_was_made_elsewhere(new_house: House) -> None:
    async with new_house.client() as client:
        assert (await client.get("/api/v1/floor")).status_code == 200
        await new_house.add(User("adam", Role.ADMINISTRATOR))
        assert problem(await client.get("/api/v1/floor")) == (401, "token-needed")
        assert problem(await client.get("/metrics")) == (401, "token-needed")
        assert (await client.get("/healthz")).status_code == 200


async def test_the_set_up_link_makes_the_first_administrator_once(new_house: House) -> None:
    key = await new_house.doors.new_link()
    first = {"key": key, "name": "adam", "password": PASSWORD}
    async with new_house.client() as client:
        assert problem(await client.post("/api/v1/setup", json={**first, "key": "wrong"})) == (410, "setup-over")
        assert problem(await client.post("/api/v1/setup", json={**first, "password": "short"})) == (
            422,
            "password-refused",
        )
        answer = await client.post("/api/v1/setup", json=first)
        assert (answer.status_code, answer.json()["roles"]) == (201, ["administrator"])
        assert (await client.get(SESSION)).json()["name"] == "adam"
        assert problem(await client.post("/api/v1/setup", json={**first, "name": "eve"})) == (410, "setup-over")
    assert await new_house.doors.new_link() == ""


async def test_the_set_up_link_ends_with_its_hour_and_with_the_next_one(new_house: House) -> None:
    old, key = await new_house.doors.new_link(), await new_house.doors.new_link()
    async with new_house.client() as client:
        for each in (old, "", key):
            new_house.clock.at += LINK_S if each == key else 0
            answer = await client.post("/api/v1/setup", json={"key": each, "name": "adam", "password": PASSWORD})
            assert problem(answer) == (410, "setup-over")


async def test_a_browser_without_a_session_is_sent_to_the_log_in_page(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("/?queue=sales", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F%3Fqueue%3Dsales")
        assert answer.headers["x-frame-options"] == "DENY"
        for path in ("/login", "/page/login.js", "/page/login.css", "/setup", "/page/setup.js"):
            answer = await client.get(path, headers=PAGE)
            assert answer.status_code == 200
            assert not [mark for mark in ("onclick=", "style=", "<style", "javascript:", "://") if mark in answer.text]
        assert problem(await client.get("/api/v1/floor", headers=PAGE)) == (401, "token-needed")
    async with house.logged_in("adam") as client:
        assert (await client.get("/", headers=PAGE)).status_code == 200


async def test_the_configurations_token_stays_an_administrators(house: House) -> None:
    async with house.client(token="secret") as client:
        bearer = {"authorization": "Bearer secret"}
        assert (await client.get("/api/v1/users", headers=bearer)).status_code == 200
        assert (await client.get(SESSION, headers=bearer)).json()["roles"] == ["administrator"]
        assert problem(await client.get("/api/v1/users", headers={"authorization": "Bearer x"})) == (
            401,
            "token-needed",
        )
        answer = await client.put(
            f"{SESSION}/password", json={"old_password": "x", "new_password": "y"}, headers=bearer
        )
        assert problem(answer) == (403, "not-allowed")

"""Logging in with an OpenID provider: the whole way there and back, with a real one; and every lie of it is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.access import USERS, HandClock, House, open_house
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcPeer, oidc_peer
from vmq.access.audit import HIDDEN, AuditQuestion
from vmq.access.rights import Role
from vmq.access.users import Origin, User
from vmq.errors import AccessRefused
from vmq.http.oidc import PENDING_S, OidcProvider, OidcSettings, claim, user_of

SETTINGS = OidcSettings(
    issuer="",
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    label="Example Ltd",
    scope="openid profile",
    user_claim="preferred_username",
    role_claim="groups",
    administrators=("vmq-admins",),
    supervisors=("leads",),
    agents=("phones",),
    queues_claim="",
    agent_claim="",
    mailbox_claim="",
)


@pytest.fixture
async def peer() -> AsyncIterator[OidcPeer]:
    async with oidc_peer() as peer:
        peer.claims = {"preferred_username": "Lea", "groups": ["staff", "leads"]}
        yield peer


@pytest.fixture
async def house(tmp_path: Path, peer: OidcPeer) -> AsyncIterator[House]:
    clock = HandClock()
    provider = OidcProvider(replace(SETTINGS, issuer=peer.issuer), clock)
    async with open_house(tmp_path, provider=provider, clock=clock) as house:
        yield house


async def go(house: House, client: httpx.AsyncClient) -> httpx.Response:
    """A browser's whole way: from the log-in page's link to where it ends."""
    answer = await client.get("/login/oidc")
    for _ in range(5):
        if not answer.is_redirect:
            break
        to = answer.headers["location"]
        if to.startswith("/login?") or to == "/login":
            break
        if to.startswith("http://127.0.0.1/"):
            answer = await client.get(to)
        else:
            async with httpx.AsyncClient(timeout=10) as browser:
                answer = await browser.get(to)
    return answer


async def test_who_comes_back_is_logged_in_with_the_role_of_his_claims(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/api/v1/session/ways")).json()["provider"] == "Example Ltd"
        answer = await go(house, client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert "samesite=strict" in answer.headers["set-cookie"].lower()
        told = (await client.get("/api/v1/session")).json()
        assert (told["name"], told["roles"], told["queues"]) == ("lea", ["supervisor"], [])
    assert await house.doors.user("lea") == User("lea", Role.SUPERVISOR, origin=Origin.OIDC)
    (entry,) = await house.audit.page(AuditQuestion())
    assert (entry.who, entry.action, entry.result) == ("lea", "log in with oidc", "done")
    assert entry.details["code"] == HIDDEN


async def test_his_next_log_in_brings_what_he_is_then(house: House, peer: OidcPeer) -> None:
    async with house.client() as client:
        await go(house, client)
        peer.claims["groups"] = ["vmq-admins", "leads"]
        await go(house, client)
        assert (await client.get("/api/v1/session")).json()["roles"] == ["administrator"]


async def test_the_user_info_endpoint_is_asked_for_what_the_token_doesn_t_say(house: House, peer: OidcPeer) -> None:
    del peer.claims["groups"]
    peer.user_info = {"groups": ["phones"]}
    async with house.client() as client:
        await go(house, client)
        told = (await client.get("/api/v1/session")).json()
        assert (told["roles"], told["agent"]) == (["agent"], "lea")


@pytest.mark.parametrize("spoil", ["issuer", "state", "nonce", "audience", "expired", "signature", "denied", "subject"])
async def test_a_lie_lets_nobody_in(house: House, peer: OidcPeer, spoil: str) -> None:
    peer.spoil = spoil
    if spoil == "subject":
        del peer.claims["groups"]
        peer.user_info = {"groups": ["vmq-admins"]}
    async with house.client() as client:
        answer = await go(house, client)
        assert answer.headers["location"] == "/login?problem=provider-failed"
        assert (await client.get("/api/v1/session")).status_code == 401
    assert [user.name for user in await house.doors.users()] == sorted(user.name for user in USERS)


async def test_who_has_no_role_here_is_not_let_in_nor_who_is_called_like_a_user_of_ours(
    house: House, peer: OidcPeer
) -> None:
    async with house.client() as client:
        for claims in ({"groups": ["staff"]}, {"preferred_username": "adam"}, {"preferred_username": "no name"}):
            peer.claims = {"preferred_username": "lea", "groups": ["leads"]} | claims
            answer = await go(house, client)
            assert answer.headers["location"] == "/login?problem=login-refused"
            assert (await client.get("/api/v1/session")).status_code == 401


async def test_who_is_made_here_meanwhile_is_nobody_of_the_providers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_yet(_name: str) -> None:
        """As it was before somebody made sue."""

    async with house.client() as client:
        monkeypatch.setattr(house.users, "find", not_yet)
        with pytest.raises(AccessRefused, match="meanwhile"):
            await house.doors.enter(User("sue", Role.ADMINISTRATOR, origin=Origin.OIDC), "127.0.0.1", "")
        assert (await client.get("/api/v1/session")).status_code == 401
    assert await house.doors.sessions_of("sue") == []


async def test_the_way_back_is_the_same_browsers_once_and_in_time(house: House, peer: OidcPeer) -> None:
    async def there(client: httpx.AsyncClient) -> str:
        away = (await client.get("/login/oidc")).headers["location"]
        async with httpx.AsyncClient(timeout=10) as browser:
            return (await browser.get(away)).headers["location"]

    async with house.client() as client, house.client() as other:
        back = await there(client)
        assert "login-refused" in (await other.get(back)).headers["location"]
        house.clock.at += PENDING_S
        assert "login-refused" in (await client.get(back)).headers["location"]
        back = await there(client)
        assert (await client.get(back)).headers["location"] == "/login"
        assert "login-refused" in (await client.get(back)).headers["location"]


async def test_a_provider_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    provider = OidcProvider(replace(SETTINGS, issuer="http://127.0.0.1:9"), HandClock())
    async with open_house(tmp_path, provider=provider) as house, house.client() as client:
        assert (await client.get("/login/oidc")).headers["location"] == "/login?problem=provider-failed"


@pytest.mark.parametrize(
    ("claims", "user"),
    [
        ({"groups": "staff phones"}, User("lea", Role.AGENT, agent="lea", origin=Origin.OIDC)),
        ({"groups": ["leads", "vmq-admins"]}, User("lea", Role.ADMINISTRATOR, origin=Origin.OIDC)),
    ],
)
def test_claims_are_understood(claims: dict[str, Any], user: User) -> None:
    assert user_of({"preferred_username": "Lea", **claims}, SETTINGS) == user


def test_a_group_of_queues_comes_from_its_claim_and_none_is_none() -> None:
    settings = replace(SETTINGS, role_claim="realm.roles", queues_claim="queues", mailbox_claim="box")
    claims: dict[str, Any] = {"preferred_username": "lea", "realm": {"roles": ["leads"]}, "box": 1001}
    assert user_of(claims, settings).queues == frozenset()
    user = user_of({**claims, "queues": ["sales"]}, settings)
    assert (user.queues, user.mailbox) == (frozenset({"sales"}), "1001")
    assert claim(claims, "realm.nothing") is None
    with pytest.raises(AccessRefused):
        user_of({"preferred_username": "lea", "groups": 5}, SETTINGS)

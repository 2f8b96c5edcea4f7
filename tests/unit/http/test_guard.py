"""Who may come in: tokens, hosts, origins; and that no server without a token listens to the world."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from vmq.errors import ConfigError
from vmq.http.guard import Guard


def client(host: str = "127.0.0.1", token: str = "") -> httpx.AsyncClient:
    guard = Guard(PlainTextResponse("in"), host, token)
    return httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://127.0.0.1:8080")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "pbx.example"])
def test_a_server_for_others_is_refused_without_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match=r"http\.token"):
        Guard(PlainTextResponse("in"), host, "")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_server_for_this_machine_needs_none(host: str) -> None:
    Guard(PlainTextResponse("in"), host, "")


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Bearer secret2", "Basic secret", "secret", "Bearer ü"]
)
async def test_a_wrong_token_is_refused(given: str) -> None:
    headers = {"authorization": given.encode("latin-1")} if given else None
    answer = await client(token="secret").get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["id"] == "token-needed"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["Bearer secret", "bearer secret", "Bearer  secret "])
async def test_the_right_token_comes_in(given: str) -> None:
    assert (await client(token="secret").get("/metrics", headers={"authorization": given})).text == "in"


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/healthz"])
async def test_what_tells_nothing_is_open(path: str) -> None:
    assert (await client(token="secret").get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/readyz", "/metrics", "/api/v1/floor", "/page/../api", "/page/other"])
async def test_anything_else_is_not(path: str) -> None:
    assert (await client(token="secret").get(path)).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[::1", "10.0.0.1"]
)
async def test_a_name_that_was_bent_to_this_machine_is_refused(host: str) -> None:
    answer = await client().get("/", headers={"host": host})
    assert (answer.status_code, answer.json()["id"]) == (421, "host-unknown")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:9", "[::1]:8080"])
async def test_this_machines_names_come_in(host: str) -> None:
    assert (await client().get("/", headers={"host": host})).status_code == 200


async def test_any_name_comes_in_where_a_token_is_asked_for_instead() -> None:
    answer = await client("0.0.0.0", "secret").get("/", headers={"host": "pbx.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://[::1"])
async def test_another_sites_page_commands_nothing(origin: str) -> None:
    answer = await client().post("/api/v1/agents/ann/logout", headers={"origin": origin})
    assert (answer.status_code, answer.json()["id"]) == (403, "foreign-origin")


async def test_our_own_page_does() -> None:
    answer = await client().post("/api/v1/agents/ann/logout", headers={"origin": "http://127.0.0.1:8080"})
    assert answer.text == "in"


async def test_every_answer_keeps_the_browser_safe_refusals_too() -> None:
    for answer in (await client().get("/"), await client(token="secret").get("/metrics")):
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["date"].endswith("GMT")

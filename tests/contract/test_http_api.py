"""The HTTP API's contract: what it answers, in which shape, with which errors; the OpenAPI document says the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.shop import Shop
from vmq.domain.asked import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentUnpaused, WrapUpEnded
from vmq.domain.events import Event
from vmq.errors import StorageError
from vmq.http.app import build_app
from vmq.http.commands import ALL
from vmq.http.health import PROBE_TIMEOUT_S
from vmq.http.metrics import Metrics
from vmq.http.models import Floor
from vmq.http.ports import Health, HttpPorts, Probe
from vmq.http.problems import PROBLEMS
from vmq.http.stream import Streams


@pytest.fixture
def shop() -> Shop:
    return Shop()


def client_of(ports: HttpPorts, shop: Shop) -> httpx.AsyncClient:
    app = build_app(ports, Metrics(shop.view), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(shop.ports(), shop) as client:
        yield client


def assert_problem(answer: httpx.Response, problem_id: str) -> None:
    status, title = PROBLEMS[problem_id]
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["id"], body["status"], body["title"]) == (status, problem_id, status, title)
    assert body["type"] == f"urn:vmq:problem:{problem_id}"


async def test_the_floor_has_the_shape_that_is_promised(shop: Shop, client: httpx.AsyncClient) -> None:
    for call_id in ("c1", "c2", "c3"):
        shop.call(call_id, "sales", number="030", name="Carla")
    floor = Floor.model_validate((await client.get("/api/v1/floor")).json(), strict=True)
    sales = floor.queues[0]
    assert [(caller.call_id, caller.position, caller.state) for caller in sales.callers] == [
        ("c1", 1, "offered"),
        ("c2", 2, "offered"),
        ("c3", 3, "waiting"),
    ]
    assert [agent.offer.call_id for agent in floor.agents if agent.offer] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("login", AgentLoggedIn("ann")),
        ("logout", AgentLoggedOut("ann")),
        ("unpause", AgentUnpaused("ann")),
        ("wrap-up-end", WrapUpEnded("ann")),
        ("pause", AgentPaused("ann")),
    ],
)
async def test_an_agents_command_is_posted(shop: Shop, client: httpx.AsyncClient, action: str, event: Event) -> None:
    answer = await client.post(f"/api/v1/agents/ann/{action}")
    assert (answer.status_code, answer.json()) == (202, {"command": f"agent {action}", "event": type(event).__name__})
    assert shop.posted[-1] == event


async def test_a_pause_keeps_its_reason(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/agents/ann/pause", json={"reason": "Mittag"})
    ann = (await client.get("/api/v1/floor")).json()["agents"][0]
    assert (ann["status"], ann["reason"]) == ("paused", "Mittag")


@pytest.mark.parametrize(
    "body",
    [{"reason": "x" * 65}, {"reason": "a\r\nAction: Logoff"}, {"reason": 5}, {"grund": "x"}, ["reason"], "reason"],
)
async def test_a_bad_body_is_refused_and_posts_nothing(shop: Shop, client: httpx.AsyncClient, body: object) -> None:
    before = len(shop.posted)
    assert_problem(await client.post("/api/v1/agents/ann/pause", json=body), "invalid")
    assert len(shop.posted) == before


async def test_a_body_that_is_not_json_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    assert_problem(await client.post("/api/v1/agents/ann/pause", content=b"{", headers=headers), "invalid")


async def test_a_large_body_is_refused_with_its_length_or_without(client: httpx.AsyncClient) -> None:
    async def drops() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    headers = {"content-type": "application/json"}
    for content in (b" " * 100_000, drops()):
        assert_problem(await client.post("/api/v1/agents/ann/pause", content=content, headers=headers), "too-large")


async def test_an_unknown_agent_is_said_so(shop: Shop, client: httpx.AsyncClient) -> None:
    before = len(shop.posted)
    assert_problem(await client.post("/api/v1/agents/eve/pause"), "agent-unknown")
    assert len(shop.posted) == before


async def test_unknown_addresses_and_methods(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/api/v1/nowhere"), "not-found")
    assert_problem(await client.delete("/api/v1/floor"), "method-not-allowed")
    assert_problem(await client.post("/api/v1/agents/-bad name-/pause"), "invalid")


async def test_a_mailboxs_counts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/mailboxes/1001")
    assert answer.json() == {"number": "1001", "new": 2, "old": 5, "urgent": 1}
    assert_problem(await client.get("/api/v1/mailboxes/4711"), "mailbox-unknown")


async def test_a_database_that_fails_is_a_problem_without_its_inside(shop: Shop) -> None:
    async def failing(_number: str) -> None:
        raise StorageError("disk image is malformed: /srv/secret.db")

    ports = HttpPorts(shop.journal, shop.view, shop, shop.knows, mailbox_counts=failing)
    async with client_of(ports, shop) as client:
        answer = await client.get("/api/v1/mailboxes/1001")
    assert_problem(answer, "storage-failed")
    assert "secret" not in answer.text


async def test_a_mistake_inside_is_a_problem_without_its_inside(shop: Shop) -> None:
    def broken() -> dict[str, object]:
        raise KeyError("secret")

    async with client_of(HttpPorts(shop.journal, broken, shop, shop.knows), shop) as client:
        answer = await client.get("/api/v1/floor")
    assert_problem(answer, "internal")
    assert "secret" not in answer.text


async def test_alive_says_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_ready_when_every_part_is(shop: Shop) -> None:
    async def well() -> Health:
        return Health(True)

    async with client_of(shop.ports([Probe("asterisk", well), Probe("database", well)]), shop) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["database"] == {"is_ok": True, "text": ""}


async def test_not_ready_says_which_part_and_why(shop: Shop) -> None:
    async def down() -> Health:
        return Health(False, "no link to 127.0.0.1:5038")

    async def raising() -> Health:
        raise StorageError("the disk is full")

    async def stuck() -> Health:
        await asyncio.Event().wait()
        raise AssertionError

    probes = [Probe("asterisk", down), Probe("database", raising), Probe("mail", stuck)]
    async with client_of(shop.ports(probes), shop) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert {name: part["text"] for name, part in answer.json()["parts"].items()} == {
        "asterisk": "no link to 127.0.0.1:5038",
        "database": "the disk is full",
        "mail": f"no answer within {PROBE_TIMEOUT_S:.0f} s",
    }


async def test_metrics_are_in_prometheus_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'vmq_queue_callers{queue="sales",state="waiting"} 0.0' in answer.text


async def test_the_openapi_document_names_every_route_with_examples_and_problems(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    assert set(document["paths"]) == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/floor",
        "/api/v1/floor/why",
        "/api/v1/events",
        "/api/v1/mailboxes/{number}",
        *(f"/api/v1{command.address}" for command in ALL),
    }
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            if path.startswith("/api/v1/"):
                problem = operation["responses"]["401"]["content"]["application/problem+json"]["schema"]
                assert problem == {"$ref": "#/components/schemas/ProblemBody"}
    for name in ("CallerView", "AgentView", "PauseAgent", "Taken", "MailboxView"):
        properties = document["components"]["schemas"][name]["properties"]
        assert [
            field
            for field, schema in properties.items()
            if not {"examples", "anyOf"} & set(schema) and "$ref" not in schema.get("items", {})
        ] == []
    stream = document["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"]
    assert list(stream) == ["text/event-stream"]


async def test_nothing_is_loaded_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc"):
        assert (await client.get(path)).status_code == 404
    page = (await client.get("/")).text
    assert not [mark for mark in ("onclick=", "style=", "<style", "javascript:") if mark in page]
    loaded = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert loaded
    for address in (address for address in loaded if not address.startswith("data:")):
        assert address.startswith("/page/")
        assert (await client.get(address)).status_code == 200


async def test_a_file_of_the_page_that_is_known_is_not_sent_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/page/app.js")
    again = await client.get("/page/app.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await client.get("/page/app.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text

"""The client against a real server: every command, every operation of the document, errors, the stream over breaks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from tests.contract.test_http_rights import all_ports
from tests.support.access import PASSWORD, House, open_house
from tests.support.shop import Shop, serving
from vmq.client import Client, ClientError, Entry, Gap, NoAnswer, Refused
from vmq.client.requests import COMMANDS, KEY_HEADER, command_wanted, operation_wanted, operations_of
from vmq.domain.asked import AgentPaused, MemberLeft
from vmq.domain.records import AgentStatusChanged, LinkDown
from vmq.http.app import routed
from vmq.http.metrics import Metrics
from vmq.http.ports import HttpPorts
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

EXAMPLE = Path(__file__).parents[2] / "docs/client.md"
CALL = "1763845200.17"


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.call(CALL, "sales")
    return shop


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[Client]:
    async with serving(shop) as server, Client(server.url) as client:
        yield client


def example(command: Any) -> dict[str, Any]:
    return {name: info.examples[0] for name, info in command.request.model_fields.items() if info.examples}


async def test_a_command_arrives_and_is_checked_before_it_is_sent(shop: Shop, client: Client) -> None:
    await client.command("agent pause", agent="ann", reason="lunch")
    assert shop.posted[-1] == AgentPaused("ann", "lunch")
    await client.command("queue remove-member", queue="sales", agent="ann")
    assert shop.posted[-1] == MemberLeft("ann", "sales", by="api")
    for values, wrong in (({"agent": "ann", "resaon": "x"}, "resaon"), ({}, "agent")):
        with pytest.raises(Refused, match=wrong) as refused:
            await client.command("agent pause", **values)
        assert refused.value.id == "invalid"
    with pytest.raises(Refused, match="agent dance"):
        await client.command("agent dance", agent="ann")


@pytest.mark.parametrize("words", COMMANDS)
async def test_every_command_reaches_its_route(shop: Shop, client: Client, words: str) -> None:
    posted = len(shop.posted)
    try:
        await client.command(words, **example(COMMANDS[words]))
    except Refused as refused:
        assert refused.id in {"offer-unknown", "call-unknown", "caller-unknown"}, refused
    else:
        assert len(shop.posted) == posted + 1


def test_what_rings_somebody_has_a_key_of_its_own_or_the_one_that_is_given() -> None:
    for words, command in COMMANDS.items():
        sent = [command_wanted(words, example(command)).headers.get(KEY_HEADER) for _ in range(2)]
        assert (sent[0] != sent[1]) == command.starts_call
    ringing = COMMANDS["call dial"]
    assert command_wanted("call dial", example(ringing), "mine-1234").headers[KEY_HEADER] == "mine-1234"


async def test_a_refusal_is_told_in_the_servers_words(client: Client) -> None:
    with pytest.raises(Refused, match="There is no such agent: eve") as refused:
        await client.command("agent login", agent="eve")
    assert (refused.value.id, refused.value.status, refused.value.detail) == ("agent-unknown", 404, "eve")
    with pytest.raises(ClientError, match="no operation 'dance'"):
        await client.call("dance")


async def test_nobody_there_and_no_vmq_there_are_said_so() -> None:
    async with Client("http://127.0.0.1:9") as client:
        with pytest.raises(NoAnswer, match=r"127\.0\.0\.1:9: no vmq answers \(Connection refused\)"):
            await client.floor()
    async with Client("pbx") as client:
        with pytest.raises(NoAnswer, match="'pbx' is no address"):
            await client.floor()


async def test_the_floor_is_typed(client: Client) -> None:
    floor = await client.floor()
    assert [queue.name for queue in floor.queues] == ["sales", "support"]
    assert floor.queues[0].callers[0].call_id == CALL


async def test_the_stream_goes_on_over_a_server_that_comes_back(shop: Shop) -> None:
    async with serving(shop) as server:
        port = server.port
        client = Client(server.url)
        begin = (await client.floor()).last_id
        told = client.follow(begin)
        shop.post(AgentPaused("ann", "lunch"))
        entries = [await anext(told)]
    end = shop.journal.append(LinkDown(), 5.0).id
    async with serving(shop, port=port), aclosing(told), client:
        while not isinstance(entries[-1], Entry) or entries[-1].kind != "LinkDown":
            entries.append(await anext(told))
        assert [entry.id for entry in entries if isinstance(entry, Entry)] == [*range(begin + 1, end + 1)]
        assert entries[-1].record == LinkDown()
        records = [entry.record for entry in entries if isinstance(entry, Entry)]
        paused = [each for each in records if isinstance(each, AgentStatusChanged)]
        assert [(each.agent, each.status, each.reason) for each in paused] == [("ann", "paused", "lunch")]


async def test_a_gap_in_the_journal_is_told_and_who_may_not_is_refused(house: House) -> None:
    async with serving(Shop()) as server, Client(server.url) as client, aclosing(client.follow(10**9)) as told:
        assert isinstance(await anext(told), Gap)
    async with serving(Shop(), token="secret") as server, Client(server.url) as client:
        with pytest.raises(Refused, match="bearer token"):
            await anext(client.follow())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_every_operation_of_the_document_has_a_name_and_leads_to_its_own_route(
    house: House, tmp_path: Path
) -> None:
    app = routed(all_ports(house, tmp_path), Metrics(house.shop.view), Streams(house.shop.journal))
    document = app.openapi()
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch("[a-z_]{4,30}", name)] == []
    operations = operations_of(document)
    assert set(ids) - set(operations) == {"healthz", "readyz", "numbers"}, "below /api/v1 is all but the probes"
    routes = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or ()
    }
    for operation in operations.values():
        values = {name: f"of {name}/" for name, (where, _) in operation.places.items() if where == "path"}
        wanted = operation_wanted(operation, values)
        assert (operation.method, f"/api/v1{operation.path}") in routes
        assert wanted.address.count("/") == operation.path.count("/"), "a name with a slash stays one"
        if values:
            with pytest.raises(Refused, match="missing"):
                operation_wanted(operation, {})


@asynccontextmanager
async def served(house: House, ports: HttpPorts) -> AsyncIterator[str]:
    server = HttpServer(house.app(ports), house.streams, "127.0.0.1", 0)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield server.url
        finally:
            server.stop()


async def test_any_operation_can_be_called_and_read_page_by_page(house: House, tmp_path: Path) -> None:
    ports = all_ports(house, tmp_path)
    async with house.logged_in("adam", ports) as browser:
        wanted = {"label": "crm", "rights": ["administer", "supervise", "agent"]}
        made = (await browser.post("/api/v1/tokens", json=wanted)).json()
    async with served(house, ports) as url, Client(url, made["token"]) as client:
        await client.call("add_user", name="eve", password=PASSWORD, role="supervisor")
        assert (await client.call("get_user", name="eve"))["role"] == "supervisor"
        await client.call("patch_queue", name="sales", ring_s=20)
        assert (await client.call("get_queue", name="sales"))["ring_s"] == 20
        with pytest.raises(Refused) as refused:
            await client.call("install_pack", body=b"no zip")
        assert refused.value.id == "pack-refused"
        assert refused.value.status == 422
        table = await client.call("export_agents")
        assert table.decode().splitlines()[1].split(",")[1] == "ann"
        actions = [row["action"] async for row in client.pages("audit", limit=2)]
        assert len(actions) > 2
        assert {"add user", "patch queue", "add token"} <= set(actions)


async def test_the_example_of_the_docs_runs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    async with serving(shop) as server:
        monkeypatch.setenv("VMQ_URL", server.url)
        monkeypatch.setenv("VMQ_TOKEN", "")
        names: dict[str, Any] = {"__name__": "example"}
        exec(compile(source, str(EXAMPLE), "exec"), names)
        running = asyncio.create_task(names["main"]())
        async with asyncio.timeout(20), aclosing(shop.journal.follow(0)) as entries:
            async for entry in entries:
                if isinstance(entry.record, AgentStatusChanged) and entry.record.status == "paused":
                    break
        shop.call("2.2", "support", name="Carla")
        async with asyncio.timeout(20):
            await running
    printed = [line for line in capsys.readouterr().out.splitlines() if "waits" in line or "callers" in line]
    assert printed == ["sales: 1 callers", "support: 0 callers", "Carla waits in support"]

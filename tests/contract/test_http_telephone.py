"""Telephones in the browser over HTTP: who may use which, tickets, the line itself, and an agent's SIP account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.access import PASSWORD, House, open_house
from vmq.access.audit import AuditQuestion
from vmq.app.telephones import SipTelephones, StandInTelephones
from vmq.config.model import Config
from vmq.http.ports import HttpPorts
from vmq.http.server import HttpServer
from vmq.http.telephone import NO_LONGER, TAKEN
from vmq.lab.pbx import LabPbx
from vmq.lab.voices import Voice

DIALPLAN = """
[lab]
exten => 1002,1,Dial(PJSIP/1002,5)
"""
LINE = "/api/v1/telephone/line"
AGENTS = {
    "queue": [{"name": "sales"}],
    "agent": [
        {"name": "ann", "device": "PJSIP/1001", "queues": ["sales"], "web_secret": "anns-own", "full_name": "Ann Ash"},
        {"name": "bob", "device": "PJSIP/1002", "queues": ["sales"]},
    ],
    "web_telephone": {"server": "wss://pbx.example:8089/ws", "ice_servers": ["stun:stun.example"]},
}
"""The shop's agents, and theirs alone (tests.support.shop)."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def pbx() -> AsyncIterator[LabPbx]:
    """Ann's and Bob's telephones, one with a mailbox that is nobody's user's, and one outside."""
    lab = LabPbx([DIALPLAN])
    for number, name in (("1001", "Ann"), ("1002", "Bob"), ("1003", "Carla")):
        lab.add_phone(number, name)
    lab.add_outside("5550101", "Eve")
    async with lab:
        yield lab


def stand_in(house: House, pbx: LabPbx) -> HttpPorts:
    config = Config.model_validate({"mailbox": [{"number": "1001"}, {"number": "1003"}]})
    return replace(house.ports(), telephones=StandInTelephones(pbx, house.shop.floor, lambda: config))


def sip(house: House, config: Config | None = None) -> HttpPorts:
    found = config or Config.model_validate(AGENTS)
    return replace(house.ports(), telephones=SipTelephones(lambda: found))


@asynccontextmanager
async def served(house: House, ports: HttpPorts) -> AsyncIterator[HttpServer]:
    """A real server: an ASGI transport has no WebSocket."""
    server = HttpServer(house.app(ports), house.streams, "127.0.0.1", 0)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield server
        finally:
            server.stop()


@asynccontextmanager
async def ann_at(server: HttpServer) -> AsyncIterator[httpx.AsyncClient]:
    """Ann, logged in there."""
    async with httpx.AsyncClient(base_url=server.url, headers={"origin": server.url}) as client:
        answer = await client.post("/api/v1/session", json={"name": "ann", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield client


async def ticket(client: httpx.AsyncClient, number: str) -> str:
    answer = await client.post("/api/v1/telephone/lines", json={"number": number})
    assert answer.status_code == 200, answer.text
    assert answer.json()["address"] == LINE
    return str(answer.json()["ticket"])


def line(server: HttpServer, ticket: str, **more: Any) -> connect:
    headers = {"origin": server.url, **more}
    url = f"ws://127.0.0.1:{server.port}{LINE}?ticket={ticket}"
    return connect(url, additional_headers=headers, proxy=None)


async def told(socket: ClientConnection, event: str) -> dict[str, Any]:
    """The next text that says this."""
    async with asyncio.timeout(5):
        while True:
            message = await socket.recv()
            if isinstance(message, str) and json.loads(message)["event"] == event:
                found: dict[str, Any] = json.loads(message)
                return found


@pytest.mark.parametrize(
    ("user", "usable"),
    [
        ("adam", ["1001", "1002", "1003", "5550101"]),
        ("max", ["5550101"]),
        ("ann", ["1001", "5550101"]),
    ],
)
async def test_each_uses_his_own_and_what_is_nobodys(house: House, pbx: LabPbx, user: str, usable: list[str]) -> None:
    ports = stand_in(house, pbx)
    async with house.logged_in(user, ports) as client:
        seen = (await client.get("/api/v1/telephone")).json()
        assert [each["number"] for each in seen["stand_in"]] == usable
        assert not seen["has_account"]
        for number in pbx.telephones:
            answer = await client.post("/api/v1/telephone/lines", json={"number": number})
            assert (answer.status_code == 200) == (number in usable), number
        unknown = await client.post("/api/v1/telephone/lines", json={"number": "4711"})
        assert unknown.json()["id"] == "telephone-unknown"
        assert (await client.post("/api/v1/telephone/account")).json()["id"] == "telephone-unknown"


async def test_a_line_carries_what_is_said_and_who_used_it_is_written_down(house: House, pbx: LabPbx) -> None:
    ports = stand_in(house, pbx)
    pbx.phone("1002").behave("answer")
    pbx.phone("1002").speak(Voice.tone(500, 0.5))
    async with served(house, ports) as server, ann_at(server) as client:
        async with line(server, await ticket(client, "1001")) as socket:
            assert (await told(socket, "shows"))["state"] == "idle"
            await socket.send(json.dumps({"do": "dial", "number": "1002"}))
            await told(socket, "plays")
            assert await socket.recv() == b"\0" + Voice.tone(500, 0.5).pcm
            await socket.send(Voice.tone(300, 0.1).pcm)
        await pbx.phone("1001").wait(lambda phone: phone.microphone is None, "is left", 5)
    entries = await house.audit.page(AuditQuestion(limit=10))
    assert [(e.who, e.result) for e in entries if e.action == "sit down"] == [("ann", "done")]


async def test_a_ticket_is_good_once_and_from_our_own_page_only(house: House, pbx: LabPbx) -> None:
    ports = stand_in(house, pbx)
    async with served(house, ports) as server, ann_at(server) as client:
        good = await ticket(client, "1001")
        for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}):
            with pytest.raises(InvalidStatus):
                async with line(server, good, **headers):
                    pass
        url = f"ws://127.0.0.1:{server.port}{LINE}?ticket={good}"
        with pytest.raises(InvalidStatus):  # no browser leaves Origin out
            async with connect(url, proxy=None):
                pass
        async with line(server, good) as socket:
            await told(socket, "shows")
            for bad in (good, "", "x" * 32):
                with pytest.raises(InvalidStatus):
                    async with line(server, bad):
                        pass
        elsewhere = f"ws://127.0.0.1:{server.port}/api/v1/events"
        with pytest.raises(InvalidStatus):
            async with connect(elsewhere, additional_headers={"origin": server.url}, proxy=None):
                pass


async def test_the_second_tab_takes_the_telephone(house: House, pbx: LabPbx) -> None:
    ports = stand_in(house, pbx)
    async with (
        served(house, ports) as server,
        ann_at(server) as client,
        line(server, await ticket(client, "1001")) as first,
    ):
        await told(first, "shows")
        async with line(server, await ticket(client, "1001")) as second:
            await told(second, "shows")
            with pytest.raises(ConnectionClosed) as closed:
                await told(first, "never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == TAKEN


async def test_who_logs_out_is_off_the_line(house: House, pbx: LabPbx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmq.http.telephone.HEARTBEAT_S", 0.05)
    ports = stand_in(house, pbx)
    async with (
        served(house, ports) as server,
        ann_at(server) as client,
        line(server, await ticket(client, "1001")) as socket,
    ):
        await told(socket, "shows")
        await client.delete("/api/v1/session")
        with pytest.raises(ConnectionClosed) as closed:
            await told(socket, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == NO_LONGER


async def test_a_message_that_is_too_long_ends_the_line(house: House, pbx: LabPbx) -> None:
    ports = stand_in(house, pbx)
    async with (
        served(house, ports) as server,
        ann_at(server) as client,
        line(server, await ticket(client, "1001")) as socket,
    ):
        await socket.send("x" * 100_000)
        with pytest.raises(ConnectionClosed):
            await told(socket, "never")


async def test_an_account_is_for_the_agent_himself(house: House) -> None:
    ports = sip(house)
    async with house.logged_in("ann", ports) as client:
        assert (await client.get("/api/v1/telephone")).json() == {
            "stand_in": [],
            "what_to_dial": {},
            "has_account": True,
        }
        answer = await client.post("/api/v1/telephone/account")
        assert answer.json() == {
            "server": "wss://pbx.example:8089/ws",
            "uri": "sip:1001@pbx.example",
            "user": "1001",
            "secret": "anns-own",
            "display_name": "Ann Ash",
            "ice_servers": ["stun:stun.example"],
        }
        assert answer.headers["cache-control"] == "no-store"
        assert "connect-src 'self' wss://pbx.example:8089;" in answer.headers["content-security-policy"]
    for user in ("adam", "max", "sue"):
        async with house.logged_in(user, ports) as client:
            assert (await client.post("/api/v1/telephone/account")).json()["id"] == "telephone-unknown"
    entries = await house.audit.page(AuditQuestion(limit=20))
    tries = [(e.who, e.result) for e in entries if e.action == "own account"]
    assert sorted(tries) == [
        ("adam", "telephone-unknown"), ("ann", "done"), ("max", "telephone-unknown"), ("sue", "telephone-unknown"),
    ]  # fmt: skip
    assert "anns-own" not in repr(entries)

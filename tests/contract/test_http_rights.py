"""Every route of the API by every kind of visitor: without the right it answers 401 or 403, with it it doesn't.

The routes are the application's own, so that a new one is tried too; what it needs is what it says.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from tests.support.access import House, open_house
from tests.support.nothing import (
    NoDeliveries,
    NoDoors,
    NoFeeds,
    NoPacks,
    NoPrompts,
    NoProvider,
    NoTelephones,
    NoTexts,
    nobody_looks,
)
from vmq.access.rights import RIGHTS_OF, Role
from vmq.access.users import User
from vmq.app.live import LiveConfig
from vmq.app.settings_port import SettingsPort
from vmq.config.file import ConfigFile
from vmq.config.load import load
from vmq.domain.asked import AgentPaused, NoteSent
from vmq.domain.records import (
    AgentNotesChanged,
    AgentStatusChanged,
    CallerAbandoned,
    CallRecorded,
    LinkDown,
    MailboxMade,
    NumberDialled,
)
from vmq.http.app import routed
from vmq.http.guard import OPEN_FOLDERS, OPEN_PATHS
from vmq.http.metrics import Metrics
from vmq.http.needs import CONNECT, Said, check_all_say, said_by
from vmq.http.page import FILES
from vmq.http.ports import HttpPorts
from vmq.http.reports import ReportPart, ReportQuestion
from vmq.http.sight import Sight
from vmq.http.stream import Streams
from vmq.http.ways_in import SOCKETS

CONFIG = """\
[[queue]]
name = "sales"

[[queue]]
name = "support"

[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["sales"]

[[agent]]
name = "bob"
device = "PJSIP/1002"
queues = ["sales", "support"]

[[door]]
name = "main"
blocked = ["+49 30 5550199"]

[[doorbell]]
name = "gate"
ring = ["PJSIP/1002"]
"""
NAMES = {"agent": "ann", "queue": "sales", "call": "1.1", "offer": "0" * 16, "number": "1001", "name": "sales"}
NAMES |= {"row": "1", "nth": "1", "kind": "temp", "message_id": "0" * 16, "delivery_id": "1", "token": "x"}
NAMES |= {"note": "0" * 16, "pack": "plain", "cue": "hello", "clip": "hello"}
NAMES |= {"file": "app.js", "session_id": "0" * 16, "token_id": "0" * 8, "user": "sue", "list_number": "1"}
ROLES = {"adam": Role.ADMINISTRATOR, "max": Role.SUPERVISOR, "ann": Role.AGENT}
REFUSED = (401, 403)


class Reports:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ReportQuestion] = []

    async def ask(self, report: str, question: ReportQuestion) -> ReportPart:
        """Nothing happened."""
        self.asked.append(question)
        return ReportPart([], None)

    def as_csv(self, records: Sequence[Any]) -> str:
        """Nothing."""
        return ""

    async def earlier(self, number: str, limit: int, sight: Sight) -> Sequence[Any]:
        """None."""
        return []

    async def recording(self, row: int, nth: int, sight: Sight) -> Path | None:
        """None."""
        return None


class EmptyHouse:
    """A house without mailboxes: whoever may open one finds that out."""

    async def knows(self, _number: str) -> bool:
        """None."""
        return False

    async def everybody(self) -> Sequence[Any]:
        """Nobody."""
        return ()


async def nothing(*_args: object) -> None:
    """Puts nothing into effect."""


def all_ports(house: House, folder: Path, reports: Reports | None = None) -> HttpPorts:
    """All that a server can have."""
    path = folder / "vmq.toml"
    path.write_text(CONFIG, encoding="utf-8")
    live = LiveConfig(ConfigFile(path, {}), load(path, {}), nothing)
    empty: Any = EmptyHouse()
    return replace(
        house.ports(),
        settings=SettingsPort(live),
        reports=reports or Reports(),
        why=lambda _call: None,
        desk=empty,
        messages=empty,
        own_lists=empty,
        outbox=NoDeliveries(),
        feeds=NoFeeds(),
        texts=NoTexts(),
        doors=NoDoors(),
        packs=NoPacks(),
        prompts=NoPrompts(),
        examine=nobody_looks,
        access=replace(house.access, provider=NoProvider()),
        telephones=NoTelephones(),
    )


def routes_of(house: House, folder: Path) -> list[Said]:
    """Every route there can be. What is said on a WebSocket is no request (tests/contract/test_http_telephone.py)."""
    app = routed(all_ports(house, folder), Metrics(house.shop.view), Streams(house.shop.journal))
    found = list(said_by(app))
    assert {each.path for each in found if each.method == CONNECT} == SOCKETS
    return [each for each in found if each.method != CONNECT]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def address(path: str) -> str:
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: NAMES[found[1]], path)


async def ask(client: httpx.AsyncClient, route: Said) -> int:
    """The status."""
    return (await client.request(route.method, address(route.path))).status_code


async def test_no_route_without_a_log_in_but_the_ways_in(house: House, tmp_path: Path) -> None:
    async with house.client(all_ports(house, tmp_path)) as client:
        for route in routes_of(house, tmp_path):
            status = await ask(client, route)
            is_open = route.need is not None and route.need.is_open
            assert (status == 401) == (not is_open), f"{route.method} {route.path}: {status}"


async def test_what_is_open_at_the_door_is_what_the_routes_say(house: House, tmp_path: Path) -> None:
    routes = routes_of(house, tmp_path)
    is_open = {route.path for route in routes if route.need and route.need.is_open}
    is_open.remove("/page/{file:path}")
    is_open.update(FILES)  # its route is open for all that it may be asked, the door for what there is
    secret = {path for path in is_open if path.startswith(OPEN_FOLDERS)}
    assert is_open - OPEN_PATHS - secret == set()
    assert OPEN_PATHS - is_open == set(), "the door is open where nothing is"
    assert secret, "there are feeds"


async def test_every_port_is_given(house: House, tmp_path: Path) -> None:
    ports = all_ports(house, tmp_path)
    assert [name for name in HttpPorts.__slots__ if getattr(ports, name) is None] == []


@pytest.mark.parametrize("name", ROLES)
async def test_each_route_for_each_role(house: House, tmp_path: Path, name: str) -> None:
    rights = RIGHTS_OF[ROLES[name]]
    async with house.logged_in(name, all_ports(house, tmp_path)) as client:
        key = client.cookies["vmq"]
        for route in routes_of(house, tmp_path):
            if route.path.startswith(("/api/v1/session", "/api/v1/setup")):
                continue  # for everybody; and logging out would end the test
            assert route.need is not None
            needed = route.need.right
            status = await ask(client, route)
            client.cookies.set("vmq", key, domain="127.0.0.1")
            if needed is None or needed in rights:
                assert status != 401, f"{route.method} {route.path}"
                assert status != 403 or is_about_something(route), f"{name}: {route.method} {route.path}"
            else:
                assert status == 403, f"{name} without {needed.value}: {route.method} {route.path}: {status}"


def is_about_something(route: Said) -> bool:
    """Whose it is counts too: that is tried below, and only an administrator's token may be made by nobody."""
    return "{" in route.path or "/reports/" in route.path or "/doors/" in route.path or route.path.endswith("/tokens")


async def test_administrators_are_refused_nothing(house: House, tmp_path: Path) -> None:
    async with house.logged_in("adam", all_ports(house, tmp_path)) as client:
        for route in routes_of(house, tmp_path):
            if not route.path.startswith("/api/v1/session"):
                assert await ask(client, route) not in REFUSED, f"{route.method} {route.path}"


def test_a_route_that_doesn_t_say_what_it_needs_is_not_built() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> str:
        return ""

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/api")
    with pytest.raises(RuntimeError, match="GET /api/forgotten"):
        check_all_say(app)


MINE = [
    ("ann", "POST", "/agents/ann/pause", {}, 202),
    ("ann", "POST", "/agents/bob/pause", {}, 403),
    ("ann", "POST", "/agents/ann/pause", {"queue": "sales"}, 202),
    ("ann", "POST", "/agents/ann/pause", {"queue": "support"}, 403),
    ("ann", "POST", "/agents/ann/dial", {"to": "1002"}, 202),
    ("ann", "POST", "/agents/bob/dial", {"to": "1002"}, 403),
    ("ann", "POST", "/calls", {"telephone": "PJSIP/9", "to": "1002"}, 403),
    ("ann", "POST", "/agents/ann/notes", {"text": "hello"}, 403),
    ("ann", "DELETE", "/agents/ann/notes/0019ab53e1f00001", None, 202),
    ("ann", "DELETE", "/agents/bob/notes/0019ab53e1f00001", None, 403),
    ("ann", "GET", "/mailboxes/1002/messages/m/peaks", None, 403),
    ("ann", "POST", "/agents/ann/penalty", {"penalty": 1}, 403),
    ("ann", "POST", "/callers/c1/withdraw", {}, 403),
    ("ann", "POST", "/calls/c1/hold", None, 403),
    ("ann", "GET", "/mailboxes/1001", None, 200),
    ("ann", "GET", "/mailboxes/1002", None, 403),
    ("ann", "GET", "/mailboxes/1001/messages", None, 404),
    ("ann", "GET", "/mailboxes/1002/messages", None, 403),
    ("ann", "DELETE", "/mailboxes/1002/messages/m", None, 403),
    ("ann", "POST", "/mailboxes/1002/messages/m/forward?to=1001", None, 403),
    ("ann", "GET", "/mailboxes/1002/messages/m/audio", None, 403),
    ("ann", "GET", "/mailboxes/1002/lists", None, 403),
    ("ann", "PUT", "/mailboxes/1002/lists/1", {"addresses": []}, 403),
    ("ann", "DELETE", "/mailboxes/1001", None, 403),
    ("ann", "GET", "/mailboxes", None, 403),
    ("ann", "GET", "/config/queues", None, 403),
    ("ann", "GET", "/floor/why?caller=c1", None, 403),
    ("sue", "POST", "/agents/bob/pause", {}, 202),
    ("sue", "POST", "/agents/ann/pause", {}, 403),
    ("sue", "POST", "/agents/bob/notes", {"text": "hello"}, 202),
    ("sue", "POST", "/agents/ann/notes", {"text": "hello"}, 403),
    ("sue", "GET", "/config/mailboxes", None, 403),
    ("sue", "POST", "/config/queues/support/preview", {"settings": {}}, 403),
    ("sue", "POST", "/agents/bob/penalty", {"penalty": 1, "queue": "support"}, 202),
    ("sue", "POST", "/agents/bob/penalty", {"penalty": 1, "queue": "sales"}, 403),
    ("sue", "POST", "/agents/bob/penalty", {"penalty": 1}, 403),
    ("sue", "POST", "/callers/c1/withdraw", {}, 403),
    ("sue", "POST", "/callers/c2/move", {"to": "sales"}, 403),
    ("sue", "POST", "/callers/c2/withdraw", {}, 202),
    ("sue", "POST", "/queues/support/members", {"agent": "ann"}, 202),
    ("sue", "POST", "/queues/sales/members", {"agent": "ann"}, 403),
    ("sue", "DELETE", "/queues/sales/members/bob", None, 403),
    ("sue", "GET", "/mailboxes/1001", None, 403),
    ("sue", "GET", "/config/queues/support", None, 200),
    ("sue", "GET", "/config/queues/sales", None, 403),
    ("sue", "GET", "/config/agents/ann", None, 403),
    ("sue", "GET", "/config/doors/main", None, 403),
    ("sue", "GET", "/config/doorbells/gate", None, 403),
    ("sue", "GET", "/floor/why?caller=c1", None, 403),
    ("sue", "GET", "/users", None, 403),
    ("max", "POST", "/agents/bob/penalty", {"penalty": 1}, 202),
    ("max", "POST", "/callers/c1/withdraw", {}, 202),
    ("max", "POST", "/config/reload", None, 403),
    ("max", "GET", "/config/mailboxes", None, 403),
    ("max", "GET", "/config/doors/main", None, 200),
    ("max", "GET", "/config/doorbells/gate", None, 200),
    ("max", "GET", "/config/mailboxes.csv", None, 403),
    ("max", "GET", "/mailboxes/1001/messages", None, 403),
    ("adam", "POST", "/agents/bob/pause", {}, 202),
    ("adam", "POST", "/callers/c1/withdraw", {}, 202),
    ("adam", "GET", "/mailboxes/1001", None, 200),
    ("adam", "GET", "/mailboxes/1002/messages", None, 404),
]


@pytest.mark.parametrize("name", ["ann", "sue", "max", "adam"])
async def test_whose_it_is_counts(house: House, tmp_path: Path, name: str) -> None:
    house.shop.call("c1", "sales")
    house.shop.call("c2", "support")
    async with house.logged_in(name, all_ports(house, tmp_path)) as client:
        for method, path, body, status in [case[1:] for case in MINE if case[0] == name]:
            before = len(house.shop.posted)
            answer = await client.request(method, f"/api/v1{path}", json=body)
            assert answer.status_code == status, f"{method} {path}: {answer.text}"
            assert len(house.shop.posted) - before == (status == 202)


async def test_each_sees_his_part_of_the_floor(house: House, tmp_path: Path) -> None:
    async def seen(name: str) -> tuple[list[str], list[str]]:
        async with house.logged_in(name) as client:
            floor = (await client.get("/api/v1/floor")).json()
        return [queue["name"] for queue in floor["queues"]], [agent["name"] for agent in floor["agents"]]

    assert await seen("adam") == await seen("max") == (["sales", "support"], ["ann", "bob"])
    assert await seen("sue") == (["support"], ["bob"])
    assert await seen("ann") == (["sales"], ["ann", "bob"])


async def test_what_an_agent_does_for_other_queues_is_not_shown(house: House) -> None:
    async def bob_as_seen_by(name: str) -> tuple[list[str], list[str], str]:
        async with house.logged_in(name) as client:
            agents = (await client.get("/api/v1/floor")).json()["agents"]
        (bob,) = [agent for agent in agents if agent["name"] == "bob"]
        return bob["queues"], [each["queue"] for each in bob["memberships"]], (bob["offer"] or {}).get("call_id", "")

    house.shop.post(AgentPaused("ann"))
    house.shop.call("c1", "sales")
    both = ["sales", "support"]
    assert await bob_as_seen_by("max") == (both, both, "c1")
    assert await bob_as_seen_by("sue") == (["support"], ["support"], "")
    assert await bob_as_seen_by("ann") == (["sales"], ["sales"], "c1")


async def test_what_is_written_to_an_agent_is_his_and_his_supervisors(house: House) -> None:
    async def notes_of_bob(name: str) -> list[str]:
        async with house.logged_in(name) as client:
            agents = (await client.get("/api/v1/floor")).json()["agents"]
        return [note["text"] for agent in agents if agent["name"] == "bob" for note in agent["notes"]]

    house.shop.post(NoteSent("bob", "see me", "sue"))
    assert [await notes_of_bob(name) for name in ("max", "sue", "ann")] == [["see me"], ["see me"], []]
    sees = {name: Sight((await house.doors.user(name)).who(), house.ports().subject).sees for name in ROLES}
    records = [AgentNotesChanged("bob", ()), AgentNotesChanged("ann", ()), NumberDialled("", "PJSIP/9", "1002")]
    assert [sees["ann"](record) for record in records] == [False, True, False]
    assert [sees["max"](record) for record in records] == [True, True, True]


async def test_each_sees_his_part_of_the_configuration(house: House, tmp_path: Path) -> None:
    async with house.logged_in("sue", all_ports(house, tmp_path)) as client:
        queues = (await client.get("/api/v1/config/queues")).json()["items"]
        agents = (await client.get("/api/v1/config/agents")).json()["items"]
        doors = [(await client.get(f"/api/v1/config/{kind}")).json()["items"] for kind in ("doors", "doorbells")]
    assert doors == [[], []], "private numbers, and the whole house's"
    assert ([each["name"] for each in queues], [each["name"] for each in agents]) == (["support"], ["bob"])


REPORTS = [
    ("max", "calls", "", [("", "")]),
    ("sue", "calls", "", [("", "")]),
    ("sue", "calls", "&queue=sales", []),
    ("sue", "agents", "&agent=bob", [("", "bob")]),
    ("sue", "agents", "&agent=ann", []),
    ("ann", "agents", "", [("", "ann")]),
    ("ann", "agents", "&agent=ann", [("", "ann")]),
    ("ann", "agents", "&agent=bob", []),
    ("ann", "queues", "&queue=sales&agent=bob", []),
]


@pytest.mark.parametrize("name", ["max", "sue", "ann"])
async def test_reports_tell_each_about_his_own(house: House, tmp_path: Path, name: str) -> None:
    reports = Reports()
    async with house.logged_in(name, all_ports(house, tmp_path, reports)) as client:
        for report, query, asked in [case[1:] for case in REPORTS if case[0] == name]:
            reports.asked.clear()
            answer = await client.get(f"/api/v1/reports/{report}?from=2025-11-22{query}")
            assert answer.status_code == (200 if asked else 403), f"{report} {query}: {answer.text}"
            assert [(question.queue, question.agent) for question in reports.asked] == asked


async def test_what_a_user_may_changes_at_once(house: House) -> None:
    async with house.logged_in("adam") as adam, house.logged_in("ann") as ann:
        assert (await ann.post("/api/v1/agents/bob/pause")).status_code == 403
        assert (await adam.patch("/api/v1/users/ann", json={"role": "supervisor"})).status_code == 200
        assert (await ann.post("/api/v1/agents/bob/pause")).status_code == 202
        assert (await adam.delete("/api/v1/users/ann")).status_code == 204
        assert (await ann.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize("end", ["logged out", "another role", "removed"])
async def test_the_stream_ends_when_its_follower_may_no_longer(house: House, end: str) -> None:
    house.streams = Streams(house.shop.journal, heartbeat_s=0.02)
    async with house.logged_in("max") as client:
        following = asyncio.create_task(client.get("/api/v1/events"))
        async with asyncio.timeout(10):
            while not house.streams.open:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert not following.done()
            if end == "logged out":
                await house.doors.close_sessions("max")
            elif end == "removed":
                await house.doors.remove_user("max")
            else:
                await house.doors.change_user(User("max", Role.SUPERVISOR, frozenset({"sales"})))
            assert (await following).status_code == 200


async def test_the_stream_shows_each_his_part(house: House) -> None:
    sees = {
        name: Sight((await house.doors.user(name)).who(), house.ports().subject).sees for name in ("sue", "ann", "adam")
    }
    house.shop.call("c1", "sales")
    records = [
        AgentStatusChanged("ann", "paused"),
        CallerAbandoned("c9", "support", 1, 2.0),
        CallerAbandoned("c9", "sales", 1, 2.0),
        CallRecorded("o1", "c1", "/x", "start"),
        MailboxMade("1001"),
        LinkDown(),
    ]
    assert [sees["adam"](record) for record in records] == [True] * 6
    assert [sees["sue"](record) for record in records] == [False, True, False, False, False, True]
    assert [sees["ann"](record) for record in records] == [True, False, True, True, True, True]


async def test_openapi_says_which_right_a_command_needs(house: House) -> None:
    async with house.logged_in("ann") as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    assert "`supervise`" in document["paths"]["/api/v1/callers/{call}/withdraw"]["post"]["description"]

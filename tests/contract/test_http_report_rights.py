"""Whose calls and figures a report tells: each the part of the house that he sees, without naming it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.access import USERS, House, open_house
from tests.support.reported import config_of, fill
from tests.support.reports import Book
from vmq.access.rights import Role
from vmq.access.users import User
from vmq.app.reports import open_reports
from vmq.db.engine import Database, sqlite_url
from vmq.db.migrate import upgrade
from vmq.domain.records import AgentStatusChanged, EngineStarted, OfferMade
from vmq.http.ports import HttpPorts

DAY = {"from": "2025-11-22T00:00", "to": "2025-11-23T00:00"}
MORE = (User("tom", Role.SUPERVISOR, frozenset({"support", "gone"})), User("bea", Role.AGENT, agent="bob"))


def a_day() -> Book:
    """Ann takes a call of sales, bob one of sales and one of support; all are of one number."""
    book = Book().note(-60, EngineStarted("1"))
    book.note(-60, AgentStatusChanged("ann", "available"), AgentStatusChanged("bob", "available"))
    for call, queue, agent in (("c1", "sales", "ann"), ("c2", "sales", "bob"), ("c3", "support", "bob")):
        at = len(book.entries) * 10.0
        book.enter(at, call, queue).note(at + 1, OfferMade(f"o-{call}", call, queue, agent, at + 1))
        book.connect(at + 4, call, agent, wait_s=4).complete(at + 9, call)
    return book


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, users=(*USERS, *MORE)) as house:
        yield house


@pytest.fixture
async def ports(house: House, tmp_path: Path) -> AsyncIterator[HttpPorts]:
    folder = tmp_path / "data"
    folder.mkdir()
    database = Database(sqlite_url(folder / "vmq.db"))
    await upgrade(database)
    await fill(database, a_day())
    await database.close()
    async with open_reports(config_of(folder)) as reports:
        yield replace(house.ports(), reports=reports)


async def told(
    client: httpx.AsyncClient, report: str, name: Callable[[dict[str, Any]], str], **query: str
) -> list[str]:
    """The names in a report's rows, or why there is none."""
    answer = await client.get(f"/api/v1/reports/{report}", params=query)
    if answer.status_code != httpx.codes.OK:
        return [answer.json()["id"]]
    return sorted({name(row) for row in answer.json()["rows"]})


def call(row: dict[str, Any]) -> str:
    return str(row["call_id"])


def queue(row: dict[str, Any]) -> str:
    return str(row["queue"])


def agent(row: dict[str, Any]) -> str:
    return str(row["agent"])


SEEN = {
    "max": (["c1", "c2", "c3"], ["sales", "support"], ["ann", "bob"], ["c1", "c2", "c3"]),
    "sue": (["c3"], ["support"], ["bob"], ["c3"]),
    "tom": (["c3"], ["support"], ["bob"], ["c3"]),
    "ann": (["c1"], ["sales"], ["ann"], ["c1", "c2"]),
    "bea": (["c2", "c3"], ["sales", "support"], ["bob"], ["c1", "c2", "c3"]),
}
"""What each is told who names nothing: calls, queues, agents, and the earlier calls of a number."""


@pytest.mark.parametrize("name", SEEN)
async def test_each_is_told_of_his_part(house: House, ports: HttpPorts, name: str) -> None:
    async with house.logged_in(name, ports) as client:
        found = (
            await told(client, "calls", call, **DAY),
            await told(client, "queues", queue, **DAY, interval="1d"),
            await told(client, "agents", agent, **DAY, interval="1d"),
            await told(client, "earlier", call, number="0301234567"),
        )
    assert found == SEEN[name]


async def test_naming_an_agent_shows_nothing_of_other_queues(house: House, ports: HttpPorts) -> None:
    async with house.logged_in("sue", ports) as client:
        assert await told(client, "calls", call, **DAY, agent="bob") == ["c3"]
        assert await told(client, "queues", queue, **DAY, agent="bob") == ["support"]
        assert await told(client, "queue-log", queue, **DAY, agent="bob") == ["NONE", "support"]
        assert await told(client, "calls", call, **DAY, agent="ann") == ["not-allowed"]


async def test_lines_of_no_queue_are_told_to_who_sees_the_agent(house: House, ports: HttpPorts) -> None:
    async with house.logged_in("sue", ports) as client:
        assert await told(client, "queue-log", agent, **DAY) == ["NONE", "bob"]
    async with house.logged_in("ann", ports) as client:
        assert await told(client, "queue-log", agent, **DAY) == ["ann"]


async def test_the_newest_earlier_calls_are_those_that_are_seen(house: House, ports: HttpPorts) -> None:
    async with house.logged_in("ann", ports) as client:
        assert await told(client, "earlier", call, number="0301234567", limit="1") == ["c2"]

"""Doors over HTTP: what was kept from ringing, call by call, a number forgiven, and who may ask."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.contract.test_http_api import assert_problem, client_of
from tests.support.access import House, open_house
from tests.support.fakes import FakeClock
from tests.support.history import ListHistory
from tests.support.shop import Shop
from vmq.app.door_desk import DoorDesk
from vmq.attendant.profiles import Doors
from vmq.attendant.service import Attendant
from vmq.domain.door import Outcome
from vmq.domain.records import DoorCalled, DoorForgiven
from vmq.engine.memory import MemoryJournal
from vmq.engine.ports import JournalEntry
from vmq.http.doors import DoorCallRows, DoorRows
from vmq.reports.doors import DoorReports

NOON = 1_763_812_800.0
"""2025-11-22 12:00 UTC."""
DAY = {"from": "2025-11-22", "to": "2025-11-23"}
CALLS = [
    DoorCalled("+4930", "main", "1.1", Outcome.ROBOT, "030", "Eve"),
    DoorCalled("+4930", "main", "1.2", Outcome.KNOWN_ROBOT, "030", "Eve"),
    DoorCalled("+4931", "main", "1.3", Outcome.PUT_THROUGH, "031", "Frank", "extension:1001@house", is_person=True),
    DoorCalled("", "gate", "1.4", Outcome.TOLD),
]


class World:
    """A desk over these calls, and the journal that it writes to."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        clock = FakeClock(time.time())
        outside = type("Outside", (), {"journal": self.journal, "clock": clock})()
        entries = [JournalEntry(place, NOON + place, call) for place, call in enumerate(CALLS, 1)]
        attendant = Attendant(outside, Doors(), {})  # type: ignore[arg-type]
        self.desk = DoorDesk(DoorReports(ListHistory(entries)), attendant, lambda: ZoneInfo("UTC"), clock)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    shop = Shop()
    async with client_of(replace(shop.ports(), doors=world.desk), shop) as client:
        yield client


async def test_the_report_has_the_shape_that_is_promised(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/doors/report", params=DAY)
    gate, main = DoorRows.model_validate(answer.json(), strict=True).rows
    assert (gate.door, gate.calls, gate.kept_out_share) == ("gate", 1, 0.0)
    assert (main.calls, main.rang, main.kept_out, main.kept_out_share, main.kept_out_numbers) == (3, 1, 2, 0.667, 1)
    assert main.outcomes == {"known_robot": 1, "put_through": 1, "robot": 1}


async def test_calls_come_in_parts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/doors/calls", params={**DAY, "limit": 3})
    first = DoorCallRows.model_validate(answer.json(), strict=True)
    assert [(row.number, row.outcome) for row in first.rows][2] == ("031", "put_through")
    answer = await client.get("/api/v1/doors/calls", params={**DAY, "after": str(first.next)})
    rest = DoorCallRows.model_validate(answer.json(), strict=True)
    assert ([row.door for row in rest.rows], rest.next) == (["gate"], None)


async def test_a_number_is_forgiven(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.post("/api/v1/doors/forgive", json={"number": "030 12"})
    assert answer.status_code == 204
    assert [entry.record.party for entry in await world.journal.read() if isinstance(entry.record, DoorForgiven)] == [
        "03012"
    ]
    assert_problem(await client.post("/api/v1/doors/forgive", json={"number": "Eve"}), "invalid")


async def test_a_time_that_ends_before_it_begins_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/doors/report", params={"from": "2025-11-23", "to": "2025-11-22"})
    assert_problem(answer, "invalid")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.mark.parametrize(("who", "status"), [("adam", 200), ("max", 200), ("sue", 403), ("ann", 403)])
async def test_doors_belong_to_the_whole_house(house: House, world: World, who: str, status: int) -> None:
    async with house.logged_in(who, replace(house.ports(), doors=world.desk)) as client:
        for address in ("report", "calls"):
            assert (await client.get(f"/api/v1/doors/{address}", params=DAY)).status_code == status

"""The API's reports: the promised shapes, parts that make the whole, CSV, and clear refusals."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.test_http_api import assert_problem, client_of
from tests.support.reported import START, config_of, write_day
from tests.support.shop import Shop
from vmq.app.reports import open_reports
from vmq.http.report_models import AgentRows, CallRows, LineRows, QueueRows

DAY = {"from": "2025-11-22T00:00", "to": "2025-11-23T00:00"}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    await write_day(tmp_path / "data")
    shop = Shop()
    async with (
        open_reports(config_of(tmp_path / "data")) as reports,
        client_of(replace(shop.ports(), reports=reports), shop) as client,
    ):
        yield client


async def rows(client: httpx.AsyncClient, report: str, **query: Any) -> list[dict[str, Any]]:
    params = {name: value for name, value in (DAY | query).items() if value is not None}
    answer = await client.get(f"/api/v1/reports/{report}", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


@pytest.mark.parametrize(
    ("report", "shape"), [("calls", CallRows), ("queues", QueueRows), ("agents", AgentRows), ("queue-log", LineRows)]
)
async def test_each_report_has_the_shape_that_is_promised(client: httpx.AsyncClient, report: str, shape: Any) -> None:
    answer = await client.get(f"/api/v1/reports/{report}", params=DAY)
    assert shape.model_validate(answer.json(), strict=True).rows


async def test_calls_tell_every_offer(client: httpx.AsyncClient) -> None:
    first, second = await rows(client, "calls")
    assert [(offer["agent"], offer["outcome"]) for offer in first["offers"]] == [
        ("bob", "no_answer"),
        ("ann", "answered"),
    ]
    assert (first["outcome"], first["talk_s"], second["outcome"]) == ("completed", 3660.0, "abandoned")


async def test_figures_are_by_interval_in_the_houses_time(client: httpx.AsyncClient) -> None:
    figures = await rows(client, "queues", interval="1h")
    assert [(row["begin"], row["entered"], row["talk_s"]) for row in figures] == [
        ("2025-11-22T22:00:00+01:00", 2, 3588.0),
        ("2025-11-22T23:00:00+01:00", 0, 72.0),
    ]
    (day,) = await rows(client, "queues", interval="1d")
    assert (day["answered"], day["abandoned"], day["talk_s"]) == (1, 1, 3660.0)


async def test_days_have_names(client: httpx.AsyncClient) -> None:
    assert await rows(client, "calls", to="yesterday") == await rows(client, "calls")
    assert await rows(client, "calls", **{"from": "today", "to": None}) == []
    backwards = {"from": "today", "to": "yesterday"}
    assert_problem(await client.get("/api/v1/reports/calls", params=backwards), "invalid")


async def test_earlier_calls_of_a_number_are_newest_first(client: httpx.AsyncClient) -> None:
    async def earlier(number: str, limit: int = 10) -> list[tuple[str, str]]:
        answer = await client.get("/api/v1/reports/earlier", params={"number": number, "limit": limit})
        found = CallRows.model_validate(answer.json(), strict=True)
        return [(row.call_id, row.outcome) for row in found.rows]

    assert await earlier("+49301") == [("c2", "abandoned")]
    assert await earlier("0301234567") == [("c1", "completed")]
    assert await earlier("4711") == []
    assert_problem(await client.get("/api/v1/reports/earlier", params={"number": ""}), "invalid")


async def test_agents_of_one_name(client: httpx.AsyncClient) -> None:
    (day,) = await rows(client, "agents", interval="1d", agent="ann")
    assert (day["calls"], day["logged_in_s"], day["ringing_s"]) == (1, 2 * 3600 + 60, 3.0)


async def test_queue_log_lines(client: httpx.AsyncClient) -> None:
    lines = await rows(client, "queue-log", queue="sales")
    assert [line["event"] for line in lines] == [
        "ENTERQUEUE", "ENTERQUEUE", "RINGNOANSWER", "CONNECT", "ABANDON", "COMPLETECALLER",
    ]  # fmt: skip
    assert lines[3]["time"] == int(START) + 12


@pytest.mark.parametrize("report", ["calls", "queues", "agents", "queue-log"])
async def test_parts_make_the_whole(client: httpx.AsyncClient, report: str) -> None:
    whole = await rows(client, report)
    parts, query = [], DAY | {"limit": "1"}
    while True:
        answer = (await client.get(f"/api/v1/reports/{report}", params=query)).json()
        parts += answer["rows"]
        if answer["next"] is None:
            break
        query["after"] = answer["next"]
    assert parts == whole


async def test_csv_has_a_line_of_names_and_a_link_to_what_follows(client: httpx.AsyncClient) -> None:
    query = DAY | {"format": "csv", "limit": "1"}
    answer = await client.get("/api/v1/reports/calls", params=query)
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["call_id"], row["offers"]) == ("c1", "bob:no_answer:8.0;ann:answered:3")
    following = answer.headers["link"].removeprefix("<").partition(">")[0]
    (row,) = csv.DictReader(io.StringIO((await client.get(following)).text))
    assert (row["call_id"], row["number"], row["name"]) == ("c2", "+49301", "'=cmd()")


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "yesterday"},
        {"to": "2025-11-21T00:00"},
        {"interval": "5m"},
        {"limit": "0"},
        {"limit": "100000"},
        {"after": "x"},
        {"format": "xml"},
        {"frm": "2025"},
    ],
)
async def test_a_wrong_question_is_refused(client: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert_problem(await client.get("/api/v1/reports/queues", params=DAY | wrong), "invalid")


async def test_the_openapi_document_tells_of_the_reports(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    for report in ("calls", "queues", "agents", "queue-log"):
        operation = document["paths"][f"/api/v1/reports/{report}"]["get"]
        assert operation["summary"]
        assert {"200", "401", "422", "503"} <= operation["responses"].keys()
        assert {"application/json", "text/csv"} == operation["responses"]["200"]["content"].keys()
        assert {"from", "to", "limit", "after"} <= {parameter["name"] for parameter in operation["parameters"]}
    for name in ("QueueRow", "AgentRow", "CallRow", "OfferRow", "LineRow"):
        properties = document["components"]["schemas"][name]["properties"]
        assert [
            field for field, schema in properties.items() if "examples" not in schema and "items" not in schema
        ] == []


async def test_a_server_without_reports_has_none() -> None:
    shop = Shop()
    async with client_of(shop.ports(), shop) as client:
        assert_problem(await client.get("/api/v1/reports/calls", params=DAY), "not-found")

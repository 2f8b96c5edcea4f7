"""Recordings of calls over HTTP: heard by who supervises their queue, written down, and no other file is given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.contract.test_http_api import assert_problem
from tests.support.access import House, open_house
from tests.support.reported import config_of, write_day
from tests.support.wav import write_wav
from vmq.access.audit import AuditQuestion
from vmq.app.reports import open_reports
from vmq.domain.records import CallRecorded

CALLS = "/api/v1/reports/calls"
DAY = {"from": "2025-11-22T00:00", "to": "2025-11-23T00:00"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@asynccontextmanager
async def recorded(house: House, folder: Path, name: str, *paths: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Somebody at the reports of a day whose first call was recorded at these paths; and where its recordings are."""
    await write_day(folder / "data", *(CallRecorded("o-c1", "c1", path, "started") for path in paths))
    async with (
        open_reports(config_of(folder / "data")) as reports,
        house.logged_in(name, replace(house.ports(), reports=reports)) as client,
    ):
        rows = (await client.get(CALLS, params=DAY | {"queue": "sales"})).json()["rows"]
        yield client, f"{CALLS}/{rows[0]['id']}/recordings"


async def test_a_recording_is_heard_whole_and_in_part_and_that_is_written_down(house: House, tmp_path: Path) -> None:
    path = tmp_path / "data/recordings/calls/1.wav"
    path.parent.mkdir(parents=True)
    write_wav(path, 1.0)
    async with recorded(house, tmp_path, "max", str(path)) as (client, recordings):
        whole = await client.get(f"{recordings}/1")
        assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
        assert whole.content == path.read_bytes()
        part = await client.get(f"{recordings}/1", headers={"range": "bytes=44-143"})
        assert (part.status_code, part.content) == (206, whole.content[44:144])
        assert_problem(await client.get(f"{recordings}/2"), "recording-unknown")
    heard, *_ = [each for each in await house.audit.page(AuditQuestion()) if each.action == "hear call"]
    assert (heard.who, heard.result, heard.target.endswith(" 1")) == ("max", "done", True)


async def test_no_file_is_given_but_a_wav_below_the_folder_of_recordings(house: House, tmp_path: Path) -> None:
    recordings = tmp_path / "data/recordings"
    recordings.mkdir(parents=True)
    write_wav(tmp_path / "outside.wav", 1.0)
    (recordings / "link.wav").symlink_to(tmp_path / "outside.wav")
    (recordings / "call.gsm").write_bytes(b"sound")
    wrong = [str(tmp_path / "outside.wav"), f"{recordings}/../../outside.wav", *map(str, recordings.iterdir()),
             f"{recordings}/gone.wav", "outside.wav", f"{recordings}x/call.wav"]  # fmt: skip
    async with recorded(house, tmp_path, "adam", *wrong) as (client, address):
        for nth in range(1, len(wrong) + 2):
            assert_problem(await client.get(f"{address}/{nth}"), "recording-unknown")


@pytest.mark.parametrize(("name", "problem"), [("sue", "recording-unknown"), ("ann", "not-allowed")])
async def test_nobody_else_hears_it(house: House, tmp_path: Path, name: str, problem: str) -> None:
    path = tmp_path / "data/recordings/1.wav"
    path.parent.mkdir(parents=True)
    write_wav(path, 1.0)
    async with recorded(house, tmp_path, "max", str(path)) as (client, address):
        assert (await client.get(f"{address}/1")).status_code == 200
        key = client.cookies["vmq"]
        await client.post("/api/v1/session", json={"name": name, "password": "four words of ours"})
        assert client.cookies["vmq"] != key
        assert_problem(await client.get(f"{address}/1"), problem)

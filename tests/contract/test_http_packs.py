"""Personalities over HTTP: listed, heard, drawn; one that is uploaded is checked before it counts."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import wave
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.support.shop import Shop
from vmq.app.pack_desk import PackDesk
from vmq.app.pack_tools import shipped_prompts
from vmq.app.packs import Packs
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.packs import CardView
from vmq.http.stream import Streams
from vmq.resources import shipped

ALL = "http://127.0.0.1/api/v1/packs"
ZIP = {"content-type": "application/zip"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("personalities")


@pytest.fixture(scope="module")
def desk(installed: Path) -> PackDesk:
    prompts = shipped_prompts()
    return PackDesk(Packs((installed,), prompts, {}), prompts, installed)


@pytest.fixture
async def client(desk: PackDesk) -> AsyncIterator[httpx.AsyncClient]:
    shop = Shop()
    app = build_app(replace(shop.ports(), packs=desk), Metrics(shop.view), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ALL) as client:
        yield client


def zipped(folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
    return made.getvalue()


async def test_all_are_listed_with_what_they_are_for(client: httpx.AsyncClient) -> None:
    packs = {pack["id"]: pack for pack in (await client.get(ALL)).json()["items"]}
    assert {"comedian", "house", "meridian"} <= set(packs)
    assert "voicemail" in packs["comedian"]["subjects"] and packs["comedian"]["languages"][0] == "en"
    assert packs["house"]["subjects"] == ["queue_voice"]


async def test_what_it_says_is_heard(client: httpx.AsyncClient) -> None:
    cues = {cue["cue"]: cue["text"] for cue in (await client.get("/comedian/cues")).json()["items"]}
    said = next(cue for cue, text in cues.items() if text)
    answer = await client.get(f"/comedian/cues/{said}/audio")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8000, 1)
        assert sound.getnframes() > 4000


async def test_its_card_and_its_flows_are_shown(client: httpx.AsyncClient) -> None:
    card = CardView.model_validate((await client.get("/comedian/card")).json())
    assert any(line.keys for chapter in card.chapters for section in chapter.sections for line in section.lines)
    flows = (await client.get("/comedian/diagrams")).json()["items"]
    assert flows and all("<svg" in flow["svg"] for flow in flows)


@pytest.mark.parametrize(
    ("address", "status", "problem"),
    [
        ("/none/card", 404, "pack-unknown"),
        ("/comedian/cues?language=xx", 422, "pack-refused"),
        ("/comedian/cues/none/audio", 422, "pack-refused"),
        ("/comedian/cues/../audio?fact=", 404, "not-found"),
    ],
)
async def test_what_is_not_there_is_said_so(client: httpx.AsyncClient, address: str, status: int, problem: str) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.json()["id"]) == (status, problem)


async def test_a_pack_with_mistakes_is_told_them_and_changes_nothing(client: httpx.AsyncClient, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "personality.toml").write_text('id = "ours"\n', encoding="utf-8")
    answer = await client.post(ALL, content=zipped(folder), headers={"content-type": "application/zip"})
    assert (answer.status_code, answer.json()["id"]) == (422, "pack-refused")
    assert answer.json()["errors"]
    assert str(tmp_path) not in answer.text
    assert "ours" not in {pack["id"] for pack in (await client.get(ALL)).json()["items"]}


def a_pack(folder: Path) -> bytes:
    """A good one, with the folder's name as its id."""
    shutil.copytree(shipped("personalities") / "house", folder)
    text = (folder / "personality.toml").read_text(encoding="utf-8")
    (folder / "personality.toml").write_text(text.replace('id = "house"', f'id = "{folder.name}"'), encoding="utf-8")
    return zipped(folder)


async def test_a_good_pack_is_in_use_at_once(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answer = await client.post(ALL, content=a_pack(tmp_path / "ours"), headers=ZIP)
    assert (answer.status_code, answer.json()) == (201, {"id": "ours"}), answer.text
    assert "ours" in {pack["id"] for pack in (await client.get(ALL)).json()["items"]}
    assert (await client.post("/reload")).json()["refused"] == {}


async def test_a_pack_that_is_being_installed_already_is_not_installed_twice_at_once(
    client: httpx.AsyncClient, installed: Path, tmp_path: Path
) -> None:
    pack = a_pack(tmp_path / "twice")
    room = installed / ".installing" / "twice"
    room.mkdir(parents=True)
    handle = os.open(room, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        answer = await client.post(ALL, content=pack, headers=ZIP)
    finally:
        os.close(handle)
    assert (answer.status_code, answer.json()["id"]) == (409, "pack-busy")
    assert "twice: is being installed already" in answer.json()["detail"]
    assert (await client.post(ALL, content=pack, headers=ZIP)).status_code == 201


async def test_a_pack_without_its_sounds_is_refused(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """Else it would be refused when packs are opened anew, and in the place of the house's own end the next start."""
    folder = tmp_path / "house"
    shutil.copytree(shipped("personalities") / "house", folder)
    cues = folder / "cues" / "en.toml"
    cues.write_text(cues.read_text(encoding="utf-8").replace("queue-youarenext", "nobody-said-this"), "utf-8")
    answer = await client.post(ALL, content=zipped(folder), headers={"content-type": "application/zip"})
    assert (answer.status_code, answer.json()["id"]) == (422, "pack-refused")
    assert "nobody-said-this" in answer.text
    assert (await client.post("/reload")).json()["refused"] == {}


async def test_what_is_no_zip_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(ALL, content=b"PK", headers={"content-type": "application/zip"})
    assert (answer.status_code, answer.json()["id"]) == (422, "pack-refused")

"""Prompts over HTTP: listed, heard, recorded anew by the house and withdrawn; a studio's take is cut by its lines."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from pydub import AudioSegment

from tests.support.shop import Shop
from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.app.prompt_room import PromptRoom
from vmq.audio import speech
from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import Prompts, load_prompts
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.stream import Streams
from vmq.resources import shipped

ALL = "http://127.0.0.1/api/v1/prompts"
CATALOGUE = """\
[set]
id = "en-ours"
language = "en"
engine = ""
voice = "Vera"
licence = "own"

[clip]
hello = { text = "Good morning, this is the house of the river" }
"digits/5" = { text = "five" }
"""


@dataclass
class Site:
    """A set of two clips, one of which has a sound."""

    client: httpx.AsyncClient
    prompts: Prompts

    async def own(self) -> list[str]:
        """The clips of which callers hear the house's own recording."""
        return [clip["id"] for clip in (await self.client.get("/en-ours")).json()["items"] if clip["is_own"]]


def tone(seconds: float) -> bytes:
    made = io.BytesIO()
    speech.tone(300, seconds).apply_gain(-12).export(made, format="wav")
    return made.getvalue()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    folder = tmp_path / "prompts/en-ours"
    folder.mkdir(parents=True)
    (folder / "catalog.toml").write_text(CATALOGUE, encoding="utf-8")
    shutil.copy(shipped("prompts") / "en-house/vm-intro.wav", folder / "hello.wav")
    prompts = load_prompts(folder.parent)
    recordings = PromptRecordings(tmp_path / "recordings", "", prompts)
    await recordings.open()
    desk = PromptDesk(prompts, OwnPrompts(recordings))
    shop = Shop()
    ports = replace(shop.ports(), prompts=PromptRoom(desk, recordings, prompts, folder.parent))
    app = build_app(ports, Metrics(shop.view), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ALL) as client:
        yield Site(client, prompts)


async def test_sets_and_clips_are_listed(site: Site) -> None:
    assert (await site.client.get(ALL)).json()["items"] == [{"name": "en-ours", "language": "en", "clips": 2}]
    clips = (await site.client.get("/en-ours")).json()["items"]
    assert [(clip["id"], clip["is_own"], clip["is_silent"]) for clip in clips] == [
        ("hello", False, False),
        ("digits/5", False, True),
    ]


async def test_a_clip_is_recorded_heard_and_withdrawn(site: Site) -> None:
    address = "/en-ours/clips/digits/5"
    assert (await site.client.get(address)).json()["id"] == "clip-unknown"
    kept = await site.client.put(address, content=tone(0.8), headers={"content-type": "audio/wav"})
    assert kept.status_code == 204, kept.text
    assert (await site.client.get(address)).content.startswith(b"RIFF")
    assert await site.own() == ["digits/5"]
    assert site.prompts.asterisk_name("digits/5", "en") is not None
    assert (await site.client.delete(address)).status_code == 204
    assert await site.own() == []
    assert (await site.client.get(address)).json()["id"] == "clip-unknown"


@pytest.mark.parametrize("wav", [b"RIFF", b"\x00" * 100])
async def test_what_is_no_sound_is_refused(site: Site, wav: bytes) -> None:
    answer = await site.client.put("/en-ours/clips/hello", content=wav, headers={"content-type": "audio/wav"})
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")
    assert await site.own() == []


async def test_silence_is_nothing_to_hear(site: Site) -> None:
    made = io.BytesIO()
    AudioSegment.silent(800).export(made, format="wav")
    answer = await site.client.put("/en-ours/clips/hello", content=made.getvalue())
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")


@pytest.mark.parametrize("address", ["/none", "/en-ours/clips/none", "/none/clips/hello"])
async def test_what_is_not_there_is_said_so(site: Site, address: str) -> None:
    assert (await site.client.get(address)).json()["id"] == "clip-unknown"


async def test_a_take_is_cut_by_the_sets_lines_and_doubts_are_told(site: Site) -> None:
    pytest.importorskip("soxr")
    quiet = AudioSegment.silent(2000, frame_rate=8000)
    long, short = (AudioSegment.from_wav(io.BytesIO(tone(seconds))) for seconds in (2.4, 0.5))
    made = io.BytesIO()
    (quiet + long + quiet + short + quiet).export(made, format="wav")
    answer = await site.client.post("/en-ours/take?everything=true", content=made.getvalue())
    assert answer.status_code == 200, answer.text
    assert [(line["id"], line["is_taken"]) for line in answer.json()["lines"]] == [("hello", True), ("digits/5", True)]
    assert await site.own() == ["hello", "digits/5"]
    wrong = await site.client.post("/en-ours/take", content=b"no sound")
    assert (wrong.status_code, wrong.json()["id"]) == (422, "config-refused")
    assert "/tmp" not in wrong.text

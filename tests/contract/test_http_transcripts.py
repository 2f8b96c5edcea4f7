"""Texts of messages over HTTP, on real storage: shown, searched, asked for again; and how the work on them goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.access import open_house as open_doors
from tests.support.house import House, open_house
from tests.support.recogniser import NAME
from vmq.app.transcription import Transcription
from vmq.config.model import Config
from vmq.db.transcripts import TranscriptRepository
from vmq.domain.mailbox import Folder, Message
from vmq.domain.transcript import Transcript, Word
from vmq.voicemail.messages import Messages

ALL = "http://127.0.0.1/api/v1/mailboxes/1001/messages"
SAID = Transcript("Please pay the invoice.", "en", 0.8, (Word("Please", 0.1, 0.4, 0.8),), "fake")


@dataclass
class Site:
    """Ann's messages over HTTP, and what writes their texts."""

    house: House
    texts: TranscriptRepository
    client: httpx.AsyncClient

    async def store(self, name: str, at: float, said: Transcript | None = None) -> None:
        """A message, with what is said in it."""
        message = Message(name, "1001", Folder.INBOX, at, 1.0, f"1001/{name}", "2002", "Carla")
        await self.house.mailboxes.add_message(message)
        if said is not None:
            job = await self.texts.claim(at, at + 1)
            assert job is not None
            await self.texts.done(job, said, at)

    async def found(self, search: str) -> list[str]:
        """The messages that a search finds."""
        return [item["id"] for item in (await self.client.get(ALL, params={"search": search})).json()["items"]]


def transcription(house: House, recogniser: str) -> Transcription:
    """The program's own, over the house's database."""
    config = Config.model_validate({"transcription": {"recogniser": recogniser}})
    database = house.mailboxes._database
    return Transcription(
        lambda: config, database=database, store=house.files, journal=house.journal, clock=house.clock,
        told=lambda: None,
    )  # fmt: skip


@pytest.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    recogniser = getattr(request, "param", NAME)
    tables: dict[str, Any] = {"mailbox": [{"number": number} for number in ("1001", "1002")]}
    async with open_house(tmp_path, tables) as house, open_doors(tmp_path) as doors:
        ports = replace(
            doors.ports(), messages=Messages(house.outside, house.voicemail), texts=transcription(house, recogniser)
        )
        async with doors.logged_in("ann", ports) as client:
            client.base_url = httpx.URL(ALL)
            yield Site(house, TranscriptRepository(house.mailboxes._database), client)


async def test_a_text_is_shown_with_its_message_and_its_words_apart(site: Site) -> None:
    await site.store("a", 100.0, SAID)
    assert (await site.client.get("/a")).json()["transcript"] == SAID.text
    assert (await site.client.get("/a/transcript")).json() == {
        "state": "done", "text": SAID.text, "language": "en", "confidence": 0.8, "recogniser": "fake", "attempts": 1,
        "words": [{"text": "Please", "start_s": 0.1, "end_s": 0.4, "confidence": 0.8}], "error": "",
    }  # fmt: skip


async def test_a_text_that_is_not_there_yet_is_none(site: Site) -> None:
    await site.store("a", 100.0)
    assert (await site.client.get("/a")).json()["transcript"] is None
    assert (await site.client.get("/a/transcript")).json()["state"] == "pending"


async def test_messages_are_found_by_what_is_said_in_them(site: Site) -> None:
    await site.store("a", 100.0, SAID)
    await site.store("b", 101.0)
    assert await site.found("invoice pay") == ["a"]
    assert await site.found("carla") == ["b", "a"]
    assert await site.found("nothing") == []
    assert (await site.client.get(ALL, params={"search": "x" * 201})).json()["id"] == "invalid"


async def test_a_text_can_be_asked_for_again(site: Site) -> None:
    await site.store("a", 100.0, SAID)
    assert (await site.client.post("/a/transcript")).status_code == 202
    assert (await site.client.get("/a/transcript")).json()["state"] == "pending"
    assert (await site.client.post("/nothing/transcript")).json()["id"] == "message-unknown"


async def test_nobody_reads_the_texts_of_others(site: Site) -> None:
    other = ALL.replace("1001", "1002")
    assert (await site.client.get(f"{other}/a/transcript")).json()["id"] == "not-allowed"
    assert (await site.client.get("http://127.0.0.1/api/v1/transcription")).json()["id"] == "not-allowed"


@pytest.mark.parametrize("site", [""], indirect=True)
async def test_without_a_recogniser_the_feature_is_absent(site: Site) -> None:
    await site.store("a", 100.0)
    assert (await site.client.get("/a")).json()["transcript"] is None
    answer = await site.client.post("/a/transcript")
    assert (answer.status_code, answer.json()["id"]) == (409, "transcription-absent")
    assert "transcription.recogniser is empty" in answer.json()["detail"]

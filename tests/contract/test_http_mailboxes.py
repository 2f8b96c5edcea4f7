"""Mailboxes over HTTP, on real storage: uploads are kept as telephones play them, PINs are never shown."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Speech
from tests.support.shop import Shop
from tests.support.wav import write_wav
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.pin import LoginState
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.stream import Streams
from vmq.voicemail.administer import Administration
from vmq.voicemail.own_lists import OwnLists
from vmq.voicemail.requests import VmStatus

ANN = {"number": "1001", "pin": "4711", "class_of_service": "small", "aliases": ["2001"]}
TABLES: dict[str, Any] = {"mailbox": [ANN], "class_of_service": [{"name": "small", "max_messages": 7}]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, TABLES, change_given_pin=True) as house:
        yield house


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    shop = Shop()
    desk = Administration(house.outside, house.register, house.voicemail)
    lists = OwnLists(house.outside, lambda: house.voicemail.office.posting().addressing)
    ports = replace(shop.ports(), desk=desk, own_lists=lists)
    app = build_app(ports, Metrics(shop.view, dict), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/mailboxes") as client:
        yield client


def wav(rate: int, channels: int, width: int, seconds: float) -> bytes:
    """A WAV file of this shape."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((channels, width, rate, 0, "NONE", ""))
        sound.writeframes(b"\x20" * round(rate * seconds) * channels * width)
    return file.getvalue()


SOUND = {"Content-Type": "audio/wav"}
ALL = "http://127.0.0.1/api/v1/mailboxes"


@pytest.mark.parametrize("shape", [(8000, 1, 2), (44100, 2, 2), (48000, 1, 3), (16000, 2, 1)])
async def test_an_upload_is_kept_as_telephones_play_it(client: httpx.AsyncClient, shape: tuple[int, int, int]) -> None:
    sent = await client.put("/1001/greetings/temp", content=wav(*shape, 2.0), headers=SOUND)
    assert sent.status_code == 204
    kept = await client.get("/1001/greetings/temp")
    with wave.open(io.BytesIO(kept.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() == pytest.approx(16000, abs=10)
    (shown,) = (await client.get("/1001/greetings")).json()["items"]
    assert (shown["kind"], shown["is_on"], shown["ends_at"], shown["is_blocking"]) == ("temp", True, None, False)


# feature 5, 6
async def test_greetings_are_switched_end_block_and_go(client: httpx.AsyncClient, house: House) -> None:
    await client.put("/1001/greetings/absence", content=wav(8000, 1, 2, 1.0), headers=SOUND)
    change = {"is_on": False, "ends_at": "2030-01-15T09:00:00+01:00", "is_blocking": True}
    assert (await client.patch("/1001/greetings/absence", json=change)).status_code == 204
    (shown,) = (await client.get("/1001/greetings")).json()["items"]
    assert (shown["is_on"], shown["is_blocking"]) == (False, True)
    assert shown["ends_at"]
    assert (await client.patch("/1001/greetings/absence", json={"is_on": None})).status_code == 204
    await client.patch("/1001/greetings/absence", json={"ends_at": None})
    assert (await client.get("/1001/greetings")).json()["items"][0]["ends_at"] is None
    assert (await client.delete("/1001/greetings/absence")).status_code == 204
    assert await house.files.unexplained() == []
    assert (await client.delete("/1001/greetings/absence")).json()["id"] == "greeting-unknown"


async def test_an_upload_is_left_alone_by_a_sweep_that_comes_meanwhile(client: httpx.AsyncClient, house: House) -> None:
    keep = house.outside.files.keep

    async def swept(draft: Draft, ref: str) -> float:
        await house.voicemail.sweeper.recover(alive=())
        return await keep(draft, ref)

    house.outside.files.keep = swept  # type: ignore[method-assign]
    sent = await client.put("/1001/greetings/temp", content=wav(8000, 1, 2, 2.0), headers=SOUND)
    assert sent.status_code == 204
    assert (await client.get("/1001/greetings/temp")).status_code == 200
    assert await house.files.drafts() == []


@pytest.mark.parametrize("sent", [b"", b"RIFF", b"no sound at all" * 100, wav(8000, 1, 2, 0.0)])
async def test_what_is_no_wav_file_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, house: House, sent: bytes
) -> None:
    answer = await client.put("/1001/greetings/temp", content=sent, headers=SOUND)
    assert answer.status_code == 422
    assert await house.files.drafts() == []
    assert (await client.get("/1001/greetings")).json() == {"items": []}


async def test_the_profile_says_what_holds_and_no_secret(client: httpx.AsyncClient) -> None:
    answer = await client.get("/1001/profile")
    shown = answer.json()
    assert (shown["max_messages"], shown["max_message_s"], shown["aliases"]) == (7, 180.0, ["2001"])
    assert (shown["has_pin"], shown["must_change_pin"], shown["personality"]) == (True, True, "comedian")
    assert "argon2" not in answer.text
    assert (await client.get("/1999/profile")).json()["id"] == "mailbox-unknown"


# feature 41
async def test_an_administrator_gives_a_pin_and_lets_in_who_was_locked_out(
    client: httpx.AsyncClient, house: House
) -> None:
    await house.mailboxes.change_login("1001", lambda _: LoginState(0, house.clock.at + 600))
    refused = await client.put("/1001/pin", json={"pin": "1234"})
    assert (refused.status_code, "1234" in refused.text) == (422, False)
    assert (await client.put("/1001/pin", json={"pin": "8642"})).status_code == 204
    party = house.line("8642#", SILENCE, HANG_UP)
    assert (await house.check_on(party)).status is VmStatus.SUCCESS
    assert "vm-newpassword" in party.clips


async def test_all_mailboxes_are_seen_those_too_that_a_call_made(house: House, client: httpx.AsyncClient) -> None:
    await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox="1002")
    items = (await client.get(ALL)).json()["items"]
    assert [(item["number"], item["new"], item["has_pin"]) for item in items] == [("1001", 0, True), ("1002", 1, False)]


# feature 41
async def test_an_owner_who_was_locked_out_is_let_in_again(house: House, client: httpx.AsyncClient) -> None:
    await house.mailboxes.change_login("1001", lambda _: LoginState(10, house.clock.now() + 900))
    assert (await client.get(ALL)).json()["items"][0]["is_locked"] is True
    assert (await client.delete("/1001/lock")).status_code == 204
    assert (await client.get(ALL)).json()["items"][0]["is_locked"] is False
    assert (await client.delete("/9999/lock")).status_code == 404


async def test_a_mailbox_gets_another_number_with_all_that_is_in_it(house: House, client: httpx.AsyncClient) -> None:
    await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP))
    await client.put("/1001/greetings/temp", content=wav(8000, 1, 2, 2.0), headers=SOUND)
    await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox="1003")
    assert (await client.post("/1001/rename", json={"to": "1003"})).json()["id"] == "invalid"
    assert (await client.post("/1001/rename", json={"to": "1111"})).status_code == 204
    assert [item["number"] for item in (await client.get(ALL)).json()["items"]] == ["1003", "1111"]
    (message,) = await house.inbox("1111")
    assert house.files.path(message.ref).exists()
    assert len((await client.get("/1111/greetings")).json()["items"]) == 1
    assert (await client.get("/1111/profile")).json()["has_pin"] is True
    old, new = house.sink.lamp("1001"), house.sink.lamp("1111")
    assert old and new and (old.new, new.new) == (0, 1)


@pytest.mark.parametrize("to", ["..", ".1001", ""])
async def test_no_mailbox_gets_a_number_that_can_be_no_folder(client: httpx.AsyncClient, to: str) -> None:
    assert (await client.post("/1001/rename", json={"to": to})).status_code == 422


async def test_a_mailbox_for_which_somebody_speaks_keeps_its_number(house: House, client: httpx.AsyncClient) -> None:
    draft = Draft("f" * 16, DraftKind.MESSAGE, "1001", "call-1", house.clock.now())
    await house.files.begin(draft)
    answer = await client.post("/1001/rename", json={"to": "1111"})
    assert (answer.status_code, answer.json()["id"]) == (409, "mailbox-busy")
    assert [item["number"] for item in (await client.get(ALL)).json()["items"]] == ["1001"]
    await house.files.discard(draft)
    assert (await client.post("/1001/rename", json={"to": "1111"})).status_code == 204


class WatchedLine(ScriptedLine):
    """A line on which something else happens before each thing that is heard."""

    meanwhile: Callable[[], Awaitable[None]]

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        await self.meanwhile()
        return await super().read_keys(effect)

    async def say(self, effect: line.Say) -> line.Played:
        await self.meanwhile()
        return await super().say(effect)


async def test_a_message_of_who_hears_the_greeting_lands_in_the_mailbox_that_is_renamed_meanwhile(
    house: House, client: httpx.AsyncClient
) -> None:
    party = WatchedLine(
        Speech(3.0, ended_by=line.RecordEnd.HANG_UP), on_record=lambda ref, s: write_wav(house.files.path(ref), s)
    )
    answers: list[int] = []

    async def rename() -> None:
        if not answers:
            answers.append((await client.post("/1001/rename", json={"to": "1111"})).status_code)

    party.meanwhile = rename
    await house.leave_on(party)
    assert answers == [204]
    (message,) = await house.inbox("1111")
    assert house.files.path(message.ref).exists()
    assert [item["number"] for item in (await client.get(ALL)).json()["items"]] == ["1111"]


async def test_a_mailbox_that_its_owner_is_in_keeps_its_number(house: House, client: httpx.AsyncClient) -> None:
    party = WatchedLine("4711#", SILENCE, HANG_UP)
    answers: list[str] = []

    async def rename() -> None:
        if house.voicemail.has_visitor("1001"):
            answers.append((await client.post("/1001/rename", json={"to": "1111"})).json()["id"])

    party.meanwhile = rename
    await house.check_on(party)
    assert set(answers) == {"mailbox-busy"}
    assert not house.voicemail.has_visitor("1001")
    assert (await client.post("/1001/rename", json={"to": "1111"})).status_code == 204


async def test_a_call_that_comes_after_a_mailbox_was_renamed_means_the_number_that_it_says(
    house: House, client: httpx.AsyncClient
) -> None:
    assert (await client.post("/1001/rename", json={"to": "1111"})).status_code == 204
    await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox="1001")
    assert len(await house.inbox("1001")) == 1
    assert not await house.inbox("1111")


async def test_a_mailbox_is_erased_with_its_files_and_nobody_elses(house: House, client: httpx.AsyncClient) -> None:
    for number in ("1001", "1002"):
        await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox=number)
    await client.put("/1001/greetings/temp", content=wav(8000, 1, 2, 2.0), headers=SOUND)
    assert (await client.delete("/1001")).status_code == 204
    assert [item["number"] for item in (await client.get(ALL)).json()["items"]] == ["1002"]
    assert set(await house.files.unexplained()) == await house.mailboxes.refs()
    assert (await client.delete("/1001")).status_code == 404


# feature 33
async def test_an_owners_lists_are_made_changed_and_taken_away(house: House, client: httpx.AsyncClient) -> None:
    for number in ("1002", "1003"):
        await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP), mailbox=number)
    assert (await client.put("/1001/lists/12", json={"addresses": ["1002", "1003", "1002"]})).status_code == 204
    assert (await client.get("/1001/lists")).json()["items"] == [
        {"number": "12", "addresses": ["1002", "1003"], "has_spoken_name": False}
    ]
    refused = await client.put("/1001/lists/12", json={"addresses": ["1002", "1001", "4444"]})
    assert "1001 (own), 4444 (unknown)" in refused.json()["detail"]
    assert (await client.put("/1001/lists/12", json={"addresses": ["1003"]})).status_code == 204
    assert (await client.get("/1001/lists")).json()["items"][0]["addresses"] == ["1003"]
    assert (await client.put("/1001/lists/100", json={"addresses": ["1003"]})).status_code == 422
    assert (await client.delete("/1001/lists/12")).status_code == 204
    assert (await client.delete("/1001/lists/12")).status_code == 404
    assert (await client.get("/1001/lists")).json()["items"] == []

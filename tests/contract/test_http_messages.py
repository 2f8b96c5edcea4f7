"""Messages over HTTP, on real storage: listed, heard and changed as by telephone, by those whose they are."""

from __future__ import annotations

import asyncio
import io
import tempfile
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.access import open_house as open_doors
from tests.support.house import House, open_house
from tests.support.owner import owner
from tests.support.wav import BYTES_PER_S, write_wav
from vmq.domain.addresses import HouseBook, HouseList
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Folder, Message, arrival_folder
from vmq.domain.records import MessageChanged
from vmq.errors import StorageError
from vmq.voicemail.messages import Messages

ALL = "http://127.0.0.1/api/v1/mailboxes/1001/messages"
SETTINGS = {"max_messages": 3, "keep_deleted": 2, "max_message_s": 5.0}
TABLES: dict[str, Any] = {"mailbox": [{"number": number} for number in ("1001", "1002", "1003")]}


@dataclass
class Site:
    """Ann's messages over HTTP, and the house behind them."""

    house: House
    client: httpx.AsyncClient

    async def store(self, name: str, at: float = 100.0, **more: Any) -> str:
        """A message of one second in mailbox 1001; its id."""
        folder = arrival_folder(more.get("is_urgent", False))
        message = Message(name, "1001", folder, at, 1.0, f"1001/{name}", "2002", "Carla", **more)
        self.house.files.path(message.ref).parent.mkdir(exist_ok=True)
        write_wav(self.house.files.path(message.ref), 1.0)
        await self.house.mailboxes.add_message(message)
        return name

    async def ids(self, **query: Any) -> list[str]:
        """The messages of a page."""
        return [item["id"] for item in (await self.client.get(ALL, params=query)).json()["items"]]

    async def shown(self, message_id: str) -> Any:
        """One message."""
        answer = await self.client.get(f"/{message_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def changes(self) -> list[tuple[str, str, str]]:
        """What the journal tells of messages."""
        records = await self.house.records(MessageChanged)
        return [(record.message_id, record.change, record.folder) for record in records]

    def lamp(self, mailbox: str = "1001") -> tuple[int, int, int]:
        """New, old and urgent messages as the lamp was last told."""
        told = self.house.sink.lamp(mailbox)
        assert isinstance(told, MailboxChanged)
        return told.new, told.old, told.urgent


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_house(tmp_path, TABLES, **SETTINGS) as house, open_doors(tmp_path) as doors:
        ports = replace(doors.ports(), messages=Messages(house.outside, house.voicemail))
        async with doors.logged_in("ann", ports) as client:
            client.base_url = httpx.URL(ALL)
            yield Site(house, client)


# feature 65, 66
async def test_a_message_is_told_as_it_is(site: Site) -> None:
    await site.store("a", 100.5, is_urgent=True, is_private=True, category="sales")
    assert await site.shown("a") == {
        "id": "a", "folder": "Urgent", "is_new": True, "received_at": 100.5, "duration_s": 1.0,
        "caller_number": "2002", "caller_name": "Carla", "is_urgent": True, "is_private": True, "is_broadcast": False,
        "wants_receipt": False, "category": "sales", "sender": "", "recipients": [], "forwarder": "",
        "has_introduction": False,
        "has_recording": True, "transcript": None, "notice": "", "heard_at": None,
    }  # fmt: skip


async def test_pages_go_on_where_the_last_ended_whatever_comes_and_goes_meanwhile(site: Site) -> None:
    for at, name in enumerate("abcde"):
        await site.store(name, 100.0 + at // 2)
    first = (await site.client.get(ALL, params={"limit": 2})).json()
    assert [item["id"] for item in first["items"]] == ["e", "d"]
    await site.store("z", 200.0)
    await site.client.delete("/d")
    assert await site.ids(cursor=first["next"]) == ["c", "b", "a"]
    last = (await site.client.get(ALL, params={"cursor": first["next"], "limit": 3})).json()
    assert last["next"] is None


async def test_folders_are_listed_by_name_and_without_one_all_but_deleted(site: Site) -> None:
    await site.store("a", 100.0)
    await site.store("b", 101.0, is_urgent=True)
    await site.store("c", 102.0)
    await site.client.delete("/c")
    listed = [
        await site.ids(**query) for query in ({}, {"folder": "INBOX"}, {"folder": "Urgent"}, {"folder": "Deleted"})
    ]
    assert listed == [["b", "a"], ["a"], ["b"], ["c"]]


async def test_messages_are_found_by_who_left_them(site: Site) -> None:
    await site.store("a", 100.0)
    await site.store("b", 101.0, sender="1003")
    assert [await site.ids(search=words) for words in ("cARLa", "1003", "_")] == [["b", "a"], ["b"], []]


async def test_a_message_has_a_picture(site: Site) -> None:
    await site.store("a")
    answer = await site.client.get("/a/peaks?parts=4")
    assert answer.json() == {"peaks": [2, 2, 2, 2]}  # write_wav's samples are 0x0201
    assert "private" in answer.headers["cache-control"]
    site.house.files.path("1001/a").unlink()
    assert (await site.client.get("/a/peaks?parts=4")).json()["id"] == "recording-unknown"
    assert (await site.client.get("/none/peaks")).json()["id"] == "message-unknown"


@pytest.mark.parametrize("query", ["folder=Attic", "limit=0", "limit=501", "cursor=x", "cursor=1.0-", "cursor=-a"])
async def test_what_can_t_be_asked_is_refused(site: Site, query: str) -> None:
    assert (await site.client.get(f"{ALL}?{query}")).json()["id"] == "invalid"


# feature 22
@pytest.mark.parametrize(("is_urgent", "arrival"), [(False, "INBOX"), (True, "Urgent")])
async def test_heard_and_new_again(site: Site, is_urgent: bool, arrival: str) -> None:
    await site.store("a", is_urgent=is_urgent)
    heard = (await site.client.patch("/a", json={"is_new": False})).json()
    assert (heard["folder"], heard["is_new"], heard["heard_at"]) == ("Old", False, site.house.clock.at)
    assert site.lamp() == (0, 1, 0)
    new = (await site.client.patch("/a", json={"is_new": True})).json()
    assert (new["folder"], new["is_new"], new["heard_at"]) == (arrival, True, None)
    assert site.lamp() == (int(not is_urgent), 0, int(is_urgent))
    assert await site.changes() == [("a", "heard", "Old"), ("a", "kept as new", arrival)]


# feature 16
async def test_who_wants_a_receipt_gets_one_when_it_is_heard(site: Site) -> None:
    bob = await owner(site.house, "1002")
    assert await bob.sends("1001", receipt=True)
    await bob.hangs_up()
    (message_id,) = await site.ids()
    for _ in range(2):
        assert (await site.client.patch(f"/{message_id}", json={"is_new": False})).status_code == 200
    (notice,) = await site.house.inbox("1002")
    assert (notice.notice, notice.sender) == ("heard", "1001")
    assert site.lamp("1002") == (1, 0, 0)


# feature 21
async def test_into_a_folder_if_it_has_room(site: Site) -> None:
    for at, name in enumerate("abc"):
        await site.store(name, at)
        moved = await site.client.patch(f"/{name}", json={"folder": "Family", "is_new": False})
        assert (moved.json()["folder"], moved.json()["heard_at"]) == ("Family", site.house.clock.at)
    await site.store("d")
    full = await site.client.patch("/d", json={"folder": "Family", "is_new": False})
    assert (full.status_code, full.json()["id"]) == (409, "folder-full")
    assert (await site.shown("d"))["is_new"]
    assert await site.changes() == [(name, "saved", "Family") for name in "abc"]


@pytest.mark.parametrize(
    "body", [{"folder": "Urgent"}, {"folder": "Deleted"}, {"folder": "Old", "is_new": True}, {"is_urgent": True}]
)
async def test_what_can_t_be_made_of_it_is_refused_and_nothing_changes(site: Site, body: dict[str, Any]) -> None:
    await site.store("a")
    assert (await site.client.patch("/a", json=body)).json()["id"] == "invalid"
    assert await site.ids(folder="INBOX") == ["a"]
    assert await site.changes() == []


# feature 23
async def test_deleted_twice_and_restored_twice_is_done_once(site: Site) -> None:
    await site.store("a", is_urgent=True)
    for _ in range(2):
        assert (await site.client.delete("/a")).status_code == 204
    assert (await site.shown("a"))["folder"] == "Deleted"
    assert site.lamp() == (0, 0, 0)
    for _ in range(2):
        assert (await site.client.post("/a/restore")).json()["folder"] == "Urgent"
    assert site.lamp() == (0, 0, 1)
    assert await site.changes() == [("a", "deleted", "Deleted"), ("a", "undeleted", "Urgent")]


# feature 24
async def test_the_oldest_deleted_are_gone_with_their_files(site: Site) -> None:
    for at, name in enumerate("abc"):
        await site.store(name, at)
        await site.client.delete(f"/{name}")
    assert await site.ids(folder="Deleted") == ["c", "b"]
    assert (await site.client.post("/a/restore")).json()["id"] == "message-unknown"
    assert not site.house.files.path("1001/a").exists()


# feature 65, 66
async def test_the_sound_whole_and_in_parts(site: Site) -> None:
    await site.store("a")
    whole = await site.client.get("/a/audio")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.content == site.house.files.path("1001/a").read_bytes()
    same = {"range": "bytes=44-143", "if-range": whole.headers["etag"]}
    part = await site.client.get("/a/audio", headers=same)
    assert (part.status_code, part.content) == (206, whole.content[44:144])
    beyond = await site.client.get("/a/audio", headers={"range": "bytes=999999-"})
    assert beyond.status_code == 416
    assert (await site.shown("a"))["is_new"]


async def test_an_introduction_and_its_message_are_one_sound(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = tmp_path / "lent"
    lent.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(lent))
    bob = await owner(site.house, "1002")
    carl = await owner(site.house, "1003")
    assert await carl.sends("1002", seconds=3.0)
    await carl.hangs_up()
    await bob.opens()
    assert await bob.sends("1001", kind="forward", seconds=2.0)
    await bob.hangs_up()
    (message_id,) = await site.ids()
    shown = await site.shown(message_id)
    assert (shown["sender"], shown["forwarder"], shown["has_introduction"], shown["duration_s"]) == (
        "1003", "1002", True, 3.0,
    )  # fmt: skip
    whole = await site.client.get(f"/{message_id}/audio")
    with wave.open(io.BytesIO(whole.content)) as sound:
        assert sound.getnframes() == 5 * BYTES_PER_S // 2
    headers = {"range": "bytes=-100", "if-range": whole.headers["etag"]}
    part = await site.client.get(f"/{message_id}/audio", headers=headers)
    assert (part.status_code, part.content) == (206, whole.content[-100:])
    assert list(lent.iterdir()) == []


async def test_notices_and_lost_recordings_have_no_sound(site: Site) -> None:
    ann = await owner(site.house, "1001")
    assert await ann.sends("1002", receipt=True)
    await ann.hangs_up()
    (sent,) = await site.house.inbox("1002")
    await Messages(site.house.outside, site.house.voicemail).mark_heard(sent)
    (notice,) = await site.ids()
    shown = await site.shown(notice)
    assert (shown["notice"], shown["has_recording"], shown["sender"]) == ("heard", False, "1002")
    await site.store("lost")
    site.house.files.path("1001/lost").unlink()
    for message_id in (notice, "lost"):
        answer = await site.client.get(f"/{message_id}/audio")
        assert (answer.status_code, answer.json()["id"]) == (404, "recording-unknown")
    assert (await site.client.patch(f"/{notice}", json={"is_new": False})).json()["folder"] == "Old"


WAYS = [("GET", "/{}"), ("GET", "/{}/audio"), ("PATCH", "/{}"), ("DELETE", "/{}"), ("POST", "/{}/restore")]


@pytest.mark.parametrize(("method", "path"), WAYS)
async def test_unknown_ids_and_those_of_other_mailboxes(site: Site, method: str, path: str) -> None:
    bob = await owner(site.house, "1002")
    assert await bob.sends("1003")
    await bob.hangs_up()
    (other,) = await site.house.inbox("1003")
    for message_id in ("0" * 16, other.id):
        answer = await site.client.request(method, path.format(message_id), json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["id"]) == (404, "message-unknown")
    assert await site.house.inbox("1003") == (other,)


async def test_private_messages_too_are_the_owner_s_alone(tmp_path: Path) -> None:
    async with open_house(tmp_path, TABLES) as house, open_doors(tmp_path) as doors:
        ports = replace(doors.ports(), messages=Messages(house.outside, house.voicemail))
        site = Site(house, httpx.AsyncClient())
        await site.store("a", is_private=True)
        statuses = {}
        for name in ("ann", "adam", "max", "sue"):
            async with doors.logged_in(name, ports) as client:
                answers = [
                    await client.get(f"/api/v1/mailboxes/1001/messages{path}") for path in ("", "/a", "/a/audio")
                ]
                statuses[name] = [answer.status_code for answer in answers]
        assert statuses == {"ann": [200] * 3, "adam": [200] * 3, "max": [403] * 3, "sue": [403] * 3}
        async with doors.logged_in("adam", ports) as client:
            assert (await client.get("/api/v1/mailboxes/1999/messages")).json()["id"] == "mailbox-unknown"


# feature 75
async def test_what_a_caller_on_the_telephone_and_another_reader_do_is_done_once_each(site: Site) -> None:
    for name in "abc":
        await site.store(name)
    ann = await owner(site.house)
    assert await ann.opens() == 3
    assert await ann.does("mark_heard")
    assert (await site.client.patch("/a", json={"folder": "Family"})).status_code == 200
    assert await ann.does("next_message")
    assert (await site.client.delete("/b")).status_code == 204
    assert await ann.does("mark_heard")
    assert await ann.does("undelete_last") is False
    await ann.hangs_up()
    assert [(await site.shown(name))["folder"] for name in "abc"] == ["Family", "Deleted", "INBOX"]
    assert await site.changes() == [("a", "saved", "Family"), ("b", "deleted", "Deleted")]
    assert site.lamp() == (1, 0, 0)


async def test_two_who_mark_it_at_once_give_one_receipt(site: Site) -> None:
    bob = await owner(site.house, "1002")
    assert await bob.sends("1001", receipt=True)
    await bob.hangs_up()
    (message_id,) = await site.ids()
    answers = await asyncio.gather(*(site.client.patch(f"/{message_id}", json={"is_new": False}) for _ in range(8)))
    assert {(answer.status_code, answer.json()["folder"]) for answer in answers} == {(200, "Old")}
    assert len(await site.house.inbox("1002")) == 1
    assert await site.changes() == [(message_id, "heard", "Old")]


def sound(seconds: float) -> bytes:
    """A WAV file in a studio's quality."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams((2, 2, 48_000, 0, "NONE", ""))
        made.writeframes(b"\x01\x02\x01\x02" * round(48_000 * seconds))
    return file.getvalue()


WAV = {"content-type": "audio/wav"}


async def nothing_is_left(house: House) -> bool:
    """Nothing is in the making, and no file is there that no row names."""
    return await house.files.drafts() == [] and set(await house.files.unexplained()) == await house.mailboxes.refs()


# feature 30, 26
async def test_sent_to_each_as_by_telephone(site: Site) -> None:
    marks = {"is_private": True, "is_urgent": True, "wants_receipt": True}
    sent = await site.client.post(ALL, params={"to": ["1002", "1003"], **marks}, content=sound(2.0), headers=WAV)
    assert (sent.status_code, sent.json()["sent"], sent.json()["unsent"]) == (200, 2, 0)
    for number in ("1002", "1003"):
        (copy,) = await site.house.mailboxes.messages(number, Folder.URGENT)
        assert (copy.sender, copy.is_private, copy.wants_receipt, copy.sending_id) == (
            "1001", True, True, sent.json()["id"],
        )  # fmt: skip
        assert copy.duration_s == pytest.approx(2.0, abs=0.01)
        assert site.lamp(number) == (0, 0, 1)
    assert await nothing_is_left(site.house)


# feature 25
async def test_forwarded_with_and_without_an_introduction(site: Site) -> None:
    await site.store("a", is_urgent=True)
    for number, said in (("1002", sound(2.0)), ("1003", b"")):
        answer = await site.client.post("/a/forward", params={"to": number}, content=said, headers=WAV)
        assert answer.json()["sent"] == 1, answer.text
    (bobs,) = await site.house.mailboxes.messages("1002", Folder.URGENT)
    (carls,) = await site.house.mailboxes.messages("1003", Folder.URGENT)
    assert [(each.caller_number, each.forwarder, bool(each.introduction)) for each in (bobs, carls)] == [
        ("2002", "1001", True), ("2002", "1001", False),
    ]  # fmt: skip
    assert await nothing_is_left(site.house)


# feature 17
async def test_for_later_it_waits(site: Site) -> None:
    tomorrow = site.house.clock.at + 86_400
    at = datetime.fromtimestamp(tomorrow, UTC).isoformat()
    sent = await site.client.post(ALL, params={"to": "1002", "deliver_at": at}, content=sound(1.0), headers=WAV)
    assert sent.json()["sent"] == 1
    assert await site.house.inbox("1002") == ()
    site.house.clock.at = tomorrow
    await site.house.voicemail.office.upkeep.do_due()
    assert len(await site.house.inbox("1002")) == 1


@pytest.mark.parametrize(
    ("query", "body", "problem"),
    [
        ("to=1999&to=1002", sound(1.0), "recipients-refused"),
        ("to=1002", b"no sound at all" * 100, "invalid"),
        ("to=1002", b"", "invalid"),
        ("to=1002", sound(5.2), "invalid"),
        ("", sound(1.0), "invalid"),
        ("to=1002&is_urgnet=1", sound(1.0), "invalid"),
        ("to=1002&deliver_at=2027-01-15T09:00:00", sound(1.0), "invalid"),
    ],
)
async def test_what_can_t_be_sent_leaves_nothing(site: Site, query: str, body: bytes, problem: str) -> None:
    answer = await site.client.post(f"{ALL}?{query}", content=body, headers=WAV)
    assert answer.json()["id"] == problem, answer.text
    assert await site.house.inbox("1002") == ()
    assert await nothing_is_left(site.house)


async def test_whoever_has_no_room_is_refused_by_name_and_left_out_of_a_list(site: Site) -> None:
    site.house.voicemail.office.book = HouseBook({"700": HouseList("700", "Sales", ("1002", "1003"))})
    for _ in range(3):
        assert (await site.client.post(f"{ALL}?to=1002", content=sound(0.5), headers=WAV)).status_code == 200
    refused = await site.client.post(f"{ALL}?to=1002", content=sound(0.5), headers=WAV)
    assert (refused.status_code, refused.json()["errors"]) == (422, ["to 1002: full"])
    listed = (await site.client.post(f"{ALL}?to=700", content=sound(0.5), headers=WAV)).json()
    assert (listed["sent"], listed["unsent"]) == (1, 1)


# feature 15
async def test_private_messages_and_notices_are_not_forwarded(site: Site) -> None:
    await site.store("a", is_private=True)
    ann = await owner(site.house, "1001")
    assert await ann.sends("1002", receipt=True)
    await ann.hangs_up()
    (sent,) = await site.house.inbox("1002")
    await Messages(site.house.outside, site.house.voicemail).mark_heard(sent)
    (notice,) = [each.id for each in await site.house.inbox() if each.notice]
    problems = [(await site.client.post(f"/{each}/forward?to=1003")).json()["id"] for each in ("a", notice)]
    assert problems == ["message-private", "recording-unknown"]
    assert await site.house.inbox("1003") == ()


async def test_what_storage_broke_off_arrives_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver, calls = site.house.outside.sendings.deliver, 0

    async def fails_once(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise StorageError("the disk is full")
        return await deliver(*args, **more)

    monkeypatch.setattr(site.house.outside.sendings, "deliver", fails_once)
    answer = await site.client.post(f"{ALL}?to=1002", content=sound(1.0), headers=WAV)
    assert (answer.json()["sent"], answer.json()["unsent"]) == (1, 0), "who is told that it failed sends it again"
    assert len(await site.house.inbox("1002")) == 1
    assert await nothing_is_left(site.house)


async def test_the_document_names_each_problem_and_an_example_of_everything(site: Site) -> None:
    document = (await site.client.get("http://127.0.0.1/api/v1/openapi.json")).json()
    address = "/api/v1/mailboxes/{number}/messages"
    sound_of = document["paths"][f"{address}/{{message_id}}/audio"]["get"]["responses"]
    assert {"200", "206", "404"} <= set(sound_of)
    forward = document["paths"][f"{address}/{{message_id}}/forward"]["post"]["responses"]
    for told, problems in (
        (sound_of["404"], ("mailbox-unknown", "message-unknown", "recording-unknown")),
        (forward["404"], ("mailbox-unknown", "message-unknown", "recording-unknown")),
        (forward["409"], ("nobody-reached", "message-private")),
    ):
        assert all(f"`{problem}`" in told["description"] for problem in problems)
    for name in ("MessageView", "MessageChange", "MessageSent"):
        fields = document["components"]["schemas"][name]["properties"]
        assert all("examples" in field for field in fields.values()), name

"""Feeds, links and the outbox over HTTP: secret addresses, right figures, conditional and partial answers."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from tests.support.post_office import START, PostOffice, mail_config, open_post_office
from tests.support.shop import Shop
from tests.support.wav import write_wav
from vmq.app.feeds import Feeds
from vmq.app.links import Links
from vmq.config.model import ListConfig
from vmq.db.sendings import SendingRepository
from vmq.domain import sending
from vmq.domain.delivery import Delivery, State, notice_of
from vmq.domain.mailbox import Folder, Mailbox
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.stream import Streams

TOKEN = {"authorization": "Bearer t0ken"}
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


class Outbox:
    """The port over a post office."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def page(self, state: State | None, after: int, limit: int) -> list[Delivery]:
        return list(await self._office.outbox.page(state, after, limit))

    async def retry(self, delivery_id: int) -> bool:
        return await self._office.outbox.retry(delivery_id, self._office.clock.now(), 100.0)

    async def drop(self, delivery_id: int) -> bool:
        return await self._office.outbox.drop(delivery_id)


@dataclass
class Site:
    """A server with a token, and the house behind it."""

    office: PostOffice
    client: httpx.AsyncClient

    async def feed(self, mailbox: str = "1001") -> str:
        """The path of a new feed."""
        made = await self.client.post(f"/api/v1/mailboxes/{mailbox}/feed", headers=TOKEN)
        assert made.status_code == 200
        return urlsplit(made.json()["address"]).path

    async def items(self, path: str) -> list[ElementTree.Element]:
        """What a feed holds."""
        answer = await self.client.get(path)
        assert answer.status_code == 200
        return ElementTree.fromstring(answer.content).findall("channel/item")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_post_office(tmp_path, mail_config(1), is_running=False) as office:
        feeds = Feeds(lambda: office.config, office.feeds, office.store, Links(office.feeds), office.clock)
        shop = Shop()
        ports = replace(shop.ports(), feeds=feeds, outbox=Outbox(office))
        app = build_app(ports, Metrics(shop.view), Streams(shop.journal), host="127.0.0.1", token="t0ken")
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Site(office, client)


async def test_private_messages_and_notices_are_in_no_feed_and_behind_no_link(site: Site) -> None:
    await site.office.store_message("m1")
    await site.office.store_message("secret", is_private=True)
    notice = sending.notice_of(sending.NoticeKind.HEARD, "m1", "1001", "1002", START)
    await site.office.mailboxes.add_message(notice)
    path = await site.feed()
    assert [item.findtext("guid") for item in await site.items(path)] == ["m1"]
    for name, status in (("m1", 200), ("secret", 404)):
        link = await Links(site.office.feeds).signed("", name, START + 60)
        for address in (path.replace("feed.xml", f"{name}.wav"), link):
            assert (await site.client.get(address)).status_code == status


async def test_a_forwarded_message_is_heard_with_its_introduction_before_it(site: Site) -> None:
    await site.office.store_message("m1", seconds=2.0, introduction="1001/intro")
    write_wav(site.office.store.path("1001/intro"), 3.0)
    path = await site.feed()
    (item,) = await site.items(path)
    enclosure = item.find("enclosure")
    assert enclosure is not None
    link = await Links(site.office.feeds).signed("", "m1", START + 60)
    for address in (path.replace("feed.xml", "m1.wav"), link):
        audio = await site.client.get(address)
        assert enclosure.attrib["length"] == str(len(audio.content))
        with wave.open(io.BytesIO(audio.content)) as sound:
            assert sound.getnframes() == 5 * 8000
    assert item.findtext(f"{ITUNES}duration") == "5"


async def test_a_feed_tells_each_message_as_it_is(site: Site) -> None:
    await site.office.store_message("m1", seconds=2.0, caller_number="2002", caller_name="Zoë <b>&\x00")
    site.office.clock.at += 60
    await site.office.store_message("m2", seconds=61.4, caller_number="2003", is_urgent=True)
    path = await site.feed()
    newest, oldest = await site.items(path)
    assert newest.findtext("title") == "Urgent: 2003"
    assert oldest.findtext("title") == "Zoë <b>&\ufffd"
    assert (newest.findtext(f"{ITUNES}duration"), newest.findtext("guid")) == ("61", "m2")
    assert newest.findtext("pubDate") == "Fri, 15 Jan 2027 08:01:00 GMT"
    for item, name in ((newest, "m2"), (oldest, "m1")):
        enclosure = item.find("enclosure")
        assert enclosure is not None
        audio = await site.client.get(urlsplit(enclosure.attrib["url"]).path)
        assert audio.content == site.office.store.path(f"1001/{name}").read_bytes()
        assert enclosure.attrib["length"] == str(len(audio.content))
        assert enclosure.attrib["type"] == audio.headers["content-type"] == "audio/wav"


async def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    await site.office.store_message("m1")
    path = await site.feed()
    first = await site.client.get(path)
    known = {"if-none-match": f'"x", W/{first.headers["etag"]}'}
    again = await site.client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "private, no-cache"
    await site.office.store_message("m2")
    assert (await site.client.get(path, headers=known)).status_code == 200
    assert (await site.client.head(path)).status_code == 200


async def test_a_part_of_a_recording_can_be_asked_for(site: Site) -> None:
    await site.office.store_message("m1")
    path = (await site.feed()).replace("feed.xml", "m1.wav")
    whole = (await site.client.get(path)).content
    part = await site.client.get(path, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert (await site.client.get(path, headers={"range": f"bytes={len(whole)}-"})).status_code == 416


async def test_an_address_ends_when_it_is_revoked_or_made_anew(site: Site) -> None:
    await site.office.store_message("m1")
    first = await site.feed()
    second = await site.feed()
    for path in (first, first.replace("feed.xml", "m1.wav")):
        assert (await site.client.get(path)).status_code == 404
    assert (await site.client.get("/api/v1/mailboxes/1001/feed", headers=TOKEN)).json() == {"made_at": START}
    assert (await site.client.delete("/api/v1/mailboxes/1001/feed", headers=TOKEN)).status_code == 204
    for path in (second, second.replace("feed.xml", "m1.wav")):
        assert (await site.client.get(path)).status_code == 404
    assert (await site.client.get("/api/v1/mailboxes/1001/feed", headers=TOKEN)).json() == {"made_at": None}


async def test_a_feed_holds_no_other_mailboxs_and_no_deleted_messages(site: Site) -> None:
    await site.office.store_message("other", "1002")
    await site.office.store_message("deleted")
    await site.office.mailboxes.move("1001", ["deleted"], Folder.DELETED)
    await site.office.store_message("lost")
    site.office.store.path("1001/lost").unlink()
    path = await site.feed()
    assert await site.items(path) == []
    for name in ("other", "deleted", "lost", "nothing"):
        assert (await site.client.get(path.replace("feed.xml", f"{name}.wav"))).status_code == 404


@pytest.mark.parametrize("path", ["/feeds//feed.xml", "/feeds/x/feed.xml", "/feeds/../api/v1/outbox", "/feeds/"])
async def test_guessing_finds_nothing(site: Site, path: str) -> None:
    assert (await site.client.get(path)).status_code in (401, 404)


async def test_only_the_hash_of_an_address_is_kept(site: Site, tmp_path: Path) -> None:
    token = (await site.feed()).split("/")[2]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("vmq.db*"))
    assert b"1001" in kept
    assert token.encode() not in kept


async def test_feeds_are_made_with_the_token_and_for_mailboxes_that_are_there(site: Site) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert (await site.client.request(method, "/api/v1/mailboxes/1001/feed")).status_code == 401
    assert (await site.client.post("/api/v1/mailboxes/1999/feed", headers=TOKEN)).status_code == 404
    site.office.config = mail_config(1, mail={"public_url": "https://pbx.example/vmq/"})
    made = await site.client.post("/api/v1/mailboxes/1001/feed", headers=TOKEN)
    assert made.json()["address"].startswith("https://pbx.example/vmq/feeds/")


async def test_a_link_is_good_until_its_time_is_over(site: Site) -> None:
    message = await site.office.store_message("m1")
    await site.office.store_message("m2")
    site.office.config = mail_config(1, mail={"public_url": "http://127.0.0.1", "link_days": 2})
    link = await site.office.house.link(notice_of(message))
    heard = await site.client.get(link)
    assert heard.content == site.office.store.path("1001/m1").read_bytes()
    assert heard.headers["content-disposition"] == 'attachment; filename="message-m1.wav"'
    until = int(START) + 2 * 86400
    forged = (link.replace("/m1?", "/m2?"), link.replace(f"={until}", f"={until + 1}"), link[:-1], f"{link[:-1]}é")
    for other in forged:
        assert (await site.client.get(other)).status_code == 404
    site.office.clock.at = until + 1
    assert (await site.client.get(link)).status_code == 404


async def test_the_outbox_is_listed_in_parts_and_by_state(site: Site) -> None:
    for number in range(5):
        await site.office.store_message(f"m{number}")
    (dead,) = await site.office.outbox.claim(START, START + 60, 1)
    await site.office.outbox.given_up(dead, START, "no such user")
    first = (await site.client.get("/api/v1/outbox?limit=3", headers=TOKEN)).json()
    rest = (await site.client.get(f"/api/v1/outbox?limit=3&after={first['next']}", headers=TOKEN)).json()
    assert [item["message_id"] for item in (*first["items"], *rest["items"])] == [f"m{number}" for number in range(5)]
    assert rest["next"] is None
    (item,) = (await site.client.get("/api/v1/outbox?state=dead", headers=TOKEN)).json()["items"]
    assert (item["recipient"], item["error"], item["attempts"]) == ("ann@pbx.example", "no such user", 1)
    assert (await site.client.get("/api/v1/outbox?state=lost", headers=TOKEN)).status_code == 422
    assert (await site.client.get("/api/v1/outbox")).status_code == 401


async def test_a_dead_delivery_is_retried_or_dropped(site: Site) -> None:
    for name in ("m1", "m2"):
        await site.office.store_message(name)
    for dead in await site.office.outbox.claim(START, START + 60, 2):
        await site.office.outbox.given_up(dead, START, "no such user")
    first, second = await site.office.all()
    assert (await site.client.post(f"/api/v1/outbox/{first.id}/retry", headers=TOKEN)).status_code == 204
    assert (await site.client.delete(f"/api/v1/outbox/{second.id}", headers=TOKEN)).status_code == 204
    assert [each.state for each in await site.office.all()] == [State.PENDING]
    again = await site.client.post(f"/api/v1/outbox/{first.id}/retry", headers=TOKEN)
    assert (again.status_code, again.json()["id"]) == (404, "delivery-unknown")


PSC = "{http://podlove.org/simple-chapters}"


async def test_where_several_speak_there_are_chapters(site: Site) -> None:
    await site.office.store_message("m1", seconds=2.0, introduction="1001/intro", forwarder="1003", caller_name="Ben")
    write_wav(site.office.store.path("1001/intro"), 61.5)
    await site.office.store_message("m2")
    items = {item.findtext("guid"): item for item in await site.items(await site.feed())}
    alone, forwarded = items["m2"], items["m1"]
    assert alone.find(f"{PSC}chapters") is None
    chapters = forwarded.findall(f"{PSC}chapters/{PSC}chapter")
    assert [(each.attrib["start"], each.attrib["title"]) for each in chapters] == [
        ("0:00:00.000", "1003"), ("0:01:01.500", "Ben"),
    ]  # fmt: skip


async def list_site(site: Site, **marks: object) -> str:
    """The path of the feed of list 700, to which something was sent that went to two mailboxes."""
    office = site.office
    office.config = office.config.model_copy(update={"list": (ListConfig(number="700", name="Everybody"),)})
    await office.mailboxes.ensure(Mailbox("1002"), START)
    content = sending.Content("2002", "Ben", sender="2002", **marks)  # type: ignore[arg-type]
    sent = sending.Sending("s1", "1001", START, START, "1001/sent-s1", 2.0, ("700",), ("1001", "1002"), content)
    office.store.path(sent.ref).parent.mkdir(exist_ok=True)
    write_wav(office.store.path(sent.ref), 2.0)
    repository = SendingRepository(office.outbox._database)
    await repository.deliver(sent, {"1001": 9, "1002": 9}, START + 5, tells_sender=False, deliveries={})
    made = await site.client.post("/api/v1/lists/700/feed", headers=TOKEN)
    assert made.status_code == 200, made.text
    return urlsplit(made.json()["address"]).path


async def test_a_list_s_feed_holds_once_what_was_sent_to_it(site: Site) -> None:
    path = await list_site(site)
    (item,) = await site.items(path)
    assert (item.findtext("guid"), item.findtext("title")) == ("s1", "Ben")
    audio = await site.client.get(path.replace("feed.xml", "s1.wav"))
    assert audio.content == site.office.store.path("1001/sent-s1").read_bytes()
    assert b"Messages to Everybody" in (await site.client.get(path)).content
    assert (await site.client.get(path.replace("feed.xml", "s2.wav"))).status_code == 404
    state = await site.client.get("/api/v1/lists/700/feed", headers=TOKEN)
    assert state.json() == {"made_at": START}
    assert (await site.client.delete("/api/v1/lists/700/feed", headers=TOKEN)).status_code == 204
    assert (await site.client.get(path)).status_code == 404


async def test_private_messages_to_a_list_are_not_in_its_feed(site: Site) -> None:
    path = await list_site(site, is_private=True)
    assert await site.items(path) == []
    assert (await site.client.get(path.replace("feed.xml", "s1.wav"))).status_code == 404


async def test_a_list_that_is_not_configured_has_no_feed(site: Site) -> None:
    refused = await site.client.post("/api/v1/lists/701/feed", headers=TOKEN)
    assert (refused.status_code, refused.json()["id"]) == (404, "list-unknown")
    path = await list_site(site)
    site.office.config = site.office.config.model_copy(update={"list": ()})
    assert (await site.client.get(path)).status_code == 404

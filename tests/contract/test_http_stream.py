"""The live stream over a real socket: resumed without a gap, reset when it can't be, ended when the server ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.shop import Shop, serving
from vmq.domain.asked import AgentPaused
from vmq.domain.records import LinkDown, MailboxMade
from vmq.engine.memory import MemoryJournal
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

DEADLINE_S = 10


@dataclass
class Frame:
    """One event of the stream, or a comment."""

    name: str = ""
    id: str = ""
    data: Any = None
    comment: str = ""


class Reader:
    """Reads frames off a response."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._chunks = response.aiter_text()
        self._rest = ""

    async def frame(self) -> Frame | None:
        """The next frame; None at the end of the stream."""
        async with asyncio.timeout(DEADLINE_S):
            while "\n\n" not in self._rest:
                chunk = await anext(self._chunks, None)
                if chunk is None:
                    return None
                self._rest += chunk
        text, _, self._rest = self._rest.partition("\n\n")
        fields = dict(line.partition(": ")[::2] for line in text.split("\n") if not line.startswith(":"))
        comment = next((line for line in text.split("\n") if line.startswith(":")), "")
        return Frame(fields.get("event", ""), fields.get("id", ""), json.loads(fields.get("data", "null")), comment)

    async def event(self) -> Frame:
        """The next event, past comments."""
        while frame := await self.frame():
            if frame.name:
                return frame
        raise AssertionError("the stream ended")

    async def kinds(self, count: int) -> list[str]:
        """The kinds of the next records."""
        return [(await self.event()).data["kind"] for _ in range(count)]


@asynccontextmanager
async def reading(server: HttpServer, path: str = "/api/v1/events", **headers: str) -> AsyncIterator[Reader]:
    """An open stream, from which the server's greeting has been read: the server follows the journal from here on."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=DEADLINE_S) as client,
        client.stream("GET", path, headers=names) as response,
    ):
        response.raise_for_status()
        reader = Reader(response)
        if "last-event-id" not in names:
            await reader.frame()
        yield reader


async def test_what_happens_is_streamed_as_it_happens() -> None:
    shop = Shop()
    async with serving(shop) as server, reading(server) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        shop.post(AgentPaused("ann", "lunch"))
        frame = await stream.event()
        assert frame.name == "record"
        assert frame.data["kind"] == "AgentStatusChanged"
        assert frame.data["record"]["reason"] == "lunch"
        assert frame.id == str(frame.data["id"])


async def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_twice() -> None:
    shop = Shop()
    async with serving(shop) as server:
        async with reading(server) as stream:
            shop.journal.append(MailboxMade("1"), 1.0)
            last_id = (await stream.event()).id
        for number in ("2", "3"):
            shop.journal.append(MailboxMade(number), 1.0)
        async with reading(server, last_event_id=last_id) as stream:
            shop.journal.append(MailboxMade("4"), 1.0)
            seen = [(await stream.event()).data["record"]["mailbox"] for _ in range(3)]
    assert seen == ["2", "3", "4"]


async def test_after_zero_is_the_journals_beginning_and_the_header_wins() -> None:
    shop = Shop(is_linked=False)
    shop.journal.append(MailboxMade("1"), 1.0)
    shop.journal.append(LinkDown(), 1.0)
    async with serving(shop) as server:
        async with reading(server, "/api/v1/events?after=0") as stream:
            assert await stream.kinds(2) == ["MailboxMade", "LinkDown"]
        async with reading(server, "/api/v1/events?after=0", last_event_id="1") as stream:
            assert await stream.kinds(1) == ["LinkDown"]


@pytest.mark.parametrize("last_id", ["3", "4711", "nonsense", "-1", "9" * 30, ""])
async def test_where_the_journal_does_not_reach_back_the_client_is_told(last_id: str) -> None:
    shop = Shop(journal=MemoryJournal(max_entries=5))
    for number in range(20):
        shop.journal.append(MailboxMade(str(number)), 1.0)
    async with serving(shop) as server, reading(server, last_event_id=last_id) as stream:
        assert (await stream.event()).name == "reset"
        shop.journal.append(LinkDown(), 1.0)
        assert await stream.kinds(1) == ["LinkDown"]


async def test_a_quiet_stream_shows_that_it_lives() -> None:
    shop = Shop()
    async with serving(shop, heartbeat_s=0.05) as server, reading(server) as stream:
        for _ in range(2):
            frame = await stream.frame()
            assert frame is not None
            assert frame.comment == ": still here"
        shop.journal.append(LinkDown(), 1.0)
        assert await stream.kinds(1) == ["LinkDown"]


async def test_the_server_ends_all_streams_when_it_stops() -> None:
    shop = Shop()
    async with serving(shop) as server, reading(server) as one, reading(server) as other:
        server.stop()
        assert await one.frame() is None
        assert await other.frame() is None


async def test_a_client_that_goes_is_forgotten() -> None:
    shop = Shop()
    async with serving(shop) as server:
        async with reading(server):
            assert len(shop.journal._followers) == 1
        async with asyncio.timeout(DEADLINE_S):
            while shop.journal._followers:
                await asyncio.sleep(0.01)


async def test_a_client_that_goes_before_its_stream_begins_leaves_nothing() -> None:
    journal = MemoryJournal()
    streams = Streams(journal)
    unread = await streams.begin("0")
    await asyncio.sleep(0)
    await unread.aclose()
    assert not journal._followers
    assert not streams._fanout._outboxes


async def test_a_client_that_falls_behind_is_ended_and_can_come_back() -> None:
    journal = MemoryJournal(max_behind=10)
    chunks = await Streams(journal).begin(None)
    assert await anext(chunks)
    first = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    for number in range(50):
        journal.append(MailboxMade(str(number)), 1.0)
    taken = [await first] + [chunk async for chunk in chunks]
    assert len(taken) <= 12
    chunks = await Streams(journal).begin(str(len(taken)))
    await anext(chunks)
    assert f'"mailbox":"{len(taken)}"' in await anext(chunks)
    await chunks.aclose()


async def test_a_stream_that_takes_nothing_is_ended_and_keeps_no_other_from_going_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vmq.http.fanout.MAX_BEHIND", 5)
    journal = MemoryJournal()
    streams = Streams(journal)
    idle, lively = await streams.begin(None), await streams.begin(None)
    assert await anext(idle)
    assert await anext(lively)
    for number in range(10):
        journal.append(MailboxMade(str(number)), 1.0)
        assert f'"mailbox":"{number}"' in await anext(lively)
    assert [chunk async for chunk in idle] == []
    assert streams.open == 1
    await lively.aclose()


async def test_entries_that_come_while_a_stream_is_caught_up_are_sent_once() -> None:
    journal = MemoryJournal()
    streams = Streams(journal)
    for number in range(3):
        journal.append(MailboxMade(str(number)), 1.0)
    chunks = await streams.begin("1")
    journal.append(MailboxMade("3"), 1.0)
    assert await anext(chunks)
    text = "".join([await anext(chunks) for _ in range(3)])
    assert [f'"mailbox":"{number}"' in text for number in range(4)] == [False, True, True, True]
    assert text.count("event: record") == 3
    await chunks.aclose()


async def test_streams_are_bounded_in_number() -> None:
    shop = Shop()
    async with serving(shop) as server:
        server._streams._max_streams = 1
        async with reading(server), httpx.AsyncClient(base_url=server.url) as client:
            answer = await client.get("/api/v1/events")
            assert (answer.status_code, answer.json()["id"]) == (503, "too-many-streams")


async def test_a_stream_needs_the_token_too() -> None:
    shop = Shop()
    async with serving(shop, token="secret") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            assert (await client.get("/api/v1/events")).status_code == 401
        async with reading(server, authorization="Bearer secret") as stream:
            shop.journal.append(LinkDown(), 1.0)
            assert await stream.kinds(1) == ["LinkDown"]

"""A running vmq as its HTTP API shows it: floor, mailboxes' counts, agents' commands, and the journal as it grows.

In: the address of a vmq, embedded or a process of its own. Out: records, kept from the moment of `open()` and to be
waited for with a deadline; the journal is followed on where it was left when vmq comes back.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

DEADLINE_S = 30.0
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal: its id, when it was written (epoch seconds), the record's class name and its fields."""

    id: int
    at: float
    kind: str
    fields: Fields

    def is_like(self, kind: str, fields: Fields) -> bool:
        """True for a record of this kind that has these fields."""
        return self.kind == kind and fields.items() <= self.fields.items()


class VmqClient:
    """`open()` begins to follow the journal; `entries` holds all that came since. `close()` ends it."""

    def __init__(self, url: str = "") -> None:
        self.url = url
        self.entries: list[Entry] = []
        self._last_id: int | None = None
        self._news = asyncio.Condition()
        self._opened = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._http: httpx.AsyncClient | None = None

    async def open(self, after: int | None = None) -> None:
        """Follow the journal from entry `after` on (None = where it was left, at first from now). Back when it does."""
        self._http = httpx.AsyncClient(base_url=self.url, timeout=DEADLINE_S)
        self._last_id = self._last_id if after is None else after
        self._opened.clear()
        self._following = asyncio.create_task(self._follow(self._http), name="test follows the journal")
        opened = asyncio.create_task(self._opened.wait())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await asyncio.wait((opened, self._following), return_when=asyncio.FIRST_COMPLETED)
        finally:
            opened.cancel()
        if not self._opened.is_set():
            await self._following

    async def close(self) -> None:
        """Follow no longer."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await self._following
            self._following = None
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def floor(self) -> Fields:
        """Queues, callers and agents as they are now."""
        return await self._get("/api/v1/floor")

    async def mailbox(self, number: str) -> Fields:
        """The counts of a mailbox."""
        return await self._get(f"/api/v1/mailboxes/{number}")

    async def newest_message(self, number: str) -> Fields:
        """The newest message of a mailbox that isn't deleted."""
        (newest,) = (await self._get(f"/api/v1/mailboxes/{number}/messages?limit=1"))["items"]
        return dict(newest)

    async def put_greeting(self, number: str, kind: str, wav: bytes) -> None:
        """Make a WAV file a mailbox's greeting."""
        address, headers = f"/api/v1/mailboxes/{number}/greetings/{kind}", {"Content-Type": "audio/wav"}
        (await self._client.put(address, content=wav, headers=headers)).raise_for_status()

    async def change_greeting(self, number: str, kind: str, change: Fields) -> None:
        """Switch it, let it end or block."""
        (await self._client.patch(f"/api/v1/mailboxes/{number}/greetings/{kind}", json=change)).raise_for_status()

    async def readiness(self) -> Fields:
        """What /readyz says, ready or not."""
        answer: Fields = (await self._client.get("/readyz")).json()
        return answer

    async def agent(self, name: str, command: str, **body: str) -> None:
        """An agent's command: login, logout, pause (with a reason), unpause, wrap-up-end."""
        reply = await self._client.post(f"/api/v1/agents/{name}/{command}", json=body or None)
        reply.raise_for_status()

    async def call(self, call_id: str, command: str, **body: str) -> None:
        """A command for a call. Raises when it is not taken."""
        reply = await self._client.post(f"/api/v1/calls/{call_id}/{command}", json=body or None)
        reply.raise_for_status()

    async def flushed(self) -> None:
        """Back when all that was seen so far is on vmq's disk: to resume a stream it looks there."""
        resume = {"Last-Event-ID": str(self._last_id)}
        async with self._client.stream("GET", "/api/v1/events", headers=resume) as stream:
            stream.raise_for_status()

    async def follow(self, start: int = 0) -> AsyncIterator[Entry]:
        """The entries from the `start`th that was seen on, as they come. Ends when vmq's stream does."""
        for at in itertools.count(start):
            async with self._news:
                while at >= len(self.entries) and self._is_following:
                    await self._news.wait()
            if at >= len(self.entries):
                return
            yield self.entries[at]

    async def wait_record(self, kind: str, start: int = 0, deadline_s: float = DEADLINE_S, **fields: Any) -> Entry:
        """The first record of a kind with these fields, from the `start`th entry on. TimeoutError says what came."""
        return await self.wait_entry(lambda e: e.is_like(kind, fields), f"record {kind} {fields}", start, deadline_s)

    async def wait_entry(
        self, matches: Callable[[Entry], bool], what: str, start: int = 0, deadline_s: float = DEADLINE_S
    ) -> Entry:
        """The first entry that matches, from the `start`th on. TimeoutError says what came instead of `what`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                async for entry in self.follow(start):
                    if matches(entry):
                        return entry
        came = "\n".join(f"  {entry.kind} {entry.fields}" for entry in self.entries[start:][-40:]) or "  nothing"
        raise TimeoutError(f"no {what} in {deadline_s} s; the journal got:\n{came}")

    @property
    def _is_following(self) -> bool:
        return self._following is not None and not self._following.done()

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            raise RuntimeError("open() first")
        return self._http

    async def _get(self, path: str) -> Fields:
        reply = await self._client.get(path)
        reply.raise_for_status()
        answer: Fields = reply.json()
        return answer

    async def _follow(self, http: httpx.AsyncClient) -> None:
        """Take the stream in until it ends; that vmq is gone is no error here."""
        # From the beginning, whatever was seen: what was seen last may be lost when vmq was killed.
        headers = {} if self._last_id is None else {"Last-Event-ID": "0"}
        try:
            async with http.stream("GET", "/api/v1/events", headers=headers, timeout=None) as stream:
                stream.raise_for_status()
                async for line in stream.aiter_lines():
                    await self._take_line(line)
        except httpx.TransportError:
            if not self._opened.is_set():
                raise
        finally:
            async with self._news:
                self._news.notify_all()

    async def _take_line(self, line: str) -> None:
        """A line of text/event-stream. The first id is where the stream begins."""
        name, _, value = line.partition(": ")
        if name == "id":
            self._last_id = int(value) if self._last_id is None else self._last_id
            self._opened.set()
        elif name == "data":
            data = json.loads(value)
            if data.get("id", 0) > (self._last_id or 0):
                async with self._news:
                    self._last_id = data["id"]
                    self.entries.append(Entry(data["id"], data["at"], data["kind"], data["record"]))
                    self._news.notify_all()

"""The figures of a running vmq, by its HTTP API: asked for once, then followed by the live stream. Nothing polls.

A record that tells of a queue has the floor asked for again, at most once a second however many come.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from vmq.errors import VmqError
from vmq.lcd.figures import Figures, changes_floor, queues_of

FLOOR_EVERY_S = 1.0
SILENCE_S = 40.0  # the stream says something every 15 s
MAX_EVENT = 1_000_000


class SourceError(VmqError):
    """No vmq answers, or it refuses."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a vmq is, and what of it is wanted. `base` is its address: http://127.0.0.1:8080; `trust` is whose
    certificate is taken, None = those that this machine takes anyway."""

    base: str
    token: str = field(repr=False)
    queues: tuple[str, ...]
    mailboxes: tuple[str, ...]
    trust: ssl.SSLContext | None = None

    async def follow(self) -> AsyncGenerator[Figures, None]:
        """The figures now, and anew whenever they change. Raises SourceError when the vmq is gone."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        limits = httpx.Timeout(10.0, read=SILENCE_S)
        # A proxy of the environment has nothing to do with a house's own vmq.
        async with httpx.AsyncClient(
            base_url=self.base, headers=headers, timeout=limits, trust_env=False, verify=self.trust or True
        ) as client:
            try:
                async with (
                    client.stream("GET", "/api/v1/events") as stream,
                    aclosing(self._changes(client, _records(await _good(stream)))) as changes,
                ):
                    async for figures in changes:
                        yield figures
            except httpx.InvalidURL as error:
                raise SourceError(f"--url: {self.base!r} is no address: {error}") from None
            except httpx.HTTPError as error:
                raise SourceError(f"{self.base}: {error or type(error).__name__}; is `vmq run` running?") from None

    async def _changes(self, client: httpx.AsyncClient, records: AsyncIterator[Any]) -> AsyncGenerator[Figures, None]:
        """The stream is open before the first look, so that nothing falls between."""
        figures = Figures(await self._floor(client), await self._lamps(client), is_known=True)
        yield figures
        looked_at, upcoming = time.monotonic(), asyncio.ensure_future(anext(records, None))
        is_due = False
        try:
            while True:
                wait_s = max(0.0, looked_at + FLOOR_EVERY_S - time.monotonic()) if is_due else None
                await asyncio.wait((upcoming,), timeout=wait_s)
                before = figures
                if upcoming.done():
                    if (told := upcoming.result()) is None:
                        raise SourceError(f"{self.base}: the stream has ended")
                    upcoming = asyncio.ensure_future(anext(records, None))
                    kind, record = told["kind"], told["record"]
                    is_due = is_due or changes_floor(record)
                    if kind == "LampSet" and (number := record["mailbox"]) in figures.mailboxes:
                        figures = figures.with_lamp(number, await self._unheard(client, number))
                if is_due and time.monotonic() >= looked_at + FLOOR_EVERY_S:
                    figures = replace(figures, queues=await self._floor(client))
                    looked_at, is_due = time.monotonic(), False
                if figures != before:
                    yield figures
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)

    async def _floor(self, client: httpx.AsyncClient) -> tuple[Any, ...]:
        return queues_of(await _json(client, "/api/v1/floor"), self.queues, time.time())

    async def _lamps(self, client: httpx.AsyncClient) -> dict[str, int]:
        return {number: await self._unheard(client, number) for number in self.mailboxes}

    async def _unheard(self, client: httpx.AsyncClient, number: str) -> int:
        """A mailbox's own messages: its lamp may show another's too."""
        counts = await _json(client, f"/api/v1/mailboxes/{number}", may_be_missing=True)
        return int(counts["new"] + counts["urgent"]) if counts else 0


async def _json(client: httpx.AsyncClient, address: str, *, may_be_missing: bool = False) -> Any:
    response = await client.get(address)
    if may_be_missing and response.status_code == httpx.codes.NOT_FOUND:
        return None
    try:
        return (await _good(response)).json()
    except ValueError:
        raise SourceError(f"{response.url}: the answer is no JSON; is this a vmq?") from None


async def _good(response: httpx.Response) -> httpx.Response:
    """The response, unless the vmq refused. Raises SourceError with its words."""
    if response.is_success:
        return response
    await response.aread()
    try:
        title = response.json()["title"]
    except (ValueError, KeyError, TypeError):
        title = response.reason_phrase
    raise SourceError(f"{response.url}: {response.status_code} {title}")


async def _records(response: httpx.Response) -> AsyncIterator[Any]:
    """The journal entries of a stream of server-sent events. One that begins anew (`reset`) ends it."""
    name = ""
    async for line in response.aiter_lines():
        if len(line) > MAX_EVENT:
            raise SourceError(f"{response.url}: an event of {len(line)} bytes; is this a vmq?")
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        elif key == "data" and name == "record":
            try:
                yield json.loads(value)
            except ValueError:
                raise SourceError(f"{response.url}: an event is no JSON; is this a vmq?") from None
        elif key == "data" and name == "reset":
            return

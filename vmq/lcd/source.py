"""The figures of a running vmq, by its HTTP API: asked for once, then followed by the live stream. Nothing polls.

A record that tells of a queue has the floor asked for again, at most once a second however many come.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from vmq.client import Client, ClientError, Entry, Gap, Refused
from vmq.lcd.figures import Figures, changes_floor, queues_of

FLOOR_EVERY_S = 1.0


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
        """The figures now, and anew whenever they change. Raises ClientError when the vmq is gone."""
        async with (
            Client(self.base, self.token, trust=self.trust) as client,
            client.events() as entries,
            aclosing(self._changes(client, aiter(entries))) as changes,
        ):
            async for figures in changes:
                yield figures

    async def _changes(self, client: Client, entries: AsyncIterator[Entry | Gap]) -> AsyncGenerator[Figures, None]:
        """The stream is open before the first look, so that nothing falls between."""
        figures = Figures(await self._floor(client), await self._lamps(client), is_known=True)
        yield figures
        looked_at, upcoming = time.monotonic(), asyncio.ensure_future(anext(entries, None))
        is_due = False
        try:
            while True:
                wait_s = max(0.0, looked_at + FLOOR_EVERY_S - time.monotonic()) if is_due else None
                await asyncio.wait((upcoming,), timeout=wait_s)
                before = figures
                if upcoming.done():
                    told = upcoming.result()
                    if not isinstance(told, Entry):
                        raise ClientError(f"{self.base}: the stream has ended")
                    upcoming = asyncio.ensure_future(anext(entries, None))
                    is_due = is_due or changes_floor(told.data)
                    if told.kind == "LampSet" and (number := told.data["mailbox"]) in figures.mailboxes:
                        figures = figures.with_lamp(number, await self._unheard(client, number))
                if is_due and time.monotonic() >= looked_at + FLOOR_EVERY_S:
                    figures = replace(figures, queues=await self._floor(client))
                    looked_at, is_due = time.monotonic(), False
                if figures != before:
                    yield figures
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)

    async def _floor(self, client: Client) -> tuple[Any, ...]:
        return queues_of(await client.ask("GET", "/floor"), self.queues, time.time())

    async def _lamps(self, client: Client) -> dict[str, int]:
        return {number: await self._unheard(client, number) for number in self.mailboxes}

    async def _unheard(self, client: Client, number: str) -> int:
        """A mailbox's own messages: its lamp may show another's too."""
        try:
            counts = await client.ask("GET", f"/mailboxes/{number}")
        except Refused as refused:
            if refused.id != "mailbox-unknown":
                raise
            return 0
        return int(counts["new"] + counts["urgent"])

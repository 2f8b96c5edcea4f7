"""Publishes to a broker for as long as the program runs: reconnects with growing waits, and holds nothing up.

In: the journal, and the counts of all mailboxes after each connect. Out: publications with quality 1 (at least once).
What could not go out waits in a bounded queue; when that is full the oldest goes, and lamps are right again after the
next connect in any case.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import aiomqtt
import structlog

from vmq.domain.mailbox import Counts
from vmq.engine.ports import Journal
from vmq.errors import StorageError
from vmq.mqtt.topics import OFFLINE, ONLINE, STATUS, Publication, lamp, publication

MAX_WAITING = 2000
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
GOODBYE_S = 1.0
_AT_LEAST_ONCE = 1

log = structlog.get_logger(__name__)

AllCounts = Callable[[], Awaitable[Mapping[str, Counts]]]


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and how to get in. `topic` comes before every topic; `tls` None = in the clear."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    topic: str = "vmq"
    tls: ssl.SSLContext | None = None


class Publisher:
    """One for the program. `counts` gives those of all mailboxes."""

    def __init__(self, broker: Broker, journal: Journal, counts: AllCounts) -> None:
        self._broker = broker
        self._journal = journal
        self._counts = counts
        self._waiting: deque[Publication] = deque()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Publish until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._stay_connected())

    async def _follow(self) -> None:
        """Take in the journal's records as they come; a follower that lags takes up where it was."""
        last_id: int | None = None
        is_going = True
        while is_going:
            is_going = False
            try:
                async for entry in self._journal.follow(last_id):
                    is_going, last_id = True, entry.id
                    if (found := publication(entry)) is not None:
                        self._put(found)
            except StorageError as error:
                log.warning("mqtt_gap", error=str(error), after=last_id)
                is_going, last_id = True, None

    def _put(self, found: Publication) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.popleft()
        self._waiting.append(found)
        self._news.set()

    async def _stay_connected(self) -> None:
        wait_s, broker = FIRST_WAIT_S, self._broker
        while True:
            will = aiomqtt.Will(f"{broker.topic}/{STATUS}", OFFLINE, _AT_LEAST_ONCE, retain=True)
            try:
                async with aiomqtt.Client(
                    broker.host,
                    broker.port,
                    username=broker.user or None,
                    password=broker.password or None,
                    will=will,
                    tls_context=broker.tls,
                ) as client:
                    log.info("mqtt_connected", host=broker.host)
                    wait_s = FIRST_WAIT_S
                    await self._publish_on(client)
            except* (aiomqtt.MqttError, StorageError, OSError, ValueError) as errors:  # ValueError: no name of a host
                error = errors.exceptions[0]
                log.warning("mqtt_not_connected", host=broker.host, error=str(error), again_in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _publish_on(self, client: aiomqtt.Client) -> None:
        """Until the connection breaks, which raises MqttError (in a group)."""
        try:
            await self._send(client, Publication(STATUS, ONLINE, is_retained=True))
            for mailbox, counts in (await self._counts()).items():
                await self._send(client, lamp(mailbox, counts))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_listen(client))
                tasks.create_task(self._empty(client))
        except asyncio.CancelledError:
            with suppress(aiomqtt.MqttError, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._send(client, Publication(STATUS, OFFLINE, is_retained=True))
            raise

    async def _empty(self, client: aiomqtt.Client) -> None:
        while True:
            self._news.clear()
            while self._waiting:
                first = self._waiting[0]
                await self._send(client, first)
                if self._waiting and self._waiting[0] is first:
                    self._waiting.popleft()
            await self._news.wait()

    async def _send(self, client: aiomqtt.Client, wanted: Publication) -> None:
        topic = f"{self._broker.topic}/{wanted.topic}"
        await client.publish(topic, wanted.payload, _AT_LEAST_ONCE, wanted.is_retained)


async def _listen(client: aiomqtt.Client) -> None:
    """Nothing comes; but a connection that breaks is seen here at once."""
    async for _ in client.messages:
        pass

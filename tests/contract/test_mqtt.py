"""Publishing to a real MQTT broker: lamps are retained and right after every reconnect, events come once in order."""

from __future__ import annotations

import asyncio
import gc
import json
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import structlog
from amqtt.broker import Broker as RealBroker

from tests.live.server import free_port
from tests.support.certificates import signed
from tests.support.vmq_command import ROOT
from vmq.app.mqtt import open_mqtt
from vmq.config.model import Config
from vmq.db.engine import Database, sqlite_url
from vmq.db.journal import DatabaseJournal
from vmq.db.migrate import upgrade
from vmq.domain.mailbox import Counts
from vmq.domain.records import CallerEntered, LampSet, LinkDown, MessageStored
from vmq.http.server import Tls
from vmq.mqtt import publisher
from vmq.mqtt.publisher import Broker, Publisher

DEADLINE_S = 20.0


@asynccontextmanager
async def broker(port: int, tls: Tls | None = None) -> AsyncIterator[None]:
    """A broker that knows nothing when it begins."""
    listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    if tls is not None:
        listener |= {"ssl": True, "certfile": str(tls.certificate), "keyfile": str(tls.key)}
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    real = RealBroker({"listeners": {"default": listener}, "plugins": plugins})
    await real.start()
    try:
        yield
    finally:
        await real.shutdown()


class Subscriber:
    """Somebody who reads everything below vmq/."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client

    async def until(self, topic: str, payload: object) -> list[str]:
        """Read on until this comes; the topics that came on the way, with it."""
        seen = []
        async with asyncio.timeout(DEADLINE_S):
            async for message in self._client.messages:
                seen.append(str(message.topic))
                text = bytes(message.payload).decode()  # type: ignore[arg-type]
                if seen[-1] == topic and (text == payload or _is_like(text, payload)):
                    return seen
        raise AssertionError(f"no {topic} {payload}; came {seen}")


def _is_like(text: str, payload: object) -> bool:
    if not isinstance(payload, Mapping) or not text.startswith("{"):
        return False
    told = json.loads(text)
    return all(told.get(key) == value for key, value in payload.items())


@asynccontextmanager
async def subscriber(port: int) -> AsyncIterator[Subscriber]:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("vmq/#", qos=1)
        yield Subscriber(client)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[DatabaseJournal]:
    database = Database(sqlite_url(tmp_path / "vmq.db"))
    await upgrade(database)
    journal = DatabaseJournal(database)
    await journal.start()
    yield journal
    await journal.close()
    await database.close()


@asynccontextmanager
async def published(port: int, journal: DatabaseJournal, counts: dict[str, Counts]) -> AsyncIterator[None]:
    async def all_counts() -> dict[str, Counts]:
        return counts

    running = asyncio.create_task(Publisher(Broker("127.0.0.1", port), journal, all_counts).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(publisher, "LONGEST_WAIT_S", 0.2)


def told(kind: str) -> dict[str, Any]:
    return {"kind": kind}


async def test_lamps_messages_and_queues_are_published(journal: DatabaseJournal) -> None:
    port = free_port()
    async with broker(port), subscriber(port) as reader, published(port, journal, {"1001": Counts(new=2, old=1)}):
        await reader.until("vmq/mailboxes/1001/lamp", {"new": 2, "old": 1, "urgent": 0})
        journal.append(LinkDown(), 1.0)
        journal.append(MessageStored("m1", "1001", "2002", 3.0, False), 2.0)
        journal.append(LampSet("1001", 3, 1), 3.0)
        journal.append(LampSet("#1/+", 1, 0), 4.0)
        journal.append(CallerEntered("c1", "sales", "2002", "Carla", 0, 1, 5.0), 5.0)
        seen = await reader.until("vmq/queues/sales/events", told("CallerEntered"))
        assert seen == [
            "vmq/mailboxes/1001/events",
            "vmq/mailboxes/1001/lamp",
            "vmq/mailboxes/%231%2F%2B/lamp",
            "vmq/queues/sales/events",
        ]
    async with broker(port), published(port, journal, {"1001": Counts(new=3)}), subscriber(port) as first:
        await first.until("vmq/mailboxes/1001/lamp", {"new": 3})
        async with subscriber(port) as later:
            await later.until("vmq/mailboxes/1001/lamp", {"new": 3, "old": 0, "urgent": 0})


async def test_a_broker_that_goes_and_comes_back_gets_all_lamps_and_what_waited(journal: DatabaseJournal) -> None:
    port, counts = free_port(), {"1001": Counts(new=1)}
    async with published(port, journal, counts):
        async with broker(port), subscriber(port) as reader:
            await reader.until("vmq/mailboxes/1001/lamp", {"new": 1})
        counts["1001"] = Counts(new=5)
        for number in range(publisher.MAX_WAITING + 10):
            journal.append(MessageStored(f"m{number}", "1002", "2002", 3.0, False), 2.0)
        await journal.flush()
        async with broker(port), subscriber(port) as reader:
            await reader.until("vmq/mailboxes/1001/lamp", {"new": 5})
            journal.append(MessageStored("last", "1003", "2002", 3.0, False), 3.0)
            await reader.until("vmq/mailboxes/1003/events", told("MessageStored"))


async def test_who_leaves_in_good_order_is_offline(journal: DatabaseJournal) -> None:
    port = free_port()
    async with broker(port), subscriber(port) as reader:
        async with published(port, journal, {}):
            await reader.until("vmq/status", "online")
        await reader.until("vmq/status", "offline")


KILLED = """
import asyncio, sys
from vmq.mqtt.publisher import Broker, Publisher

class Silent:
    async def follow(self, after=None):
        await asyncio.Event().wait()
        yield

async def nobody():
    return {}

asyncio.run(Publisher(Broker("127.0.0.1", int(sys.argv[1])), Silent(), nobody).run())
"""


async def test_who_breaks_off_is_offline_too() -> None:
    port = free_port()
    async with broker(port), subscriber(port) as reader:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(port), cwd=ROOT)
        try:
            await reader.until("vmq/status", "online")
        finally:
            child.kill()
            await child.wait()
        await reader.until("vmq/status", "offline")


# The library leaves a socket whose other side it doesn't trust to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
async def test_over_tls_to_a_broker_that_is_trusted_and_to_no_other(journal: DatabaseJournal, tmp_path: Path) -> None:
    port = free_port()
    tls = signed("localhost").write(tmp_path)
    for trusted, comes in ((tls.certificate, True), (None, False)):
        config = {"host": "localhost", "port": port, "tls": True, "tls_ca": trusted}
        mailboxes: Any = NoMailboxes()
        made = open_mqtt(Config.model_validate({"mqtt": config}), journal, mailboxes)
        assert made is not None
        async with broker(port, tls):
            running = asyncio.create_task(made.run())
            try:
                context = ssl.create_default_context(cafile=tls.certificate)
                async with aiomqtt.Client("localhost", port, tls_context=context) as client:
                    await client.subscribe("vmq/#", qos=1)
                    reader = Subscriber(client)
                    if comes:
                        await reader.until("vmq/status", "online")
                    else:
                        await client.publish("vmq/end", "end", qos=1)
                        assert await reader.until("vmq/end", "end") == ["vmq/end"]
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    gc.collect()


async def test_a_host_that_can_be_no_name_is_told_and_ends_nothing(
    journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "FIRST_WAIT_S", 0.001)
    running = asyncio.create_task(Publisher(Broker("mqtt..example.org", 1883), journal, NoMailboxes().all_counts).run())
    with structlog.testing.capture_logs() as logs:
        async with asyncio.timeout(DEADLINE_S):
            while [entry["event"] for entry in logs].count("mqtt_not_connected") < 2 and not running.done():
                await asyncio.sleep(0.001)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class NoMailboxes:
    """A repository in which there are none."""

    async def all_counts(self) -> dict[str, Counts]:
        return {}


def test_without_a_host_there_is_no_broker(journal: DatabaseJournal) -> None:
    nowhere: Any = None
    assert open_mqtt(Config(), journal, nowhere) is None

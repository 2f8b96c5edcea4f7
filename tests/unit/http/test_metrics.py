"""The numbers for Prometheus say what the journal, the counters and the floor say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from prometheus_client.parser import text_string_to_metric_families

from tests.support.shop import Shop
from vmq.domain import records
from vmq.engine.memory import MemoryJournal
from vmq.engine.ports import JournalEntry
from vmq.errors import StorageError
from vmq.http.metrics import Metrics


def numbers(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def number(metrics: Metrics, name: str, **labels: str) -> float:
    return numbers(metrics)[name, frozenset(labels.items())]


def test_the_floor_is_read_when_it_is_asked_for() -> None:
    shop = Shop()
    metrics = Metrics(shop.view)
    assert number(metrics, "vmq_queue_callers", queue="sales", state="waiting") == 0
    assert number(metrics, "vmq_queue_agents_free", queue="sales") == 2
    for caller in ("c1", "c2", "c3"):
        shop.call(caller, "sales")
    assert number(metrics, "vmq_queue_callers", queue="sales", state="waiting") == 1
    assert number(metrics, "vmq_queue_callers", queue="sales", state="ringing") == 2
    assert number(metrics, "vmq_queue_agents_free", queue="sales") == 0
    assert number(metrics, "vmq_agents", status="available") == 2
    assert number(metrics, "vmq_link_up") == 1


def test_events_and_decisions_are_counted() -> None:
    metrics = Metrics(Shop().view)
    metrics.decided("CallerJoined", 0.00003)
    metrics.decided("CallerJoined", 0.2)
    assert number(metrics, "vmq_events_total", event="CallerJoined") == 2
    assert number(metrics, "vmq_decision_seconds_bucket", le="5e-05") == 1
    assert number(metrics, "vmq_decision_seconds_count") == 2


def test_agi_sessions_are_counted_by_outcome() -> None:
    metrics = Metrics(Shop().view, lambda: {"accepted": 2, "refused": 1, "active": 1})
    assert number(metrics, "vmq_agi_sessions_active") == 1
    assert number(metrics, "vmq_agi_sessions_total", outcome="accepted") == 2
    assert number(metrics, "vmq_agi_sessions_total", outcome="refused") == 1


def test_records_are_counted_by_outcome() -> None:
    metrics = Metrics(Shop().view)
    metrics.count(records.OfferFailed("o1", "c1", "sales", "ann", "busy", 1.0))
    metrics.count(records.CallConnected("o2", "c1", "sales", "bob", wait_s=12.0, ring_s=3.0))
    metrics.count(records.CallerAbandoned("c2", "sales", 1, 9.0))
    metrics.count(records.CallerLeft("c3", "sales", "TIMEOUT", 1, 60.0))
    metrics.count(records.MessageStored("m1", "1001", "030", 4.0))
    assert number(metrics, "vmq_offers_total", queue="sales", outcome="busy") == 1
    assert number(metrics, "vmq_offers_total", queue="sales", outcome="connected") == 1
    assert number(metrics, "vmq_callers_total", queue="sales", outcome="abandoned") == 1
    assert number(metrics, "vmq_callers_total", queue="sales", outcome="timeout") == 1
    assert number(metrics, "vmq_wait_seconds_sum", queue="sales") == 12
    assert number(metrics, "vmq_messages_stored_total") == 1
    assert number(metrics, "vmq_records_total", record="MessageStored") == 1


async def test_following_takes_up_where_it_was_when_it_lagged() -> None:
    journal = MemoryJournal(max_behind=2)
    metrics = Metrics(Shop().view)
    following = asyncio.create_task(metrics.follow(journal))
    await asyncio.sleep(0)  # it follows from here on
    for _ in range(5):
        journal.append(records.LinkDown(), 1.0)
    key = ("vmq_records_total", frozenset({("record", "LinkDown")}))
    async with asyncio.timeout(5):
        while numbers(metrics).get(key, 0) < 5:
            await asyncio.sleep(0)
    following.cancel()


def test_no_number_carries_a_call_a_person_or_a_telephone_number() -> None:
    shop = Shop()
    metrics = Metrics(shop.view)
    shop.call("c1", "sales", number="0301234567", name="Carla")
    for entry in shop.journal._entries:
        metrics.count(entry.record)
    text = metrics.text().decode()
    assert not [word for word in ("0301234567", "Carla", "c1", "PJSIP") if word in text]


class UnreadableJournal(MemoryJournal):
    """Gives new entries, but can't read back the old ones."""

    def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        return super().follow() if after is None else self._fail()

    async def _fail(self) -> AsyncIterator[JournalEntry]:
        raise StorageError("the disk is gone")
        yield


async def test_following_goes_on_from_now_when_the_past_cannot_be_read() -> None:
    journal = UnreadableJournal(max_behind=1)
    metrics = Metrics(Shop().view)
    following = asyncio.create_task(metrics.follow(journal))
    await asyncio.sleep(0)  # it follows from here on
    for _ in range(3):  # one more than it may lag: the journal ends it
        journal.append(records.LinkDown(), 1.0)
    key = ("vmq_records_total", frozenset({("record", "WorldRebuilt")}))
    async with asyncio.timeout(5):
        while not numbers(metrics).get(key):
            journal.append(records.WorldRebuilt(0, 0), 2.0)
            await asyncio.sleep(0)
    following.cancel()

"""The journal in memory: what only it promises (the contract suite says what all journals do)."""

from __future__ import annotations

import asyncio

from vmq.domain.records import LampSet, LinkDown
from vmq.engine.memory import MemoryJournal


async def test_reads_pages_in_order() -> None:
    journal = MemoryJournal()
    for number in range(5):
        journal.append(LampSet(str(number), 0, 0), at=float(number))
    assert [entry.id for entry in await journal.read(limit=2)] == [1, 2]
    assert [entry.id for entry in await journal.read(after=2, limit=2)] == [3, 4]
    assert await journal.read(after=5) == []


async def test_keeps_the_newest_only() -> None:
    journal = MemoryJournal(max_entries=3)
    for _ in range(5):
        journal.append(LinkDown(), at=0.0)
    assert [entry.id for entry in await journal.read()] == [3, 4, 5]
    assert [entry.id for entry in await journal.read(after=4)] == [5]


async def test_a_follower_gets_what_was_and_what_comes_until_it_is_closed() -> None:
    journal = MemoryJournal()
    journal.append(LinkDown(), at=0.0)
    journal.append(LinkDown(), at=1.0)
    old, new = journal.follow(after=1), journal.follow()
    journal.append(LinkDown(), at=2.0)
    journal.close()
    async with asyncio.timeout(5):
        assert [entry.id async for entry in old] == [2, 3]
        assert [entry.id async for entry in new] == [3]


async def test_a_follower_that_lags_is_ended_and_not_waited_for() -> None:
    journal = MemoryJournal(max_behind=2)
    slow = journal.follow()
    for _ in range(5):
        journal.append(LinkDown(), at=0.0)
    async with asyncio.timeout(5):
        assert [entry.id async for entry in slow] == [1, 2]

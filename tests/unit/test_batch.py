"""Batches: who asks at the same time goes together, and each gets what is his."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from vmq.batch import Batcher
from vmq.errors import StorageError


async def test_items_that_wait_go_together() -> None:
    batches: list[Sequence[int]] = []

    async def work(items: Sequence[int]) -> Sequence[int]:
        batches.append(items)
        await asyncio.sleep(0)
        return [item * 2 for item in items]

    batcher = Batcher(work, max_items=10)
    assert await asyncio.gather(*(batcher.submit(n) for n in range(25))) == [n * 2 for n in range(25)]
    assert max(map(len, batches)) <= 10
    assert len(batches) <= 4


async def test_cancelled_asker_takes_nobody_else_along() -> None:
    is_working, may_end = asyncio.Event(), asyncio.Event()

    async def work(items: Sequence[int]) -> Sequence[int]:
        is_working.set()
        await may_end.wait()
        return items

    batcher = Batcher(work)
    first, second = (asyncio.create_task(batcher.submit(n)) for n in (1, 2))
    await is_working.wait()
    first.cancel()
    may_end.set()
    assert await second == 2
    assert first.cancelled() or await asyncio.gather(first, return_exceptions=True)


async def test_error_of_a_batch_reaches_all_its_askers() -> None:
    async def work(_: Sequence[int]) -> Sequence[int]:
        raise StorageError("disk full")

    batcher = Batcher(work)
    results = await asyncio.gather(*(batcher.submit(n) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [StorageError] * 3


async def test_error_of_an_item_reaches_its_asker_only() -> None:
    async def work(items: Sequence[int]) -> Sequence[int | Exception]:
        return [StorageError("no such file") if item == 1 else item for item in items]

    batcher = Batcher(work)
    results = await asyncio.gather(*(batcher.submit(n) for n in range(3)), return_exceptions=True)
    assert [results[0], type(results[1]), results[2]] == [0, StorageError, 2]


async def test_those_who_ask_one_turn_after_the_other_share_the_first_batch() -> None:
    batches: list[Sequence[int]] = []

    async def work(items: Sequence[int]) -> Sequence[int]:
        batches.append(items)
        return items

    async def ask_late(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await batcher.submit(turns)

    batcher = Batcher(work)
    await asyncio.gather(*map(ask_late, range(5)))
    assert batches == [[0, 1, 2, 3, 4]]


async def test_a_lone_asker_is_served_though_nobody_joins() -> None:
    async def work(items: Sequence[int]) -> Sequence[int]:
        return items

    batcher = Batcher(work)
    assert [await batcher.submit(1), await batcher.submit(2)] == [1, 2]

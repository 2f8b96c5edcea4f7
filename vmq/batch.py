"""Many askers, one round trip: items that come in while a batch is under way go together into the next one.

Fifty callers who hang up at once share the disk's syncs and one commit, and fifty who log in at once share one read,
while a lone one waits for nobody. Comes in: items. Goes out: each item's own result or error, or that of its batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Runs `work` on lists of items, one list at a time. `work` gives one result for each item, in order; an item's
    result may be an exception."""

    def __init__(
        self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]], max_items: int = 200
    ) -> None:
        self._work = work
        self._max_items = max_items
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """This item's result. Raises the item's own error, or what `work` raised for its batch.

        The work is done by a task of its own: an asker that is cancelled in the middle takes nobody else's result
        away, and all askers of a batch go on at once.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="batches")
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                await self._run_batch()
        finally:
            self._runner = None

    async def _gather(self) -> None:
        """Let those join who are about to ask: as long as more of them do, in one turn of the event loop."""
        known = 0
        while known < len(self._waiting) < self._max_items:
            known = len(self._waiting)
            await asyncio.sleep(0)

    async def _run_batch(self) -> None:
        batch, self._waiting = self._waiting[: self._max_items], self._waiting[self._max_items :]
        batch = [(item, future) for item, future in batch if not future.done()]
        try:
            results = await self._work([item for item, _ in batch])
        except Exception as error:  # every asker gets it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

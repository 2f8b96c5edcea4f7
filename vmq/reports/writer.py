"""Keeps a queue_log written: from where it stopped to the journal's end, then on as entries become durable.

Only durable entries are written: a crash that loses the newest records must not leave lines of things that, for vmq,
never happened. Whatever fails is logged and tried again from the sink's own mark; the engine never waits for any of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from vmq.engine.ports import Journal, JournalEntry
from vmq.errors import StorageError
from vmq.reports.ports import History, QueueLogSink
from vmq.reports.queue_log import AGENT_KINDS, CALL_KINDS, QueueLog

PAGE = 500
MARK_EVERY = 5_000  # entries that make no line, before the sink is told nevertheless
REMEMBERED = 200  # of each kind about an agent, newest first: how far back a log-in is looked for
RETRY_S = (0.5, 2.0, 10.0)

log = structlog.get_logger(__name__)


class QueueLogWriter:
    """Writes one sink: what comes after this was made, and what an earlier run left.

    `make_log` gives a log that has taken nothing yet. It is asked for another when `basis` gives another object.
    """

    def __init__(
        self,
        journal: Journal,
        history: History,
        sink: QueueLogSink,
        make_log: Callable[[], QueueLog],
        basis: Callable[[], object] = lambda: None,
    ) -> None:
        self._journal = journal
        self._history = history
        self._sink = sink
        self._make_log = make_log
        self._basis = basis
        self._made_of: object = None
        self._first_id = journal.last_id
        self._log: QueueLog | None = None
        self._read = 0
        self._marked = 0
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Write until cancelled."""
        failures = 0
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            while True:
                self._news.clear()
                try:
                    await self._journal.flush()
                    await self.catch_up()
                except StorageError as error:
                    log.error("queue_log_failed", error=str(error))
                except Exception:  # a mistake of ours here must not end the calls
                    log.exception("queue_log_failed")
                else:
                    failures = 0
                    await self._news.wait()
                    continue
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1

    async def catch_up(self) -> None:
        """Write everything that is durable and not written. Raises StorageError; the next call writes what is left."""
        try:
            log_made = await self._make()
            while page := await self._journal.read(self._read, PAGE):
                await self._write(log_made, page)
        except BaseException:  # a cancellation too: the log has taken what is not written
            self._log = None
            raise

    async def _make(self) -> QueueLog:
        """The log; made anew, from where the sink is, when there is none or what it was made of has changed."""
        if self._log is None or self._made_of is not self._basis():
            self._made_of = self._basis()
            self._read = self._marked = await self._sink.begin(self._first_id)
            self._log = self._make_log()
        return self._log

    async def _write(self, queue_log: QueueLog, page: Sequence[JournalEntry]) -> None:
        await introduce(queue_log, self._history, page)
        lines = [line for entry in page for line in queue_log.take(entry)]
        self._read = page[-1].id
        if lines or self._read - self._marked > MARK_EVERY:
            await self._sink.write(lines, self._read)
            self._marked = self._read

    async def _listen(self) -> None:
        """Entries are read from the journal when they are durable; here they are only news. Ended when it lags or the
        journal closes, and begun again."""
        while True:
            async for _ in self._journal.follow():
                self._news.set()
            await asyncio.sleep(RETRY_S[0])
            self._news.set()


async def introduce(queue_log: QueueLog, history: History, page: Sequence[JournalEntry]) -> None:
    """Tell the log of the calls and agents that this page of entries takes for known. Raises StorageError."""
    strangers = queue_log.strangers(page)
    if strangers.calls:
        queue_log.recall(await history.about(strangers.calls, CALL_KINDS, before=page[0].id))
    if strangers.agents:
        queue_log.recall(await history.about(strangers.agents, AGENT_KINDS, before=page[0].id, newest=REMEMBERED))

"""The queue_log while vmq runs: a writer for each place that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from vmq.app.reports import queue_log_of
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.queue_log import QueueLogFile, QueueLogTable
from vmq.db.reading import JournalHistory
from vmq.engine.ports import Journal
from vmq.errors import StorageError
from vmq.reports.ports import QueueLogSink
from vmq.reports.writer import QueueLogWriter

log = structlog.get_logger(__name__)


def queue_log_writers(config: Callable[[], Config], database: Database, journal: Journal) -> list[QueueLogWriter]:
    """The writers of the file and of the table, as far as they are wanted. `config` gives what is configured now."""
    wanted = config().queue_log
    sinks: list[QueueLogSink] = [QueueLogTable(database)] if wanted.table else []
    if wanted.file is not None:
        sinks.append(QueueLogFile(database, wanted.file))
    history = JournalHistory(database)
    return [QueueLogWriter(journal, history, sink, lambda: queue_log_of(config()), config) for sink in sinks]


async def catch_up(writers: Sequence[QueueLogWriter]) -> None:
    """Write what is durable and not written yet: the last lines of a run."""
    for writer in writers:
        try:
            await writer.catch_up()
        except StorageError as error:
            log.error("queue_log_failed", error=str(error))

"""Reports for whoever asks: the desk over the configured database, its questions in words, its answers as records."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vmq.app.rules import house_rules
from vmq.app.storage import database_of
from vmq.config.model import Config, PathsConfig
from vmq.db.engine import Database
from vmq.db.reading import JournalHistory
from vmq.engine.clock import SystemClock
from vmq.errors import ConfigError, StorageError
from vmq.http.reports import ReportPart, ReportQuestion
from vmq.http.sight import Sight
from vmq.reports.audience import SEES_ALL
from vmq.reports.desk import Desk, Question
from vmq.reports.export import agent_record, as_csv, call_record, line_record, queue_record
from vmq.reports.intervals import Interval
from vmq.reports.queue_log import QueueLog
from vmq.reports.roster import Roster

Record = Mapping[str, Any]

REPORTS = ("calls", "queues", "agents", "queue-log")
_LOCAL_ZONE = Path("/etc/localtime")


def roster_of(config: Config) -> Roster:
    """What reports have to know of the configured queues and agents."""
    return Roster(house_rules(config), house_zone(config))


def queue_log_of(config: Config) -> QueueLog:
    """A queue_log as it is configured, that has taken nothing yet."""
    settings = config.queue_log
    return QueueLog(
        roster_of(config),
        member_names=settings.member_names,
        caller_names=settings.caller_names,
        dids=settings.dids,
    )


def house_zone(config: Config) -> tzinfo:
    """The configured time zone, else the machine's."""
    if config.reports.time_zone:
        return ZoneInfo(config.reports.time_zone)
    try:
        if name := os.environ.get("TZ", "").removeprefix(":"):
            return ZoneInfo(name)
        with _LOCAL_ZONE.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return UTC


class Reports:
    """The ReportPort of the API and of the command line. `config` gives the configuration as it is now."""

    def __init__(self, database: Database, config: Callable[[], Config]) -> None:
        self._clock = SystemClock()
        self._config = config
        self._desk = Desk(
            JournalHistory(database),
            self._clock,
            lambda: roster_of(config()),
            lambda: queue_log_of(config()),
        )

    @property
    def zone(self) -> tzinfo:
        """The house's time zone."""
        return self._desk.roster().zone

    async def ask(self, report: str, question: ReportQuestion) -> ReportPart:
        """A part of a report. Raises StorageError, and ValueError for a time that ends before it begins."""
        begin, end = self._at(question.begin), self._at(question.end)
        about = Question(begin, end, question.queue, question.agent, question.sight or SEES_ALL)
        if about.begin >= about.end:
            raise ValueError("the time must end after it begins")
        part = {"after": question.after, "limit": question.limit}
        roster = self._desk.roster()
        match report:
            case "queues":
                queues = await self._desk.queues(about, Interval(question.interval), **part)
                return ReportPart([queue_record(row, roster.zone_of(row.name)) for row in queues.items], queues.next)
            case "agents":
                agents = await self._desk.agents(about, Interval(question.interval), **part)
                return ReportPart([agent_record(row, roster.zone) for row in agents.items], agents.next)
            case "queue-log":
                lines = await self._desk.queue_log(about, **part)
                return ReportPart([line_record(line) for line in lines.items], lines.next)
            case _:
                calls = await self._desk.calls(about, **part)
                return ReportPart([call_record(call) for call in calls.items], calls.next)

    async def earlier(self, number: str, limit: int, sight: Sight) -> Sequence[Record]:
        """The newest calls of a number, newest first. Raises StorageError."""
        audience = SEES_ALL if sight.sees_all else sight
        return [call_record(call) for call in await self._desk.earlier(number, limit=limit, audience=audience)]

    async def recording(self, row: int, nth: int, sight: Sight) -> Path | None:
        """The WAV file of a call's recording, if it is there and seen. Raises StorageError."""
        call = await self._desk.call(row, SEES_ALL if sight.sees_all else sight)
        if call is None or nth > len(call.recordings):
            return None
        return await asyncio.to_thread(_seen_file, self._config().paths, call.recordings[nth - 1])

    def as_csv(self, records: Sequence[Record]) -> str:
        """The records as CSV."""
        return as_csv(map(dict, records))

    async def all_of(self, report: str, question: ReportQuestion) -> AsyncIterator[Sequence[Record]]:
        """The records of a whole report, part by part. Raises what `ask` does."""
        after: int | None = question.after
        while after is not None:
            part = await self.ask(report, replace(question, after=after))
            yield part.records
            after = part.next

    def _at(self, written: datetime | str | None) -> float:
        now = self._clock.now()
        if written is None:
            return now
        if isinstance(written, str):
            return moment(written, self.zone, now).timestamp()
        return _with_zone(written, self.zone).timestamp()


@asynccontextmanager
async def open_reports(config: Config) -> AsyncIterator[Reports]:
    """Reports from the configured database, whether vmq runs or not. Raises StorageError when there is none."""
    if not config.storage.url.get_secret_value() and not (config.paths.data / "vmq.db").exists():
        raise StorageError(f"there is no database in {config.paths.data}; name the configuration with --config")
    database = database_of(config)
    try:
        yield Reports(database, lambda: config)
    finally:
        await database.close()


def _seen_file(paths: PathsConfig, as_asterisk: str) -> Path | None:
    """Where vmq sees a recording that Asterisk made; None for what is no WAV file below the folder of recordings."""
    folder = paths.recordings_folder.absolute()
    top = f"{paths.recordings_asterisk.rstrip('/') or folder}/"
    if not as_asterisk.startswith(top) or not as_asterisk.endswith(".wav"):
        return None
    path = (folder / as_asterisk.removeprefix(top)).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def moment(text: str, zone: tzinfo, now: float) -> datetime:
    """A time as people write it: 2025-11-22, 2025-11-22T10:30, today, yesterday, now. Raises ConfigError."""
    local = datetime.fromtimestamp(now, zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    words = {"now": local, "today": today, "yesterday": today - timedelta(days=1)}
    try:
        return words.get(text) or _with_zone(datetime.fromisoformat(text), zone)
    except ValueError:
        raise ConfigError(f"{text!r} is no time; write 2025-11-22, 2025-11-22T10:30, today, yesterday or now") from None


def _with_zone(written: datetime, zone: tzinfo) -> datetime:
    return written if written.tzinfo else written.replace(tzinfo=zone)

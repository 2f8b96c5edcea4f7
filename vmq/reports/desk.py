"""Answers questions about the past from the journal: which entries a report needs, read page by page and folded.

The folding runs in a thread, so that a report about a month keeps no caller waiting.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

from vmq.domain.queue_log import QueueLogLine
from vmq.domain.records import AgentStatusChanged, EngineStarted, MemberAdded, MemberRemoved
from vmq.engine.ports import Clock, JournalEntry
from vmq.reports.agents import AGENT_STATISTICS_KINDS, AgentStatistics
from vmq.reports.audience import SEES_ALL, Audience, calls_for, lines_for
from vmq.reports.calls import CALL_DETAIL_KINDS, VISIT_KINDS, CallDetail, CallDetails, only
from vmq.reports.figures import AgentFigures, QueueFigures
from vmq.reports.intervals import Interval, interval_at, intervals
from vmq.reports.ports import History, Kinds
from vmq.reports.queue_log import LINE_KINDS, QueueLog
from vmq.reports.queues import QUEUE_KINDS, QueueStatistics
from vmq.reports.roster import Roster
from vmq.reports.sheet import Row
from vmq.reports.writer import introduce

WARM_UP_S = 4 * 3600.0
"""How far before a report's beginning reading begins, for the calls that were under way then. A longer talk is counted
when it ends: its record says how long it was."""
PAGE = 1000
LOOKED_AT = 2000
"""Calls that one question looks at, whether they fit or not."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is about: [begin, end) in epoch seconds, and one queue and agent, or all (empty); and who is told:
    of all, what he sees."""

    begin: float
    end: float
    queue: str = ""
    agent: str = ""
    audience: Audience = SEES_ALL


@dataclass(frozen=True, slots=True)
class Answer(Generic[Item]):
    """A part of a report. `next` is what to ask for the rest with; None when there is none."""

    items: Sequence[Item]
    next: int | None = None


class _Fold(Protocol):
    def take(self, entry: JournalEntry) -> None: ...


class Desk:
    """Answers over a History. `roster` gives the rules as they are now; `make_log` a queue_log as it is configured."""

    def __init__(
        self, history: History, clock: Clock, roster: Callable[[], Roster], make_log: Callable[[], QueueLog]
    ) -> None:
        self.roster = roster
        self._history = history
        self._clock = clock
        self._make_log = make_log

    async def queues(
        self, question: Question, interval: Interval, *, after: int = 0, limit: int = 100
    ) -> Answer[Row[QueueFigures]]:
        """The figures of queues, `limit` intervals at a time. Raises StorageError."""
        roster = self.roster()
        span = self._span(question, interval, roster, after, limit)
        statistics = QueueStatistics(roster, interval, span.since)
        await self._fold(statistics, span.since, span.until, QUEUE_KINDS)
        rows = statistics.rows(span.begin, span.end, question.queue, until=span.until)
        return Answer([row for row in rows if question.audience.sees_queue(row.name)], span.next)

    async def agents(
        self, question: Question, interval: Interval, *, after: int = 0, limit: int = 100
    ) -> Answer[Row[AgentFigures]]:
        """The figures of agents, `limit` intervals at a time. Raises StorageError."""
        roster = self.roster()
        span = self._span(question, interval, roster, after, limit)
        statistics = AgentStatistics(roster, interval, span.since)
        statistics.recall(await self._before(span.since, roster))
        await self._fold(statistics, span.since, span.until, AGENT_STATISTICS_KINDS)
        rows = statistics.rows(span.begin, span.end, question.agent, until=span.until)
        return Answer([row for row in rows if question.audience.sees_agent(row.name)], span.next)

    async def calls(self, question: Question, *, after: int = 0, limit: int = 100) -> Answer[CallDetail]:
        """The callers who came in that time, with all that became of them since. Raises StorageError."""
        found: list[CallDetail] = []
        looked_at, is_more = 0, True
        while is_more and len(found) < limit and looked_at < LOOKED_AT:
            page = await self._history.between(question.begin, question.end, VISIT_KINDS, after=after, limit=limit)
            rows = await self._details({entry.id for entry in page}, page)
            seen = calls_for(question.audience, rows)
            fitting = only(seen, question.queue, question.agent)[: limit - len(found)]
            found += fitting
            looked_at += len(page)
            is_more = len(page) == limit
            if len(found) == limit and fitting[-1].id != rows[-1].id:
                after, is_more = fitting[-1].id, True
            elif page:
                after = page[-1].id
        return Answer(found, after if is_more else None)

    async def call(self, row: int, audience: Audience = SEES_ALL) -> CallDetail | None:
        """The call whose row has this id; None for one that isn't there or isn't seen. Raises StorageError."""
        page = await self._history.between(0.0, math.inf, VISIT_KINDS, after=row - 1, limit=1)
        rows = await self._details({entry.id for entry in page if entry.id == row}, page)
        return next(iter(calls_for(audience, rows)), None)

    async def earlier(self, number: str, *, limit: int, audience: Audience = SEES_ALL) -> Sequence[CallDetail]:
        """The newest calls of a number, newest first; of the newest LOOKED_AT those that are seen. Raises
        StorageError."""
        page = await self._history.entered(number, limit if audience is SEES_ALL else LOOKED_AT)
        rows = calls_for(audience, await self._details({entry.id for entry in page}, page))
        return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]

    async def queue_log(self, question: Question, *, after: int = 0, limit: int = PAGE) -> Answer[QueueLogLine]:
        """The lines of app_queue's queue_log, of `limit` entries at a time. Raises StorageError."""
        page = await self._history.between(question.begin, question.end, LINE_KINDS, after=after, limit=limit)
        if not page:
            return Answer(())
        roster = self.roster()
        queue_log, agent = self._make_log(), roster.member_name(question.agent)
        await introduce(queue_log, self._history, page)
        lines = [line for entry in page for line in queue_log.take(entry)]
        fitting = [line for line in lines if question.queue in ("", line.queue) and agent in ("", line.agent)]
        seen = lines_for(question.audience, fitting, {roster.member_name(name): name for name in roster.agents})
        return Answer(seen, page[-1].id if len(page) == limit else None)

    async def _details(self, ids: set[int], page: Sequence[JournalEntry]) -> Sequence[CallDetail]:
        """The rows that begin with these entries."""
        calls = {str(getattr(entry.record, "call_id", "")) for entry in page}
        entries = await self._history.about(calls, CALL_DETAIL_KINDS)
        details = CallDetails()
        await asyncio.to_thread(_take_all, details, entries)
        return [row for row in details.rows if row.id in ids]

    async def _before(self, at: float, roster: Roster) -> Sequence[JournalEntry]:
        """How everybody was; of agents who aren't configured, all that says which queues they are in."""
        newest = await self._history.newest_before(at, (AgentStatusChanged, EngineStarted, MemberAdded, MemberRemoved))
        members = {entry.record.agent for entry in newest if isinstance(entry.record, MemberAdded)}
        strangers = members.difference(roster.agents)
        if not strangers:
            return newest
        joined = await self._history.about(strangers, (MemberAdded, MemberRemoved), before=newest[-1].id + 1)
        statuses = [entry for entry in newest if not isinstance(entry.record, MemberAdded | MemberRemoved)]
        return sorted([*joined, *statuses], key=lambda entry: entry.id)

    async def _fold(self, fold: _Fold, since: float, until: float, kinds: Kinds) -> None:
        after = 0
        while page := await self._history.between(since, until, kinds, after=after, limit=PAGE):
            await asyncio.to_thread(_take_all, fold, page)
            after = page[-1].id

    def _span(self, question: Question, interval: Interval, roster: Roster, after: int, limit: int) -> _Span:
        """The whole intervals to report, what to read for them, and where the next part begins."""
        zone = roster.zone_of(question.queue)
        begin, _ = interval_at(max(question.begin, after), interval, zone)
        starts = [first for first, _ in islice(intervals(begin, question.end, interval, zone), limit + 1)]
        end, further = (starts[limit], int(starts[limit])) if len(starts) > limit else (question.end, None)
        _, last = interval_at(end, interval, zone)
        return _Span(begin, end, begin - WARM_UP_S, min(last + interval.seconds, self._clock.now()), further)


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows begin in [begin, end); entries are read from [since, until)."""

    begin: float
    end: float
    since: float
    until: float
    next: int | None


def _take_all(fold: _Fold, entries: Sequence[JournalEntry]) -> None:
    for entry in entries:
        fold.take(entry)

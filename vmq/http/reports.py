"""The API's reports: calls, figures of queues and agents, and the queue_log, in parts, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from vmq.access.rights import Right, SubjectOf
from vmq.http.identity import who_asks
from vmq.http.models import Shape
from vmq.http.needs import check_may, needs
from vmq.http.problems import ProblemError, documented
from vmq.http.report_models import AgentRows, CallRow, CallRows, Format, IntervalQuery, LineRows, PartQuery, QueueRows
from vmq.http.routers import ApiRouter
from vmq.http.sight import Sight

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """[begin, end) as the request says it, without a zone = the house's, or `today`, `yesterday`; a queue and an agent,
    empty = all of those that `sight` shows (None = all there are)."""

    begin: datetime | str
    end: datetime | str | None
    queue: str
    agent: str
    interval: str
    after: int
    limit: int
    sight: Sight | None = None


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part of a report: its records, and what to ask for the rest with."""

    records: Sequence[Record]
    next: int | None


class ReportPort(Protocol):
    """Answers reports by name (calls, queues, agents, queue-log)."""

    async def ask(self, report: str, question: ReportQuestion) -> ReportPart:
        """A part of it. Raises StorageError, and ValueError for a time that ends before it begins."""
        ...

    async def earlier(self, number: str, limit: int, sight: Sight) -> Sequence[Record]:
        """The newest calls of a number that are seen, newest first, as records of `calls`. Raises StorageError."""
        ...

    async def recording(self, row: int, nth: int, sight: Sight) -> Path | None:
        """The WAV file of a call's recording: the row of `calls` by its id, the first is 1. None for one that isn't
        there, or isn't seen. Raises StorageError."""
        ...

    def as_csv(self, records: Sequence[Record]) -> str:
        """The records as CSV."""
        ...


_REPORTS: dict[str, tuple[str, type[Shape]]] = {
    "calls": ("Callers who came in a time, each with every offer and what came of it", CallRows),
    "queues": ("Figures of queues by interval", QueueRows),
    "agents": ("Figures of agents by interval", AgentRows),
    "queue-log": ("The lines of app_queue's queue_log", LineRows),
}
_IN_INTERVALS = frozenset({"queues", "agents"})


def report_routes(port: ReportPort | None, subject: SubjectOf) -> APIRouter:
    """What was. Without a port there are none."""
    router = ApiRouter(
        prefix="/reports",
        tags=["reports"],
        dependencies=[needs(Right.AGENT)],
        responses=documented("token-needed", "not-allowed", "invalid", "storage-failed"),
    )
    if port is None:
        return router

    def add(report: str, summary: str, shape: type[Shape]) -> None:
        csv_too: dict[int | str, dict[str, Any]] = {
            200: {
                "model": shape,
                "content": {"text/csv": {"schema": {"type": "string"}}},
                "headers": {"Link": {"description": "CSV: the part that follows.", "schema": {"type": "string"}}},
            }
        }
        name = f"report_{report.replace('-', '_')}"
        route = router.get(f"/{report}", summary=summary, responses=csv_too, operation_id=name)

        async def in_intervals(query: Annotated[IntervalQuery, Query()], request: Request) -> Response:
            return await _answer(port, report, _question(query, request, subject, query.interval.value), query, request)

        async def in_rows(query: Annotated[PartQuery, Query()], request: Request) -> Response:
            return await _answer(port, report, _question(query, request, subject), query, request)

        route(in_intervals if report in _IN_INTERVALS else in_rows)

    for report, (summary, shape) in _REPORTS.items():
        add(report, summary, shape)

    @router.get("/earlier", summary="The newest calls of a number, newest first", operation_id="report_earlier")
    async def earlier(
        http: Request,
        number: Annotated[str, Query(min_length=1, max_length=80, examples=["0301234567"])],
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> CallRows:
        found = await port.earlier(number, limit, Sight(who_asks(http), subject))
        rows = [CallRow.model_validate(record) for record in found]
        return CallRows(rows=rows, next=None)

    return router


def _allowed(query: PartQuery, request: Request, subject: SubjectOf) -> PartQuery:
    """The query, if he who asks may: about himself, about a queue of his, about an agent of his; a supervisor who names
    nothing is told of all that is his. Raises ProblemError."""
    who = who_asks(request)
    if who.sees_all:
        return query
    if Right.SUPERVISE not in who.rights:
        query = query.model_copy(update={"agent": query.agent or who.agent})
        if not query.agent:
            raise ProblemError("not-allowed", "you are no agent, and have no queues")
    if who.agent and query.agent == who.agent:
        return query
    for kind, name in (("queue", query.queue), ("agent", query.agent)):
        if name:
            check_may(subject, who, Right.SUPERVISE, kind, name)
    return query


def _question(query: PartQuery, request: Request, subject: SubjectOf, interval: str = "") -> ReportQuestion:
    """What is asked, if he who asks may. Raises ProblemError."""
    sight, asked = Sight(who_asks(request), subject), _allowed(query, request, subject)
    return ReportQuestion(asked.begin, asked.to, asked.queue, asked.agent, interval, asked.after, asked.limit, sight)


async def _answer(
    port: ReportPort, report: str, question: ReportQuestion, query: PartQuery, request: Request
) -> Response:
    try:
        part = await port.ask(report, question)
    except ValueError as error:
        raise ProblemError("invalid", str(error)) from None
    if query.format is Format.JSON:
        return JSONResponse({"rows": part.records, "next": part.next})
    headers = {}
    if part.next is not None:
        following = urlencode({**request.query_params, "after": part.next})
        headers["link"] = f'<{request.url.path}?{following}>; rel="next"'
    return PlainTextResponse(port.as_csv(part.records), media_type="text/csv", headers=headers)

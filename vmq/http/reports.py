"""The API's reports: calls, figures of queues and agents, and the queue_log, in parts, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """[begin, end) as the request says it, without a zone = the house's, or `today`, `yesterday`; a queue and an agent,
    empty = all."""

    begin: datetime | str
    end: datetime | str | None
    queue: str
    agent: str
    interval: str
    after: int
    limit: int


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

    async def earlier(self, number: str, limit: int) -> Sequence[Record]:
        """The newest calls of a number, newest first, as records of `calls`. Raises StorageError."""
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
    router = APIRouter(
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
            return await _answer(port, report, _allowed(query, request, subject), query.interval.value, request)

        async def in_rows(query: Annotated[PartQuery, Query()], request: Request) -> Response:
            return await _answer(port, report, _allowed(query, request, subject), "", request)

        route(in_intervals if report in _IN_INTERVALS else in_rows)

    for report, (summary, shape) in _REPORTS.items():
        add(report, summary, shape)

    @router.get("/earlier", summary="The newest calls of a number, newest first", operation_id="report_earlier")
    async def earlier(
        number: Annotated[str, Query(min_length=1, max_length=80, examples=["0301234567"])],
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> CallRows:
        rows = [CallRow.model_validate(record) for record in await port.earlier(number, limit)]
        return CallRows(rows=rows, next=None)

    return router


def _allowed(query: PartQuery, request: Request, subject: SubjectOf) -> PartQuery:
    """The query, if he who asks may: about himself, about a queue of his, about an agent of his. Who names nothing and
    has but one thing to ask about is told about that. Raises ProblemError."""
    who = who_asks(request)
    if who.sees_all:
        return query
    if Right.SUPERVISE not in who.rights and not query.agent:
        query = query.model_copy(update={"agent": who.agent})
    if who.agent and query.agent == who.agent:
        return query
    if who.queues and len(who.queues) == 1 and not (query.queue or query.agent):
        query = query.model_copy(update={"queue": next(iter(who.queues))})
    named = [(kind, name) for kind, name in (("queue", query.queue), ("agent", query.agent)) if name]
    if not named:
        raise ProblemError("not-allowed", "say which of your queues, or which of your agents")
    for kind, name in named:
        check_may(subject, who, Right.SUPERVISE, kind, name)
    return query


async def _answer(port: ReportPort, report: str, query: PartQuery, interval: str, request: Request) -> Response:
    question = ReportQuestion(query.begin, query.to, query.queue, query.agent, interval, query.after, query.limit)
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

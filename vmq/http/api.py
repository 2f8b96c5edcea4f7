"""The API: the floor, the live stream, a mailbox's counts. Commands have their own rooms (vmq.http.commands)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from vmq.access.rights import Right, may_open_mailbox
from vmq.http.identity import visit_of, who_asks
from vmq.http.models import Floor, MailboxView, StreamEntry, WhyView
from vmq.http.needs import check_may, needs
from vmq.http.ports import HttpPorts
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.sight import Sight
from vmq.http.stream import Streams

MailboxNumber = Annotated[str, Path(pattern=r"^[0-9*#+A-Za-z_.-]{1,40}$", examples=["1001"])]

_SEEN = "A supervisor with a group sees its queues and who serves them; an agent the queues he serves."
_STREAM_EXAMPLE = """retry: 2000
id: 4710

id: 4711
event: record
data: {"id":4711,"at":1763845230.5,"kind":"LinkDown","record":{}}

"""


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def floor_routes(ports: HttpPorts, streams: Streams) -> APIRouter:
    """What there is, and what happens."""
    router = ApiRouter(tags=["floor"], responses=documented("token-needed", "not-allowed", "internal"))

    @router.get(
        "/floor",
        summary="Queues, callers and agents as they are now",
        description=_SEEN,
        dependencies=[needs(Right.AGENT)],
        responses={200: {"model": Floor}},
    )
    async def floor(http: Request) -> JSONResponse:
        seen = Sight(who_asks(http), ports.subject).floor(ports.floor())
        return JSONResponse({**seen, "last_id": ports.journal.last_id})

    why = ports.why
    if why is not None:

        @router.get(
            "/floor/why",
            summary="Why each agent is or isn't offered a caller",
            dependencies=[needs(Right.SUPERVISE)],
            responses=documented("not-allowed", "caller-unknown", "invalid"),
        )
        async def floor_why(
            http: Request, caller: Annotated[str, Query(max_length=150, examples=["1763845200.17"])]
        ) -> WhyView:
            if ports.knows("caller", caller):
                check_may(ports.subject, who_asks(http), Right.SUPERVISE, "caller", caller)
            explained = why(caller)
            if explained is None:
                raise ProblemError("caller-unknown", caller)
            return WhyView.model_validate(explained)

    @router.get(
        "/events",
        summary="The journal, live, as server-sent events",
        description=(
            "Each event `record` carries one journal entry; its id is the entry's. Send `Last-Event-ID` (or `after`) "
            "to go on where you stopped; without it the stream begins now, with 0 at the journal's beginning. An event "
            "`reset` says that the journal doesn't reach back so far: ask for the floor anew. The stream ends when who "
            f"follows it may no longer. {_SEEN}"
        ),
        dependencies=[needs(Right.AGENT)],
        response_class=EventStream,
        responses={
            200: {"model": StreamEntry, "content": {"text/event-stream": {"example": _STREAM_EXAMPLE}}},
            **documented("invalid", "too-many-streams", "storage-failed"),
        },
    )
    async def events(
        http: Request,
        last_event_id: Annotated[str | None, Header(max_length=40)] = None,
        after: Annotated[int | None, Query(ge=0, description="Like Last-Event-ID, which wins.")] = None,
    ) -> EventStream:
        start = last_event_id if last_event_id is not None else None if after is None else str(after)
        visit = visit_of(http)
        identity = http.state.identity
        sight = Sight(visit.who, ports.subject)
        return EventStream(await streams.begin(start, sight.sees, lambda: identity.is_still(visit)))

    return router


def mailbox_routes(ports: HttpPorts) -> APIRouter:
    """What is in a mailbox."""
    router = ApiRouter(
        tags=["mailboxes"],
        responses=documented("token-needed", "not-allowed", "mailbox-unknown", "invalid", "storage-failed"),
    )
    counts_of = ports.mailbox_counts
    if counts_of is None:
        return router

    @router.get("/mailboxes/{number}", summary="A mailbox's counts", dependencies=[needs(Right.AGENT)])
    async def count_messages(http: Request, number: MailboxNumber) -> MailboxView:
        if not may_open_mailbox(who_asks(http), number):
            raise ProblemError("not-allowed", f"mailbox {number} is not yours")
        counts = await counts_of(number)
        if counts is None:
            raise ProblemError("mailbox-unknown", number)
        return MailboxView(number=number, new=counts.new, old=counts.old, urgent=counts.urgent)

    return router

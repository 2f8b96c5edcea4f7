"""Front doors over HTTP: what was kept from ringing, call by call too, and a number forgiven."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from vmq.access.rights import Right
from vmq.http.identity import who_asks
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.report_models import Day
from vmq.http.routers import ApiRouter

DoorName = Annotated[str, Query(max_length=64, description="Only this door or doorbell.", examples=["main"])]
Begin = Annotated[datetime | Day, Query(alias="from", description="Without a zone: the house's.")]
To = Annotated[datetime | Day | None, Query(description="Not in it any more. Without it: now.")]
Moment = datetime | str
_AT = "Epoch seconds: when the call was over or put through."


class DoorRow(Shape):
    """A door in a time. Kept out are `robot`, `known_robot`, `blocked` and `too_often`; the others docs/front-door.md
    explains."""

    door: str = Field(examples=["main"])
    calls: int = Field(examples=[40])
    rang: int = Field(examples=[21])
    kept_out: int = Field(examples=[17])
    kept_out_share: float = Field(description="Of all calls.", examples=[0.425])
    kept_out_numbers: int = Field(description="How many numbers those came from.", examples=[9])
    outcomes: dict[str, int] = Field(examples=[{"friend": 6, "put_through": 15, "robot": 12, "known_robot": 5}])


class DoorRows(Shape):
    """All doors that had calls."""

    rows: list[DoorRow] = Field(examples=[[]])


class DoorCallRow(Shape):
    """A call at a door."""

    at: float = Field(description=_AT, examples=[1763845200.0])
    door: str = Field(examples=["main"])
    call_id: str = Field(examples=["1763845200.17"])
    number: str = Field(examples=["0301234567"])
    name: str = Field(examples=["Eve"])
    outcome: str = Field(examples=["robot"])
    to: str = Field(description="Where it was put through to.", examples=["extension:1001@phones"])


class DoorCallRows(Shape):
    """A part of the calls."""

    rows: list[DoorCallRow] = Field(examples=[[]])
    next: int | None = Field(description="Ask with after= this for the rest; null = that was all.", examples=[4711])


class Forgiven(Shape):
    """A number that is to be a stranger's again."""

    number: str = Field(min_length=1, max_length=60, examples=["+49 171 1234567"])


class DoorPort(Protocol):
    """The doors' past. Raises StorageError, and ValueError for a time that ends before it begins."""

    async def report(self, begin: Moment, end: Moment | None, door: str) -> Sequence[dict[str, Any]]:
        """A DoorRow for each door."""
        ...

    async def calls(
        self, begin: Moment, end: Moment | None, door: str, *, after: int, limit: int
    ) -> tuple[Sequence[dict[str, Any]], int | None]:
        """DoorCallRows, and what to ask for the rest with."""
        ...

    def forgive(self, number: str, by: str) -> bool:
        """Forget what a number did; False for what is no number."""
        ...


def door_routes(port: DoorPort | None) -> APIRouter:
    """All of /doors; without a port there are none."""
    router = ApiRouter(
        prefix="/doors",
        tags=["doors"],
        dependencies=[needs(Right.SUPERVISE)],
        responses=documented("token-needed", "not-allowed", "foreign-origin", "invalid", "storage-failed"),
    )
    if port is None:
        return router

    @router.get("/report", summary="What was kept from ringing, by door", operation_id="report_doors")
    async def report(http: Request, begin: Begin, to: To = None, door: DoorName = "") -> DoorRows:
        _check_sees_all(http)
        try:
            return DoorRows(rows=[DoorRow(**row) for row in await port.report(begin, to, door)])
        except ValueError as error:
            raise ProblemError("invalid", str(error)) from None

    @router.get("/calls", summary="Calls at doors, each with what became of it", operation_id="list_door_calls")
    async def calls(
        *,
        http: Request,
        begin: Begin,
        to: To = None,
        door: DoorName = "",
        after: Annotated[int, Query(ge=0, le=2**53)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DoorCallRows:
        _check_sees_all(http)
        try:
            rows, following = await port.calls(begin, to, door, after=after, limit=limit)
        except ValueError as error:
            raise ProblemError("invalid", str(error)) from None
        return DoorCallRows(rows=[DoorCallRow(**row) for row in rows], next=following)

    @router.post(
        "/forgive",
        summary="Forget what a number did at doors: it is a stranger's again",
        status_code=204,
        operation_id="forgive_caller",
    )
    async def forgive(http: Request, body: Forgiven) -> Response:
        _check_sees_all(http)
        if not port.forgive(body.number, who_asks(http).name):
            raise ProblemError("invalid", f"number: {body.number!r} is no number")
        return Response(status_code=204)

    return router


def _check_sees_all(http: Request) -> None:
    """Doors belong to no queue: a supervisor with a group has none of them. Raises ProblemError."""
    if not who_asks(http).sees_all:
        raise ProblemError("not-allowed", "doors belong to the whole house")

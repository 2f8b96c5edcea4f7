"""`vmq doctor` over HTTP: what was looked at, and how to mend what is wrong."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from pydantic import Field

from vmq.access.rights import Right
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import documented
from vmq.http.routers import ApiRouter
from vmq.http.voice_ports import Examine


class FindingView(Shape):
    """One point."""

    point: str = Field(examples=["manager login"])
    is_ok: bool = Field(examples=[True])
    seen: str = Field(examples=["logged in as vmq"])
    mend: str = Field(description="What to do; empty when nothing is wrong.", examples=[""])


class FindingList(Shape):
    """All points, in the order in which to mend them."""

    items: list[FindingView]


def doctor_routes(examine: Examine | None) -> APIRouter:
    """/doctor; nothing when there is nobody to ask."""
    router = ApiRouter(tags=["health"], dependencies=[needs(Right.ADMINISTER)])
    if examine is None:
        return router
    one_at_a_time = asyncio.Lock()  # it makes calls

    @router.get(
        "/doctor",
        summary="Look at Asterisk and at the mail server, point by point",
        description="It takes some seconds. Without an Asterisk that is configured there is nothing to look at.",
        responses=documented("token-needed", "not-allowed", "config-refused"),
    )
    async def doctor() -> FindingList:
        async with one_at_a_time:
            found = await examine()
        return FindingList(
            items=[FindingView(point=each.point, is_ok=each.is_ok, seen=each.seen, mend=each.mend) for each in found]
        )

    return router

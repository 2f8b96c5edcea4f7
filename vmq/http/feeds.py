"""Mailboxes and lists as podcasts: feed and recordings at a secret address; single messages behind signed links.

A podcast program can send no token in a header, so that these routes are open: who has the address may listen, until an
administrator revokes it.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from vmq.access.rights import Right
from vmq.http.api import MailboxNumber
from vmq.http.delivery_ports import FeedPort
from vmq.http.feed_xml import feed_xml
from vmq.http.models import Shape
from vmq.http.needs import OPEN, needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

_FRESH = {"cache-control": "private, no-cache"}
_READ = ["GET", "HEAD"]


class FeedMade(Shape):
    """A new feed."""

    address: str = Field(
        description="Shown only now: what is kept is its hash.", examples=["https://pbx.example/feeds/3x…/feed.xml"]
    )


class FeedState(Shape):
    """Whether a mailbox has a feed."""

    made_at: float | None = Field(description="Epoch seconds; null = it has none.", examples=[1763845200.0])


def feed_routes(port: FeedPort | None) -> APIRouter:
    """The open routes; without a port there are none."""
    router = APIRouter(include_in_schema=False, dependencies=[OPEN])
    if port is None:
        return router

    @router.api_route("/feeds/{token}/feed.xml", methods=_READ)
    async def feed(token: str, request: Request) -> Response:
        found = await port.open(token)
        if found is None:
            raise ProblemError("not-found")
        body = feed_xml(found, f"{_base(port, request)}/feeds/{token}")
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**_FRESH, "etag": etag}
        if _is_known(request, etag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/rss+xml")

    @router.api_route("/feeds/{token}/{message_id}.wav", methods=_READ)
    async def audio(token: str, message_id: str) -> Response:
        path = await port.audio(token, message_id)
        if path is None:
            raise ProblemError("not-found")
        return FileResponse(path, media_type="audio/wav", headers=_FRESH)

    @router.api_route("/listen/{message_id}", methods=_READ)
    async def listen(
        message_id: str, until: Annotated[int, Query(ge=0, le=2**53)], signature: Annotated[str, Query(max_length=64)]
    ) -> Response:
        path = await port.linked(message_id, until, signature)
        if path is None:
            raise ProblemError("not-found", "the link is not valid, or its time is over")
        return FileResponse(path, media_type="audio/wav", filename=f"message-{message_id}.wav", headers=_FRESH)

    return router


def feed_settings_routes(port: FeedPort | None) -> APIRouter:
    """An administrator's routes; without a port there are none."""
    router = ApiRouter(
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented("token-needed", "not-allowed", "foreign-origin", "invalid", "storage-failed"),
    )
    if port is not None:
        _add_settings(router, port, "mailbox", is_list=False)
        _add_settings(router, port, "list", is_list=True)
    return router


def _add_settings(router: APIRouter, port: FeedPort, kind: str, *, is_list: bool) -> None:
    """The routes of one kind of feeds."""
    path, tags = ("/lists/{number}/feed", ["lists"]) if is_list else ("/mailboxes/{number}/feed", ["mailboxes"])
    mark = "list_" if is_list else ""

    @router.get(path, tags=[*tags], summary=f"Whether a {kind} has a feed", operation_id=f"get_{mark}feed")
    async def state(number: MailboxNumber) -> FeedState:
        return FeedState(made_at=await port.made_at(number, is_list=is_list))

    @router.post(
        path,
        tags=[*tags],
        summary=f"Give a {kind} a feed; an earlier address ends",
        operation_id=f"make_{mark}feed",
        responses=documented(f"{kind}-unknown"),
    )
    async def make(number: MailboxNumber, request: Request) -> FeedMade:
        token = await port.make(number, is_list=is_list)
        if token is None:
            raise ProblemError(f"{kind}-unknown", number)
        return FeedMade(address=f"{_base(port, request)}/feeds/{token}/feed.xml")

    @router.delete(
        path, tags=[*tags], summary=f"End a {kind}'s feed", status_code=204, operation_id=f"revoke_{mark}feed"
    )
    async def revoke(number: MailboxNumber) -> None:
        await port.revoke(number, is_list=is_list)


def _base(port: FeedPort, request: Request) -> str:
    return port.public_url or str(request.base_url).rstrip("/")


def _is_known(request: Request, etag: str) -> bool:
    """True when the asker says that he has this already (RFC 9110, 13.1.2)."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]

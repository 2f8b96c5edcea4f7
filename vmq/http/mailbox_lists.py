"""Owners' distribution lists: for the owner himself, and for administrators. The house's are in /config/lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vmq.access.rights import Right
from vmq.http.api import MailboxNumber
from vmq.http.mailbox_ports import ListDesk
from vmq.http.mailboxes import allow
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

ListNumber = Annotated[str, Path(pattern=r"^[1-9][0-9]?$", examples=["12"])]
_OWNERS = [needs(Right.AGENT)]  # and it must be his own
_PROBLEMS = ("token-needed", "not-allowed", "mailbox-unknown", "invalid", "storage-failed")


class OwnListView(BaseModel):
    """A list of an owner's."""

    number: str = Field(examples=["12"])
    addresses: list[str] = Field(description="Mailboxes, and lists of the house's.", examples=[["1002", "700"]])
    has_spoken_name: bool = Field(examples=[False])


class OwnListViews(BaseModel):
    """All lists of an owner."""

    items: list[OwnListView]


class Addresses(BaseModel):
    """Whom a list is to hold, and nobody else."""

    model_config = ConfigDict(extra="forbid")

    addresses: list[str] = Field(max_length=1000, examples=[["1002", "1003"]])


def list_routes(desk: ListDesk | None) -> APIRouter:
    """All of it; nothing when the server was given no desk."""
    router = ApiRouter(prefix="/mailboxes/{number}/lists", tags=["mailboxes"], responses=documented(*_PROBLEMS))
    if desk is None:
        return router

    @router.get("", summary="An owner's distribution lists", dependencies=_OWNERS)
    async def list_own_lists(http: Request, number: MailboxNumber) -> OwnListViews:
        await allow(http, desk, number)
        found = await desk.all(number)
        return OwnListViews(
            items=[
                OwnListView(number=each.number, addresses=list(each.addresses), has_spoken_name=bool(each.name_ref))
                for each in found
            ]
        )

    @router.put("/{list_number}", summary="Let a list hold just these", dependencies=_OWNERS, status_code=204)
    async def put_own_list(http: Request, number: MailboxNumber, list_number: ListNumber, body: Addresses) -> Response:
        await allow(http, desk, number)
        if refused := await desk.put(number, list_number, body.addresses):
            told = ", ".join(f"{each} ({why.replace('_', ' ')})" for each, why in refused.items())
            raise ProblemError("invalid", f"addresses: can't be in a list of {number}: {told}")
        return Response(status_code=204)

    @router.delete("/{list_number}", summary="Take a list away", dependencies=_OWNERS, status_code=204)
    async def remove_own_list(http: Request, number: MailboxNumber, list_number: ListNumber) -> Response:
        await allow(http, desk, number)
        if not await desk.remove(number, list_number):
            raise ProblemError("setting-unknown", f"mailbox {number} has no list {list_number}")
        return Response(status_code=204)

    return router

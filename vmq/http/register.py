"""The register of mailboxes, for administrators: all there are, letting one in again, renaming and erasing one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vmq.access.rights import Right
from vmq.http.api import MailboxNumber
from vmq.http.mailbox_ports import MailboxDesk
from vmq.http.mailboxes import allow
from vmq.http.needs import needs
from vmq.http.ports import Settings
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

_NUMBER = r"^[0-9*#+A-Za-z_-][0-9*#+A-Za-z_.-]{0,39}$"
_PROBLEMS = ("token-needed", "not-allowed", "mailbox-unknown", "invalid", "storage-failed")
_ADMINISTRATORS = [needs(Right.ADMINISTER)]


class MailboxHead(BaseModel):
    """A mailbox in few words. `new` leaves the urgent ones out."""

    number: str = Field(examples=["1001"])
    name: str = Field(examples=["Ann Miller"])
    new: int = Field(examples=[2])
    urgent: int = Field(examples=[1])
    old: int = Field(examples=[5])
    has_pin: bool = Field(examples=[True])
    is_locked: bool = Field(description="Too many wrong PINs were tried.", examples=[False])


class MailboxHeads(BaseModel):
    """All mailboxes, by number."""

    items: list[MailboxHead]


class NewNumber(BaseModel):
    """Which number a mailbox gets, and whether calls for the old one still reach it."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(pattern=_NUMBER, examples=["1101"])]
    keep_as_alias: bool = Field(False, description="The old number becomes an alias, in the configuration.")


def register_routes(desk: MailboxDesk | None, settings: Settings | None) -> APIRouter:
    """All of it; nothing when the server was given no desk."""
    router = ApiRouter(prefix="/mailboxes", tags=["mailboxes"], responses=documented(*_PROBLEMS))
    if desk is None:
        return router

    @router.get(
        "",
        summary="All mailboxes",
        description="Those that the configuration names, and those that calls have made.",
        dependencies=_ADMINISTRATORS,
    )
    async def all_mailboxes() -> MailboxHeads:
        return MailboxHeads(items=[MailboxHead.model_validate(each) for each in await desk.everybody()])

    @router.delete(
        "/{number}/lock", summary="Let a mailbox's owner in again", dependencies=_ADMINISTRATORS, status_code=204
    )
    async def unlock_mailbox(http: Request, number: MailboxNumber) -> Response:
        await desk.unlock(number, await allow(http, desk, number))
        return Response(status_code=204)

    @router.post(
        "/{number}/rename",
        summary="Give a mailbox another number",
        description="With all that is in it, and wherever the configuration means it.",
        dependencies=_ADMINISTRATORS,
        status_code=204,
        responses=documented("config-refused", "changed-meanwhile", "no-config-file", "mailbox-busy"),
    )
    async def rename_mailbox(http: Request, number: MailboxNumber, body: NewNumber) -> Response:
        who = await allow(http, desk, number)
        if await desk.is_in_use(number):
            raise ProblemError("mailbox-busy", f"{number}: try again in a moment")
        if not await desk.rename(number, body.to, who):
            raise ProblemError("invalid", f"to: {body.to} is a mailbox already; erase that one, or take another number")
        try:
            if settings is not None:
                await settings.rename_mailbox(number, body.to, keep_as_alias=body.keep_as_alias, by=who)
        except BaseException:
            await desk.rename(body.to, number, who)
            raise
        return Response(status_code=204)

    @router.delete(
        "/{number}",
        summary="Erase a mailbox: its messages, greetings and lists",
        description="For good. One that the configuration names is made again, empty, at the next start.",
        dependencies=_ADMINISTRATORS,
        status_code=204,
    )
    async def erase_mailbox(http: Request, number: MailboxNumber) -> Response:
        await desk.erase(number, await allow(http, desk, number))
        return Response(status_code=204)

    return router

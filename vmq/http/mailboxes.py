"""Mailboxes: what holds for one, its greetings as WAV files (for its owner too), its PIN (for administrators)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from vmq.access.rights import Right, may_open_mailbox
from vmq.domain.mailbox import Greeting, GreetingKind
from vmq.errors import BrokenRecordingError
from vmq.http.api import MailboxNumber
from vmq.http.identity import who_asks
from vmq.http.mailbox_ports import KnowsMailboxes, MailboxDesk
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

Kind = Annotated[GreetingKind, Path(description="temp, unavail, busy, internal, absence, closed, holiday, name, 1-9")]
_WAV: dict[str, Any] = {"content": {"audio/wav": {}}}
_OWNERS = [needs(Right.AGENT)]  # and it must be his own
_PROBLEMS = ("token-needed", "not-allowed", "mailbox-unknown", "invalid", "storage-failed")


class Profile(BaseModel):
    """What holds for a mailbox: besides these, every setting of [voicemail] by its name."""

    model_config = ConfigDict(extra="allow")

    number: str
    name: str
    personality: str
    language: str
    has_pin: bool
    must_change_pin: bool
    is_locked: bool
    is_full: bool
    used_s: float = Field(description="Length of all messages together, the deleted ones left out.")


class GreetingView(BaseModel):
    """A greeting. Callers hear it when it is its turn, while `is_on` and until `ends_at`."""

    kind: GreetingKind
    duration_s: float
    recorded_at: float
    is_on: bool
    ends_at: datetime | None = None
    is_blocking: bool = Field(description="Callers who hear it can't leave a message.")


class GreetingList(BaseModel):
    """All greetings of a mailbox."""

    items: list[GreetingView]


class GreetingChange(BaseModel):
    """What is left out stays; `ends_at` null = no end."""

    model_config = ConfigDict(extra="forbid")

    is_on: bool | None = None
    ends_at: AwareDatetime | None = Field(None, examples=["2027-01-15T09:00:00+01:00"])
    is_blocking: bool | None = None


class NewPin(BaseModel):
    """A PIN for the mailbox's owner, who may have to change it."""

    pin: SecretStr = Field(examples=["8642"])


def desk_routes(desk: MailboxDesk | None) -> APIRouter:
    """All of it; nothing when the server was given no desk."""
    router = ApiRouter(prefix="/mailboxes/{number}", tags=["mailboxes"], responses=documented(*_PROBLEMS))
    if desk is not None:
        _add_mailbox(router, desk)
        _add_greetings(router, desk)
    return router


def _add_mailbox(router: APIRouter, desk: MailboxDesk) -> None:
    @router.get("/profile", summary="What holds for a mailbox", dependencies=_OWNERS)
    async def mailbox_profile(http: Request, number: MailboxNumber) -> Profile:
        await allow(http, desk, number)
        return Profile.model_validate(await desk.profile(number))

    @router.put("/pin", summary="Give a mailbox a PIN", dependencies=[needs(Right.ADMINISTER)], status_code=204)
    async def set_pin(http: Request, number: MailboxNumber, body: NewPin) -> Response:
        who = await allow(http, desk, number)
        fault = await desk.give_pin(number, body.pin.get_secret_value(), who)
        if fault:
            raise ProblemError("invalid", f"pin: {fault.replace('_', ' ')}; choose another")
        return Response(status_code=204)


def _add_greetings(router: APIRouter, desk: MailboxDesk) -> None:
    @router.get("/greetings", summary="A mailbox's greetings", dependencies=_OWNERS)
    async def list_greetings(http: Request, number: MailboxNumber) -> GreetingList:
        await allow(http, desk, number)
        return GreetingList(items=[_view(greeting) for greeting in await desk.greetings(number)])

    one = "/greetings/{kind}"
    missing = documented("greeting-unknown")

    @router.get(
        one,
        summary="A greeting as a WAV file",
        dependencies=_OWNERS,
        response_class=Response,
        responses={200: _WAV, **missing},
    )
    async def hear_greeting(http: Request, number: MailboxNumber, kind: Kind) -> Response:
        await allow(http, desk, number)
        found = await desk.sound(number, kind)
        if found is None:
            raise ProblemError("greeting-unknown", kind.value)
        return Response(found, media_type="audio/wav")

    @router.put(
        one,
        summary="Make a WAV file a greeting",
        dependencies=_OWNERS,
        description="Any rate, width and number of channels; it is kept as 8 kHz, 16 bit, mono.",
        status_code=204,
        responses=documented("too-large"),
    )
    async def put_greeting(
        http: Request, number: MailboxNumber, kind: Kind, wav: Annotated[bytes, Body(media_type="audio/wav")]
    ) -> Response:
        await allow(http, desk, number)
        try:
            await desk.keep_greeting(number, kind, wav)
        except BrokenRecordingError as error:
            raise ProblemError("invalid", str(error)) from None
        return Response(status_code=204)

    @router.patch(
        one,
        summary="Switch a greeting on or off, let it end, let it block",
        dependencies=_OWNERS,
        status_code=204,
        responses=missing,
    )
    async def change_greeting(http: Request, number: MailboxNumber, kind: Kind, body: GreetingChange) -> Response:
        await allow(http, desk, number)
        ends_at = (body.ends_at.timestamp() if body.ends_at else 0.0) if "ends_at" in body.model_fields_set else None
        if body.model_fields_set and not await desk.change_greeting(
            number, kind, is_on=body.is_on, ends_at=ends_at, is_blocking=body.is_blocking
        ):
            raise ProblemError("greeting-unknown", kind.value)
        return Response(status_code=204)

    @router.delete(one, summary="Take a greeting away", dependencies=_OWNERS, status_code=204, responses=missing)
    async def remove_greeting(http: Request, number: MailboxNumber, kind: Kind) -> Response:
        await allow(http, desk, number)
        if not await desk.remove_greeting(number, kind):
            raise ProblemError("greeting-unknown", kind.value)
        return Response(status_code=204)


async def allow(http: Request, desk: KnowsMailboxes, number: str) -> str:
    """Who asks, if it is his mailbox or he administers all, and it is there. Raises ProblemError."""
    who = who_asks(http)
    if not may_open_mailbox(who, number):
        raise ProblemError("not-allowed", f"mailbox {number} is not yours")
    if not await desk.knows(number):
        raise ProblemError("mailbox-unknown", number)
    return who.name


def _view(greeting: Greeting) -> GreetingView:
    return GreetingView(
        kind=greeting.kind,
        duration_s=round(greeting.duration_s, 3),
        recorded_at=greeting.recorded_at,
        is_on=greeting.is_on,
        ends_at=datetime.fromtimestamp(greeting.expires_at).astimezone() if greeting.expires_at else None,
        is_blocking=greeting.is_blocking,
    )

"""The prompt sets over HTTP: heard clip by clip, recorded anew by the house, a studio's take brought in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from vmq.access.rights import Right
from vmq.errors import BrokenRecordingError
from vmq.http.identity import who_asks
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.voice_ports import PromptDesk

SetName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["en-house"])]
ClipId = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)?$", max_length=100, examples=["digits/5"]),
]
_READ = ("token-needed", "not-allowed", "clip-unknown", "invalid", "storage-failed")
_WRITE = (*_READ, "foreign-origin", "too-large")


class SetView(Shape):
    """A prompt set."""

    name: str = Field(examples=["en-house"])
    language: str = Field(examples=["en"])
    clips: int = Field(examples=[420])


class SetList(Shape):
    """All prompt sets, in the order in which clips are looked for."""

    items: list[SetView]


class ClipView(Shape):
    """A clip."""

    id: str = Field(examples=["vm-youhave"])
    text: str = Field(examples=["You have"])
    is_own: bool = Field(description="Callers hear a recording of the house's own.", examples=[False])
    is_silent: bool = Field(description="There is no sound of it.", examples=[False])


class ClipList(Shape):
    """All clips of a set."""

    items: list[ClipView]


class TakeLineView(Shape):
    """What became of a line of a take."""

    id: str = Field(examples=["vm-youhave"])
    text: str = Field(examples=["You have"])
    is_taken: bool = Field(examples=[True])
    doubts: list[str] = Field(examples=[[]])


class TakeView(Shape):
    """What became of a take."""

    lines: list[TakeLineView]
    left_over_s: list[tuple[float, float]] = Field(description="Of these seconds nothing was made.", examples=[[]])


def prompt_routes(desk: PromptDesk | None) -> APIRouter:
    """All of /prompts; nothing when the server was given none."""
    router = ApiRouter(prefix="/prompts", tags=["prompts"], dependencies=[needs(Right.ADMINISTER)])
    if desk is not None:
        _add_sets(router, desk)
        _add_clip(router, desk)
    return router


def _add_sets(router: APIRouter, desk: PromptDesk) -> None:
    @router.get("", summary="All prompt sets", name="list_prompt_sets", responses=documented(*_READ))
    async def sets() -> SetList:
        return SetList(items=[SetView(**asdict(each)) for each in desk.sets()])

    @router.get("/{name}", summary="A prompt set's clips", name="list_clips", responses=documented(*_READ))
    async def clips(name: SetName) -> ClipList:
        found = await desk.clips(name)
        if found is None:
            raise ProblemError("clip-unknown", name)
        return ClipList(items=[ClipView(**asdict(each)) for each in found])

    @router.post(
        "/{name}/take",
        summary="Bring in a studio's take: one WAV file, the set's lines in their order",
        description="It is cut, levelled, trimmed; what is in doubt is told, and left out unless `everything`.",
        name="import_take",
        responses=documented(*_WRITE, "config-refused"),
    )
    async def take(
        http: Request,
        name: SetName,
        wav: Annotated[bytes, Body(media_type="audio/wav", min_length=1)],
        everything: Annotated[bool, Query(description="Doubtful lines too.")] = False,
    ) -> TakeView:
        if await desk.clips(name) is None:
            raise ProblemError("clip-unknown", name)
        try:
            done = await desk.take(name, wav, who_asks(http).name, takes_all=everything)
        except BrokenRecordingError as error:
            raise ProblemError("invalid", str(error)) from None
        return TakeView(
            lines=[TakeLineView(**{**asdict(line), "doubts": list(line.doubts)}) for line in done.lines],
            left_over_s=list(done.left_over_s),
        )


def _add_clip(router: APIRouter, desk: PromptDesk) -> None:
    one = "/{name}/clips/{clip:path}"

    @router.get(
        one,
        summary="What callers hear, as a WAV file",
        name="hear_clip",
        response_class=Response,
        responses={200: {"content": {"audio/wav": {}}}, **documented(*_READ)},
    )
    async def hear(name: SetName, clip: ClipId) -> Response:
        found = await desk.sound(name, clip)
        if found is None:
            raise ProblemError("clip-unknown", f"{name} {clip}")
        return Response(found, media_type="audio/wav", headers={"cache-control": "no-store"})

    @router.put(
        one,
        summary="Let callers hear a recording of the house's own",
        description="A WAV file of any kind; it is levelled and trimmed.",
        name="record_clip",
        status_code=204,
        responses=documented(*_WRITE),
    )
    async def record(
        http: Request, name: SetName, clip: ClipId, wav: Annotated[bytes, Body(media_type="audio/wav", min_length=1)]
    ) -> Response:
        await _check(desk, name, clip)
        try:
            is_kept = await desk.record(name, clip, wav, who_asks(http).name)
        except BrokenRecordingError as error:
            raise ProblemError("invalid", str(error)) from None
        if not is_kept:
            raise ProblemError("invalid", "there is nothing to hear in this recording")
        return Response(status_code=204)

    @router.delete(
        one,
        summary="Let callers hear again what they heard before",
        name="withdraw_clip",
        status_code=204,
        responses=documented(*_WRITE),
    )
    async def withdraw(name: SetName, clip: ClipId) -> Response:
        await _check(desk, name, clip)
        await desk.withdraw(name, clip)
        return Response(status_code=204)


async def _check(desk: PromptDesk, name: str, clip: str) -> None:
    """Raises ProblemError when the set has no such clip."""
    if clip not in {each.id for each in await desk.clips(name) or ()}:
        raise ProblemError("clip-unknown", f"{name} {clip}")

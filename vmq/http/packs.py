"""The personalities over HTTP: which there are, what they say and look like; a new one, checked before it counts."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import asdict
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import Field

from vmq.access.rights import Right
from vmq.errors import PackBusyError, PackError
from vmq.http.models import PacksReloaded, Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.voice_ports import PackDesk

PackId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["meridian"])]
Language = Annotated[str, Query(pattern=r"^([A-Za-z]{2,3}([_-][A-Za-z0-9_-]{1,24})?)?$", examples=["en"])]
T = TypeVar("T")
_READ = ("token-needed", "not-allowed", "pack-unknown", "pack-refused", "invalid")
_WRITE = ("token-needed", "foreign-origin", "not-allowed", "pack-busy", "pack-refused", "too-large", "invalid")


class PackView(Shape):
    """A personality."""

    id: str = Field(examples=["meridian"])
    title: str = Field(examples=["Meridian"])
    language: str = Field(description="Its own.", examples=["en"])
    languages: list[str] = Field(description="All that it speaks.", examples=[["en", "de"]])
    subjects: list[str] = Field(description="What it has flows for.", examples=[["voicemail"]])
    based_on: str = Field(description="The personality that it takes the rest from.", examples=["plain"])
    refused: str = Field(description="What is wrong with one that can't be used.", examples=[""])


class PackList(Shape):
    """All personalities, by id."""

    items: list[PackView]


class CardLine(Shape):
    """A key, and what it does."""

    keys: str = Field(examples=["7"])
    text: str = Field(examples=["delete"])


class CardSection(Shape):
    """What can be pressed in a state; `like` is the section that holds too."""

    title: str = Field(examples=["message"])
    like: str = Field(examples=[""])
    lines: list[CardLine]


class CardChapter(Shape):
    """The sections of a flow."""

    title: str = Field(examples=["messages"])
    sections: list[CardSection]


class CardView(Shape):
    """A quick-reference card."""

    title: str = Field(examples=["Meridian"])
    chapters: list[CardChapter]


class DiagramView(Shape):
    """A flow's picture."""

    flow: str = Field(examples=["main"])
    svg: str = Field(examples=["<svg …>"])


class DiagramList(Shape):
    """All flows."""

    items: list[DiagramView]


class CueView(Shape):
    """Something that a personality says."""

    cue: str = Field(examples=["goodbye"])
    text: str = Field(description="Empty where the words depend on facts.", examples=["Goodbye."])


class CueList(Shape):
    """All cues of a language, by name."""

    items: list[CueView]


class PackInstalled(Shape):
    """A personality that is in use now."""

    id: str = Field(examples=["acme"])


def pack_routes(desk: PackDesk | None) -> APIRouter:
    """All of /packs; nothing when the server was given none."""
    router = ApiRouter(prefix="/packs", tags=["packs"], dependencies=[needs(Right.ADMINISTER)])
    if desk is not None:
        _add_reading(router, desk)
        _add_changing(router, desk)
    return router


def _add_reading(router: APIRouter, desk: PackDesk) -> None:
    said = documented(*_READ)

    @router.get("", summary="All personalities", name="list_packs", responses=said)
    async def everything() -> PackList:
        return PackList(items=[PackView(**asdict(facts)) for facts in await desk.all()])

    @router.get("/{pack}/card", summary="A personality's quick-reference card", responses=said)
    async def pack_card(pack: PackId) -> CardView:
        await _check(desk, pack)
        return CardView.model_validate(await _tried(desk.card(pack)))

    @router.get("/{pack}/diagrams", summary="Pictures of a personality's flows", responses=said)
    async def pack_diagrams(pack: PackId) -> DiagramList:
        await _check(desk, pack)
        found = await _tried(desk.diagrams(pack))
        return DiagramList(items=[DiagramView(flow=flow, svg=svg) for flow, svg in found])

    @router.get("/{pack}/cues", summary="What a personality says", responses=said)
    async def pack_cues(pack: PackId, language: Language = "") -> CueList:
        await _check(desk, pack)
        found = await _tried(desk.cues(pack, language))
        return CueList(items=[CueView(cue=cue, text=text) for cue, text in found.items()])

    @router.get(
        "/{pack}/cues/{cue}/audio",
        summary="Hear what a personality says, as a WAV file",
        description="`fact` may be there several times, as `name=value`: new=3, received_at=2026-03-10T15:05.",
        response_class=Response,
        responses={200: {"content": {"audio/wav": {}}}, **documented(*_READ)},
    )
    async def hear_cue(
        pack: PackId,
        cue: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$", examples=["goodbye"])],
        language: Language = "",
        fact: Annotated[list[str], Query(max_length=30)] = [],  # noqa: B006  FastAPI copies it
    ) -> Response:
        await _check(desk, pack)
        return Response(await _tried(desk.hear(pack, cue, language, fact)), media_type="audio/wav")


def _add_changing(router: APIRouter, desk: PackDesk) -> None:
    @router.post(
        "/reload",
        summary="Open all personalities anew; calls under way keep theirs",
        responses=documented("token-needed", "foreign-origin", "not-allowed", "internal"),
    )
    async def reload_packs() -> PacksReloaded:
        packs, refused = await desk.reload()
        return PacksReloaded(packs=list(packs), refused=dict(refused))

    @router.post(
        "",
        summary="Install a personality from a zip; it is checked first",
        name="install_pack",
        status_code=201,
        responses=documented(*_WRITE),
    )
    async def install(archive: Annotated[bytes, Body(media_type="application/zip", min_length=1)]) -> PackInstalled:
        return PackInstalled(id=await _tried(desk.install(archive)))


async def _check(desk: PackDesk, pack: str) -> None:
    """Raises ProblemError when there is no such pack."""
    if pack not in {facts.id for facts in await desk.all()}:
        raise ProblemError("pack-unknown", pack)


async def _tried(work: Awaitable[T]) -> T:
    """What it gives; a PackError's lines are told one by one."""
    try:
        return await work
    except PackBusyError as error:
        raise ProblemError("pack-busy", str(error)) from None
    except PackError as error:
        lines = [line.strip() for line in str(error).splitlines()]
        raise ProblemError("pack-refused", lines[0], lines[1:]) from None

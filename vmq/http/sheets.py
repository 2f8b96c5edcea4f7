"""Mailboxes and agents of the configuration as CSV: all of them out, and many in at once, all or nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, Field

from vmq.access.rights import Right
from vmq.http.identity import who_asks
from vmq.http.needs import needs
from vmq.http.plurals import plural
from vmq.http.ports import Settings
from vmq.http.problems import documented
from vmq.http.routers import ApiRouter

KINDS = ("mailbox", "agent")
_CSV = "text/csv"
_ADMINISTRATORS = [needs(Right.ADMINISTER)]
_PROBLEMS = ("token-needed", "not-allowed", "config-refused")


class SheetTaken(BaseModel):
    """What a sheet changes, line by line; what it leaves as it is isn't told."""

    lines: list[str] = Field(examples=[["line 3: mailbox 1001: name Ann → Anna"]])
    is_applied: bool = Field(description="False: it was only looked at.", examples=[False])


def sheet_routes(settings: Settings | None) -> APIRouter:
    """All of it; nothing when the server was given no settings."""
    router = ApiRouter(prefix="/config", tags=["configuration"])
    if settings is not None:
        for kind in KINDS:
            _add(router, settings, kind)
    return router


def _add(router: APIRouter, settings: Settings, kind: str) -> None:
    many, address = plural(kind), f"/{plural(kind)}.csv"
    table: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}}}

    @router.get(
        address,
        summary=f"All {many} of the configuration as CSV",
        operation_id=f"export_{many}",
        dependencies=_ADMINISTRATORS,
        response_class=Response,
        responses={**table, **documented(*_PROBLEMS)},
    )
    async def export() -> Response:
        name = {"Content-Disposition": f'attachment; filename="{many}.csv"'}
        return Response(await settings.sheet(kind), media_type=_CSV, headers=name)

    @router.post(
        address,
        summary=f"Add and change many {many} by CSV",
        description="Without `apply` it is only told what would change. What is wrong is told all at once, by line and"
        " column; then nothing changes.",
        operation_id=f"import_{many}",
        dependencies=_ADMINISTRATORS,
        responses=documented(*_PROBLEMS, "changed-meanwhile", "no-config-file", "too-large", "invalid"),
    )
    async def take(
        http: Request,
        content: Annotated[bytes, Body(media_type=_CSV)],
        apply: Annotated[bool, Query(description="Change it.", examples=[True])] = False,
    ) -> SheetTaken:
        lines = await settings.take_sheet(kind, content, is_dry=not apply, by=who_asks(http).name)
        return SheetTaken(lines=list(lines), is_applied=apply)

"""The configuration file as a whole: what can stand in it, what was changed, undoing that, reading it anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, SecretStr

from vmq.access.rights import Right
from vmq.http.identity import who_asks
from vmq.http.models import EditList, EditView, KindList, KindView, Reloaded
from vmq.http.needs import needs
from vmq.http.plurals import key_of, plural
from vmq.http.ports import HttpPorts, ReloadDone
from vmq.http.problems import documented
from vmq.http.routers import ApiRouter

_READ = ("token-needed", "not-allowed", "config-refused")
_WRITE = (*_READ, "foreign-origin", "changed-meanwhile", "no-config-file", "storage-failed")


def edit_routes(ports: HttpPorts) -> APIRouter:
    """All of it; nothing when the server was given no settings."""
    router = ApiRouter(prefix="/config", tags=["configuration"], dependencies=[needs(Right.ADMINISTER)])
    settings = ports.settings
    if settings is None:
        return router

    @router.get("/schema", summary="What can be said of queues, agents …", responses=documented(*_READ))
    async def schema() -> KindList:
        return KindList(items=[_kind(kind, model) for kind, model in settings.kinds.items()])

    @router.get("/changes", summary="The last changes of the file that can be undone", responses=documented(*_READ))
    async def changes() -> EditList:
        edits = reversed(await settings.edits())
        return EditList(items=[EditView(at=edit.at, by=edit.by, diff=edit.diff) for edit in edits])

    @router.post(
        "/undo",
        summary="Undo the last change that was made by the API",
        description="As long as the file still says what it said after that change.",
        responses=documented(*_WRITE, "nothing-to-undo"),
    )
    async def undo(http: Request) -> Reloaded:
        return _told(await settings.undo(who_asks(http).name))

    @router.post("/reload", summary="Read the configuration file anew", responses=documented(*_WRITE))
    async def reload(http: Request) -> Reloaded:
        return _told(await settings.reload(who_asks(http).name))

    return router


def _told(done: ReloadDone) -> Reloaded:
    return Reloaded(changed=list(done.changed), needs_restart=list(done.needs_restart))


def _kind(kind: str, model: type[BaseModel]) -> KindView:
    secrets = [name for name, info in model.model_fields.items() if info.annotation is SecretStr]
    return KindView(
        kind=kind, plural=plural(kind), key=key_of(kind), secrets=secrets, json_schema=model.model_json_schema()
    )

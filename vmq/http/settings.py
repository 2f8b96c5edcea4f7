"""The configuration over HTTP: queues, agents, mailboxes, lists and its other tables, one by one.

A change is written to the file and takes effect before the answer. `GET` gives an ETag; sent back as If-Match it makes
sure that nobody else's change is overwritten (412).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from vmq.access.rights import Right, Who
from vmq.http.identity import who_asks
from vmq.http.models import Preview, SettingList, Wanted
from vmq.http.needs import needs
from vmq.http.plurals import key_of, plural
from vmq.http.ports import HttpPorts, Setting, Settings
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9*#+_.-]{1,64}$", examples=["sales"])]
IfMatch = Annotated[str, Header(max_length=80, description="The ETag that a GET gave.", examples=['"3f2a…"'])]
Values = Annotated[dict[str, Any], Body()]

_PRIVATE = frozenset({"mailbox", "webhook"})
"""Kinds that are administrators' to see: they say what is theirs alone."""
_DOORS = frozenset({"door", "doorbell"})

_READ = ("token-needed", "not-allowed", "setting-unknown", "config-refused")
_WRITE = (*_READ, "foreign-origin", "changed-meanwhile", "no-config-file", "too-large", "invalid")


def settings_routes(ports: HttpPorts) -> APIRouter:
    """All of /config; nothing when the server was given no settings."""
    router = ApiRouter(prefix="/config", tags=["configuration"])
    settings = ports.settings
    if settings is None:
        return router

    for kind, model in settings.kinds.items():
        _add_reading(router, settings, kind, model)
        _add_changing(router, settings, kind, model)
        _add_preview(router, settings, kind)
    _add_members(router, settings)
    return router


def _word(kind: str) -> str:
    return kind.replace("_", " ")


def _add_reading(router: APIRouter, settings: Settings, kind: str, model: type[BaseModel]) -> None:
    """All of one kind, and one of them."""
    many, word, everywhere = plural(kind).replace("-", " "), _word(kind), f"/{plural(kind)}"
    reader = Right.ADMINISTER if kind in _PRIVATE else Right.SUPERVISE

    @router.get(
        everywhere,
        summary=f"All {many} of the configuration",
        operation_id=f"list_{plural(kind).replace('-', '_')}",
        dependencies=[needs(reader)],
        responses=documented(*_READ),
    )
    async def everything(http: Request) -> SettingList:
        who = who_asks(http)
        found = [dict(setting.settings) for setting in await settings.all(kind)]
        return SettingList(items=[each for each in found if _is_seen(who, kind, each)])

    @router.get(
        f"{everywhere}/{{name}}",
        summary=f"A {word} as configured, with its defaults",
        operation_id=f"get_{kind}",
        dependencies=[needs(reader)],
        responses={200: {"model": model}, **documented(*_READ)},
    )
    async def get(http: Request, name: Name) -> Response:
        setting = await settings.get(kind, name)
        if not _is_seen(who_asks(http), kind, setting.settings):
            raise ProblemError("not-allowed", f"{word} {name} is none of yours")
        return _answer(setting)


def _add_changing(router: APIRouter, settings: Settings, kind: str, model: type[BaseModel]) -> None:
    """One of a kind put, patched and taken out."""
    word, everywhere, key = _word(kind), f"/{plural(kind)}", key_of(kind)
    one: dict[int | str, dict[str, Any]] = {200: {"model": model}}
    # The body is checked by the configuration's own rules, whose messages say what to write; the schema is the same.
    body = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}},
        }
    }

    @router.put(
        f"{everywhere}/{{name}}",
        summary=f"Let a {word} say just this; what is left out gets its default",
        operation_id=f"put_{kind}",
        dependencies=[needs(Right.ADMINISTER)],
        responses={**one, 201: {"model": model, "description": "There was none before"}, **documented(*_WRITE)},
        openapi_extra=body,
    )
    async def put(http: Request, name: Name, values: Values, if_match: IfMatch = "") -> Response:
        who = who_asks(http).name
        _same_name(key, name, values)
        is_new = await settings.put(kind, name, values, if_match, who)
        return _answer(await settings.get(kind, name), 201 if is_new else 200)

    @router.patch(
        f"{everywhere}/{{name}}",
        summary=f"Change some settings of a {word}; null = back to the default",
        description="A JSON merge patch (RFC 7396).",
        operation_id=f"patch_{kind}",
        dependencies=[needs(Right.ADMINISTER)],
        responses={**one, **documented(*_WRITE)},
        openapi_extra=body,
    )
    async def patch(http: Request, name: Name, values: Values, if_match: IfMatch = "") -> Response:
        who = who_asks(http).name
        _same_name(key, name, values)
        await settings.patch(kind, name, values, if_match, who)
        return _answer(await settings.get(kind, name))

    @router.delete(
        f"{everywhere}/{{name}}",
        summary=f"Take a {word} out of the configuration",
        status_code=204,
        operation_id=f"delete_{kind}",
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented(*_WRITE),
    )
    async def delete(http: Request, name: Name, if_match: IfMatch = "") -> Response:
        who = who_asks(http).name
        await settings.delete(kind, name, if_match, who)
        return Response(status_code=204)


def _add_preview(router: APIRouter, settings: Settings, kind: str) -> None:
    """What a change would change."""

    @router.post(
        f"/{plural(kind)}/{{name}}/preview",
        summary=f"See what a change of a {_word(kind)} would change in the file",
        description="`settings` as for PUT; null = as for DELETE. Nothing is changed.",
        operation_id=f"preview_{kind}",
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented(*_WRITE),
    )
    async def preview(name: Name, body: Wanted, if_match: IfMatch = "") -> Preview:
        if body.settings is not None:
            _same_name(key_of(kind), name, body.settings)
        return Preview(diff=await settings.preview(kind, name, body.settings, if_match))


class Membership(BaseModel):
    """How an agent serves a queue."""

    penalty: Annotated[int, Field(ge=0, le=1_000_000, examples=[1])] = 0


def _add_members(router: APIRouter, settings: Settings) -> None:
    """The configuration's members of a queue. They stand with the agent; here they can be changed from the queue."""
    address = "/queues/{name}/members/{agent}"

    async def change(name: str, agent: str, who: str, wanted: list[Any]) -> Response:
        await settings.get("queue", name)
        setting = await settings.get("agent", agent)
        others = [each for each in setting.settings["queues"] if _queue_of(each) != name]
        await settings.patch("agent", agent, {"queues": [*others, *wanted]}, setting.etag, who)
        return _answer(await settings.get("agent", agent))

    @router.put(
        address,
        summary="Let a configured agent serve a queue, in the file",
        operation_id="put_member",
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented(*_WRITE),
    )
    async def put(http: Request, name: Name, agent: Name, body: Membership | None = None) -> Response:
        who = who_asks(http).name
        penalty = body.penalty if body else 0
        return await change(name, agent, who, [{"name": name, "penalty": penalty} if penalty else name])

    @router.delete(
        address,
        summary="Let a configured agent serve a queue no longer, in the file",
        operation_id="delete_member",
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented(*_WRITE),
    )
    async def delete(http: Request, name: Name, agent: Name) -> Response:
        return await change(name, agent, who_asks(http).name, [])


def _queue_of(membership: Any) -> str:
    return str(membership["name"]) if isinstance(membership, Mapping) else str(membership)


def _is_seen(who: Who, kind: str, settings: Mapping[str, Any]) -> bool:
    """A supervisor with a group sees its queues and who serves them; what belongs to the house, everybody. But doors'
    lists are private numbers of friends, and who is kept out: those see them who see all of doors (vmq.http.doors)."""
    if kind in _DOORS:
        return who.sees_all
    if who.queues is None or kind not in {"queue", "agent"}:
        return True
    names = [settings["name"]] if kind == "queue" else [_queue_of(each) for each in settings["queues"]]
    return not who.queues.isdisjoint(names)


def _same_name(key: str, name: str, values: Mapping[str, Any]) -> None:
    if values.get(key, name) != name:
        raise ProblemError("invalid", f"{key}: the address says {name!r}; leave it out, or write the same")


def _answer(setting: Setting, status: int = 200) -> Response:
    return JSONResponse(dict(setting.settings), status, {"ETag": setting.etag})

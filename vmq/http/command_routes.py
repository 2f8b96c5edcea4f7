"""Makes a route of every command: checks who asks, and that what he names is there and his; posts the event.

The answer is 202: what came of it is seen on the floor and in the stream.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from vmq.access.rights import Who
from vmq.http.commands import ALL
from vmq.http.commands.registry import Command
from vmq.http.identity import who_asks
from vmq.http.models import Taken
from vmq.http.needs import check_may, needs
from vmq.http.once import IdempotencyKey, once
from vmq.http.ports import HttpPorts
from vmq.http.problems import ProblemError, documented, explain
from vmq.http.routers import ApiRouter

_UNKNOWN = {kind: f"{kind}-unknown" for kind in ("agent", "queue", "caller", "offer", "call")}
_PROBLEMS = (
    "token-needed",
    "foreign-origin",
    "not-allowed",
    *_UNKNOWN.values(),
    "too-large",
    "invalid",
    "device-refused",
)
_ONCE = (*_PROBLEMS, "in-progress", "key-reused", "storage-failed")


def command_routes(ports: HttpPorts) -> APIRouter:
    """All commands, each under the address it names."""
    router = ApiRouter(responses=documented(*_PROBLEMS))
    for command in ALL:
        router.add_api_route(
            command.address,
            _endpoint(command, ports),
            methods=[command.method],
            status_code=202,
            response_model=Taken,
            summary=command.summary,
            description="\n\n".join(filter(None, (command.description, f"Needs the right `{command.right.value}`."))),
            operation_id=command.words.replace(" ", "_").replace("-", "_"),
            tags=[command.address.split("/")[1]],
            dependencies=[needs(command.right)],
            responses=documented(*_ONCE) if command.starts_call else None,
            # The page's help lists those that say so.
            openapi_extra={"x-command": {"words": command.words, "right": command.right.value}},
        )
    return router


def _endpoint(command: Command, ports: HttpPorts) -> Callable[..., Any]:
    async def endpoint(http: Request, **values: Any) -> Any:
        key = values.pop("idempotency_key", None)
        body = values.pop("body", None)
        if isinstance(body, BaseModel):
            values |= body.model_dump(exclude_unset=True)
        try:
            wanted = command.request.model_validate(values)
        except ValidationError as error:
            raise ProblemError("invalid", "; ".join(explain(dict(each)) for each in error.errors())) from None

        async def work() -> dict[str, str]:
            return _give(command, wanted, who_asks(http), ports)

        return await once(ports.access, http, key, values, work) if command.starts_call else await work()

    endpoint.__signature__ = inspect.Signature(_parameters(command))  # type: ignore[attr-defined]
    return endpoint


def _give(command: Command, wanted: Any, who: Who, ports: HttpPorts) -> dict[str, str]:
    """Post the command's event, if what it names is there and his."""
    for kind, name in command.named(wanted):
        if not ports.knows(kind, name):
            raise ProblemError(_UNKNOWN[kind], name)
        check_may(ports.subject, who, command.right, kind, name)
    if command.by_queue and not wanted.queue and not who.sees_all:
        raise ProblemError("not-allowed", "say in which of your queues")
    for kind, name in command.reached(wanted):
        rules = ports.devices()
        if fault := rules.fault(name) if kind == "device" else rules.context_fault(name):
            raise ProblemError("device-refused", fault)
    event = command.make(wanted, who)
    ports.events.post(event)
    return {"command": command.words, "event": type(event).__name__}


def _parameters(command: Command) -> list[inspect.Parameter]:
    """The endpoint's arguments as FastAPI reads them: the request, what the address names, and the rest."""

    def parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    found = [inspect.Parameter("http", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)]
    if command.starts_call:
        found.append(parameter("idempotency_key", IdempotencyKey, None))
    for name, info in command.address_fields.items():
        found.append(parameter(name, Annotated[info.annotation, info, Path()]))
    others = command.other_fields
    if command.method == "DELETE":
        return found + [
            parameter(name, Annotated[info.annotation, info, Query()], info.default) for name, info in others.items()
        ]
    if others:
        is_needed = any(info.is_required() for info in others.values())
        body = _body(command)
        found.append(
            parameter("body", Annotated[body, Body()])
            if is_needed
            else parameter("body", Annotated[body | None, Body()], None)
        )
    return found


@cache
def _body(command: Command) -> type[BaseModel]:
    """What of the request is not in the address, under the request's own name."""
    fields: dict[str, Any] = {name: (info.annotation, info) for name, info in command.other_fields.items()}
    return create_model(
        command.request.__name__,
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=command.request.__doc__,
        **fields,
    )

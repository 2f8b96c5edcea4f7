"""What is to be sent: a command of the registry, or any operation of the API's OpenAPI document. Pure.

In: a command's words or an operation's id, and values by name. Out: a request: method, address below /api/v1, query,
headers, body. Raises Refused (id `invalid`) for values that the server would refuse too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from pydantic import ValidationError

from vmq.client.errors import Refused
from vmq.http.commands import ALL
from vmq.http.commands.registry import Command

ROOT = "/api/v1"
JSON = "application/json"
COMMANDS: Mapping[str, Command] = {command.words: command for command in ALL}
KEY_HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request. `address` is below /api/v1, with its names quoted; `body` is JSON unless `media_type` is another's,
    then bytes; None = there is none."""

    method: str
    address: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document. `places` says of each parameter where it goes (path, query, header), by the name
    that Python gives it; `media_type` is the body's, empty = it has none."""

    method: str
    path: str
    places: Mapping[str, tuple[str, str]]
    media_type: str = ""

    @property
    def cursor(self) -> str:
        """The parameter that `next` of a page is sent as; empty for what has no pages."""
        return next((name for name in ("after", "before") if name in self.places), "")


def command_wanted(words: str, values: Mapping[str, Any], key: str = "") -> Wanted:
    """A command by its words (`agent pause`). One that rings somebody is given a key, so that it is done once however
    often it is sent; `key` is the caller's own."""
    command = COMMANDS.get(words)
    if command is None:
        raise Refused("invalid", 422, "There is no such command", words)
    try:
        request = command.request.model_validate(dict(values))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise Refused("invalid", 422, "A value of the request is not valid", "; ".join(lines), lines) from None
    given = request.model_dump(mode="json", exclude_unset=True)
    address = command.address.format(**{name: _quoted(given.pop(name)) for name in command.address_fields})
    headers = {KEY_HEADER: key or str(uuid4())} if command.starts_call else {}
    if command.method == "DELETE":
        return Wanted(command.method, address, given, headers)
    return Wanted(command.method, address, headers=headers, body=given if command.other_fields else None)


def operations_of(document: Mapping[str, Any]) -> dict[str, Operation]:
    """Every operation below /api/v1 of an OpenAPI document, by its id."""
    return {
        each["operationId"]: _operation(method, path.removeprefix(ROOT), each)
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if path.startswith(f"{ROOT}/")
    }


def operation_wanted(operation: Operation, values: Mapping[str, Any]) -> Wanted:
    """An operation with these values. What is no parameter is a field of the JSON body; `body` is the whole of it, and
    must be bytes where the body is no JSON."""
    places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    rest = {}
    for name, value in values.items():
        where, real = operation.places.get(name, ("", name))
        if not where:
            rest[name] = value
        elif value is not None:
            places[where][real] = value
    if missing := [name for name, (where, real) in operation.places.items() if _lacks(where, real, places)]:
        raise Refused("invalid", 422, "A value of the request is missing", ", ".join(missing))
    if rest and not operation.media_type:
        raise Refused("invalid", 422, "The request takes no such value", ", ".join(rest))
    body = rest.pop("body", None)
    address = operation.path.format(**{name: _quoted(value) for name, value in places["path"].items()})
    headers = {name: str(value) for name, value in places["header"].items()}
    return Wanted(operation.method, address, places["query"], headers, rest or body, operation.media_type or JSON)


def _lacks(where: str, name: str, places: Mapping[str, Mapping[str, Any]]) -> bool:
    return where == "path" and name not in places["path"]


def _operation(method: str, path: str, described: Mapping[str, Any]) -> Operation:
    places = {
        each["name"].lower().replace("-", "_"): (each["in"], each["name"]) for each in described.get("parameters", ())
    }
    media_types = [*described.get("requestBody", {}).get("content", ())]
    # A route's converter ({clip:path}) isn't in the document; there, a name is a name.
    return Operation(method.upper(), path, places, media_types[0] if media_types else "")


def _quoted(value: Any) -> str:
    return quote(str(value), safe="")

"""Writes down who did what: every request that commands or changes something, and every one that was refused.

In: requests on their way in, answers on their way out. Out: entries of the audit log, written before the answer is
sent: whoever has been told that something is done can read there that he did it. Secrets are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmq.access.addresses import AddressLimit
from vmq.access.audit import DONE, AuditEntry, without_secrets
from vmq.errors import StorageError
from vmq.http.identity import address_of, visit_of
from vmq.http.ports import Access

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
NOBODYS_MAX = 100
NOBODYS_S = 600.0
"""So many entries of people who weren't let in, in so many seconds, from one address: the log can't be flooded."""


class Recorder:
    """Writes entries. Without `access` there is nobody to write about."""

    def __init__(self, access: Access | None) -> None:
        self._access = access
        self._nobodys = AddressLimit(NOBODYS_MAX, NOBODYS_S)

    async def note(self, scope: Scope, status: int, problem_id: str = "", body: bytes = b"") -> None:
        """Write down what came of a request, if it is one to be written down. What fails is logged: it is done."""
        if self._access is None or not _is_noted(scope, status):
            return
        who = visit_of(HTTPConnection(scope)).who.name
        address, now = address_of(scope), self._access.now()
        if not who and self._nobodys.attempt(address, now) > 0:
            return
        result = problem_id or (DONE if status < HTTPStatus.BAD_REQUEST else str(status))
        action, target = _what(scope)
        try:
            entry = AuditEntry(now, who, address, action, target, _details(scope, body), result)
            await self._access.audit.add(entry)
        except StorageError as error:
            log.error("audit_not_written", who=who, action=action, error=str(error))


class Recording:
    """ASGI middleware around the app, inside the limit of a body: its receive gives the body in one piece."""

    def __init__(self, app: ASGIApp, recorder: Recorder) -> None:
        self._app = app
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; before its answer goes out, write down what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = b""

        async def receive_and_keep() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def note_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                problem_id = scope.get("state", {}).get("problem", "")
                await self._recorder.note(scope, message["status"], problem_id, body)
            await send(message)

        await self._app(scope, receive_and_keep, note_and_send)


def _is_noted(scope: Scope, status: int) -> bool:
    """Not what only looks, unless its route says so; of what is refused, not that somebody who hasn't logged in yet
    asks whether he has."""
    said = scope.get("state", {})
    if scope["method"] not in SAFE_METHODS or said.get("is_login") or said.get("is_noted"):
        return True
    if status == HTTPStatus.UNAUTHORIZED:
        return "authorization" in Headers(scope=scope)
    return status in _REFUSALS


def _what(scope: Scope) -> tuple[str, str]:
    """What was wanted of what: a route's name and the names in its address; without a route, method and path."""
    route = scope.get("route")
    name = getattr(route, "operation_id", None) or getattr(route, "name", "")
    if not name:
        return scope["method"], scope["path"]
    return name.replace("_", " "), " ".join(str(value) for value in scope.get("path_params", {}).values())


def _details(scope: Scope, body: bytes) -> Mapping[str, Any]:
    """The arguments, without secrets; a body that is no JSON object says nothing."""
    found: dict[str, Any] = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    try:
        given = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        given = {}
    found |= given if isinstance(given, dict) else {}
    kept = without_secrets(found)
    return kept if isinstance(kept, Mapping) else {}

"""Reads a request's body before the app sees the request; one that is too large is answered and reaches no route.

Bodies are small, but for greetings and messages, which are sound (ten minutes of it in a studio's quality), and for
tables of mailboxes. Who may have none is not read that far.
"""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmq.access.rights import Right
from vmq.http.identity import who_asks
from vmq.http.problems import answer

MAX_BODY_BYTES = 64 * 1024
MAX_SOUND_BYTES = 120 * 1024 * 1024
MAX_TABLE_BYTES = 8 * 1024 * 1024
_SOUND = re.compile(
    r"(PUT /api/v1/mailboxes/[^/]+/greetings/[^/]+|POST /api/v1/mailboxes/[^/]+/messages(/[^/]+/forward)?)"
)
_TABLE = re.compile(r"POST /api/v1/config/[a-z-]+\.csv")


class BodyLimit:
    """ASGI middleware. A body is read whole, and then given to the app in one piece."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a small body on; answer any other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        body = await _read(receive, limit)
        if body is None:
            await answer("too-large", f"a body may have {limit} bytes")(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_whole() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, receive_whole, send)

    def _limit(self, scope: Scope) -> int:
        """How much whoever has got in may send there."""
        where = f"{scope['method']} {scope['path']}"
        if _SOUND.fullmatch(where) and Right.AGENT in who_asks(HTTPConnection(scope)).rights:
            return MAX_SOUND_BYTES
        if _TABLE.fullmatch(where) and Right.ADMINISTER in who_asks(HTTPConnection(scope)).rights:
            return MAX_TABLE_BYTES
        return self._max_bytes


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The body, or None as soon as it is too large. A peer that leaves meanwhile has no more to say."""
    body = bytearray()
    while len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body) if len(body) <= limit else None
    return None

"""Reads a request's body before the app sees the request; one that is too large is answered and reaches no route."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmq.http.problems import answer

MAX_BODY_BYTES = 64 * 1024


class BodyLimit:
    """ASGI middleware. All our bodies are small: one is read whole, and then given to the app in one piece."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a small body on; answer any other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await answer("too-large", f"a body may have {self._max_bytes} bytes")(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_whole() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, receive_whole, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body, or None as soon as it is too large. A peer that leaves meanwhile has no more to say."""
        body = b""
        while len(body) <= self._max_bytes:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                return body if len(body) <= self._max_bytes else None
        return None

"""One HTTP connection, bounded: how many there are, how long a request may take to come, and an answer to be read.

uvicorn bounds the size of a head and the idle time between requests, and nothing else: a peer that sends half a head,
or never reads its answer, would stay for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS = 1000
MAX_HEAD_BYTES = 16 * 1024
MAX_MESSAGE_BYTES = 32 * 1024
REQUEST_S = 10.0
READ_S = 20.0


class BoundedConnection(H11Protocol):
    """uvicorn's connection with deadlines. A connection that misses one is cut off without a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_websocket = False
        self._request_deadline: asyncio.TimerHandle | None = None
        self._read_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer is there: it has REQUEST_S for its first request, if there is room for it."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > MAX_CONNECTIONS:
            self.transport.abort()
        else:
            self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Some of a request: the deadline stands until it is whole, body and all."""
        super().data_received(data)
        self._expect_request()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on it is a WebSocket's, which asks its peer every few seconds whether it is still there."""
        self._is_websocket = True
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        self._expect_request()

    def pause_writing(self) -> None:
        """The peer doesn't read: it has READ_S to begin."""
        super().pause_writing()
        self._read_deadline = self._read_deadline or self.loop.call_later(READ_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        _cancel(self._read_deadline)
        self._read_deadline = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer is gone."""
        _cancel(self._request_deadline)
        _cancel(self._read_deadline)
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        """Have a deadline while a request is awaited or arriving, none while one is being answered."""
        is_answering = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if is_answering or self._is_websocket:
            _cancel(self._request_deadline)
            self._request_deadline = None
        elif self._request_deadline is None and not self.transport.is_closing():
            # A kept connection may idle first; a request that then comes in drops by drop has the same time in all.
            seconds = REQUEST_S if self.cycle is None else REQUEST_S + self.timeout_keep_alive
            self._request_deadline = self.loop.call_later(seconds, self.transport.abort)


def _cancel(deadline: asyncio.TimerHandle | None) -> None:
    if deadline is not None:
        deadline.cancel()

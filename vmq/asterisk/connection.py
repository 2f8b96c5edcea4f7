"""One TCP connection from Asterisk: bytes come in; one head, then lines go out, each in the moment it is whole.

No task waits for them, so that what a call costs is its dialogue and not the waking up of readers. Whatever a peer
sends, no more than MAX_BYTES of it is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any, Protocol, cast

MAX_BYTES = 16 * 1024
"""The longest head, and the longest line after it."""


class Gate(Protocol):
    """Who decides about connections that have not become a session."""

    def opened(self, connection: AgiConnection) -> None:
        """A peer has connected."""
        ...

    def head_read(self, connection: AgiConnection, head: bytes) -> None:
        """Its head is whole (without the empty line that ends it). To take the connection over is to set `taker`."""
        ...

    def head_failed(self, connection: AgiConnection, why: str) -> None:
        """There will be no head. The connection closes."""
        ...


class Taker(Protocol):
    """Who has a connection's lines after its head."""

    def take(self, line: str) -> None:
        """A line, without its end."""
        ...

    def lost(self, why: str) -> None:
        """No more lines will come."""
        ...


class AgiConnection(asyncio.Protocol):
    """A connection, of the gate until it has a taker. `closed` is set once the socket is."""

    transport: asyncio.Transport

    def __init__(self, gate: Gate) -> None:
        self.taker: Taker | None = None
        self.closed = asyncio.Event()
        self._gate = gate
        self._buffer = bytearray()

    @property
    def peer(self) -> Any:
        """The address at the other end; None when it is gone already."""
        return self.transport.get_extra_info("peername")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self.transport = cast(asyncio.Transport, transport)
        self._gate.opened(self)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self.transport.is_closing():
            return
        self._buffer += data
        if self.taker is None:
            self._take_head()
        if self.taker is not None:
            self._take_lines(self.taker)

    def connection_lost(self, _: Exception | None) -> None:
        """The socket is closed."""
        self.closed.set()
        if self.taker is not None:
            self.taker.lost("the connection to Asterisk is closed")
        else:
            self._gate.head_failed(self, "closed before its end")

    def _take_head(self) -> None:
        end = self._buffer.find(b"\n\n")
        if (end if end >= 0 else len(self._buffer)) > MAX_BYTES:
            self._gate.head_failed(self, f"longer than {MAX_BYTES} bytes")
        elif end >= 0:
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 2]
            self._gate.head_read(self, head)
        else:
            quick_ack(self.transport.get_extra_info("socket"))

    def _take_lines(self, taker: Taker) -> None:
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            if len(line) <= MAX_BYTES:
                taker.take(line.decode(errors="replace"))
        if any(len(line) > MAX_BYTES for line in (*lines, self._buffer)):
            self._buffer.clear()
            taker.lost("a line from Asterisk is too long")


def tune(sock: Any) -> None:
    """A peer that vanished is noticed within half a minute. Linux hands a listening socket's options down."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 20_000)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def quick_ack(sock: Any) -> None:
    """Have the kernel acknowledge at once what has come so far.

    Asterisk writes each line by itself with Nagle's algorithm on: the next of a head, or of a reply of several lines,
    waits for this, up to 40 ms. What a command of ours answers needs none: the command carries the acknowledgement.
    """
    if sock is not None and hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

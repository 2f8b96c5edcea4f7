"""A TCP relay between vmq and Asterisk's manager port, so that a test can break the link and leave the calls alone.

In: Asterisk's port. Out: a port of its own, for vmq's configuration. Broken, it cuts all connections and refuses new
ones at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class LinkBreaker:
    """`async with LinkBreaker(port) as breaker:` relays; `break_link()` and `mend()` as often as wanted."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._is_broken = False
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.break_link()
        self._server.close()
        await self._server.wait_closed()

    def break_link(self) -> None:
        """Cut what there is, without a word, and whoever comes."""
        self._is_broken = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Relay again."""
        self._is_broken = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_broken:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self._writers |= both
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        self._writers -= both


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()

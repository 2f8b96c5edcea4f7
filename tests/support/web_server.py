"""A web server for one kind of request: keeps what it got, and answers as it is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class Got:
    """A request: its first line, headers (lower case) and body."""

    line: str
    headers: dict[str, str]
    body: bytes


class WebServer:
    """`async with WebServer() as server:`; `statuses` are the answers, the last one for ever; 0 = none at all."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses or (204,))
        self.got: list[Got] = []
        self.more_headers = ""
        self._news = asyncio.Condition()

    async def __aenter__(self) -> WebServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/told"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def wait(self, count: int = 1) -> list[Got]:
        """All requests, once there are so many."""
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(lambda: len(self.got) >= count)
        return self.got

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            async with self._news:
                self.got.append(Got(line, headers, body))
                self._news.notify_all()
            if status:
                writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n{self.more_headers}\r\n".encode())
                await writer.drain()
            else:
                await reader.read()
        finally:
            writer.close()

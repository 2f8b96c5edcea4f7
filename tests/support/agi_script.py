"""A FastAGI server of a few lines for tests of a PBX: each script path is one coroutine of the test.

`Call.command` sends a line and returns the reply; lines that come unasked (HANGUP) are kept in `unasked`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

DEADLINE_S = 30.0


class Call:
    """One AGI session, from the server's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.head: list[tuple[str, str]] = []
        self.unasked: list[str] = []

    @property
    def variables(self) -> dict[str, str]:
        """The head, by name without `agi_`."""
        return {key.removeprefix("agi_"): value for key, value in self.head}

    async def read_head(self) -> None:
        """Take the head in."""
        while text := (await self.line()):
            key, _, value = text.partition(": ")
            self.head.append((key, value))

    async def line(self) -> str:
        """The next line, whatever it is; empty at the end of the head and of the connection."""
        async with asyncio.timeout(DEADLINE_S):
            return (await self._reader.readline()).decode().rstrip("\n")

    def send(self, command: str) -> None:
        """Send a command and don't wait."""
        self._writer.write(command.encode() + b"\n")

    async def command(self, command: str) -> str:
        """Send a command and return its reply."""
        self.send(command)
        return await self.reply()

    async def reply(self) -> str:
        """The next reply; HANGUP lines before it are put aside."""
        while (line := await self.line()) == "HANGUP":
            self.unasked.append(line)
        return line

    def close(self) -> None:
        """End the session, as a finished script does."""
        self._writer.close()


class ScriptServer:
    """Serves `scripts` by path on a free port of loopback. A script's failure is raised when the server is closed."""

    def __init__(self, **scripts: Callable[[Call], Awaitable[None]]) -> None:
        self.scripts = scripts
        self.calls: list[Call] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.address = ""

    async def __aenter__(self) -> ScriptServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._server.close()
        async with asyncio.timeout(DEADLINE_S):
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not any(failure):
                raise result

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._run(Call(reader, writer)))
        self._tasks.add(task)

    async def _run(self, call: Call) -> None:
        try:
            await call.read_head()
            self.calls.append(call)
            await self.scripts[call.variables["network_script"].partition("/")[0]](call)
        finally:
            call.close()

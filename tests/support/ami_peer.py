"""A small AMI server for tests, that misbehaves on demand. Free port on 127.0.0.1, no threads.

Every action a client sends is kept in `actions`, each as its header lines in order. `answers` maps an action to what is
sent back; `{id}` stands for the ActionID. An action answered with None gets no answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

GREETING = b"Asterisk Call Manager/9.0.0\r\n"
SUCCESS = "Response: Success\r\nActionID: {id}\r\n\r\n"
BOOTED = "Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
EMPTY_LIST = (
    "Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"
    "Event: ListComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
)


def list_answer(*entries: str) -> str:
    """The answer of a list action; each entry is an event without its ActionID and empty line."""
    middle = "".join(f"{entry.rstrip()}\r\nActionID: {{id}}\r\n\r\n" for entry in entries)
    return EMPTY_LIST.replace("\r\n\r\nEvent: ListComplete", f"\r\n\r\n{middle}Event: ListComplete")


class AmiPeer:
    """`async with AmiPeer() as peer:` listens; `peer.port` is where."""

    def __init__(self) -> None:
        self.actions: list[dict[str, list[str]]] = []
        self.raw = b""
        self.answers: dict[str, str | None] = {
            "Login": SUCCESS + BOOTED,
            "DeviceStateList": EMPTY_LIST,
            "CoreShowChannels": EMPTY_LIST,
            "BridgeList": EMPTY_LIST,
        }
        self.before_answer: Callable[[str], None] = lambda name: None
        self.greeting = GREETING
        self.is_silent = False
        self.connections = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()
        await self._server.wait_closed()

    def names(self) -> list[str]:
        """The actions so far, by name."""
        return [action["Action"][0] for action in self.actions]

    async def wait_for(self, is_true: Callable[[], bool], deadline_s: float = 5.0) -> None:
        """Wait until something is true, looking after every action and connection."""
        async with asyncio.timeout(deadline_s), self._changed:
            await self._changed.wait_for(is_true)

    async def wait_action(self, name: str, count: int = 1) -> dict[str, list[str]]:
        """The count-th action of this name, once it has come."""
        await self.wait_for(lambda: self.names().count(name) >= count)
        return [action for action in self.actions if action["Action"][0] == name][count - 1]

    def say(self, data: str | bytes) -> None:
        """Send to the newest connection."""
        self._writers[-1].write(data.encode() if isinstance(data, str) else data)

    def drop(self) -> None:
        """Break all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def stop_reading(self) -> None:
        """Leave what comes from now on unread."""
        for writer in self._writers:
            writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connections += 1
        writer.write(self.greeting)
        await self._tell()
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                data = await reader.readuntil(b"\r\n\r\n")
                self.raw += data
                self._take(data, writer)
                await self._tell()
        writer.close()

    def _take(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        action: dict[str, list[str]] = {}
        for line in data.decode().strip().split("\r\n"):
            key, _, value = line.partition(": ")
            action.setdefault(key, []).append(value)
        self.actions.append(action)
        name = action["Action"][0]
        self.before_answer(name)
        answer = self.answers.get(name, SUCCESS)
        if answer is not None and not self.is_silent:
            writer.write(answer.replace("{id}", action["ActionID"][0]).encode())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

"""Uses a telephone of a stand-in that runs in another process, over its control port; and where to find that port.

In: orders. Out: what the telephone hears and shows, by a callback. Raises LabError for what went wrong there.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable
from pathlib import Path

from vmq.lab.events import LabError

RUNTIME_FILE = "lab.json"
_CONNECT_S = 3.0


def write_runtime(folder: Path, **addresses: str) -> Path:
    """Leave the addresses of a running stand-in (at least `control`) in its data folder. Returns the file."""
    path = folder / RUNTIME_FILE
    path.write_text(json.dumps(addresses) + "\n", encoding="utf-8")
    return path


def find_control(folder: Path) -> str:
    """The control address that `vmq run` left in its data folder. Raises LabError when there is none."""
    path = folder / RUNTIME_FILE
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["control"])
    except (OSError, ValueError, KeyError) as error:
        raise LabError(
            f"no stand-in PBX runs on {folder}: {path} can't be read; start `vmq run` there first"
        ) from error


class RemotePhone:
    """One telephone. `on_event` gets every `hears` and `shows` line."""

    def __init__(self, number: str, on_event: Callable[[dict[str, object]], None] = lambda _: None) -> None:
        self.number = number
        self.shown: dict[str, object] = {}
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, object]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def connect(self, address: str) -> None:
        """Connect to host:port and watch the telephone. Raises LabError."""
        host, _, port = address.rpartition(":")
        try:
            async with asyncio.timeout(_CONNECT_S):
                reader, self._writer = await asyncio.open_connection(host, int(port))
        except (OSError, ValueError, TimeoutError) as error:
            raise LabError(f"no stand-in PBX answers at {address}; start `vmq run` first") from error
        self._reading = asyncio.create_task(self._read(reader), name=f"telephone {self.number}")
        self._event(await self.order("watch"))

    async def close(self) -> None:
        """End the connection. A call under way goes on."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()

    async def order(self, do: str, **fields: object) -> dict[str, object]:
        """Have something done, e.g. order("dial", number="600"). Returns the reply; raises LabError."""
        if self._writer is None or self._writer.is_closing():
            raise LabError("the stand-in PBX has gone")
        order_id = next(self._ids)
        future: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
        self._replies[order_id] = future
        self._writer.write(json.dumps({"id": order_id, "phone": self.number, "do": do, **fields}).encode() + b"\n")
        reply = await future
        if "error" in reply:
            raise LabError(str(reply["error"]))
        return reply

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                message = json.loads(line)
                future = self._replies.pop(message.get("id"), None)
                if future is not None and not future.done():
                    future.set_result(message)
                elif "event" in message:
                    self._event(message)
        for future in self._replies.values():
            if not future.done():
                future.set_result({"error": "the stand-in PBX has gone"})
        self._event({"event": "gone"})

    def _event(self, event: dict[str, object]) -> None:
        if event.get("event") == "shows":
            self.shown = event
        self._on_event(event)

"""A real LCDd with its text driver: what a display would show comes out as frames of text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.live.install import find_lcdd
from tests.live.server import free_port

DEADLINE_S = 20.0
Frame = tuple[str, ...]
_CONF = """[server]
DriverPath={drivers}/
Driver=text
Bind=127.0.0.1
Port={port}
ReportToSyslog=no
Foreground=yes
WaitTime=1
ServerScreen=no
[text]
Size={size}
"""


class Lcdd:
    """A running LCDd. `frame` is what the display shows."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.port = port
        self.frame: Frame = ()
        self._process = process
        self._changed = asyncio.Event()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def shows(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Wait until the display shows it. Raises AssertionError with what it shows instead."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not wanted(self.frame):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"the display shows {self.frame}") from None
        return self.frame

    async def read(self) -> None:
        """Take in frames until LCDd ends."""
        assert self._process.stdout is not None
        rows: list[str] = []
        async for line in self._process.stdout:
            text = line.decode("latin-1").rstrip("\n")
            if text.startswith("|"):
                rows.append(text[1:-1])
            elif text.startswith("+") and rows:
                if (frame := tuple(rows)) != self.frame:
                    self.frame = frame
                    self._changed.set()
                rows = []


@asynccontextmanager
async def lcdd(folder: Path, size: str = "20x4", port: int = 0) -> AsyncIterator[Lcdd]:
    """An LCDd of our own, ended with the block."""
    usr = find_lcdd()
    assert usr is not None, "no LCDd: run `python -m tests.live.install`"
    drivers = next(usr.glob("lib/*/lcdproc"))
    port = port or free_port()
    conf = folder / "LCDd.conf"
    conf.write_text(_CONF.format(drivers=drivers, port=port, size=size))
    process = await asyncio.create_subprocess_exec(
        "setpriv", "--pdeathsig", "KILL", "stdbuf", "-oL", str(usr / "sbin/LCDd"), "-f", "-c", str(conf),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    server = Lcdd(process, port)
    reading = asyncio.create_task(server.read())
    try:
        await _listens(port)
        yield server
    finally:
        process.kill()
        await process.wait()
        await reading


async def _listens(port: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return

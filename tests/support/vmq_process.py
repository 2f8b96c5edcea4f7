"""A real `vmq run --config …` as a child process: what an administrator runs, on ports and in a folder of its own.

In: a folder and the sections of the configuration (with an Asterisk's, see tests.live.vmq_hooks; without, it runs the
stand-in). Out: a vmq to be asked over HTTP (VmqClient), to be stopped, killed and started again, with its log and what
the kernel knows of it. It dies with the tests, however they end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tomlkit

from tests.live.server import free_port
from tests.support.vmq_client import VmqClient

START_S = 60.0
STOP_S = 15.0
Table = Mapping[str, Any]
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class VmqFailedError(Exception):
    """vmq did not start, or did not end; the text has the end of its log."""


class VmqProcess(VmqClient):
    """`async with VmqProcess(folder, queue=[{"name": "sales"}], …) as vmq:` starts it, and stops it in the end.

    Keyword arguments are the configuration's: `queue`, `agent` and `mailbox` are lists of tables, `voicemail`, `paths`,
    `asterisk` and the other sections are tables. Ports and data folder are the same after a restart.
    """

    def __init__(self, folder: Path, *, agi_port: int = 0, **sections: Table | Sequence[Table]) -> None:
        """`agi_port` is what the dialplan says; 0 takes a free one."""
        super().__init__()
        self.folder = folder
        self.data_folder = folder / "data"
        self.agi_port = agi_port or free_port()
        self.http_port = free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.sections: dict[str, Any] = {
            "agi": {"port": self.agi_port},
            "http": {"port": self.http_port},
            "log": {"json_lines": True},
            "transcription": {"recogniser": ""},
            **sections,
        }
        self.sections["paths"] = {"data": str(self.data_folder)} | self.sections.get("paths", {})
        self._process: asyncio.subprocess.Process | None = None
        self._output: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process. Raises VmqFailedError when there is none."""
        if self._process is None or self._process.returncode is not None:
            raise VmqFailedError("this vmq is not running")
        return self._process.pid

    async def start(self, *, is_linked: bool = True) -> None:
        """Start it. Back when all its ports are open, and (`is_linked`) it has seen Asterisk's world.

        Raises VmqFailedError with its log when that does not come.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "vmq.toml"
        config.write_text(tomlkit.dumps(self.sections))
        with self.log_file.open("ab") as log:
            # setpriv: the kernel ends vmq when this session dies, however it dies.
            self._process = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "vmq.cli", "run", "--config", str(config),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        seen = len(self.entries)
        try:
            async with asyncio.timeout(START_S):
                await self._wait_up(self._process)
                # A first start is followed from the journal's beginning, a later one from where it was left.
                await self.open(0 if self._last_id is None else None)
                if is_linked:
                    await self.wait_record("WorldRebuilt", seen, START_S)
        except (TimeoutError, VmqFailedError) as error:
            await self.kill()
            raise VmqFailedError(f"vmq did not start ({error}); its log ends:\n{self.log_tail()}") from None

    async def stop(self) -> None:
        """End it as an administrator does (SIGTERM). Does nothing when it is not running. Raises VmqFailedError."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise VmqFailedError(f"vmq did not stop in {STOP_S} s; its log ends:\n{self.log_tail()}") from None
        await self._forget()

    async def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._forget()

    async def restart(self) -> None:
        """Stop and start: same ports, same data."""
        await self.stop()
        await self.start()

    def cpu_s(self) -> float:
        """Processor time used so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def rss_bytes(self) -> int:
        """Memory in use now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE_BYTES

    @property
    def log_file(self) -> Path:
        """Its log over all starts, one JSON object a line."""
        return self.folder / "vmq.log"

    def log_lines(self) -> list[dict[str, Any]]:
        """The log, parsed; what is no JSON stands under `text`."""
        if not self.log_file.exists():
            return []
        return [_parse(line) for line in self.log_file.read_text(errors="replace").splitlines()]

    def log_tail(self, lines: int = 30) -> str:
        """The log's last lines."""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    async def _wait_up(self, process: asyncio.subprocess.Process) -> None:
        """Until it says that it is up, which it does once its ports are open."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if line.startswith(b"vmq is up"):
                self._output = asyncio.create_task(_drain(process.stdout), name="vmq's output")
                return
        raise VmqFailedError(f"it ended with {await process.wait()}")

    async def _forget(self) -> None:
        await self.close()
        if self._output is not None:
            await self._output
            self._output = None
        self._process = None


async def _drain(stream: asyncio.StreamReader) -> None:
    """Read on, so that the child never waits for us."""
    while await stream.read(65536):
        pass


def _parse(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"text": line}
    return found if isinstance(found, dict) else {"text": line}

"""`vmq lcd` with a real LCDd and a real vmq on the stand-in: what happens there is on the display."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.live.install import find_lcdd
from tests.live.lcdd import Frame, lcdd
from tests.live.server import free_port
from tests.support.vmq_process import VmqProcess
from vmq.lcd.lcdd import Display, DisplayError

pytestmark = pytest.mark.skipif(find_lcdd() is None, reason="no LCDd: run `python -m tests.live.install`")
HOUSE = {"queue": [{"name": "sales"}], "mailbox": [{"number": "1001"}]}


@asynccontextmanager
async def on_the_wall(vmq: VmqProcess, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`vmq lcd`, as one types it."""
    process = await asyncio.create_subprocess_exec(
        "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "vmq.cli", "lcd", "--mailbox", "1001",
        "--lcdd", f"127.0.0.1:{port}", "--config", str(vmq.folder / "vmq.toml"),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        await process.communicate()


async def test_the_display_follows_a_vmq_that_comes_goes_and_comes_back(tmp_path: Path) -> None:
    def known(frame: Frame) -> bool:
        lines = [line.strip() for line in frame]
        return all(any(re.fullmatch(row, line) for line in lines) for row in (r"sales +0", r"1001 +-"))

    def unknown(frame: Frame) -> bool:
        return any("doesn't answer" in line for line in frame)

    vmq = VmqProcess(tmp_path / "vmq", **HOUSE)
    async with lcdd(tmp_path) as display, vmq, on_the_wall(vmq, display.port) as process:
        frame = await display.shows(known)
        assert re.fullmatch(r"\w{3} \d+ \w{3} +\d\d:\d\d", frame[0].strip())
        await vmq.kill()
        await display.shows(unknown)
        await vmq.start()
        await display.shows(known)
        assert process.returncode is None


async def test_a_display_that_is_switched_off_and_on_shows_all_again(tmp_path: Path) -> None:
    port = free_port()
    async with VmqProcess(tmp_path / "vmq", **HOUSE) as vmq, on_the_wall(vmq, port) as process:
        for _ in range(2):
            async with lcdd(tmp_path, port=port) as display:
                await display.shows(lambda frame: any(line.startswith("sales") for line in frame))
        assert process.returncode is None


async def test_pages_that_fall_away_are_taken_off_the_display(tmp_path: Path) -> None:
    async with lcdd(tmp_path, size="10x2") as server, await Display.open("127.0.0.1", server.port) as display:
        assert (display.width, display.height) == (10, 2)
        await display.show([('a "b" {c}', r"d\e"), ("second", "page")])
        await server.shows(lambda frame: frame == ('a "b" {c} ', r"d\e       "))
        await display.show([("only", "one")])
        await server.shows(lambda frame: frame == ("only      ", "one       "))


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (b"", "connection has ended"),
        (b"x" * 10_000, "longer than limit|chunk"),
        (b"connect LCDproc lcd\n", "doesn't tell the display's size"),
        (b"connect LCDproc lcd wid 0 hgt 0\n", "shows nothing"),
        (b"connect LCDproc lcd wid 16 hgt 2\nhuh? no\n", "answers 'huh\\? no' to 'client_set"),
    ],
)
async def test_what_is_no_lcdd_is_told_as_such(answers: bytes, says: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answers)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DisplayError, match=says):
            await Display.open("127.0.0.1", port)


async def test_no_lcdd_at_all_is_told_with_what_to_do() -> None:
    with pytest.raises(DisplayError, match="is LCDd running"):
        await Display.open("127.0.0.1", free_port())

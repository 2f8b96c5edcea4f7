"""One connection to LCDd: says hello, and shows pages. Protocol: LCDproc's netstuff, developer guide chapter 5.

LCDd turns the pages (it shows one screen after the other) and wipes all when the connection ends. Each command is
answered before the next is sent, so nothing piles up on either side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import NoReturn

from vmq.errors import VmqError
from vmq.lcd.pages import Page

ANSWER_TIMEOUT_S = 10.0
MAX_LINE = 4096
_ASIDES = ("listen ", "ignore ", "key ", "menuevent ")  # LCDd tells these between answers


class DisplayError(VmqError):
    """LCDd can't be reached, went away, or doesn't understand."""


class Display:
    """A display. Made by `open`; an async context manager."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: str) -> None:
        self.width, self.height = 0, 0
        self._reader, self._writer, self._where = reader, writer, where
        self._shown: list[Page] = []

    @classmethod
    async def open(cls, host: str, port: int) -> Display:
        """Connect and say hello. Raises DisplayError."""
        where = f"{host}:{port}"
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(host, port, limit=MAX_LINE)
        except OSError as error:
            raise DisplayError(f"LCDd at {where}: {error.strerror or error}; is LCDd running?") from None
        display = cls(reader, writer, where)
        try:
            await display._greet()
        except BaseException:
            writer.close()
            raise
        return display

    async def __aenter__(self) -> Display:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def show(self, pages: Sequence[Page]) -> None:
        """Show these pages instead of those before; only lines that differ are sent. Raises DisplayError."""
        for number in range(len(pages), len(self._shown)):
            await self._ask(f"screen_del {number}")
        del self._shown[len(pages) :]
        for number, page in enumerate(pages):
            if number == len(self._shown):
                await self._add_screen(number, len(page))
                self._shown.append(("",) * len(page))
            for row, (text, old) in enumerate(zip(page, self._shown[number], strict=True), start=1):
                if text != old:
                    await self._ask(f"widget_set {number} {row} 1 {row} {_quoted(text)}")
            self._shown[number] = page

    async def listen(self) -> NoReturn:
        """Take in what LCDd tells between answers, and find out at once when it goes away: raises DisplayError then.

        Not while `show` is at work; it may be cancelled.
        """
        try:
            while True:
                await self._line()
        except (OSError, ValueError) as error:
            raise DisplayError(f"LCDd at {self._where}: {error}") from None

    async def _greet(self) -> None:
        words = (await self._ask("hello", wants="connect ")).split()
        try:
            self.width = int(words[words.index("wid") + 1])
            self.height = int(words[words.index("hgt") + 1])
        except (ValueError, IndexError):
            raise DisplayError(f"LCDd at {self._where}: doesn't tell the display's size: {' '.join(words)}") from None
        if self.width < 1 or self.height < 1:
            raise DisplayError(f"LCDd at {self._where}: a display of {self.width} x {self.height} shows nothing")
        await self._ask("client_set -name vmq")

    async def _add_screen(self, number: int, rows: int) -> None:
        await self._ask(f"screen_add {number}")
        await self._ask(f"screen_set {number} -heartbeat off")
        for row in range(1, rows + 1):
            await self._ask(f"widget_add {number} {row} string")

    async def _ask(self, command: str, wants: str = "success") -> str:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                self._writer.write(command.encode("ascii") + b"\n")
                await self._writer.drain()
                while (answer := await self._line()).startswith(_ASIDES):
                    pass
        except TimeoutError:
            raise DisplayError(f"LCDd at {self._where}: no answer in {ANSWER_TIMEOUT_S:g} s") from None
        except (OSError, ValueError) as error:
            raise DisplayError(f"LCDd at {self._where}: {error}") from None
        if not answer.startswith(wants):
            raise DisplayError(f"LCDd at {self._where}: answers {answer!r} to {command!r}")
        return answer

    async def _line(self) -> str:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the connection has ended")
        return line.decode("ascii", "replace").strip()


def _quoted(text: str) -> str:
    """As one word of LCDd's (server/parse.c): in quotes, with the quotes inside escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

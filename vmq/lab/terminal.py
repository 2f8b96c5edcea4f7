"""Keys of a terminal, each as soon as it is typed; lines of a pipe, letter by letter."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import TextIO

try:
    import termios
    import tty
except ImportError:  # not a Unix system: keys come a line at a time
    termios = tty = None  # type: ignore[assignment]


async def typed_keys(source: TextIO) -> AsyncIterator[str]:
    """Every key typed at `source`, without echo, until its end. The terminal is put right again afterwards."""
    keys: asyncio.Queue[str] = asyncio.Queue()
    number, loop = source.fileno(), asyncio.get_running_loop()

    def read() -> None:
        keys.put_nowait(os.read(number, 1024).decode(errors="ignore"))

    before = termios.tcgetattr(number) if termios and source.isatty() else None
    if before is not None:
        tty.setcbreak(number)
    loop.add_reader(number, read)
    try:
        while text := await keys.get():
            for key in text:
                yield key
    finally:
        loop.remove_reader(number)
        if before is not None:
            termios.tcsetattr(number, termios.TCSADRAIN, before)

"""Plays what a lab telephone hears on this machine's loudspeaker, where there is a program that can.

In: WAV files, one at a time. Out: a player process; the next sound, or the end of the call, stops it.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path

_PLAYERS: dict[str, tuple[str, ...]] = {
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "quiet"),
}


def find_player() -> tuple[str, ...] | None:
    """The first player on PATH, with its options, or None."""
    for name, options in _PLAYERS.items():
        if path := shutil.which(name):
            return (path, *options)
    return None


class Speaker:
    """Plays files in order, each after the one before."""

    def __init__(self, player: tuple[str, ...]) -> None:
        self._player = player
        self._queue: asyncio.Queue[Path] = asyncio.Queue()
        self._process: asyncio.subprocess.Process | None = None
        self._task = asyncio.create_task(self._play(), name="loudspeaker")

    def play(self, path: Path) -> None:
        """Play a file after those before it."""
        self._queue.put_nowait(path)

    def stop(self) -> None:
        """Be quiet now."""
        while not self._queue.empty():
            self._queue.get_nowait()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def close(self) -> None:
        """Be quiet for good."""
        self.stop()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _play(self) -> None:
        while True:
            path = await self._queue.get()
            quiet = asyncio.subprocess.DEVNULL
            with contextlib.suppress(OSError):
                self._process = await asyncio.create_subprocess_exec(
                    *self._player, str(path), stdin=quiet, stdout=quiet, stderr=quiet
                )
                await self._process.wait()

"""What a port scanner and its ill-meaning friends do to a port of this machine, bounded in number and time.

In: a port, and the beginning of a good request for it. Out: nothing; every answer is read and thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import random

AT_ONCE = 20
NOISE_BYTES = 4000
HUGE_BYTES = 1_000_000
DEADLINE_S = 60.0


async def scan(port: int, good_start: bytes, *, closes: int = 1000, halves: int = 100, huge: int = 20) -> None:
    """Connect and close `closes` times; then half heads, noise and heads of 1 MB, some cut off and some closed."""
    chance = random.Random(9)
    turn = asyncio.Semaphore(AT_ONCE)
    shapes = [b""] * closes
    for _ in range(halves):
        shapes += [good_start[: chance.randrange(1, len(good_start))], chance.randbytes(NOISE_BYTES)]
    shapes += [good_start + b"x" * HUGE_BYTES] * huge

    async def one(number: int, data: bytes) -> None:
        async with turn:
            await _knock(port, data, is_rude=number % 2 == 0)

    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(one(number, data) for number, data in enumerate(shapes)))


async def _knock(port: int, data: bytes, *, is_rude: bool) -> None:
    """Send, and go: rudely (a reset), or with the end of the sending, reading what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):
        writer.write(data)
        if is_rude:
            return writer.transport.abort()
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(DEADLINE_S):
            await reader.read()
    writer.close()
    return None


class SlowPeers:
    """`async with SlowPeers(port, start, 200):` so many peers send a good request byte by byte, and never finish it."""

    def __init__(self, port: int, good_start: bytes, count: int) -> None:
        self._port, self._start, self._count = port, good_start, count
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> None:
        peers = [await asyncio.open_connection("127.0.0.1", self._port) for _ in range(self._count)]
        self._tasks = [asyncio.create_task(self._send(writer)) for _, writer in peers]

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        try:
            for byte in self._start * 1000:
                writer.write(bytes((byte,)))
                await asyncio.sleep(0.5)
        finally:
            writer.transport.abort()

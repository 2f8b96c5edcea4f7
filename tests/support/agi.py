"""What the AGI tests share: a server on a free port, an event log, and a session with a scripted party on it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.agi_peer import AgiPeer, head
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.fastagi import FastAgiServer
from vmq.domain.events import Event

DEADLINE_S = 30.0


class EventLog:
    """An EventSink that keeps what was posted. `react` is called with each event, like a core that decides at once."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.react: Callable[[Event], None] = lambda event: None

    def post(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)
        self.react(event)


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition holds; fails after a generous deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.002)


async def scan(port: int, count: int) -> None:
    """What a port scanner does: connect and close, half heads, noise, and one head of 1 MB in a hundred."""
    shapes = [b"", head()[:40], random.Random(7).randbytes(300), b"\n\n", b"HANGUP\n\n"]
    for number in range(count):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"agi_x: " + b"y" * 1_000_000 if number % 100 == 99 else shapes[number % len(shapes)])
        writer.transport.abort() if number % 2 else writer.close()


@asynccontextmanager
async def running_server(**settings: float) -> AsyncIterator[FastAgiServer]:
    """A server on a free port of loopback, stopped at the end, and the peers' connections with it."""
    server = FastAgiServer(
        allow=("127.0.0.0/8",),
        head_timeout_s=settings.get("head_timeout_s", 5.0),
        max_calls=int(settings.get("max_calls", 2000)),
    )
    await server.start("127.0.0.1", 0)
    try:
        yield server
    finally:
        await server.stop()
        if AgiPeer.running:
            await asyncio.wait(AgiPeer.running, timeout=DEADLINE_S)


@asynccontextmanager
async def running_session(peer: AgiPeer) -> AsyncIterator[AgiSession]:
    """A session with this peer on the other end, for the length of the block."""
    arrived: asyncio.Future[AgiSession] = asyncio.get_running_loop().create_future()
    finished = asyncio.Event()

    async def serve(session: AgiSession, name: str) -> None:
        arrived.set_result(session)
        await finished.wait()

    async with running_server() as server:
        server.add_route("queue", serve)
        await peer.dial(server.port, head())
        try:
            yield await arrived
        finally:
            finished.set()
            await peer.ended()

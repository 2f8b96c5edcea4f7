"""The server as the program runs it: ports, signals, stopping, and peers who don't play by the rules."""

from __future__ import annotations

import asyncio
import signal
import socket

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.support.shop import Shop, serving
from vmq.domain.records import MailboxMade
from vmq.errors import ConfigError
from vmq.http import connection
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

DEADLINE_S = 10


async def connect(server: HttpServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", server.port)


async def hear_the_end(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server ends the connection, politely or not."""
    heard = b""
    async with asyncio.timeout(DEADLINE_S):
        try:
            while data := await reader.read(65536):
                heard += data
        except ConnectionResetError:
            pass
    return heard


async def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shop = Shop()
        with pytest.raises(ConfigError, match=f"can't listen on 127.0.0.1 port {port}"):
            HttpServer(PlainTextResponse("in"), Streams(shop.journal), "127.0.0.1", port)


async def test_signals_stay_the_programs_own() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serving(Shop()) as server, httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


async def test_cancelling_ends_it_and_frees_the_port() -> None:
    shop = Shop()
    async with serving(shop) as server, httpx.AsyncClient(base_url=server.url) as client:
        await client.get("/healthz")
    again = HttpServer(PlainTextResponse("in"), Streams(shop.journal), "127.0.0.1", server.port)
    running = asyncio.create_task(again.run())
    await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(asyncio.CancelledError):
            await running
    with socket.create_server(("127.0.0.1", server.port)):
        pass


async def test_half_a_request_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_S", 0.1)
    halves = (
        b"",
        b"GET / HT",
        b"POST /api/v1/agents/ann/pause HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{",
    )
    async with serving(Shop()) as server:
        for half in halves:
            reader, writer = await connect(server)
            writer.write(half)
            assert await hear_the_end(reader) == b""
            writer.close()


async def test_half_a_second_request_is_cut_off_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_S", 0.1)
    monkeypatch.setattr("vmq.http.server.KEEP_ALIVE_S", 0)
    async with serving(Shop()) as server:
        reader, writer = await connect(server)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /hea")
        heard = await hear_the_end(reader)
        assert heard.startswith(b"HTTP/1.1 200")
        assert heard.count(b"HTTP/1.1") == 1
        writer.close()


async def test_a_live_stream_has_no_deadline_but_a_reader_who_stops_reading_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "REQUEST_S", 0.1)
    monkeypatch.setattr(connection, "READ_S", 0.1)
    shop = Shop()
    async with serving(shop, heartbeat_s=0.05) as server:
        reader, writer = await connect(server)
        writer.write(b"GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        async with asyncio.timeout(DEADLINE_S):
            for _ in range(6):
                await reader.readuntil(b"still here")
        writer.transport.pause_reading()
        async with asyncio.timeout(DEADLINE_S):
            while shop.journal._followers:
                # Large records: more than the sockets' buffers take without anybody reading.
                shop.journal.append(MailboxMade("1" * 60_000), 1.0)
                await asyncio.sleep(0.001)
        writer.close()


async def test_more_connections_than_there_is_room_for_are_closed_and_the_rest_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 5)
    async with serving(Shop()) as server:
        held = [await connect(server) for _ in range(5)]
        reader, writer = await connect(server)
        assert await hear_the_end(reader) == b""
        writer.close()
        first_reader, first_writer = held[0]
        first_writer.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        assert b"200 OK" in await hear_the_end(first_reader)
        for _, writer in held:
            writer.close()


async def test_an_answer_in_two_pieces_does_not_wait_for_the_peers_acknowledgement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    made = connection.BoundedConnection.connection_made

    def note(self: connection.BoundedConnection, transport: asyncio.BaseTransport) -> None:
        made(self, transport)
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(connection.BoundedConnection, "connection_made", note)
    async with serving(Shop()) as server, httpx.AsyncClient(base_url=server.url) as client:
        await client.get("/healthz")
    assert all(seen)
    assert seen

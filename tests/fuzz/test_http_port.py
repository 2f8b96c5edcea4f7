"""A port scan of the HTTP port, and worse: nothing that a peer sends stops the server or stays with it."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import struct

import httpx

from tests.support.shop import Shop, serving
from vmq.http.server import HttpServer

DEADLINE_S = 30
SCANS = 1000


async def send(server: HttpServer, data: bytes, *, is_rude: bool = False) -> bytes:
    """Send the bytes, hear a little of what comes, and leave: politely, or with a reset."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(data)
        if data and not is_rude:
            writer.write_eof()
            return await reader.read(200)
        return b""
    except ConnectionError:
        return b""
    finally:
        if is_rude:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()


async def assert_it_serves(server: HttpServer) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=DEADLINE_S) as client:
        assert (await client.get("/api/v1/floor")).json()["queues"][0]["name"] == "sales"


async def assert_nobody_is_left(server: HttpServer) -> None:
    """Every connection is gone from the server, with all it held."""
    state = server._server.server_state
    async with asyncio.timeout(DEADLINE_S):
        while state.connections or state.tasks:
            await asyncio.sleep(0.01)


async def test_a_thousand_connects_and_closes() -> None:
    async with asyncio.timeout(DEADLINE_S), serving(Shop()) as server:
        for number in range(SCANS):
            await send(server, b"", is_rude=number % 2 == 0)
        await assert_it_serves(server)
        await assert_nobody_is_left(server)


async def test_half_heads_and_rubbish() -> None:
    rng = random.Random(1)
    heads = [
        b"GET / HTTP/1.1\r\nhost: localhost",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: localhost\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
        b"GET /api/v1/floor HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        *(rng.randbytes(rng.randrange(1, 3000)) for _ in range(100)),
    ]
    async with asyncio.timeout(DEADLINE_S), serving(Shop()) as server:
        for head in heads:
            answer = await send(server, head)
            assert answer[:12] in (
                b"",
                b"HTTP/1.1 200",
                b"HTTP/1.1 400",
                b"HTTP/1.1 404",
                b"HTTP/1.1 421",
                b"HTTP/1.1 405",
            )
            await send(server, head, is_rude=True)
        await assert_it_serves(server)
        await assert_nobody_is_left(server)


async def test_heads_of_a_megabyte_are_refused_and_not_kept() -> None:
    async with asyncio.timeout(DEADLINE_S), serving(Shop()) as server:
        await send(server, b"GET /" + b"a" * 1_000_000)
        gc.collect()
        for _ in range(20):
            await send(server, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 170_000)
            await send(server, b"a" * 1_000_000, is_rude=True)
        await assert_it_serves(server)
        await assert_nobody_is_left(server)


async def test_a_scan_disturbs_no_live_stream() -> None:
    shop = Shop()
    async with (
        asyncio.timeout(DEADLINE_S),
        serving(shop) as server,
        httpx.AsyncClient(base_url=server.url, timeout=DEADLINE_S) as client,
        client.stream("GET", "/api/v1/events") as response,
    ):
        chunks = response.aiter_text()
        await anext(chunks)
        await asyncio.gather(*(send(server, b"GET /" * 5, is_rude=True) for _ in range(100)))
        shop.call("c1", "sales")
        assert "CallerEntered" in await anext(chunks)

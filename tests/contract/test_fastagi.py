"""The FastAGI server before strangers: limits on heads, peers and calls; no call is disturbed; what stop() ends."""

from __future__ import annotations

import asyncio
import gc
import socket
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from tests.support.agi import running_server, scan, until
from tests.support.agi_peer import AgiPeer, head
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.connection import MAX_BYTES
from vmq.asterisk.fastagi import FastAgiServer
from vmq.errors import ConfigError, HungUp


async def echo(session: AgiSession, name: str) -> None:
    """Tell the caller which name it asked for, then end."""
    await session.set_variable("NAME", name)


async def hold(session: AgiSession, name: str) -> None:
    """Hold the caller until the end."""
    await session.command("WAIT FOR DIGIT", "-1", timeout_s=None)


@pytest.fixture
async def server() -> AsyncIterator[FastAgiServer]:
    async with running_server(head_timeout_s=0.2, max_calls=20) as server:
        server.add_route("queue", echo, needs_name=True)
        server.add_route("leave", echo)
        server.add_route("hold", hold)
        yield server


async def _call(server: FastAgiServer, script: str, **options: str) -> AgiPeer:
    peer = AgiPeer()
    await peer.dial(server.port, head(script, **options))
    return peer


async def _is_closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(10):
        try:
            return await reader.read() == b""
        except ConnectionResetError:
            return True


@pytest.mark.parametrize(
    ("script", "name"), [("queue/sales", "sales"), ("leave/1001?x=1", "1001"), ("leave/", ""), ("leave", "")]
)
async def test_routes(server: FastAgiServer, script: str, name: str) -> None:
    peer = await _call(server, script)
    await peer.ended()
    assert peer.variables == {"NAME": name}


@pytest.mark.parametrize("script", ["coffee/strong", "queue/", "queue", "", "../etc/passwd"])
async def test_a_script_that_is_not_there_is_said_so_in_asterisks_log(server: FastAgiServer, script: str) -> None:
    peer = await _call(server, script)
    await peer.ended()
    assert [words[0] for words in peer.commands] == ["VERBOSE"]
    assert server.counters.unrouted == 1


async def test_a_handler_that_fails_ends_its_call_only(server: FastAgiServer) -> None:
    async def fail(session: AgiSession, name: str) -> None:
        raise ValueError("a bug")

    server.add_route("fail", fail)
    other = await _call(server, "hold")
    await other.waiting.wait()
    await (await _call(server, "fail")).ended()
    assert server.counters.failed == 1
    assert server.counters.active == 1
    assert other.waiting.is_set()


async def test_cancellation_passes_through_a_handler(server: FastAgiServer) -> None:
    seen: list[BaseException] = []

    async def watch(session: AgiSession, name: str) -> None:
        try:
            await hold(session, name)
        except BaseException as error:
            seen.append(error)
            raise

    server.add_route("watch", watch)
    peer = await _call(server, "watch")
    await peer.waiting.wait()
    await server.stop()
    await peer.ended()
    assert isinstance(seen[0], asyncio.CancelledError)


async def test_a_latin_1_name_does_not_cost_the_call(server: FastAgiServer) -> None:
    peer = AgiPeer()
    await peer.dial(server.port, head().replace(b"unknown", b"Jos\xe9"))
    await peer.ended()
    assert peer.variables == {"NAME": "sales"}


async def test_a_head_in_single_bytes(server: FastAgiServer) -> None:
    peer = AgiPeer()
    text = head()
    await peer.dial(server.port, text[:1])
    for byte in text[1:]:
        peer.writer.write(bytes([byte]))
        await asyncio.sleep(0)
    await peer.ended()
    assert peer.variables == {"NAME": "sales"}


async def test_what_comes_with_the_head_is_not_lost(server: FastAgiServer) -> None:
    gone = asyncio.Event()

    async def watch(session: AgiSession, name: str) -> None:
        await session.gone.wait()
        gone.set()

    server.add_route("watch", watch)
    peer = AgiPeer()
    await peer.dial(server.port, head("watch") + b"HANGUP\n")
    await peer.ended()
    assert gone.is_set()


async def test_a_peer_that_vanishes_is_looked_for(server: FastAgiServer) -> None:
    options: list[int] = []

    async def look(session: AgiSession, name: str) -> None:
        sock = session.writer.get_extra_info("socket")
        options.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        options.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    server.add_route("look", look)
    await (await _call(server, "look")).ended()
    assert all(options)
    assert len(options) == 2


async def test_stop_ends_a_session_that_has_not_begun(server: FastAgiServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head("hold"))
    while not server.counters.accepted:
        await asyncio.sleep(0)
    await server.stop()
    assert await _is_closed(reader)
    assert server.counters.active == 0
    writer.close()


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"agi_network: yes\n",
        head()[:-1],
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        head(fields={"agi_callerid": "1" * MAX_BYTES}),
    ],
    ids=["nothing", "half a head", "no end", "HTTP", "a head without end"],
)
async def test_a_peer_without_a_whole_head_is_closed_in_time(server: FastAgiServer, start: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(start)
    assert await _is_closed(reader)
    assert server.counters.bad_heads == 1
    writer.close()


async def test_a_slow_drip_is_closed_in_time(server: FastAgiServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

    async def drip() -> None:
        while not writer.is_closing():
            writer.write(b"a")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    assert await _is_closed(reader)
    dripping.cancel()
    writer.close()


async def test_peers_outside_the_allow_list_are_closed() -> None:
    server = FastAgiServer(allow=("10.0.0.0/8", "::1"))
    server.add_route("queue", echo)
    await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head())
    assert await _is_closed(reader)
    assert (server.counters.refused, server.counters.accepted) == (1, 0)
    writer.close()
    await server.stop()


async def test_a_bad_allow_list_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="allow"):
        FastAgiServer(allow=("localhost",))


async def test_a_port_that_is_taken_is_a_config_error(server: FastAgiServer) -> None:
    with pytest.raises(ConfigError, match="can't listen"):
        await FastAgiServer(allow=("127.0.0.1",)).start("127.0.0.1", server.port)


async def test_one_call_too_many_is_refused_and_the_others_stay(server: FastAgiServer) -> None:
    held = [await _call(server, "hold") for _ in range(20)]
    for peer in held:
        await peer.waiting.wait()
    extra = await _call(server, "hold")
    await extra.ended()
    assert extra.commands == []
    assert server.counters.active == 20
    assert all(peer.waiting.is_set() for peer in held)


async def test_stop_ends_waiting_callers_at_once_and_lets_others_finish(server: FastAgiServer) -> None:
    ended: list[str] = []

    async def leave_message(session: AgiSession, name: str) -> None:
        await hold(session, name)
        ended.append("finished")

    server.add_route("message", leave_message, may_finish=True)
    waiting = await _call(server, "hold")
    talking = await _call(server, "message")
    await asyncio.gather(waiting.waiting.wait(), talking.waiting.wait())
    port = server.port
    stopping = asyncio.create_task(server.stop(grace_s=10))
    await waiting.ended()
    assert talking.wake()
    await stopping
    assert ended == ["finished"]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_scan_disturbs_no_call_and_leaves_no_memory_behind() -> None:
    async def talk(session: AgiSession, name: str) -> None:
        number = 0
        while True:
            await session.set_variable("N", str(number := number + 1))
            assert await session.get_variable("N") == str(number)

    async with running_server(head_timeout_s=0.2) as server:
        server.add_route("talk", talk)
        server.add_route("hold", hold)
        calls = [await _call(server, "hold") for _ in range(5)] + [await _call(server, "talk")]
        await until(lambda: calls[-1].variables)
        await scan(server.port, 100)
        await until(lambda: server.counters.bad_heads == 100)
        gc.collect()
        tracemalloc.start()
        try:
            calls[-1].commands.clear()
            before = tracemalloc.get_traced_memory()[0]
            await scan(server.port, 1000)
            await until(lambda: server.counters.bad_heads == 1100)
            turns = int(calls[-1].variables["N"])
            calls[-1].commands.clear()
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
        assert grown < 500_000
        await until(lambda: int(calls[-1].variables["N"]) > turns)
        assert all(peer.waiting.is_set() for peer in calls[:-1])
        assert server.counters.active == len(calls)
        assert server.counters.failed == 0


async def test_many_open_heads_do_not_keep_a_call_out() -> None:
    async with running_server(head_timeout_s=60) as server:
        server.add_route("queue", echo)
        idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(300)]
        peer = await _call(server, "queue/sales")
        await peer.ended()
        assert peer.variables == {"NAME": "sales"}
        for _, writer in idle:
            writer.close()


async def test_a_caller_who_hangs_up_ends_his_handler(server: FastAgiServer) -> None:
    over = asyncio.Event()

    async def watch(session: AgiSession, name: str) -> None:
        try:
            await hold(session, name)
            await session.command("NOOP")
        except HungUp:
            over.set()
            raise

    server.add_route("watch", watch)
    peer = await _call(server, "watch")
    await peer.waiting.wait()
    peer.hang_up()
    await peer.ended()
    assert over.is_set()
    assert server.counters.failed == 0

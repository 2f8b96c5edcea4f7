"""The FastAGI server: takes Asterisk's connections, reads each one's head and hands it to the route it asks for.

In: connections. Out: `AgiSession`s for the handlers of the routes. Whatever a peer sends or fails to send, it costs a
bounded amount of memory and time and no other call notices.

Built on panoramisk's Application, whose own handler reads heads without limits and spins when a peer closes early.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from panoramisk.fast_agi import Application

from vmq.asterisk.agi import AgiSession, quick_ack
from vmq.asterisk.agi_text import parse_head, split_script
from vmq.errors import ConfigError, HungUp, ProtocolError, VmqError

log = structlog.get_logger(__name__)

MAX_HEAD_BYTES = 16 * 1024
MAX_OPEN_HEADS = 256
"""Connections that may be sending a head at once. One more ends the oldest: Asterisk's are done in milliseconds."""

Handler = Callable[[AgiSession, str], Awaitable[None]]
"""Serves one session; the text is what stands after the route's word (`/queue/<this>`). Ends when AGI() is to end."""


@dataclass(slots=True)
class Counters:
    """What came in since the start; `active` is the number of sessions now."""

    accepted: int = 0
    refused: int = 0
    bad_heads: int = 0
    unrouted: int = 0
    failed: int = 0
    active: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """Who serves a route's sessions. `may_finish` gives a session the time that `stop` grants."""

    handler: Handler
    needs_name: bool
    may_finish: bool


class FastAgiServer(Application):  # type: ignore[misc]  # panoramisk is untyped
    """Serves AGI sessions on one TCP port. Make it inside the running loop."""

    def __init__(self, *, allow: Iterable[str], head_timeout_s: float = 5.0, max_calls: int = 2000) -> None:
        """`allow`: networks (`10.0.0.0/8`) and addresses that may connect. Raises ConfigError for anything else."""
        super().__init__(loop=asyncio.get_running_loop())
        try:
            self._allow = [ipaddress.ip_network(network) for network in allow]
        except ValueError as error:
            raise ConfigError(f"[agi] allow: {error}: write networks such as 10.0.0.0/8 or single addresses") from error
        self._head_timeout_s = head_timeout_s
        self._max_calls = max_calls
        self._server: asyncio.Server | None = None
        self._heads: dict[asyncio.StreamWriter, None] = {}
        self._tasks: dict[asyncio.Task[Any], Route | None] = {}
        self.counters = Counters()

    def add_route(self, path: str, endpoint: Handler, *, needs_name: bool = False, may_finish: bool = False) -> None:
        """Let `endpoint` serve `agi://HOST/<path>/<name>`. `path` is one word."""
        super().add_route(path, endpoint)
        self._route[path] = Route(endpoint, needs_name, may_finish)

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises ConfigError when the address can't be used."""
        try:
            self._server = await asyncio.start_server(self._connected, host, port, limit=MAX_HEAD_BYTES)
        except OSError as error:
            raise ConfigError(
                f"[agi] can't listen on {host}:{port}: {error.strerror}: choose another host or port"
            ) from error

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise VmqError("the FastAGI server has not been started")
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, grace_s: float = 0.0) -> None:
        """Take no more calls and end all sessions: waiting callers at once (the dialplan's loop keeps them), those of a
        route that `may_finish` after at most `grace_s`."""
        if self._server is None:
            return
        self._server.close()
        for task, route in self._tasks.items():
            if route is None or not route.may_finish:
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        left = list(self._tasks)
        for task in left:
            if not task.cancelling():
                task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection by a task of our own: asyncio reports its own as an error when `stop` cancels it."""
        task = asyncio.create_task(self.handler(reader, writer), name="agi")
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)

    async def handler(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first byte to its last."""
        try:
            if head := await self._admit(reader, writer):
                structlog.contextvars.bind_contextvars(call_id=head.get("agi_uniqueid", ""))
                await self._serve(AgiSession(self, head, reader, writer))
        finally:
            if not writer.is_closing():
                writer.transport.abort()

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> dict[str, str] | None:
        """The head of a peer that may connect and sends one in time; None for any other."""
        peer = writer.get_extra_info("peername")
        if not self._is_allowed(peer):
            self.counters.refused += 1
            log.info("agi.peer_refused", peer=peer, allow="[agi] allow does not name it")
            return None
        if len(self._heads) >= MAX_OPEN_HEADS:
            next(iter(self._heads)).transport.abort()
        tune(writer.get_extra_info("socket"))
        self._heads[writer] = None
        try:
            async with asyncio.timeout(self._head_timeout_s):
                head = parse_head(await reader.readuntil(b"\n\n"))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, TimeoutError, ProtocolError) as error:
            self.counters.bad_heads += 1
            log.debug("agi.bad_head", peer=peer, error=f"{error!r:.120}")
            return None
        finally:
            del self._heads[writer]
        if self.counters.active >= self._max_calls:
            self.counters.refused += 1
            log.warning("agi.too_many_calls", max_calls=self._max_calls)
            return None
        return head

    def _is_allowed(self, peer: Any) -> bool:
        try:
            address = ipaddress.ip_address(peer[0].partition("%")[0])
        except (TypeError, ValueError):
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._allow)

    async def _serve(self, session: AgiSession) -> None:
        """Run the route's handler; its errors end this session and nothing else."""
        self.counters.accepted += 1
        self.counters.active += 1
        script = str(session.headers.get("agi_network_script", ""))
        try:
            word, name = split_script(script)
            route = self._route.get(word)
            if route is None or (route.needs_name and not name):
                await self._turn_away(session, script)
                return
            if task := asyncio.current_task():
                self._tasks[task] = route
            log.debug("agi.begins", route=word, name=name, channel=session.channel)
            await route.handler(session, name)
        except HungUp as error:
            log.debug("agi.hung_up", why=str(error))
        except Exception:  # whatever a handler does wrong, the server and the other calls go on
            self.counters.failed += 1
            log.exception("agi.failed", script=script, consequence="the call goes on in the dialplan")
        finally:
            self.counters.active -= 1
            await session.close()

    async def _turn_away(self, session: AgiSession, script: str) -> None:
        self.counters.unrouted += 1
        log.warning("agi.no_such_script", script=script, mend="run `vmq asterisk setup` again")
        await session.command("VERBOSE", f"vmq has no AGI script {script!r:.80}", "1")


def tune(sock: Any) -> None:
    """Small writes at once, and a peer that vanished is noticed within half a minute."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 20_000)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    quick_ack(sock)

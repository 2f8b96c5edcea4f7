"""The FastAGI server: takes Asterisk's connections, reads each one's head and hands it to the route it asks for.

In: connections. Out: `AgiSession`s for the handlers of the routes. Whatever a peer sends or fails to send, it costs a
bounded amount of memory and time and no other call notices.

Built on panoramisk's Application, whose own handler reads heads without limits and spins when a peer closes early.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from panoramisk.fast_agi import Application

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.agi_text import parse_head, split_script
from vmq.asterisk.connection import AgiConnection, tune
from vmq.errors import ConfigError, HungUp, ProtocolError, VmqError

log = structlog.get_logger(__name__)

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
        self._heads: dict[AgiConnection, asyncio.TimerHandle] = {}
        self._tasks: dict[asyncio.Task[Any], Route | None] = {}
        self.counters = Counters()

    def add_route(self, path: str, endpoint: Handler, *, needs_name: bool = False, may_finish: bool = False) -> None:
        """Let `endpoint` serve `agi://HOST/<path>/<name>`. `path` is one word."""
        super().add_route(path, endpoint)
        self._route[path] = Route(endpoint, needs_name, may_finish)

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises ConfigError when the address can't be used."""
        try:
            self._server = await self.loop.create_server(lambda: AgiConnection(self), host, port)
        except OSError as error:
            raise ConfigError(
                f"[agi] can't listen on {host}:{port}: {error.strerror}: choose another host or port"
            ) from error
        for sock in self._server.sockets:
            tune(sock)

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
        for connection in list(self._heads):
            connection.transport.abort()
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

    def opened(self, connection: AgiConnection) -> None:
        """A peer has connected: one that may gets a while to send its head."""
        if not self._is_allowed(connection.peer):
            self.counters.refused += 1
            log.info("agi.peer_refused", peer=connection.peer, allow="[agi] allow does not name it")
            connection.transport.abort()
            return
        if len(self._heads) >= MAX_OPEN_HEADS:
            self.head_failed(next(iter(self._heads)), "too many at once")
        late = f"not whole within {self._head_timeout_s:g} s"
        self._heads[connection] = self.loop.call_later(self._head_timeout_s, self.head_failed, connection, late)

    def head_failed(self, connection: AgiConnection, why: str) -> None:
        """A peer that may connect has sent no head."""
        if timer := self._heads.pop(connection, None):
            timer.cancel()
            self.counters.bad_heads += 1
            log.debug("agi.bad_head", peer=connection.peer, why=why)
            connection.transport.abort()

    def head_read(self, connection: AgiConnection, head: bytes) -> None:
        """A peer has sent its head: serve it by a task of its own, unless there are too many."""
        try:
            fields = parse_head(head)
        except ProtocolError as error:
            self.head_failed(connection, str(error))
            return
        self._heads.pop(connection).cancel()
        if self.counters.active >= self._max_calls:
            self.counters.refused += 1
            log.warning("agi.too_many_calls", max_calls=self._max_calls)
            connection.transport.abort()
            return
        self.counters.accepted += 1
        self.counters.active += 1
        task = asyncio.create_task(self._serve(AgiSession(self, fields, connection)), name="agi")
        self._tasks[task] = None
        task.add_done_callback(lambda task: self._served(task, connection))

    def _served(self, task: asyncio.Task[None], connection: AgiConnection) -> None:
        """A session is over, also when its task was cancelled before it began or while it closed."""
        del self._tasks[task]
        self.counters.active -= 1
        connection.transport.abort()

    def _is_allowed(self, peer: Any) -> bool:
        try:
            address = ipaddress.ip_address(peer[0].partition("%")[0])
        except (TypeError, ValueError):
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._allow)

    async def _serve(self, session: AgiSession) -> None:
        """Run the route's handler; its errors end this session and nothing else."""
        structlog.contextvars.bind_contextvars(call_id=session.call_id)
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
            await session.close()

    async def _turn_away(self, session: AgiSession, script: str) -> None:
        self.counters.unrouted += 1
        log.warning("agi.no_such_script", script=script, mend="run `vmq asterisk setup` again")
        await session.command("VERBOSE", f"vmq has no AGI script {script!r:.80}", "1")

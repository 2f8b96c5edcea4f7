"""The facade, whole: its port and its clients, the board that it keeps, and its own look at Asterisk's channels.

In: clients' connections, the journal, the floor's view. Out: app_queue's events to every client that may read them;
what clients want done, as domain events to the engine, exactly as those of the HTTP API.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from vmq.asterisk.connection import tune
from vmq.asterisk.facade.actions import Desk, Reply
from vmq.asterisk.facade.channels import WATCHED
from vmq.asterisk.facade.events import Added, Scene
from vmq.asterisk.facade.session import Session
from vmq.asterisk.facade.throttle import Throttle
from vmq.asterisk.facade.upstream import Door
from vmq.asterisk.facade.users import WATCH, FacadeUser, Users, on_asterisk
from vmq.asterisk.facade.wire import Header, message
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.message import parse
from vmq.domain.device_rules import DeviceRules
from vmq.domain.records import CallerEntered, RulesReloaded
from vmq.domain.rules import PenaltyChange
from vmq.engine.ports import Clock, EventSink, Journal, JournalEntry
from vmq.errors import ConfigError, VmqError

MAX_LOGGING_IN = 50
"""Most connections that are not logged in (manager.conf's authlimit)."""
SETTLE_S = 1.0
"""How long a client's next action waits for what its last one did to show."""
RESYNC_S = 1.0
"""How long to wait after the journal's stream ended (it does for a follower that is too slow) before reading on."""
CHANNEL_S = 1.0
"""How long to wait for Asterisk to tell of a caller's channel: its AGI request may come first."""

SYNC_S = 5.0
"""How long what actions are answered from may differ from the floor in what no record tells."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FacadeSettings:
    """Where to listen, for whom; `link` is how vmq itself reaches Asterisk. `allow`: networks that may connect."""

    host: str
    port: int
    users: tuple[FacadeUser, ...]
    link: LinkSettings
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1")
    max_clients: int = 100


@dataclass(frozen=True, slots=True)
class FacadePorts:
    """What the facade is given. `settled` returns when all events posted so far have been dealt with."""

    journal: Journal
    floor: Callable[[], Mapping[str, Any]]
    events: EventSink
    settled: Callable[[], Awaitable[None]]
    clock: Clock
    penalty_rules: Callable[[], Mapping[str, Sequence[PenaltyChange]]] = dict
    devices: Callable[[], DeviceRules] = DeviceRules
    reload: Callable[[], Awaitable[object]] | None = None


@dataclass(slots=True)
class _Mark:
    """Somebody who waits until the board shows the journal up to an entry."""

    entry_id: int
    reached: asyncio.Event = field(default_factory=asyncio.Event)


class Facade:
    """Make it inside the running loop; `open` its port, then `run` it."""

    def __init__(self, settings: FacadeSettings, ports: FacadePorts) -> None:
        """Raises ConfigError for networks that are none."""
        self._settings, self._ports = settings, ports
        try:
            self._allow = [ipaddress.ip_network(network) for network in settings.allow]
        except ValueError as error:
            raise ConfigError(f"[facade] allow: {error}: write networks such as 10.0.0.0/8") from error
        self.users, self.throttle = Users(settings.users), Throttle()
        self.scene = Scene()
        self._sessions: dict[asyncio.Task[None], Session] = {}
        self._marks: list[_Mark] = []
        self._channel_came = asyncio.Event()
        self._taken = 0
        self._synced_at = 0.0
        self._is_stamped = False
        self._system = ""
        self._server: asyncio.Server | None = None
        user, secret = on_asterisk(settings.link.user, settings.link.secret, WATCH)
        watching = replace(settings.link, user=user, secret=secret)
        self._watch = AmiLink(watching, WATCHED, self._seen, self._watch_up, lambda: None)

    @property
    def port(self) -> int:
        """The port it listens on. Raises VmqError before `open`."""
        if self._server is None:
            raise VmqError("the facade has not been opened")
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self) -> None:
        """Listen. Raises ConfigError when the address can't be used."""
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            self._server = await asyncio.start_server(self._connected, self._settings.host, self._settings.port)
        except OSError as error:
            raise ConfigError(f"[facade] can't listen on {where}: {error.strerror}: choose another port") from error

    async def run(self) -> None:
        """Serve until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch.run(), name="facade-watch")
                tasks.create_task(self._follow(), name="facade-journal")
        finally:
            await self.close()

    async def close(self) -> None:
        """Take no more clients, and end those there are."""
        if self._server is not None:
            self._server.close()
        for task in list(self._sessions):
            task.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def door(self, user: str) -> Door:
        """Where and as whom a user's session on Asterisk is to be opened."""
        link = self._settings.link
        return Door(link.host, link.port, *on_asterisk(link.user, link.secret, user), timeout_s=link.connect_timeout_s)

    def desk(self, user: str) -> Desk:
        """What a user's action may look at."""
        ports, now = self._ports, self._ports.clock.now()
        if self._taken == ports.journal.last_id and now - self._synced_at > SYNC_S:
            self._sync()  # for what no record tells, such as another telephone
        return Desk(self.scene, now, f"ami:{user}", ports.penalty_rules(), ports.reload is not None, ports.devices())

    async def carry_out(self, reply: Reply) -> None:
        """Have done what an answer promised. Back when the board shows it, so that the next answer does too."""
        for record in reply.records:
            self._ports.journal.append(record, self._ports.clock.now())
        for event in reply.events:
            self._ports.events.post(event)
        self._tell(reply.added)
        if reply.reloads and self._ports.reload is not None:
            try:
                await self._ports.reload()
            except VmqError as error:
                log.error("facade.reload_failed", error=str(error))
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await self._ports.settled()
                await self._caught_up()

    async def _caught_up(self) -> None:
        mark = _Mark(self._ports.journal.last_id)
        if mark.entry_id > self._taken:
            self._marks.append(mark)
            await mark.reached.wait()

    async def _follow(self) -> None:
        """Keep the board true. When the journal has run away from us, clients have to ask for everything anew."""
        journal = self._ports.journal
        while True:
            self._taken = journal.last_id
            self._sync()
            async for entry in journal.follow(self._taken):
                if isinstance(entry.record, CallerEntered):
                    await self._has_channel(entry.record.call_id)
                self._take(entry)
                self._marks = [mark for mark in self._marks if not self._reached(mark)]
            log.warning("facade.behind", consequence="its clients are disconnected, and connect anew")
            for session in self._sessions.values():
                session.end()
            await asyncio.sleep(RESYNC_S)

    async def _has_channel(self, call_id: str) -> None:
        """A panel knows a caller by his channel's name. What follows waits too: app_queue tells the joining first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CHANNEL_S):
                while self._watch.is_up and not self.scene.channels.knows(call_id):
                    self._channel_came.clear()
                    await self._channel_came.wait()

    def _take(self, entry: JournalEntry) -> None:
        try:
            if isinstance(entry.record, RulesReloaded):
                self._tell(self.scene.resync(self._ports.floor(), entry.at))
            self._tell(self.scene.events(entry.record, entry.at))
        except Exception:
            log.exception("facade.record_failed", entry=entry)
        self._taken = entry.id

    def _sync(self) -> None:
        self._synced_at = self._ports.clock.now()
        self.scene.board.sync(self._ports.floor(), self._synced_at)

    def _reached(self, mark: _Mark) -> bool:
        if mark.entry_id <= self._taken:
            mark.reached.set()
        return mark.reached.is_set()

    def _tell(self, events: Sequence[Added]) -> None:
        if not events:
            return
        common: list[Header] = [("Privilege", "agent,all")]
        if self._is_stamped:
            common.append(("Timestamp", f"{self._ports.clock.now():.6f}"))
        if self._system:
            common.append(("SystemName", self._system))
        for added in events:
            data = message((("Event", added.name), *common, *added.headers))
            for session in self._sessions.values():
                session.tell(added, data)

    async def _watch_up(self) -> None:
        """All channels that there are now."""
        entries = await self._watch.ask_list("CoreShowChannels")
        seen = {self.scene.channels.take(entry) for entry in entries}
        self.scene.channels.keep_only(seen)
        self._channel_came.set()
        for channel_id in seen:
            self._tell(self.scene.leg_seen(channel_id))

    def _seen(self, _name: bytes, text: bytes) -> None:
        """An event of a channel. It also shows what Asterisk adds to all (timestampevents, systemname)."""
        headers = parse(text)
        self._is_stamped, self._system = "Timestamp" in headers, headers.get("SystemName", "")
        channel_id = self.scene.channels.take(headers)
        self._channel_came.set()
        if channel_id:
            self._tell(self.scene.leg_seen(channel_id))

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str((writer.get_extra_info("peername") or ("?",))[0])
        logging_in = sum(session.user is None for session in self._sessions.values())
        if not self._is_allowed(address):
            log.info("facade.peer_refused", peer=address, allow="[facade] allow does not name it")
        elif len(self._sessions) >= self._settings.max_clients or logging_in >= MAX_LOGGING_IN:
            log.warning("facade.too_many_clients", peer=address, max_clients=self._settings.max_clients)
        else:
            tune(writer.get_extra_info("socket"))
            session = Session(self, reader, writer, address)
            task = asyncio.create_task(session.run(), name="facade-client")
            self._sessions[task] = session
            task.add_done_callback(self._ended)
            return
        writer.transport.abort()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("facade.session_failed", error=repr(error), exc_info=error)

    def _is_allowed(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        peer = getattr(peer, "ipv4_mapped", None) or peer
        return any(peer in network for network in self._allow)

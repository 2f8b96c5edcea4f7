"""The link to Asterisk's manager interface: connect, log in, stay connected, come back.

panoramisk's Manager with everything overridden that touches the connection: panoramisk re-sends actions whose outcome
is unknown, doesn't notice a silent peer, and reconnects from timers that close() doesn't end. In: actions. Out: their
answers; raw events, in order, to one synchronous consumer; `on_up` after each login, `on_down` after each loss.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog
from panoramisk.manager import Manager

from vmq.asterisk.message import Headers
from vmq.asterisk.protocol import AmiProtocol
from vmq.errors import ActionFailed, LinkError, LinkLost, LoginRefused, ProtocolError

log = structlog.get_logger(__name__)

EventConsumer = Callable[[bytes, bytes], None]
"""Takes an event: its name and the whole message, unparsed. Must not block."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where Asterisk is and how patient to be. All times in seconds."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    ping_s: float = 3.0
    action_timeout_s: float = 5.0
    connect_timeout_s: float = 5.0
    boot_timeout_s: float = 60.0
    first_retry_s: float = 0.25
    longest_retry_s: float = 10.0
    refused_retry_s: float = 15.0


class AmiLink(Manager):  # type: ignore[misc]
    """Make it inside the running loop; `run()` is its whole life."""

    def __init__(
        self,
        settings: LinkSettings,
        wanted: frozenset[bytes],
        consumer: EventConsumer,
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[], None],
    ) -> None:
        """`wanted` names the events for `consumer`; `on_up` is awaited after login, when Asterisk has booted."""
        super().__init__(host=settings.host, port=settings.port, loop=asyncio.get_running_loop(), encoding="utf8")
        self.protocol: AmiProtocol | None = None
        self.settings = settings
        self.wanted = wanted | {b"FullyBooted", b"Shutdown"}
        self.consumer = consumer
        self._on_up, self._on_down = on_up, on_down
        self.booted = asyncio.Event()
        self._lost: asyncio.Future[LinkError | ProtocolError] | None = None
        self._failures = 0

    @property
    def is_up(self) -> bool:
        """True while actions can be sent."""
        return self.authenticated and self.protocol is not None and not self.protocol.closed

    async def run(self) -> None:
        """Keep the link up until cancelled. No failure of the network or of Asterisk ends it."""
        try:
            while True:
                wait_s = min(self.settings.first_retry_s * 2**self._failures, self.settings.longest_retry_s)
                self._failures = min(self._failures + 1, 16)
                try:
                    await self.connect()
                    await self._serve()
                except LoginRefused as error:
                    wait_s = self.settings.refused_retry_s
                    log.error("ami.login_refused", error=str(error), retry_s=wait_s)
                except (LinkError, ProtocolError) as error:
                    log.warning("ami.down", error=str(error), retry_s=round(wait_s, 2))
                except Exception:
                    log.exception("ami.failed", retry_s=round(wait_s, 2))
                finally:
                    self.close()
                await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
        finally:
            self.close()

    def send_action(self, fields: Mapping[str, str | list[str]], timeout_s: float = 0) -> asyncio.Future[list[Headers]]:
        """Send an action now; the future gets [response, *list entries]. Asterisk takes actions up in the order sent.

        Raises LinkLost at once when the link is down, ProtocolError for a line break in a header. The future fails with
        ActionFailed, or LinkLost (outcome unknown).
        """
        if self.protocol is None:
            raise LinkLost(f"AMI action {fields['Action']}: there is no link to Asterisk; not sent")
        return self.protocol.send(fields, timeout_s or self.settings.action_timeout_s)

    async def ask(self, action: str, **fields: str) -> Headers:
        """Send an action and return its response. Raises as `send_action` and its future."""
        return (await self.send_action({"Action": action, **fields}))[0]

    async def ask_list(self, action: str, timeout_s: float = 30.0, **fields: str) -> list[Headers]:
        """Send an action and return the entries of its list. Raises as `send_action` and its future."""
        return (await self.send_action({"Action": action, **fields}, timeout_s))[1:]

    def close(self) -> None:
        """End the connection and fail what is pending; no timer is left. (run() makes the next, unless cancelled.)"""
        self.authenticated = False
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.close()

    def event_received(self, name: bytes, message: bytes) -> None:
        """Protocol's call: an event came."""
        if name == b"FullyBooted":
            self.booted.set()
        elif name == b"Shutdown" and self.protocol is not None:
            self.protocol.drop(LinkLost("AMI: Asterisk shuts down"))
        else:
            self.consumer(name, message)

    def connection_dropped(self, protocol: AmiProtocol, reason: LinkError | ProtocolError) -> None:
        """Protocol's call: the connection is over."""
        if protocol is self.protocol and self._lost is not None and not self._lost.done():
            self._lost.set_result(reason)

    async def connect(self) -> None:
        """Connect, check who is there, log in and wait until Asterisk has booted. Raises LinkError, ProtocolError."""
        where, loop = f"{self.settings.host}:{self.settings.port}", asyncio.get_running_loop()
        self.booted.clear()
        self._lost = loop.create_future()
        try:
            async with asyncio.timeout(self.settings.connect_timeout_s):
                connecting = loop.create_connection(
                    lambda: AmiProtocol(self, self.wanted), self.settings.host, self.settings.port
                )
                _, protocol = await connecting
                self.protocol = protocol
                await asyncio.shield(protocol.greeted)
        except TimeoutError:
            raise LinkLost(f"AMI: {where} does not answer; is Asterisk up, and manager.conf enabled?") from None
        except OSError as error:
            raise LinkLost(f"AMI: can't connect to {where} ({error.strerror or error}); is Asterisk up?") from None
        try:
            await self.ask("Login", Username=self.settings.user, Secret=self.settings.secret, Events="on")
        except ActionFailed as error:
            raise LoginRefused(
                f"Asterisk at {where} refused manager user {self.settings.user!r} ({str(error).rpartition(': ')[2]}); "
                "write its secret to asterisk.secret, or include the manager file of `vmq asterisk setup` and reload"
            ) from None
        self.authenticated = True

    async def _serve(self) -> None:
        """Ping and watch until the connection is lost, telling the owner of up and down. Raises what ended it."""
        lost = self._lost
        assert lost is not None  # noqa: S101  made in connect
        pinging = asyncio.create_task(self.ping(), name="ami-ping")
        rising = asyncio.create_task(self._rise(), name="ami-up")
        try:
            await asyncio.wait((lost, rising), return_when=asyncio.FIRST_COMPLETED)
            if rising.done() and not lost.done():
                rising.result()
            raise await asyncio.shield(lost)
        finally:
            pinging.cancel()
            rising.cancel()
            self._on_down()
            await asyncio.gather(pinging, rising, return_exceptions=True)

    async def _rise(self) -> None:
        try:
            async with asyncio.timeout(self.settings.boot_timeout_s):
                await self.booted.wait()
        except TimeoutError:
            log.warning("ami.no_fully_booted", mend="give the manager user read=system; going on without")
        await self._on_up()
        self._failures = 0

    async def ping(self) -> None:
        """Notice a silent peer within ping_s + action_timeout_s."""
        while True:
            await asyncio.sleep(self.settings.ping_s)
            try:
                await self.ask("Ping")
            except LinkError:
                if self.protocol is not None:
                    self.protocol.drop(LinkLost("AMI: Asterisk answers no more (half-open link)"))
                return

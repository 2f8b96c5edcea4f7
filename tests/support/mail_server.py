"""A real SMTP server (aiosmtpd) on a port of its own, that can be down, busy or cruel when a test wants it to be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.live.server import free_port

MAX_BYTES = 200_000_000
Refusal = Callable[[str], str | None]
"""By an address: the reply that refuses it, or None."""


class MailServer:
    """`raw` are the mails that it accepted. `start` and `stop` as often as is wanted: the port stays."""

    def __init__(self) -> None:
        self.port = free_port()
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.greeted = 0
        self.data_begun = asyncio.Event()
        self.may_begin = asyncio.Event()
        self.may_begin.set()
        self.refuses_recipient: Refusal = lambda _: None
        self.refuses_mail: Refusal = lambda _: None
        self.cuts_data = False
        self.before_reply: Callable[[], Any] | None = None
        self._news = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.BaseTransport] = set()

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more; connections are cut."""
        if self._server is not None:
            self._server.close()
            for transport in self._open:
                transport.abort()  # type: ignore[attr-defined]
            await self._server.wait_closed()
            self._server = None

    @property
    def mails(self) -> list[EmailMessage]:
        """What it accepted, as mails."""
        return [message_from_bytes(content, policy=policy.default) for content in self.raw]  # type: ignore[misc]

    async def wait_mails(self, count: int, deadline_s: float = 60.0) -> list[EmailMessage]:
        """All mails, once there are so many."""
        async with asyncio.timeout(deadline_s), self._news:
            await self._news.wait_for(lambda: len(self.raw) >= count)
        return self.mails

    def _protocol(self) -> SMTP:
        return _Protocol(self)

    def opened(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        self.greeted += 1
        self._open.add(transport)

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """A client left."""
        self._open.discard(transport)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if refusal := self.refuses_recipient(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse a mail."""
        if refusal := self.refuses_mail(envelope.rcpt_tos[0]):
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        async with self._news:
            self.raw.append(content)
            self.recipients += envelope.rcpt_tos
            self._news.notify_all()
        if self.before_reply is not None:
            await self.before_reply()
        return "250 accepted"


class _Protocol(SMTP):
    """aiosmtpd's own, but that one can see when a mail begins, hold it up, and cut it there."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(server, data_size_limit=MAX_BYTES, loop=asyncio.get_running_loop())
        self._mail_server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._mail_server.opened(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._mail_server.closed(self.transport)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._mail_server.may_begin.wait()
        self._mail_server.data_begun.set()
        if self._mail_server.cuts_data:
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

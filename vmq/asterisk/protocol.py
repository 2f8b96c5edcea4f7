"""One connection to AMI: panoramisk's protocol with its traps closed (each has a test in tests/contract).

In: bytes. Out: events, in order, as raw bytes to one synchronous consumer; answers to the futures of their actions. A
connection that breaks fails every pending action with LinkLost, since its outcome is unknown; nothing is re-sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Mapping
from typing import Protocol

import structlog
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from vmq.asterisk.message import Headers, MessageSplitter, check_headers, event_name, parse
from vmq.errors import ActionFailed, LinkError, LinkLost, ProtocolError

MAX_PENDING = 10_000
"""Most actions without an answer."""
MAX_WRITE_BUFFER = 1 << 20
"""Most bytes that Asterisk may leave unread before the link counts as stuck."""
MAX_LIST = 200_000
"""Most entries of a list."""
_USER_TIMEOUT_MS = 8000

_ACTION_ID = re.compile(rb"\r\nActionID: ([^\r]*)")

log = structlog.get_logger(__name__)


class Owner(Protocol):
    """What a connection tells its link."""

    def event_received(self, name: bytes, message: bytes) -> None:
        """An event, unparsed."""
        ...

    def connection_dropped(self, protocol: AmiProtocol, reason: LinkError | ProtocolError) -> None:
        """The connection is over; said once."""
        ...


class _Pending:
    """An action on its way: its future, its time-out, and the entries when it answers with a list."""

    __slots__ = ("action", "entries", "future", "is_list", "timer")

    def __init__(self, action: Action, future: asyncio.Future[list[Headers]], timer: asyncio.TimerHandle) -> None:
        self.action, self.future, self.timer = action, future, timer
        self.is_list = False
        self.entries: list[Headers] = []


class AmiProtocol(AMIProtocol):  # type: ignore[misc]
    """A connection. `wanted` names the events to hand on; all others are dropped before they are parsed."""

    closed: bool
    transport: asyncio.Transport

    def __init__(self, owner: Owner, wanted: frozenset[bytes]) -> None:
        self.owner = owner
        self.wanted = wanted
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._splitter = MessageSplitter()
        self._lists = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Arm TCP's own watch over the connection, beside the pings."""
        super().connection_made(transport)
        self.responses: dict[bytes, _Pending] = {}
        sock: socket.socket | None = transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)

    def send(self, fields: Mapping[str, str | list[str]], timeout_s: float) -> asyncio.Future[list[Headers]]:
        """Write an action now; the future gets its answer: the response, then the entries of a list.

        Raises ProtocolError for a header that would break out of its line, LinkLost when the connection is over or
        stuck (then nothing was sent). The future fails with ActionFailed, or with LinkLost after `timeout_s`.
        """
        check_headers(fields)
        if self.closed:
            raise LinkLost(f"AMI action {fields['Action']}: the link is down; not sent")
        if len(self.responses) >= MAX_PENDING or self.transport.get_write_buffer_size() > MAX_WRITE_BUFFER:
            self.drop(LinkLost("AMI: Asterisk takes no more actions (its side is stuck); the link is dropped"))
            raise LinkLost(f"AMI action {fields['Action']}: the link is stuck; not sent")
        action = Action(fields)
        loop = asyncio.get_running_loop()
        key = action.id.encode()
        timer = loop.call_later(timeout_s, self._expire, key, timeout_s)
        future: asyncio.Future[list[Headers]] = loop.create_future()
        future.add_done_callback(lambda done: self._forget(key, done))
        self.responses[key] = _Pending(action, future, timer)
        self.transport.write(str(action).encode("utf-8", "replace"))
        return future

    def data_received(self, data: bytes) -> None:
        """Cut out whole messages and hand each on. What is wrong with one message never costs the next."""
        try:
            messages = self._splitter.feed(data)
        except ProtocolError as error:
            self.drop(error)
            return
        if not self.greeted.done() and self._splitter.is_greeted:
            self.greeted.set_result(None)
        wanted = self.wanted
        for message in messages:
            name = event_name(message)
            if self._lists and name and self._list_entry(name, message):
                continue
            if name in wanted:
                self._hand_on(name, message)
            elif not name:
                self._answer(message)
            if self.closed:
                return

    def _hand_on(self, name: bytes, message: bytes) -> None:
        try:
            self.owner.event_received(name, message)
        except Exception:
            log.exception("ami.event_failed", ami_event=name.decode("utf-8", "replace"))

    def _answer(self, message: bytes) -> None:
        headers = parse(message)
        pending = self.responses.get(headers.get("ActionID", "").encode())
        if pending is None or pending.future.done():
            return
        if headers.get("Response") not in ("Success", "Follows", "Goodbye"):
            text = headers.get("Message", "no reason given")
            pending.future.set_exception(ActionFailed(f"AMI action {pending.action['Action']}: {text}"))
            return
        pending.entries.append(headers)
        if headers.get("EventList", "").lower() == "start":
            pending.is_list = True
            self._lists += 1
        else:
            pending.future.set_result(pending.entries)

    def _list_entry(self, name: bytes, message: bytes) -> bool:
        found = _ACTION_ID.search(message)
        pending = self.responses.get(found[1]) if found else None
        if pending is None or not pending.is_list:
            return False
        if pending.future.done():
            return True
        if b"\r\nEventList: Complete" in message or name.endswith(b"ListComplete"):
            pending.future.set_result(pending.entries)
        elif b"\r\nEventList: cancelled" in message:
            pending.future.set_exception(ActionFailed(f"AMI action {pending.action['Action']}: the list was cancelled"))
        elif len(pending.entries) >= MAX_LIST:
            pending.future.set_exception(
                ActionFailed(f"AMI action {pending.action['Action']}: more than {MAX_LIST} entries")
            )
        else:
            pending.entries.append(parse(message))
        return True

    def _expire(self, key: bytes, timeout_s: float) -> None:
        pending = self.responses.get(key)
        if pending is not None and not pending.future.done():
            name = pending.action["Action"]
            pending.future.set_exception(
                LinkLost(f"AMI action {name}: no answer within {timeout_s:g} s; its outcome is unknown")
            )

    def _forget(self, key: bytes, future: asyncio.Future[list[Headers]]) -> None:
        """The one place where an action leaves `responses`: answered, failed, expired or cancelled."""
        pending = self.responses.pop(key, None)
        if pending is not None:
            pending.timer.cancel()
            self._lists -= pending.is_list
        if not future.cancelled():
            future.exception()

    def connection_lost(self, exc: BaseException | None) -> None:
        """The socket is gone, by whichever side."""
        self.drop(LinkLost(f"AMI: the connection broke ({exc or 'closed by Asterisk'})"))

    def drop(self, reason: LinkError | ProtocolError) -> None:
        """End the connection at once, fail all that is pending, and tell the owner; the second call does nothing."""
        if self.closed:
            return
        self.closed = True
        self.transport.abort()
        for pending in tuple(self.responses.values()):
            if not pending.future.done():
                name = pending.action["Action"]
                pending.future.set_exception(LinkLost(f"AMI action {name}: the link broke; its outcome is unknown"))
        if not self.greeted.done():
            self.greeted.set_exception(reason)
            self.greeted.exception()
        self.owner.connection_dropped(self, reason)

    def close(self) -> None:
        """Close on our own account."""
        self.drop(LinkLost("AMI: the link was closed by vmq"))

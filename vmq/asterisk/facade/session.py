"""One client: log-in, then its actions in their order, each answered by vmq or passed on to Asterisk.

What a client may read and do is decided as process_message() and process_events() of main/manager.c do it; the session
on Asterisk has the same rights, so that nothing gets through by a mistake made here alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from typing import Protocol

import structlog

from vmq.asterisk.facade import console
from vmq.asterisk.facade.actions import OWN, Desk, Reply
from vmq.asterisk.facade.event_filter import EventFilter
from vmq.asterisk.facade.events import Added
from vmq.asterisk.facade.rights import AGENT, ALL, COMMAND, NONE, SYSTEM, category, event_mask, may_do, may_read
from vmq.asterisk.facade.throttle import Throttle
from vmq.asterisk.facade.upstream import Door, Upstream, open_upstream
from vmq.asterisk.facade.users import FacadeUser, Users
from vmq.asterisk.facade.wire import Action, ActionReader, Header, answer, id_of, message
from vmq.asterisk.message import event_name
from vmq.errors import LinkError, ProtocolError

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
"""AMI_VERSION of Asterisk 22, whose answers vmq gives."""
LOGIN_S = 30.0
"""How long a client may take to log in (manager.conf's authtimeout)."""
PENALTY_S = 1.0
"""How long a wrong log-in is let wait for its answer."""
MAX_UNREAD = 4 << 20
"""Most bytes that a client may leave unread; then its connection is ended."""
_CHUNK = 1 << 16

log = structlog.get_logger(__name__)


class House(Protocol):
    """What a session needs of the facade."""

    users: Users
    throttle: Throttle

    def door(self, user: str) -> Door:
        """Where and as whom this user's session on Asterisk is to be opened."""
        ...

    def desk(self, user: str) -> Desk:
        """What a user's action may look at."""
        ...

    async def carry_out(self, reply: Reply) -> None:
        """Have done what an answer promised; back when it shows."""
        ...


class Session:
    """One connection from its first byte to its last."""

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        self._house, self._reader, self._writer, self._address = house, reader, writer, address
        self.user: FacadeUser | None = None
        self._mask = ALL
        self._filter = EventFilter()
        self._challenge = ""
        self._upstream: Upstream | None = None
        self._reading: asyncio.Task[None] | None = None
        self._early: list[bytes] | None = []

    async def run(self) -> None:
        """Serve until the client logs off or goes, is too slow, or Asterisk ends its session."""
        self._send(BANNER)
        try:
            async with asyncio.timeout(LOGIN_S) as limit:
                async for action in self._actions():
                    if not await self._handle(action):
                        break
                    if self.user is not None:
                        limit.reschedule(None)
            async with asyncio.timeout(PENALTY_S):
                await self._writer.drain()
        except (OSError, TimeoutError, LinkError, ProtocolError) as error:
            log.debug("facade.session_ended", peer=self._address, why=f"{error!r:.120}")
        finally:
            await self._close()

    def tell(self, added: Added, data: bytes) -> None:
        """Send an event of vmq's own, if this client may read it and wants it. `data` is all of it."""
        if self.user is None or self._early is not None or not may_read(self.user.readable & self._mask, AGENT):
            return
        if self._filter.passes(added.name, data.decode("utf-8", "replace")):
            self._send(data)

    def end(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()

    async def _actions(self) -> AsyncIterator[Action]:
        reader = ActionReader()
        while data := await self._reader.read(_CHUNK):
            for action in reader.feed(data):
                yield action

    async def _handle(self, action: Action) -> bool:
        """One action. False when the connection is to end."""
        name = action.name.lower()
        if action.problem or not name:
            self._error(action, action.problem or "Missing action in request")
            return True
        if name == "login":
            return await self._login(action)
        if name == "challenge":
            self._give_challenge(action)
            return True
        if name == "logoff":
            if self._upstream is not None:
                await self._upstream.settle()
            self._send(answer(action, "Goodbye", ("Message", "Thanks for all the fish.")))
            return False
        if self.user is None or self._upstream is None:
            self._error(action, "Permission denied")
            return True
        await self._serve(action, name, self.user, self._upstream)
        return True

    async def _serve(self, action: Action, name: str, user: FacadeUser, upstream: Upstream) -> None:
        """An action of somebody who is logged in. vmq answers in its turn: after what Asterisk still has to answer."""
        special = {"events": self._events, "filter": self._add_filter, "listcommands": self._list_commands}
        own = OWN.get(name)
        if own is not None:
            await upstream.settle()
            if may_do(user.writable, own.needs):
                await self._reply(action, own.answer(self._house.desk(user.name), action))
            else:
                self._error(action, "Permission denied")
        elif name in special:
            await special[name](action, user, upstream)
        elif name == "command":
            await self._command(action, user, upstream)
        else:
            await self._pass_on(action, user, upstream)

    async def _command(self, action: Action, user: FacadeUser, upstream: Upstream) -> None:
        await upstream.settle()
        if not may_do(user.writable, COMMAND):
            self._error(action, "Permission denied")
            return
        reply = console.run(self._house.desk(user.name), action.get("Command"))
        if reply is None:
            await self._pass_on(action, user, upstream)
        else:
            await self._reply(action, reply)

    async def _pass_on(self, action: Action, user: FacadeUser, upstream: Upstream) -> None:
        needs = upstream.needs(action.name)
        if needs is not None and not may_do(user.writable, needs):
            await upstream.settle()
            self._error(action, "Permission denied")
        else:
            await upstream.forward(action.raw)

    async def _events(self, action: Action, _user: FacadeUser, upstream: Upstream) -> None:
        """The mask is Asterisk's for its events, and ours for those that we add."""
        mask = event_mask(action.get("EventMask"))
        if mask is not None:
            self._mask = mask
        await upstream.forward(action.raw)

    async def _add_filter(self, action: Action, user: FacadeUser, upstream: Upstream) -> None:
        problem = ""
        if may_do(user.writable, SYSTEM) and action.get("Operation").lower() == "add":
            problem = self._filter.add(action.get("MatchCriteria"), action.get("Filter"))
        if problem:
            await upstream.settle()
            self._error(action, problem)
        else:
            await self._pass_on(action, user, upstream)

    async def _list_commands(self, action: Action, user: FacadeUser, upstream: Upstream) -> None:
        await upstream.settle()
        listed = {
            name: text for name, text in upstream.commands.items() if may_do(user.writable, upstream.needs(name) or 0)
        }
        listed |= {name: text for name, text in OWN_LISTED.items() if may_do(user.writable, OWN[name.lower()].needs)}
        self._send(answer(action, "Success", *sorted(listed.items())))

    async def _login(self, action: Action) -> bool:
        if self.user is not None:
            self._send(answer(action, "Success", ("Message", "Already authenticated")))
            return True
        now = time.monotonic()
        user = None if self._house.throttle.is_blocked(self._address, now) else await self._authenticate(action)
        if user is None:
            self._house.throttle.failed(self._address, now)
            log.warning("facade.login_refused", peer=self._address, user=action.get("Username")[:80])
            await asyncio.sleep(PENALTY_S)
            self._error(action, "Authentication failed")
            return False
        try:
            door = self._house.door(user.name)
            self._upstream, self._reading = await open_upstream(door, action.get("Events"), self._relay)
        except LinkError as error:
            log.error("facade.no_session_on_asterisk", user=user.name, error=str(error))
            self._error(action, "Asterisk is shutting down")
            return False
        self._reading.add_done_callback(self._asterisk_gone)
        self.user = user
        mask = event_mask(action.get("Events"))
        self._mask = ALL if mask is None else mask
        log.info("facade.login", peer=self._address, user=user.name)
        self._send(answer(action, "Success", ("Message", "Authentication accepted")))
        early, self._early = self._early or [], None
        for text in early:
            self._relay(text)
        return True

    async def _authenticate(self, action: Action) -> FacadeUser | None:
        name = action.get("Username")
        if action.get("AuthType").lower() == "md5":
            return self._house.users.with_key(name, self._challenge, action.get("Key"))
        return await self._house.users.with_secret(name, action.get("Secret"))

    def _give_challenge(self, action: Action) -> None:
        if action.get("AuthType").lower() != "md5":
            self._error(action, "Must specify AuthType")
            return
        self._challenge = self._challenge or str(secrets.randbelow(900_000_000) + 100_000_000)
        self._send(answer(action, "Success", ("Challenge", self._challenge)))

    def _relay(self, text: bytes) -> None:
        """A message of Asterisk's. An event is for who may read all its classes; an answer is the client's own."""
        if self._early is not None:
            self._early.append(text)
            return
        classes = category(text) if event_name(text) else None
        readable = self.user.readable & self._mask if self.user is not None else NONE
        if classes is None or may_read(readable, classes):
            self._send(text)

    async def _reply(self, action: Action, reply: Reply) -> None:
        self._send(render(action, reply))
        if reply.events or reply.records or reply.added or reply.reloads:
            await self._house.carry_out(reply)

    def _error(self, action: Action, text: str) -> None:
        self._send(answer(action, "Error", ("Message", text)))

    def _send(self, data: bytes) -> None:
        if self._writer.is_closing():
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            log.warning("facade.client_too_slow", peer=self._address)
            self.end()

    def _asterisk_gone(self, _reading: asyncio.Task[None]) -> None:
        """What Asterisk still said is sent, then the connection closes."""
        self._writer.close()

    async def _close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        with contextlib.suppress(OSError):
            self._writer.close()


def render(action: Action, reply: Reply) -> bytes:
    """The bytes of vmq's answer to an action: a response, a list, or what a CLI command printed."""
    if reply.output is not None:
        printed: list[Header] = [("Output", line) for line in reply.output or ("",)]
        return answer(action, reply.response, ("Message", "Command output follows"), *printed)
    text: list[Header] = [("Message", reply.text)] if reply.text else []
    if not reply.ends:
        data = answer(action, reply.response, *text, *reply.headers)
        return data if reply.text else data + b"\r\n"  # QueueRule, which alone has no text, ends with two empty lines
    own_id = id_of(action)
    return b"".join(
        (
            answer(action, reply.response, ("EventList", "start"), *text),
            *(message((("Event", entry.name), *entry.headers, *own_id)) for entry in reply.entries),
            message(
                (("Event", reply.ends), *own_id, ("EventList", "Complete"), ("ListItems", len(reply.entries))),
            ),
        )
    )


_PRIVILEGES = {AGENT: "agent,all", NONE: "<none>"}
OWN_LISTED: dict[str, str] = {
    name: f"{what}  (Priv: {_PRIVILEGES[OWN[name.lower()].needs]})"
    for name, what in (
        ("QueueAdd", "Add interface to queue."),
        ("QueueChangePriorityCaller", "Change priority of a caller on queue."),
        ("QueueLog", "Adds custom entry in queue_log."),
        ("QueueMemberRingInUse", "Set the ringinuse value for a queue member."),
        ("QueuePause", "Makes a queue member temporarily unavailable."),
        ("QueuePenalty", "Set the penalty for a queue member."),
        ("QueueReload", "Reload a queue, queues, or any sub-section of a queue or queues."),
        ("QueueRemove", "Remove interface from queue."),
        ("QueueReset", "Reset queue statistics."),
        ("QueueRule", "Queue Rules."),
        ("QueueStatus", "Show queue status."),
        ("QueueSummary", "Show queue summary."),
        ("QueueWithdrawCaller", "Request to withdraw a caller from the queue back to the dialplan."),
    )
}
"""What ListCommands says of vmq's own actions."""

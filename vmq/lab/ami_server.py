"""The manager interface of the stand-in: one AmiSession for each connection, speaking AMI as main/manager.c does.

In: actions as lines `Key: value` up to an empty line. Out: responses, lists and the events of the exchange that the
user's filter lets through.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog

from vmq.lab.ami_actions import ACTIONS
from vmq.lab.ami_filter import EventFilter
from vmq.lab.ami_message import Message, Reply
from vmq.lab.events import Header, LabError, ManagerEvent
from vmq.lab.exchange import Exchange

GREETING = "Asterisk Call Manager/11.0.0"
_LIMIT = 1 << 16
_MOST_HEADERS = 128
_log = structlog.get_logger(__name__)


class AmiServer:
    """Listens on loopback. `users` maps manager users to their secrets."""

    def __init__(self, exchange: Exchange, users: dict[str, str]) -> None:
        self.exchange, self.users = exchange, users
        self.sessions: set[AmiSession] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen. Returns the port."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self, is_shutdown: bool = True) -> None:
        """Stop listening and end all sessions, with the Shutdown event first unless told to break off."""
        if self._server is None:
            return
        if is_shutdown:
            self.exchange.bus.publish("Shutdown", ("Shutdown", "Cleanly"), ("Restart", "False"), privilege="system,all")
        self._server.close()
        for session in tuple(self.sessions):
            session.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = AmiSession(self, writer)
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.sessions.add(session)
        unsubscribe = self.exchange.bus.subscribe(session.event)
        try:
            await session.run(reader)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            unsubscribe()
            self.sessions.discard(session)
            session.close()


class AmiSession:
    """One connection."""

    def __init__(self, server: AmiServer, writer: asyncio.StreamWriter) -> None:
        self.server, self.exchange = server, server.exchange
        self._writer = writer
        self.user = ""
        self.wants_events = True
        self._filter = EventFilter()

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Greet, then serve actions until Logoff or the end of the connection."""
        self._writer.write(f"{GREETING}\r\n".encode())
        while (message := await _read_message(reader)) is not None:
            if not await self._handle(message):
                with contextlib.suppress(OSError):
                    await self._writer.drain()
                return

    async def _handle(self, message: Message) -> bool:
        """Carry one action out. False when the connection is to be closed."""
        name = message.get("Action").lower()
        if name in ("login", "logoff"):
            return self._login(message) if name == "login" else self._logoff(message)
        if not self.user:
            self.reply(message, "Error", "Permission denied")
        elif name == "events":
            self._events(message)
        elif name == "filter":
            self._add_filter(message)
        elif (action := ACTIONS.get(name)) is None:
            said = message.get("Action")
            text = f"Invalid/unknown command: {said}. Use Action: ListCommands to show available commands."
            self.reply(message, "Error", text)
        else:
            self._answer(message, action(self.exchange, message))
        return True

    def _login(self, message: Message) -> bool:
        user = message.get("Username")
        if not user or self.server.users.get(user) != message.get("Secret"):
            self.reply(message, "Error", "Authentication failed")
            _log.warning("manager log-in refused", user=user)
            return False
        self.user = user
        self.wants_events = message.get("Events").lower() != "off"
        self.reply(message, "Success", "Authentication accepted")
        uptime = str(int(time.time() - self.exchange.started))
        status = (("Uptime", uptime), ("LastReload", uptime), ("Status", "Fully Booted"))
        self.send((("Event", "FullyBooted"), ("Privilege", "system,all"), *status))
        return True

    def _logoff(self, message: Message) -> bool:
        self.reply(message, "Goodbye", "Thanks for all the fish.")
        return False

    def _events(self, message: Message) -> None:
        self.wants_events = message.get("EventMask").lower() not in ("off", "")
        self.send((("Response", "Success"), *_action_id(message), ("Events", "On" if self.wants_events else "Off")))

    def _add_filter(self, message: Message) -> None:
        criteria, pattern = message.get("MatchCriteria"), message.get("Filter")
        try:
            if message.get("Operation").lower() != "add":
                raise LabError("Unknown operation")
            self._filter.add(criteria, pattern)
        except LabError as error:
            self.reply(message, "Error", str(error))
        else:
            self.reply(message, "Success", "Success")

    def _answer(self, message: Message, reply: Reply) -> None:
        what = (("Message", reply.text),) if reply.text else ()
        if reply.events is None:
            self.send((("Response", reply.response), *_action_id(message), *what, *reply.headers))
            return
        self.send((("Response", "Success"), *_action_id(message), ("EventList", "start"), *what))
        for name, headers in reply.events:
            self.send((("Event", name), *_action_id(message), *headers))
        end = (("EventList", "Complete"), ("ListItems", str(len(reply.events))))
        self.send((("Event", reply.end), *_action_id(message), *end, *reply.headers))

    def reply(self, message: Message, response: str, text: str) -> None:
        """A plain response."""
        self.send((("Response", response), *_action_id(message), ("Message", text)))

    def event(self, event: ManagerEvent) -> None:
        """Send an event of the exchange, if this user wants it."""
        if not self.user or not self.wants_events:
            return
        text = _text((("Event", event.name), ("Privilege", event.privilege), *event.headers))
        if self._filter.passes(event, text):
            self._write(text)

    def send(self, headers: tuple[Header, ...]) -> None:
        """Send one message."""
        self._write(_text(headers))

    def _write(self, text: str) -> None:
        if not self._writer.is_closing():
            self._writer.write(text.encode())

    def close(self) -> None:
        """End the connection after what was written."""
        self._writer.close()


def _text(headers: tuple[Header, ...]) -> str:
    return "".join(f"{key}: {value}\r\n" for key, value in headers) + "\r\n"


def _action_id(message: Message) -> tuple[Header, ...]:
    action_id = message.get("ActionID")
    return (("ActionID", action_id),) if action_id else ()


async def _read_message(reader: asyncio.StreamReader) -> Message | None:
    pairs: list[Header] = []
    while (line := await reader.readline()) and len(pairs) < _MOST_HEADERS:
        text = line.decode(errors="replace").strip("\r\n")
        if not text:
            if pairs:
                return Message(tuple(pairs))
            continue
        key, _, value = text.partition(":")
        pairs.append((key.strip(), value.strip()))
    return None

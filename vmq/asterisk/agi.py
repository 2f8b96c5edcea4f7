"""One AGI session: commands go out one at a time, each reply goes to the command that asked for it.

In: a connection whose head was read. Out: `Reply` values, and exactly one way to learn that the session is over:
HungUp, whatever Asterisk made of it (a HANGUP line, 511, end of file, a reset, or an answer that never came).

Asterisk's side of this is res/res_agi.c: run_agi (HANGUP lines, idle frames), agi_handle_command (510, 511, 520).
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from panoramisk.fast_agi import Request

from vmq.asterisk.agi_text import Reply, compose, parse_reply
from vmq.asterisk.connection import AgiConnection, quick_ack
from vmq.domain.numbers import is_number
from vmq.errors import HungUp, ProtocolError

log = structlog.get_logger(__name__)

_CONTEXT = re.compile(r"[A-Za-z0-9_.-]+")
REPLY_S = 10.0
"""How long a command that does not wait for people may take."""

MAX_STRAY_LINES = 200
"""How many lines that are no reply a peer may send in a row: a variable's value or a usage text has fewer."""

CLOSE_S = 2.0


@dataclass(eq=False, slots=True)
class _Command:
    """A command on its way through a session; `timeout_s` counts from its sending."""

    line: bytes
    verb: str
    timeout_s: float | None
    reply: asyncio.Future[Reply]


class AgiSession(Request):  # type: ignore[misc]  # panoramisk is untyped
    """A call's AGI session. Commands of several tasks queue up; replies never mix.

    `headers` is the head as Asterisk sent it, `gone` is set once the session is over.
    """

    def __init__(self, app: Any, headers: Mapping[str, str], connection: AgiConnection) -> None:
        super().__init__(app, headers, reader=None, writer=connection.transport)
        self.gone = asyncio.Event()
        self._why_gone = ""
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Command] = deque()
        self._under_way: _Command | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stray = 0
        self._is_usage = False
        self._connection = connection
        connection.taker = self

    @property
    def call_id(self) -> str:
        """The channel's Uniqueid."""
        return str(self.headers.get("agi_uniqueid", ""))

    @property
    def channel(self) -> str:
        """The channel's name."""
        return str(self.headers.get("agi_channel", ""))

    @property
    def language(self) -> str:
        """The channel's language."""
        return str(self.headers.get("agi_language", "en"))

    def argument(self, number: int) -> str:
        """An argument of the dialplan's AGI(), counted from 1; empty when it is not there."""
        return str(self.headers.get(f"agi_arg_{number}", ""))

    async def command(self, verb: str, *arguments: str, timeout_s: float | None = REPLY_S) -> Reply:
        """Send one command and return its reply. `verb` is sent as it is, arguments are quoted.

        Raises HungUp when the session is or gets over (also when no answer came in `timeout_s`), ProtocolError when the
        command can't be sent or Asterisk does not know it. A command that is cancelled under way ends the session.
        """
        return await self._exchange(compose(verb, *arguments), verb, timeout_s)

    def begin(self, verb: str, *arguments: str) -> None:
        """Send a command before all that are yet to come, and don't wait for its reply: they do.

        What goes wrong with it is theirs to meet. Raises HungUp and ProtocolError for what can't be sent.
        """
        command = self._submit(compose(verb, *arguments), verb, REPLY_S)
        command.reply.add_done_callback(_note_refusal)

    async def send_command(self, command: str) -> Reply:
        """panoramisk's entry: a whole command line, checked and answered as `command` does."""
        return await self._exchange(compose(command), command.split(" ", 1)[0], REPLY_S)

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self.command("SET VARIABLE", name, value)

    async def get_variable(self, name: str) -> str:
        """A channel variable's value; empty when it is not set."""
        return (await self.command("GET VARIABLE", name)).data

    async def has_extension(self, context: str, number: str) -> bool:
        """Has the dialplan such an extension? False also for what can't stand in a dialplan function, and where
        Asterisk lacks that function (module func_dialplan), which is logged. Raises HungUp."""
        if not _CONTEXT.fullmatch(context) or not is_number(number):
            return False
        try:
            reply = await self.command("GET FULL VARIABLE", f"${{DIALPLAN_EXISTS({context},{number},1)}}")
        except ProtocolError as error:
            log.error("agi.extension_not_looked_up", context=context, number=number, error=str(error))
            return False
        return reply.data == "1"

    async def raise_if_gone(self) -> None:
        """Tell a hang-up from any other failure after result=-1, which Asterisk answers for both.

        run_agi sends HANGUP before it reads another command, so that the answer to NOOP comes after it.
        """
        await self.command("NOOP")
        if self.gone.is_set():
            raise HungUp(self._why_gone)

    async def close(self) -> None:
        """End the session: the dialplan goes on after AGI(). Returns when the socket is closed."""
        self.drop("vmq closed the session")
        timer = self._loop.call_later(CLOSE_S, self.writer.abort)
        try:
            await self._connection.closed.wait()
        finally:
            timer.cancel()

    def drop(self, why: str) -> None:
        """End the session at once, also under a command that is being waited for: that one raises HungUp."""
        self._end(why)
        self.writer.close()

    def take(self, line: str) -> None:
        """A line from Asterisk: a reply for the command under way, or that the call is over."""
        if line == "HANGUP":
            self._end("Asterisk says HANGUP")
            return
        if self._is_usage or line.startswith("520-"):
            self._is_usage = not line.startswith("520 ")
        reply = None if self._is_usage else parse_reply(line)
        if reply is not None and self._under_way is not None:
            if reply.code >= 200:
                self._stray = 0
                self._answered(reply)
            else:
                quick_ack(self.writer.get_extra_info("socket"))  # there is more to this reply
            return
        self._stray += 1
        log.debug("agi.stray_line", size=len(line))
        if self._stray > MAX_STRAY_LINES:
            self._end("the peer does not speak AGI")

    def lost(self, why: str) -> None:
        """No more lines will come."""
        self._end(why)

    async def _exchange(self, line: str, verb: str, timeout_s: float | None) -> Reply:
        command = self._submit(line, verb, timeout_s)
        try:
            reply = await command.reply
        except asyncio.CancelledError:
            if command is self._under_way:
                self.drop(f"{verb} was cancelled, its reply can no longer be told from the next one's")
            raise
        if reply.code != 200:
            raise ProtocolError(f"Asterisk refused {verb}: {reply.line}. Is the module that has it loaded?")
        return reply

    def _submit(self, line: str, verb: str, timeout_s: float | None) -> _Command:
        """Send a command now, or once those before it are answered."""
        if self.gone.is_set():
            raise HungUp(self._why_gone)
        command = _Command(line.encode() + b"\n", verb, timeout_s, self._loop.create_future())
        self._waiting.append(command)
        if self._under_way is None:
            self._send_next()
        return command

    def _send_next(self) -> None:
        """Send the next command that somebody still waits for."""
        while self._waiting and self._under_way is None:
            command = self._waiting.popleft()
            if not command.reply.done():
                self._under_way = command
                self.writer.write(command.line)
                if command.timeout_s is not None:
                    self._timer = self._loop.call_later(command.timeout_s, self._overdue, command)

    def _answered(self, reply: Reply) -> None:
        """The command under way has its reply."""
        if reply.code == 511:
            self._end("the channel is dead (511)")
            return
        command = self._stop_waiting()
        if command and not command.reply.done():
            command.reply.set_result(reply)
        self._send_next()

    def _overdue(self, command: _Command) -> None:
        self.drop(f"Asterisk did not answer {command.verb} within {command.timeout_s:g} s")

    def _stop_waiting(self) -> _Command | None:
        """The command under way, which is so no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        command, self._under_way = self._under_way, None
        return command

    def _end(self, why: str) -> None:
        """The session is over, and so is every command of it."""
        if self.gone.is_set():
            return
        self._why_gone = why
        self.gone.set()
        for command in (self._stop_waiting(), *self._waiting):
            if command and not command.reply.done():
                command.reply.set_exception(HungUp(why))
        self._waiting.clear()


def _note_refusal(reply: asyncio.Future[Reply]) -> None:
    """Nobody waits for this reply: a session that is over shows otherwise, a refusal does not."""
    if not reply.cancelled() and reply.exception() is None and reply.result().code != 200:
        log.warning("agi.refused", reply=reply.result().line)

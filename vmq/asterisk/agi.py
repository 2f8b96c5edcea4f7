"""One AGI session: commands go out one at a time, each reply goes to the command that asked for it.

In: a connection whose head was read. Out: `Reply` values, and exactly one way to learn that the session is over:
HungUp, whatever Asterisk made of it (a HANGUP line, 511, end of file, a reset, or an answer that never came).

Asterisk's side of this is res/res_agi.c: run_agi (HANGUP lines, idle frames), agi_handle_command (510, 511, 520).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Any

import structlog
from panoramisk.fast_agi import Request

from vmq.asterisk.agi_text import Reply, compose, parse_reply
from vmq.errors import HungUp, ProtocolError

log = structlog.get_logger(__name__)

REPLY_S = 10.0
"""How long a command that does not wait for people may take."""

MAX_STRAY_LINES = 200
"""How many lines that are no reply a peer may send in a row: a variable's value or a usage text has fewer."""

CLOSE_S = 2.0


def quick_ack(sock: Any) -> None:
    """Have the kernel acknowledge at once. Linux takes it back by itself, so it is asked for around every command.

    Asterisk writes each line by itself with Nagle's algorithm on: without this its second line waits ~40 ms.
    """
    if sock is not None and hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


class AgiSession(Request):  # type: ignore[misc]  # panoramisk is untyped
    """A call's AGI session. Commands of several tasks queue up; replies never mix.

    `headers` is the head as Asterisk sent it, `gone` is set once the session is over.
    """

    def __init__(
        self, app: Any, headers: Mapping[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super().__init__(app, headers, reader, writer)
        self.gone = asyncio.Event()
        self._why_gone = ""
        self._turn = asyncio.Lock()
        self._answer: asyncio.Future[Reply] | None = None
        self._socket = writer.get_extra_info("socket")
        self._reading = asyncio.create_task(self._read(), name=f"agi-reader-{self.call_id}")

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
        command can't be sent or Asterisk does not know it. A command that is cancelled ends the session.
        """
        return await self._exchange(compose(verb, *arguments), verb, timeout_s)

    async def send_command(self, command: str) -> Reply:
        """panoramisk's entry: a whole command line, checked and answered as `command` does."""
        return await self._exchange(compose(command), command.split(" ", 1)[0], REPLY_S)

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self.command("SET VARIABLE", name, value)

    async def get_variable(self, name: str) -> str:
        """A channel variable's value; empty when it is not set."""
        return (await self.command("GET VARIABLE", name)).data

    async def raise_if_gone(self) -> None:
        """Tell a hang-up from any other failure after result=-1, which Asterisk answers for both.

        run_agi sends HANGUP before it reads another command, so that the answer to NOOP comes after it.
        """
        await self.command("NOOP")
        self._raise_if_over()

    async def close(self) -> None:
        """End the session: the dialplan goes on after AGI(). Returns when the socket is closed."""
        self._end("vmq closed the session")
        self._reading.cancel()
        self.writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.writer.wait_closed()
        except (OSError, TimeoutError):
            self.writer.transport.abort()
        finally:
            await asyncio.wait([self._reading])

    def drop(self, why: str) -> None:
        """End the session at once, also under a command that is being waited for: that one raises HungUp."""
        self._end(why)
        self.writer.close()

    async def _exchange(self, line: str, verb: str, timeout_s: float | None) -> Reply:
        async with self._turn:
            self._raise_if_over()
            self._answer = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout_s):
                    quick_ack(self._socket)
                    self.writer.write(line.encode() + b"\n")
                    await self.writer.drain()
                    reply = await self._answer
            except asyncio.CancelledError:
                self.drop(f"{verb} was cancelled, its reply can no longer be told from the next one's")
                raise
            except TimeoutError:
                self.drop(f"Asterisk did not answer {verb} within {timeout_s:g} s")
                raise HungUp(self._why_gone) from None
            except OSError as error:
                self.drop(f"the connection broke: {error}")
                raise HungUp(self._why_gone) from error
            finally:
                self._answer = None
        return self._checked(reply, verb)

    def _checked(self, reply: Reply, verb: str) -> Reply:
        if reply.code == 200:
            return reply
        if reply.code == 511:
            self._end("the channel is dead (511)")
            self._raise_if_over()
        raise ProtocolError(f"Asterisk refused {verb}: {reply.line}. Is the module that has it loaded?")

    def _raise_if_over(self) -> None:
        if self.gone.is_set():
            raise HungUp(self._why_gone)

    def _end(self, why: str) -> None:
        if self.gone.is_set():
            return
        self._why_gone = why
        self.gone.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(HungUp(why))

    async def _read(self) -> None:
        """Hand every reply to the command that waits for it, until the session is over."""
        stray = 0
        try:
            while stray <= MAX_STRAY_LINES:
                line = await self._line()
                if line == "HANGUP":
                    self._end("Asterisk says HANGUP")
                    continue
                if line.startswith("520-"):
                    line = await self._usage()
                reply = parse_reply(line)
                if reply is None or self._answer is None or self._answer.done():
                    stray += 1
                    log.debug("agi.stray_line", size=len(line))
                elif reply.code >= 200:
                    stray = 0
                    self._answer.set_result(reply)
            self._end("the peer does not speak AGI")
        except (asyncio.IncompleteReadError, OSError):
            self._end("the connection to Asterisk is closed")
        except asyncio.LimitOverrunError:
            self._end("a line from Asterisk is too long")

    async def _line(self) -> str:
        line: bytes = await self.reader.readuntil(b"\n")
        quick_ack(self._socket)
        return line[:-1].decode(errors="replace")

    async def _usage(self) -> str:
        """Read a 520 block to its end; that last line stands for it."""
        for _ in range(MAX_STRAY_LINES):
            line = await self._line()
            if line.startswith("520 "):
                return line
        return "520 usage without end"

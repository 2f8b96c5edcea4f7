"""AGI() in the stand-in: connects to a FastAGI server and serves its commands, as res/res_agi.c does.

In: a channel and `agi://host:port/script,arguments`. Out: the head, a reply to each command, the line HANGUP when the
party goes; AGISTATUS for the dialplan. The session ends when the server closes its socket.
"""

from __future__ import annotations

import asyncio
from collections import deque
from urllib.parse import urlsplit

import structlog

from vmq.lab.agi_commands import Command, find_command
from vmq.lab.agi_words import Usage, split_words
from vmq.lab.channels import COMMAND, Channel, ChannelGone, Diverted
from vmq.lab.dialplan import split_arguments
from vmq.lab.exchange import After, Exchange

VERSION = "22.10.1"
_PORT = 4573
_log = structlog.get_logger(__name__)


class AgiSession:
    """One AGI() on one channel."""

    def __init__(
        self, exchange: Exchange, channel: Channel, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.exchange, self.channel = exchange, channel
        self._reader, self._writer = reader, writer
        self._lines: deque[str | None] = deque()
        self._arrived = asyncio.Event()
        self.is_dead = False

    def send(self, line: str) -> None:
        """Send one line to the server."""
        if not self._writer.is_closing():
            self._writer.write(line.encode() + b"\n")

    @property
    def has_command(self) -> bool:
        """True when the server has sent a line that was not read yet: it ends what plays or waits."""
        return bool(self._lines)

    async def serve(self, request: str, script: str, arguments: list[str]) -> bool:
        """Send the head, then serve commands until the server closes. False when the party hung up meanwhile."""
        self._send_head(request, script, arguments)
        reading = asyncio.create_task(self._read(), name=f"AGI lines of {self.channel.name}")
        try:
            while (line := await self._next_line()) is not None:
                await self._handle(line)
            return not self.is_dead
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._writer.close()

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                self._push(line.decode(errors="replace").rstrip("\r\n"))
        except (OSError, ValueError):
            pass
        self._push(None)

    def _push(self, line: str | None) -> None:
        self._lines.append(line)
        self._arrived.set()
        self.channel.deliver(COMMAND)

    async def _next_line(self) -> str | None:
        while not self._lines:
            if self.is_dead:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            try:
                await self.channel.next_frame()
            except (ChannelGone, Diverted):
                self._die()
        return self._lines.popleft()

    def _die(self) -> None:
        """The party is gone, or the channel was taken away: say so once."""
        if not self.is_dead:
            self.is_dead = True
            self.send("HANGUP")

    async def _handle(self, line: str) -> None:
        words = split_words(line)
        command = find_command(words)
        self._tell("AGIExecStart", line)
        if command is None:
            self.send("510 Invalid or unknown command")
        elif self.is_dead and not command.works_dead:
            self.send("511 Command Not Permitted on a dead channel or intercept routine")
        else:
            await self._carry_out(command, words)
        self._tell("AGIExecEnd", line)
        if self.channel.is_gone or self.channel.diversion is not None:
            self._die()

    async def _carry_out(self, command: Command, words: list[str]) -> None:
        try:
            reply = await command.handler(self, words)
        except Usage:
            self.send("520-Invalid command syntax.  Proper usage follows:")
            self.send(f"Usage: {command.usage}")
            reply = "520 End of proper usage."
        except (ChannelGone, Diverted):
            reply = "200 result=-1"
        if reply:
            self.send(reply)

    def _tell(self, event: str, line: str) -> None:
        self.exchange.bus.publish(event, *self.channel.headers(), ("Command", line), privilege="agi,all")

    def _send_head(self, request: str, script: str, arguments: list[str]) -> None:
        channel, place = self.channel, self.channel.place
        head = [
            ("network", "yes"),
            *([("network_script", script)] if script else []),
            ("request", request),
            ("channel", channel.name),
            ("language", channel.language),
            ("type", channel.tech),
            ("uniqueid", channel.uniqueid),
            ("version", VERSION),
            ("callerid", channel.number or "unknown"),
            ("calleridname", channel.caller_name or "unknown"),
            ("callingpres", "0"),
            ("callingani2", "0"),
            ("callington", "0"),
            ("callingtns", "0"),
            ("dnid", channel.dialled or "unknown"),
            ("rdnis", channel.redirecting or "unknown"),
            ("context", place.context),
            ("extension", place.exten),
            ("priority", str(place.priority)),
            ("enhanced", "0.0"),
            ("accountcode", ""),
            ("threadid", str(id(self))),
            *((f"arg_{n}", value) for n, value in enumerate(arguments, 1)),
        ]
        for key, value in head:
            self.send(f"agi_{key}: {value}")
        self.send("")


async def agi(exchange: Exchange, channel: Channel, data: str) -> After:
    """AGI(agi://host[:port]/script[,arg…]): sets AGISTATUS. The dialplan ends when the party hung up."""
    request, *arguments = (part.replace('"', "") for part in split_arguments(data))
    url = urlsplit(request)
    try:
        reader, writer = await asyncio.open_connection(url.hostname, url.port or _PORT)
    except OSError as error:
        _log.info("FastAGI server unreachable", call_id=channel.uniqueid, request=request, error=str(error))
        channel.variables["AGISTATUS"] = "FAILURE"
        return After.GO_ON
    session = AgiSession(exchange, channel, reader, writer)
    is_alive = await session.serve(request, url.path.lstrip("/") + (f"?{url.query}" if url.query else ""), arguments)
    channel.variables["AGISTATUS"] = "SUCCESS" if is_alive else "HANGUP"
    channel.check()
    return After.GO_ON if is_alive else After.HANG_UP

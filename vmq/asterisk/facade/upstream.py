"""A client's own manager session on the real Asterisk, logged in as the user that has exactly the client's rights.

In: the client's actions, as they are. Out: Asterisk's messages, in order and unparsed, but for the answers to what vmq
asked itself. When it breaks, the client's connection ends: a panel then connects anew, as it does with Asterisk.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from vmq.asterisk.facade.rights import needed_for
from vmq.asterisk.facade.wire import Header, message
from vmq.asterisk.message import Headers, MessageSplitter, parse
from vmq.errors import LinkLost, LoginRefused, ProtocolError

_CHUNK = 1 << 16
MAX_UNREAD = 1 << 18
"""Most bytes that Asterisk may leave unread before the client has to wait."""
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Door:
    """Where Asterisk is, and as whom to come in; times in seconds."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    timeout_s: float = 5.0


class Upstream:
    """One session. Make it by `open_upstream`; then `run` it, once."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        deliver: Callable[[bytes], None],
    ) -> None:
        self._reader, self._writer, self._deliver = reader, writer, deliver
        self._splitter = MessageSplitter()
        self._token = f"vmq-{secrets.token_hex(8)}-"
        self._mark = self._token.encode()
        self._asked: dict[bytes, asyncio.Future[Headers]] = {}
        self._count = 0
        self._is_settled = True
        self.commands: dict[str, str] = {}

    def needs(self, action: str) -> int | None:
        """The classes that Asterisk asks of an action, one of which is enough; None for one it did not list."""
        listed = next((text for name, text in self.commands.items() if name.lower() == action.lower()), None)
        return None if listed is None else needed_for(listed)

    async def forward(self, raw: bytes) -> None:
        """Pass an action on."""
        self._is_settled = False
        self._writer.write(raw)
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            with contextlib.suppress(OSError):
                await self._writer.drain()

    async def settle(self) -> None:
        """Return when Asterisk has answered all that was passed on. Raises LinkLost."""
        if not self._is_settled:
            await self.ask("Ping")
            self._is_settled = True

    async def ask(self, action: str, *headers: Header) -> Headers:
        """Ask something of vmq's own; the client doesn't see the answer. Raises LinkLost."""
        self._count += 1
        action_id = f"{self._token}{self._count}"
        answered: asyncio.Future[Headers] = asyncio.get_running_loop().create_future()
        self._asked[action_id.encode()] = answered
        self._writer.write(message((("Action", action), ("ActionID", action_id), *headers)))
        return await answered

    async def run(self) -> None:
        """Take in what Asterisk says until the connection ends. Raises LinkLost or ProtocolError when it does."""
        reason = "closed by Asterisk"
        try:
            while data := await self._reader.read(_CHUNK):
                for text in self._splitter.feed(data):
                    if text:
                        self._take(text)
        except OSError as error:
            reason = str(error)
        finally:
            self._writer.transport.abort()
            for answered in self._asked.values():
                if not answered.done():
                    answered.set_exception(LinkLost("AMI: Asterisk ended the session"))
                    answered.exception()
        raise LinkLost(f"AMI: Asterisk ended the session ({reason})")

    def _take(self, text: bytes) -> None:
        if text.startswith(b"Response: ") and self._mark in text:
            headers = parse(text)
            answered = self._asked.pop(headers.get("ActionID", "").encode(), None)
            if answered is not None and not answered.done():
                answered.set_result(headers)
        else:
            self._deliver(text + _END)


async def open_upstream(
    door: Door, events: str, deliver: Callable[[bytes], None]
) -> tuple[Upstream, asyncio.Task[None]]:
    """Connect and log in, with the client's `Events` header. The task reads until the connection ends.

    Raises LinkLost when Asterisk can't be reached, LoginRefused when it doesn't know the user.
    """
    try:
        async with asyncio.timeout(door.timeout_s):
            reader, writer = await asyncio.open_connection(door.host, door.port)
    except (OSError, TimeoutError) as error:
        raise LinkLost(f"AMI: can't connect to {door.host}:{door.port} ({error})") from None
    upstream = Upstream(reader, writer, deliver)
    reading = asyncio.create_task(upstream.run(), name="facade-upstream")
    try:
        async with asyncio.timeout(door.timeout_s):
            asked: list[Header] = [("Username", door.user), ("Secret", door.secret)]
            answer = await upstream.ask("Login", *asked, *([("Events", events)] if events else []))
            if answer.get("Response") != "Success":
                raise LoginRefused(
                    f"Asterisk refused manager user {door.user!r} ({answer.get('Message', '')}); run "
                    "`vmq asterisk setup` again and reload: it writes a manager user for each user of the facade"
                )
            listed = await upstream.ask("ListCommands")
            upstream.commands = {name: text for name, text in listed.items() if name not in ("Response", "ActionID")}
    except BaseException as error:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        writer.transport.abort()
        if isinstance(error, (TimeoutError, ProtocolError)):
            raise LinkLost(f"AMI: {door.host}:{door.port} does not answer ({error})") from None
        raise
    return upstream, reading

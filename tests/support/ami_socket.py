"""A raw AMI socket: bytes out, messages in, as an old PHP or Perl panel speaks it.

It knows nothing of vmq, keeps everything that came in order, and fails by deadline with what came instead.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

Message = dict[str, str]
DEADLINE_S = 30.0


class AmiSocket:
    """A connection. `messages` are responses and events in their order; a header that repeats is kept line by line."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.banner = ""
        self.messages: list[Message] = []
        self.raw = b""
        self.is_closed = False
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._pump = asyncio.create_task(self._take_in())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        await asyncio.gather(self._pump, return_exceptions=True)

    def send(self, *lines: str) -> None:
        """One action, line by line."""
        self._writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())

    def send_bytes(self, data: bytes) -> None:
        """Whatever."""
        self._writer.write(data)

    async def ask(self, *lines: str) -> Message:
        """An action without an ActionID, and the response that comes next."""
        seen = len(self.messages)
        self.send(*lines)
        return await self.wait(lambda message: "Response" in message and "Event" not in message, seen)

    async def login(self, user: str, secret: str, *more: str) -> Message:
        """A plain log-in."""
        return await self.ask("Action: Login", f"Username: {user}", f"Secret: {secret}", *more)

    async def login_md5(self, user: str, secret: str) -> Message:
        """A log-in by challenge, as FOP2 does it."""
        challenge = (await self.ask("Action: Challenge", "AuthType: MD5")).get("Challenge", "")
        key = hashlib.md5(f"{challenge}{secret}".encode()).hexdigest()
        return await self.ask("Action: Login", "AuthType: MD5", f"Username: {user}", f"Key: {key}", "Events: on")

    async def wait(self, is_it: Callable[[Message], bool], start: int = 0) -> Message:
        """The first message from the `start`th on that fits."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    self._news.clear()
                    found = next((message for message in self.messages[start:] if is_it(message)), None)
                    if found is not None:
                        return found
                    if self.is_closed:
                        raise ConnectionError(f"closed; these came: {self.messages[start:]}")
                    await self._news.wait()
        except TimeoutError:
            raise TimeoutError(f"it did not come; these did: {self.messages[start:]}") from None

    async def wait_event(self, name: str, start: int = 0, **headers: str) -> Message:
        """The first event of this name whose headers are as given."""
        wanted = {"Event": name, **headers}
        return await self.wait(lambda message: wanted.items() <= message.items(), start)

    async def wait_closed(self) -> None:
        """The other side ends the connection."""
        async with asyncio.timeout(DEADLINE_S):
            await self._pump

    def events(self, start: int = 0) -> list[Message]:
        """The events so far, without entries of lists."""
        return [message for message in self.messages[start:] if "Event" in message and "Privilege" in message]

    async def _take_in(self) -> None:
        try:
            self.banner = (await self._reader.readline()).decode().rstrip()
            self._news.set()
            while True:
                block = await self._reader.readuntil(b"\r\n\r\n")
                self.raw += block
                message: Message = {}
                for line in block.decode(errors="replace").strip("\r\n").split("\r\n"):
                    key, _, value = line.partition(":")
                    message[key] = f"{message[key]}\n{value.strip()}" if key in message else value.strip()
                self.messages.append(message)
                self._news.set()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.is_closed = True
            self._news.set()

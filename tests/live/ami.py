"""A small AMI client of the tests' own, so that what Asterisk did is judged by something other than vmq's link.

In: actions as keyword arguments. Out: responses, lists, and every event in order, to be waited for with a deadline.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

Message = dict[str, str]
DEADLINE_S = 30.0


class AmiClient:
    """One logged-in AMI link. `events` holds all that arrived; `wait_event` looks at those first, then at new ones."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._port, self._user, self._secret = port, user, secret
        self._ids = itertools.count(1)
        self._news = asyncio.Condition()
        self.events: list[Message] = []
        self._responses: dict[str, Message] = {}
        self.is_closed = False

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connect and log in. Raises OSError when nothing listens, PermissionError when the log-in is refused."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        await self._reader.readline()
        self._pump = asyncio.create_task(self._take_in())
        reply = await self.action("Login", Username=self._user, Secret=self._secret)
        if reply["Response"] != "Success":
            await self.close()
            raise PermissionError(reply.get("Message", "refused"))

    async def close(self) -> None:
        self._writer.close()
        await asyncio.gather(self._pump, return_exceptions=True)

    async def action(self, name: str, variables: dict[str, str] | None = None, **headers: Any) -> Message:
        """Send an action and return its response. `variables` become `Variable:` headers."""
        action_id = f"lab-{next(self._ids)}"
        lines = [f"Action: {name}", f"ActionID: {action_id}"]
        lines += [f"{key}: {value}" for key, value in headers.items()]
        lines += [f"Variable: {key}={value}" for key, value in (variables or {}).items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: action_id in self._responses or self.is_closed)
        if action_id not in self._responses:
            raise ConnectionError(f"the AMI link closed before {name} was answered")
        return self._responses.pop(action_id)

    async def list(self, name: str, **headers: Any) -> list[Message]:
        """Send an action that is answered by a list of events, and return these without the closing one."""
        start = len(self.events)
        reply = await self.action(name, **headers)
        if reply["Response"] != "Success":
            raise LookupError(f"{name}: {reply.get('Message')}")
        action_id = reply["ActionID"]
        await self.wait_event(lambda e: e.get("ActionID") == action_id and e.get("EventList") == "Complete", start)
        mine = [event for event in self.events[start:] if event.get("ActionID") == action_id]
        return [event for event in mine if event.get("EventList") != "Complete"]

    async def command(self, line: str) -> str:
        """Run a CLI command and return what it printed."""
        reply = await self.action("Command", Command=line)
        return reply.get("Output", reply.get("Message", ""))

    async def wait_event(
        self, matches: Callable[[Message], bool], start: int = 0, deadline_s: float = DEADLINE_S
    ) -> Message:
        """The first event from number `start` on that matches. Raises TimeoutError with what came instead."""

        def first() -> Message | None:
            return next((event for event in self.events[start:] if matches(event)), None)

        try:
            async with asyncio.timeout(deadline_s), self._news:
                await self._news.wait_for(lambda: first() is not None or self.is_closed)
        except TimeoutError:
            came = [event["Event"] for event in self.events[start:]]
            raise TimeoutError(f"no such event in {deadline_s} s; these came: {came[-40:]}") from None
        found = first()
        if found is None:
            raise ConnectionError("the AMI link closed before the event came")
        return found

    async def wait_named(self, name: str, start: int = 0, deadline_s: float = DEADLINE_S, **headers: str) -> Message:
        """The first event of that name whose headers are as given."""
        wanted = {"Event": name, **headers}
        return await self.wait_event(lambda event: wanted.items() <= event.items(), start, deadline_s)

    async def _take_in(self) -> None:
        try:
            while block := await self._read_block():
                async with self._news:
                    # OriginateResponse is an event that has a Response header.
                    if "Event" in block:
                        self.events.append(block)
                    else:
                        self._responses[block.get("ActionID", "")] = block
                    self._news.notify_all()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            async with self._news:
                self.is_closed = True
                self._news.notify_all()

    async def _read_block(self) -> Message:
        raw = await self._reader.readuntil(b"\r\n\r\n")
        block: Message = {}
        for line in raw.decode(errors="replace").rstrip("\r\n").split("\r\n"):
            key, _, value = line.partition(":")
            # A header that comes more than once (Output, ChanVariable) is kept whole, line by line.
            block[key] = f"{block[key]}\n{value.strip()}" if key in block else value.strip()
        return block

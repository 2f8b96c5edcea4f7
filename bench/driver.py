"""Drives a private Asterisk over AMI, cheaply: actions go out, the few events that a bench asks for come in.

Times are Asterisk's own: the `Timestamp` header that timestampevents=yes puts on every event. The transport is vmq's
AMI link, which drops all other events unparsed; a filter keeps Asterisk from sending them at all.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection

from tests.live.asterisk_config import LAB_SECRET, LAB_USER
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.message import Headers, parse
from vmq.errors import ActionFailed

DEADLINE_S = 30.0


class Driver:
    """One AMI session that sees the events named in `wanted`. Handlers and waiters get each as its headers."""

    def __init__(self, port: int, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._handlers: list[Callable[[Headers], None]] = []
        self._waiters: dict[asyncio.Future[Headers], Callable[[Headers], bool]] = {}
        self._is_up = asyncio.Event()
        settings = LinkSettings("127.0.0.1", port, LAB_USER, LAB_SECRET, action_timeout_s=DEADLINE_S)
        names = frozenset(name.encode() for name in wanted)
        self._link = AmiLink(settings, names, self._take, self._up, lambda: None)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Driver]:
        """Logged in for as long as the block lasts."""
        task = asyncio.create_task(self._link.run(), name="bench driver")
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._is_up.wait()
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def on_event(self, handler: Callable[[Headers], None]) -> None:
        """Have every event go to `handler` as well."""
        self._handlers.append(handler)

    def expect(self, is_it: Callable[[Headers], bool]) -> asyncio.Future[Headers]:
        """The next event that is it. Ask before the action that leads to it."""
        future: asyncio.Future[Headers] = asyncio.get_running_loop().create_future()
        self._waiters[future] = is_it
        future.add_done_callback(self._waiters.pop)
        return future

    async def send(self, action: str, **fields: str | list[str]) -> Headers:
        """Send an action; gives its response. Raises ActionFailed."""
        return (await self._link.send_action({"Action": action, **fields}))[0]

    async def set(self, variable: str, value: str) -> None:
        """Set a global variable, or a function's value such as DEVICE_STATE(Custom:x)."""
        await self.send("Setvar", Variable=variable, Value=value)

    async def call(self, channel: str, ids: tuple[str, str], context: str) -> None:
        """Call a Local channel, without waiting for its answer; its near end (ids[0]) then runs `context`, s, 1."""
        where = {"Context": context, "Exten": "s", "Priority": "1"}
        ends = {"ChannelId": ids[0], "OtherChannelId": ids[1]}
        await self.send("Originate", Channel=channel, Async="true", Timeout="60000", **where, **ends)

    async def hang_up(self, pattern: str = "^Local") -> None:
        """Hang up every channel whose name fits the pattern, by one action."""
        await self.send("Hangup", Channel=f"/{pattern}/")

    async def _up(self) -> None:
        try:
            for name in self._wanted:
                await self.send("Filter", Operation="Add", MatchCriteria=f"name({name})", Filter="")
        except ActionFailed:  # an Asterisk before 18.25, 20.10 and 21.5 knows one expression over the whole event
            await self.send("Filter", Operation="Add", Filter=f"^Event: ({'|'.join(self._wanted)})")
        self._is_up.set()

    def _take(self, _: bytes, message: bytes) -> None:
        headers = parse(message)
        for handler in self._handlers:
            handler(headers)
        for future in [future for future, is_it in self._waiters.items() if not future.done() and is_it(headers)]:
            future.set_result(headers)


def at(event: Headers) -> float:
    """When Asterisk made the event, in epoch seconds."""
    return float(event["Timestamp"])


async def within(future: asyncio.Future[Headers], what: str, deadline_s: float = DEADLINE_S) -> Headers:
    """The event that is waited for. Raises SystemExit when it doesn't come."""
    try:
        async with asyncio.timeout(deadline_s):
            return await future
    except TimeoutError:
        raise SystemExit(f"no {what} within {deadline_s:g} s") from None

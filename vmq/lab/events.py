"""The manager events that the stand-in publishes: name, class and headers in Asterisk's order, and who listens.

In: what happens to channels and bridges. Out: ManagerEvent values to every subscriber, at once and in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from vmq.errors import VmqError

Header = tuple[str, str]


class LabError(VmqError):
    """The stand-in PBX was asked for something that it does not have, or that did not come in time."""


@dataclass(frozen=True, slots=True)
class ManagerEvent:
    """One event. `privilege` is its class as Asterisk prints it, e.g. `call,all`."""

    name: str
    headers: tuple[Header, ...]
    privilege: str = "call,all"

    def get(self, key: str, default: str = "") -> str:
        """The first header of this name."""
        return next((value for name, value in self.headers if name == key), default)


class Bus:
    """Hands every event to every subscriber, and lets anybody wait until a condition is true."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[ManagerEvent], None]] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def subscribe(self, subscriber: Callable[[ManagerEvent], None]) -> Callable[[], None]:
        """Call `subscriber` for each event from now on. Returns what ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def publish(self, name: str, *headers: Header, privilege: str = "call,all") -> None:
        """Tell everybody."""
        event = ManagerEvent(name, headers, privilege)
        for subscriber in tuple(self._subscribers):
            subscriber(event)
        self.pulse()

    def pulse(self) -> None:
        """Let every wait() look at its condition again."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, condition: Callable[[], bool], what: str, deadline_s: float = 5.0) -> None:
        """Return when `condition()` is true. Raises LabError with `what` when it is not within `deadline_s`."""
        try:
            async with asyncio.timeout(deadline_s):
                while not condition():
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    await waiter
        except TimeoutError:
            raise LabError(f"not within {deadline_s:g} s: {what}") from None

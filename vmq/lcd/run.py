"""Keeps a display showing a vmq's figures, for ever: whichever of both goes away is looked for again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from typing import Any, Protocol

import structlog

from vmq.errors import VmqError
from vmq.lcd.figures import Figures
from vmq.lcd.lcdd import Display
from vmq.lcd.pages import pages

log = structlog.get_logger(__name__)

RETRY_S = (1.0, 2.0, 5.0, 10.0)
Sleep = Callable[[float], Coroutine[Any, Any, None]]


class Follows(Protocol):
    """Whoever tells the figures (vmq.lcd.source)."""

    def follow(self) -> AsyncIterator[Figures]:
        """The figures now, and whenever they change. Raises VmqError when there are none any more."""
        ...


class Wall:
    """The display on the wall. `now` gives the time there, `sleep` waits."""

    def __init__(
        self,
        source: Follows,
        host: str,
        port: int,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._source, self._host, self._port, self._now, self._sleep = source, host, port, now, sleep
        self._figures = Figures()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever(self._listen))
            group.create_task(self._for_ever(self._show))
            group.create_task(self._tick())

    async def _for_ever(self, work: Callable[[Callable[[], None]], Coroutine[Any, Any, None]]) -> None:
        """Begin again whenever it fails, at growing distances; each failure is told once until it works again."""
        failures, told = 0, ""

        def works() -> None:
            nonlocal failures, told
            failures, told = 0, ""

        while True:
            try:
                await work(works)
            except VmqError as error:
                if str(error) != told:
                    log.warning("lcd_interrupted", error=str(error))
                    told = str(error)
            await self._sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
            failures += 1

    async def _listen(self, works: Callable[[], None]) -> None:
        try:
            async for figures in self._source.follow():
                works()
                self._take(figures)
        finally:
            self._take(Figures())

    def _take(self, figures: Figures) -> None:
        self._figures = figures
        self._changed.set()

    async def _show(self, works: Callable[[], None]) -> None:
        async with await Display.open(self._host, self._port) as display:
            works()
            while True:
                self._changed.clear()
                await display.show(pages(self._figures, self._now(), display.width, display.height))
                await self._change(display)

    async def _change(self, display: Display) -> None:
        """Until something else is to be shown. Raises DisplayError as soon as LCDd goes away: a display that is back
        would be empty until the next change, up to a minute."""
        changed, gone = asyncio.ensure_future(self._changed.wait()), asyncio.ensure_future(display.listen())
        try:
            await asyncio.wait((changed, gone), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                gone.result()
        finally:
            changed.cancel()
            gone.cancel()
            await asyncio.gather(changed, gone, return_exceptions=True)

    async def _tick(self) -> None:
        """The clock's next minute is a change too."""
        while True:
            now = self._now()
            await self._sleep(60.0 - now.second - now.microsecond / 1e6)
            self._changed.set()

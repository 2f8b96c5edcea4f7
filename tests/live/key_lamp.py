"""The lamp of a telephone's key (BLF): a SIP subscription to an extension's state, and the NOTIFYs it brings.

In: a server, the telephone's number, the extension that the key watches. Out: the states each NOTIFY told (RFC 4235:
terminated, early, confirmed), to be waited for with a deadline.
"""

from __future__ import annotations

import asyncio
import re

from tests.live.lamp import DEADLINE_S, Lamp


class KeyLamp(Lamp):
    """`async with KeyLamp(server, "1001", "vmq_queue_sales") as key:` subscribes; `key.states` grows."""

    EVENT, ACCEPT = "dialog", "application/dialog-info+xml"

    @property
    def states(self) -> list[str]:
        """What the NOTIFYs said, in order."""
        return self._states

    async def wait_state(self, state: str) -> None:
        """Until the latest NOTIFY says so."""
        try:
            async with asyncio.timeout(DEADLINE_S), self._news:
                await self._news.wait_for(lambda: self._states[-1:] == [state])
        except TimeoutError:
            raise TimeoutError(f"the key was told {self._states}, not {state}") from None

    def _note(self, notify: str) -> None:
        found = re.search(r"<state>(\w+)</state>", notify)
        if found is not None:
            self._states.append(found[1])
            self._wake()

    async def subscribe(self) -> None:
        self._states: list[str] = []
        await super().subscribe()

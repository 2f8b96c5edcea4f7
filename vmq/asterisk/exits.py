"""The extensions that a waiting caller may dial to leave his queue (`exit_context`, app_queue's `context`).

In: his keys, one by one. Out: the extension, once what he has typed is one of that context, which only Asterisk knows.
"""

from __future__ import annotations

import asyncio

from vmq.asterisk.agi import AgiSession

PAUSE_S = 3.0
"""A key that comes later begins a new number. app_queue.c (valid_exit) forgets digits that no extension begins with;
nothing tells us which do, so time does it."""
MAX_DIGITS = 20


class ExitDigits:
    """What one caller has typed."""

    def __init__(self, session: AgiSession, context: str) -> None:
        self._session = session
        self._context = context
        self._typed = ""
        self._at = 0.0

    async def add(self, key: str) -> str:
        """One more key: the extension that the keys make now, or nothing."""
        now = asyncio.get_running_loop().time()
        is_new = now - self._at > PAUSE_S or len(self._typed) >= MAX_DIGITS
        self._typed, self._at = ("" if is_new else self._typed) + key, now
        return self._typed if await self._session.has_extension(self._context, self._typed) else ""

"""A call at a front door, over its AGI session: it is answered when the door says so, and asks the dialplan."""

from __future__ import annotations

import re

from vmq.asterisk.agi import AgiSession
from vmq.domain.numbers import is_number
from vmq.errors import ProtocolError

_CONTEXT = re.compile(r"[A-Za-z0-9_-]+")


class AgiEntrance:
    """The Entrance of vmq.attendant.ports."""

    def __init__(self, session: AgiSession) -> None:
        self._session = session

    def answer(self) -> None:
        """Take the call; what is played next waits for it. Raises HungUp."""
        self._session.begin("ANSWER")

    async def exists(self, context: str, number: str) -> bool:
        """Is there such an extension? False also for what can't stand in a dialplan function. Raises HungUp."""
        if not _CONTEXT.fullmatch(context) or not is_number(number):
            return False
        try:
            reply = await self._session.command("GET FULL VARIABLE", f"${{DIALPLAN_EXISTS({context},{number},1)}}")
        except ProtocolError:
            return False
        return reply.data == "1"

"""A call at a front door, over its AGI session: it is answered when the door says so, and asks the dialplan."""

from __future__ import annotations

from vmq.asterisk.agi import AgiSession


class AgiEntrance:
    """The Entrance of vmq.attendant.ports."""

    def __init__(self, session: AgiSession) -> None:
        self._session = session

    def answer(self) -> None:
        """Take the call; what is played next waits for it. Raises HungUp."""
        self._session.begin("ANSWER")

    async def exists(self, context: str, number: str) -> bool:
        """Is there such an extension? Raises HungUp."""
        return await self._session.has_extension(context, number)

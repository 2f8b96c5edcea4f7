"""In which language a call is spoken: the wanted one, else the channel's, which the channel gets back in the end.

A hang-up is no matter here: whoever speaks next meets it.
"""

from __future__ import annotations

import contextlib

from vmq.dialogue.session import Session
from vmq.engine.ports import Line
from vmq.errors import HungUp


class Voice:
    """The voice of one call. `channel_language` is what the channel spoke before."""

    def __init__(self, session: Session, party: Line, channel_language: str) -> None:
        self._session = session
        self._party = party
        self._channel_language = channel_language

    async def speak(self, language: str) -> None:
        """Go on in a language ("": the channel's), with the clips that the pack prefers."""
        self._session.speak(language or self._channel_language)
        with contextlib.suppress(HungUp):
            await self._party.use_voice(self._session.language, self._session.prompts)

    async def restore(self) -> None:
        """Let the dialplan go on in the language it had."""
        with contextlib.suppress(HungUp):
            await self._party.use_voice(self._channel_language)

"""A caller's line on which he can dial an extension until he begins to speak: VoiceMail()'s option d.

The flow knows nothing of it: digits that it has no key for are gathered here. Where they are an extension of the
context, the caller is gone for the flow, and goes on there; else it is told of a key that it doesn't know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from vmq.domain import line
from vmq.engine.ports import Line
from vmq.errors import HungUp

MAX_DIGITS = 20
BETWEEN_S = 2.0
_DIGITS = frozenset("0123456789")

Exists = Callable[[str], Awaitable[bool]]
"""Whether there is such an extension."""


class DiallingLine:
    """The `Line` port over another. `dialled` is the extension that was dialled, once one was."""

    def __init__(self, party: Line, exists: Exists) -> None:
        self.call_id = party.call_id
        self.dialled = ""
        self._party = party
        self._exists = exists
        self._is_speaking = False

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """As the line."""
        await self._party.use_voice(language, prompts)

    async def say(self, effect: line.Say) -> line.Played:
        """As the line."""
        return await self._party.say(effect)

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """As the line; a digit that is no key of the flow's begins an extension. Raises HungUp when there is one."""
        if self._is_speaking:
            return await self._party.read_keys(effect)
        outcome = await self._party.read_keys(replace(effect, keys=effect.keys | _DIGITS))
        if not isinstance(outcome, line.KeyPressed) or outcome.key in effect.keys:
            return outcome
        more = await self._party.read_digits(
            line.ReadDigits((), MAX_DIGITS - 1, timeout_s=BETWEEN_S, interdigit_s=BETWEEN_S)
        )
        number = outcome.key + (more.digits if isinstance(more, line.DigitsEntered) else "")
        if await self._exists(number):
            self.dialled = number
            raise HungUp(f"dialled extension {number}")
        return line.BadKey(number, outcome.playback)

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """As the line."""
        return await self._party.read_digits(effect)

    async def record(self, effect: line.Record) -> line.Recorded:
        """As the line; from now on all keys are the flow's."""
        self._is_speaking = True
        return await self._party.record(effect)

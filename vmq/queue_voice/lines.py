"""A line that also plays clips where a flow says recordings: a fact like `clip:queue-periodic-announce` names a clip.

So a queue's configuration can name a sound of any prompt set, or of Asterisk's own, that its personality knows nothing
of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vmq.domain import line
from vmq.engine.ports import Line

CLIP = "clip:"


class ClipLine:
    """See the module's docstring. A Line, on another one."""

    def __init__(self, party: Line) -> None:
        self.call_id = party.call_id
        self._party = party

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """As the line below."""
        await self._party.use_voice(language, prompts)

    async def say(self, effect: line.Say) -> line.Played:
        """As the line below."""
        return await self._party.say(replace(effect, segments=_clips(effect.segments)))

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """As the line below."""
        return await self._party.read_keys(replace(effect, segments=_clips(effect.segments)))

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """As the line below."""
        return await self._party.read_digits(replace(effect, segments=_clips(effect.segments)))

    async def record(self, effect: line.Record) -> line.Recorded:
        """As the line below."""
        return await self._party.record(replace(effect, segments=_clips(effect.segments)))


def _clips(segments: tuple[line.Segment, ...]) -> tuple[line.Segment, ...]:
    return tuple(
        line.Clip(segment.ref.removeprefix(CLIP))
        if isinstance(segment, line.Recording) and segment.ref.startswith(CLIP)
        else segment
        for segment in segments
    )

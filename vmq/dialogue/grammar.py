"""What a language must be able to say: numbers, plurals, digits, dates, times, durations, as clips with their words.

Each language is a module with one Grammar; `grammar_for` finds it by tag. Clip ids are Asterisk's own where there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vmq.dialogue.grammar_en import English
from vmq.domain.line import Clip


class Grammar(Protocol):
    """One language. Clips come with their words, so that logs, screens and synthesis have them."""

    categories: tuple[str, ...]  # the CLDR plural categories that cues must give

    def number(self, n: int) -> Sequence[Clip]:
        """A cardinal number, -999,999..999,999."""
        ...

    def ordinal(self, n: int) -> Sequence[Clip]:
        """An ordinal number, 1..999,999."""
        ...

    def plural(self, n: int) -> str:
        """The plural category of a number."""
        ...

    def digits(self, text: str) -> Sequence[Clip]:
        """A telephone number or key, sign by sign; signs without a sound are left out."""
        ...

    def date(self, at: datetime, now: datetime) -> Sequence[Clip]:
        """The day, as near as one says it: nothing for today, yesterday, a weekday, or a date."""
        ...

    def time(self, at: datetime) -> Sequence[Clip]:
        """The time of the day."""
        ...

    def duration(self, seconds: float) -> Sequence[Clip]:
        """A length of time, in hours, minutes and seconds."""
        ...


_GRAMMARS: dict[str, Grammar] = {"en": English()}


def languages() -> tuple[str, ...]:
    """The languages that can be spoken."""
    return tuple(sorted(_GRAMMARS))


def grammar_for(language: str) -> Grammar | None:
    """The grammar of a language tag (`en_GB` is English), or None."""
    return _GRAMMARS.get(language.replace("-", "_").split("_")[0].lower())

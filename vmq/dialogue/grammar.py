"""What a language must be able to say: numbers, plurals, digits, dates, times, durations, as clips with their words.

Each language is a module with one Grammar; `grammar_for` finds it by tag. Clip ids are Asterisk's own where there are.
A new language is a module grammar_<tag>.py and a line in _GRAMMARS.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vmq.dialogue.grammar_de import German
from vmq.dialogue.grammar_en import English
from vmq.dialogue.grammar_ru import Russian
from vmq.domain.line import Clip


class Grammar(Protocol):
    """One language. Clips come with their words, so that logs, screens and synthesis have them."""

    categories: tuple[str, ...]  # the CLDR plural categories of whole numbers: those that cues must give
    genders: tuple[str, ...]  # what a cue may write as the gender of a number (m, f, n), if the language has any

    def number(self, n: int, gender: str = "") -> Sequence[Clip]:
        """A cardinal number, -999,999..999,999; without a gender as one counts."""
        ...

    def ordinal(self, n: int, gender: str = "") -> Sequence[Clip]:
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


_GRAMMARS: dict[str, Grammar] = {"de": German(), "en": English(), "ru": Russian()}


def languages() -> tuple[str, ...]:
    """The languages that can be spoken."""
    return tuple(sorted(_GRAMMARS))


def grammar_for(language: str) -> Grammar | None:
    """The grammar of a language tag (`en_GB` is English), or None."""
    return _GRAMMARS.get(language.replace("-", "_").split("_")[0].lower())


@functools.cache
def all_clips(language: str) -> Mapping[str, str]:
    """Every clip that a language's numbers, ordinals to 1000, signs, dates, times and lengths are made of: id to words.

    Empty for a language that can't be spoken.
    """
    grammar = grammar_for(language)
    if grammar is None:
        return {}
    counts = (*range(126), *range(200, 1000, 100), *range(1000, 6000, 1000), 1001, 1100, 101_000, -1)
    noon = datetime(2026, 12, 31, 12, 0)
    clips = [clip for gender in ("", *grammar.genders) for n in counts for clip in grammar.number(n, gender)]
    for gender in ("", *grammar.genders):
        clips += [clip for n in (*range(1, 101), *range(200, 1001, 100)) for clip in grammar.ordinal(n, gender)]
    clips += grammar.digits("0123456789*#+-abcdefghijklmnopqrstuvwxyz")
    clips += [clip for days in reversed(range(400)) for clip in grammar.date(noon - timedelta(days=days), noon)]
    clips += [clip for year in (1999, *range(2000, 2100)) for clip in grammar.date(noon.replace(year=year), noon)]
    clips += [clip for minutes in range(24 * 60) for clip in grammar.time(noon + timedelta(minutes=minutes))]
    clips += [clip for unit_s in (1, 60, 3600) for n in range(60) for clip in grammar.duration(n * unit_s)]
    return {clip.id: clip.text for clip in clips}

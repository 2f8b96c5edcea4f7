"""Numbers: how one is dialled through a trunk, and how a caller's is shown. Rules are data; nothing is looked up.

In: a number as somebody wrote it or as a trunk delivered it. Out: the number to dial or to show. A number is digits,
`*` and `#`, with a `+` before it when it is international (E.164); what people write between digits is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vmq.domain.numbers import is_number

_BETWEEN = re.compile(r"[\s().\-/]+")
_OPTIONAL_ZERO = re.compile(r"\(0\)")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """For a number that begins with `begins` (and has `digits_min` to `digits_max` characters, 0 = any number): take
    `strip` characters off its beginning, and put `add` before it."""

    begins: str = ""
    strip: int = 0
    add: str = ""
    digits_min: int = 0
    digits_max: int = 0

    def fits(self, number: str) -> bool:
        """True when the number is one of those."""
        is_long_enough = len(number) >= max(self.digits_min, self.strip)
        return number.startswith(self.begins) and is_long_enough and len(number) <= (self.digits_max or len(number))

    def apply(self, number: str) -> str:
        """The number rewritten."""
        return self.add + number[self.strip :]


@dataclass(frozen=True, slots=True)
class NumberRules:
    """`country` is one's own country's code (49), without which nothing is known of national numbers; `national` and
    `international` are what is dialled before those (0 and 00; in North America 1 and 011).

    `aliases` are whole numbers that stand for others. Of `dialled` and `shown` the first that fits is applied, before
    everything else. With `dials_plus` a trunk takes `+`, and gets every number in that form. `context` is where in the
    dialplan numbers are dialled that somebody chose on his page; empty = nowhere.
    """

    country: str = ""
    national: str = "0"
    international: str = "00"
    dials_plus: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    dialled: tuple[Rewrite, ...] = ()
    shown: tuple[Rewrite, ...] = ()
    context: str = ""


def clean(text: str) -> str:
    """`+49 (0) 30 / 123-45` → `+493012345`. What is no number (a name, `anonymous`) stays as it is."""
    number = _BETWEEN.sub("", _OPTIONAL_ZERO.sub("", text) if text.lstrip().startswith("+") else text)
    return number if is_number(number) else text.strip()


def to_international(rules: NumberRules, number: str) -> str:
    """`00…` and `0…` with the `+` form; an extension, or a number nothing is known of, stays as it is."""
    if rules.international and number.startswith(rules.international):
        return _with_plus(number, number[len(rules.international) :])
    if rules.country and rules.national and number.startswith(rules.national):
        return _with_plus(number, rules.country + number[len(rules.national) :])
    return number


def dialled(rules: NumberRules, text: str) -> str:
    """What to dial for a number as somebody wrote it. Alias first (once), then the rewriting, then the trunk's form."""
    number = clean(text)
    number = clean(rules.aliases.get(number, number))
    number = _rewritten(rules.dialled, number)
    if rules.dials_plus:
        return to_international(rules, number)
    if not number.startswith("+") or not number[1:].isdecimal():
        return number
    if rules.country and number.startswith(f"+{rules.country}"):
        return rules.national + number[1 + len(rules.country) :]
    return rules.international + number[1:]


def shown(rules: NumberRules, text: str) -> str:
    """How a caller's number is shown to an agent: in the form that he could dial; a foreign one with `+`.

    Where the rules say nothing of it, it stays as the trunk delivered it.
    """
    if not (rules.country or rules.shown):
        return text
    number = to_international(rules, _rewritten(rules.shown, clean(text)))
    if rules.country and number.startswith(f"+{rules.country}"):
        return rules.national + number[1 + len(rules.country) :]
    return number


def _rewritten(rewrites: tuple[Rewrite, ...], number: str) -> str:
    return next((rewrite.apply(number) for rewrite in rewrites if rewrite.fits(number)), number)


def _with_plus(number: str, rest: str) -> str:
    """`+` and the rest, where that makes a number; `*` and `#` are codes of the house and no international ones."""
    return f"+{rest}" if rest.isascii() and rest.isdigit() else number

"""Skills: what an agent can do, at which level, and what a call needs of it.

Needs are written as in `german >= 5, technic` (a name alone: any level of at least 1). An agent meets them when he
meets each; his score is the sum of his levels in what is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vmq.errors import ConfigError

MAX_LEVEL = 1000
_PART = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)\s*(?:(>=|>|<=|<|==|=)\s*(\d{1,4}))?")

Part = tuple[str, int, int]
"""A skill's name, and the lowest and highest level that will do."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a call needs: all of these. Equal needs compare and hash alike, so that callers can be grouped by them."""

    parts: tuple[Part, ...] = ()

    def are_met(self, skills: Mapping[str, int]) -> bool:
        """True when an agent with these levels can take the call. A skill that he hasn't is level 0."""
        return all(low <= skills.get(name, 0) <= high for name, low, high in self.parts)

    def missing(self, skills: Mapping[str, int]) -> str:
        """The first part that these levels don't meet, in words; empty when they meet all."""
        for name, low, high in self.parts:
            level = skills.get(name, 0)
            if level < low:
                return f"{name} is {level}, needed is {low} or more"
            if level > high:
                return f"{name} is {level}, needed is {high} or less"
        return ""

    def score(self, skills: Mapping[str, int]) -> int:
        """How good an agent with these levels is at what is needed."""
        return sum(skills.get(name, 0) for name, _, _ in self.parts)

    def __str__(self) -> str:
        return ", ".join(_words(part) for part in self.parts)


NO_NEEDS = Needs()


def parse_needs(text: str) -> Needs:
    """`german >= 5, technic < 9` → Needs. Raises ConfigError with what is wrong and what to write."""
    parts = []
    for word in filter(None, (word.strip() for word in re.split(r"[,&]", text))):
        match = _PART.fullmatch(word)
        if match is None:
            raise ConfigError(f"{word!r} is no skill; write a name, or e.g. `german >= 5`, several parted by commas")
        name, sign, number = match[1], match[2] or ">=", int(match[3] or 1)
        low = number + 1 if sign == ">" else 0 if sign in ("<=", "<") else number
        high = number - 1 if sign == "<" else MAX_LEVEL if sign in (">=", ">") else number
        parts.append((name, low, high))
    return Needs(tuple(sorted(parts)))


def _words(part: Part) -> str:
    """As it is written, so that it can be read again."""
    name, low, high = part
    if high == MAX_LEVEL:
        return f"{name} >= {low}"
    return f"{name} = {low}" if low == high else f"{name} <= {high}"

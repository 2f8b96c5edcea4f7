"""Finds people by the letters of their names on a telephone's keys, last name first or first name first. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST = 9
"""As many as can be picked from by one key."""

_KEYS = {
    letter: key
    for key, letters in zip("23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True)
    for letter in letters
}
_FOLDED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
_FOLDED |= dict(zip("абвгдезийклмнопрстуфхыэё", "abvgdeziiklmnoprstufhyee", strict=True))
_FOLDED |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the directory."""

    number: str
    name: str


def keys_of(name: str) -> str:
    """The keys that a name is typed with: letters without their accents, digits as they are, all else left out."""
    plain = "".join(_FOLDED.get(letter, letter) for letter in name.casefold())
    plain = "".join(_FOLDED.get(letter, letter) for letter in unicodedata.normalize("NFKD", plain))
    return "".join(_KEYS.get(letter, letter if letter in "0123456789" else "") for letter in plain)


def find_names(people: Iterable[Listed], letters: str) -> tuple[Listed, ...]:
    """Those whose name begins with these keys, sorted by name; each once. () also for no letters at all."""
    found = {person.number: person for person in people if letters and _begins(person.name, letters)}
    return tuple(sorted(found.values(), key=lambda person: (person.name.casefold(), person.number)))


def _begins(name: str, letters: str) -> bool:
    """`Ann Smith` is found by both orders of its words; each further word may be the last name."""
    words = name.replace(",", " ").split()
    ways = [" ".join((*words[at:], *words[:at])) for at in range(len(words))]
    return any(keys_of(way).startswith(letters) for way in ways)

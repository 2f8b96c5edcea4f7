"""Words spoken instead of a key: what was heard and the words of each key → the key that is meant, if it is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

MAX_WORDS_AROUND = 4
"""Words that may be said besides ("the next one, please"). Who says more doesn't speak to a menu."""
ALIKE = 0.82
"""As much of a word has to be right where it is not heard just as it is written."""
_WORD = re.compile(r"[^\W_]+")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text, without capitals, accents and signs."""
    decomposed = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "")).casefold()
    return tuple(_WORD.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign))))


def key_meant(heard: str, phrases: Mapping[str, str]) -> str:
    """The key whose phrase was heard; "" when none was, or those of several keys. `phrases` gives the key for each.

    A phrase counts as it is written, a longer one before a shorter one ("call back" before "back"). Only where none
    is found so, a word that is nearly right will do.
    """
    said = plain_words(heard)
    wanted = {plain_words(phrase): key for phrase, key in phrases.items()}
    exact = {words: key for words, key in wanted.items() if words and _place(words, said) is not None}
    if not exact:
        return _nearly(said, wanted)
    longest = max(len(words) for words in exact)
    keys = {key for words, key in exact.items() if len(words) == longest}
    return keys.pop() if len(keys) == 1 and len(said) - longest <= MAX_WORDS_AROUND else ""


def _nearly(said: tuple[str, ...], wanted: Mapping[tuple[str, ...], str]) -> str:
    """The key of the phrase that all that was said is nearly the same as."""
    heard = "".join(said)
    likeness = {words: SequenceMatcher(None, heard, "".join(words)).ratio() for words in wanted if words}
    close = {wanted[words] for words, ratio in likeness.items() if ratio >= ALIKE}
    return close.pop() if len(close) == 1 else ""


def _place(words: Sequence[str], said: Sequence[str]) -> int | None:
    """Where these words stand in what was said, one after the other."""
    size = len(words)
    return next((at for at in range(len(said) - size + 1) if tuple(said[at : at + size]) == tuple(words)), None)

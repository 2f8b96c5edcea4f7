"""The words that keys of a state may be spoken by: their names are the grammar, a language's `[words]` say more.

In: the state, its live keys, the language's book. Out: phrase → digits. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from vmq.dialogue.schema import Key, State
from vmq.dialogue.schema_cues import Book
from vmq.domain.spoken import plain_words

NAMED = "en"
"""The language that keys have their names in: there a name stands for itself."""


def words_of(key: Key, book: Book) -> tuple[str, ...]:
    """What may be said for a key; nothing for one that only moves about in a recording, or takes an item of a list."""
    if key.is_only_seek or key.edge.pick:
        return ()
    if key.name in book.words:
        return book.words[key.name]
    return (key.name.replace("_", " "),) if book.language.split("_")[0] == NAMED else ()


def phrases_of(keys: Sequence[Key], book: Book) -> Mapping[str, str]:
    """All that may be said in a state with these keys. What stands for two of them stands for none."""
    said = [(phrase, key) for key in keys for phrase in words_of(key, book)]
    meanings = Counter(words for words, _ in {(plain_words(phrase), key.name) for phrase, key in said})
    return {phrase: key.digits for phrase, key in said if meanings[plain_words(phrase)] == 1}


def hears_words(state: State) -> bool:
    """May a key of this state be spoken, at some time?"""
    return state.spoken is not None and bool(state.keys) and state.timeout_s != 0

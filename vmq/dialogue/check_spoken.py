"""Can keys be spoken where a pack says so? Conditions are known, every language has words, no word means two keys."""

from __future__ import annotations

from collections.abc import Iterator

from vmq.dialogue.checking import Checked
from vmq.dialogue.fields import path
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.schema import Flow, Pack, State
from vmq.dialogue.schema_cues import Book
from vmq.dialogue.spoken import hears_words, words_of
from vmq.domain.spoken import plain_words


def check_spoken(checked: Checked) -> Iterator[Finding]:
    """The states of a subject's flows."""
    for flow in checked.pack.flows.values():
        for state in flow.states.values():
            for condition in state.spoken or ():
                yield from checked.condition(condition, flow.file, f"{state.key}.spoken")
            if hears_words(state):
                for book in checked.pack.books.values():
                    yield from _state(flow, state, book)


def check_words(pack: Pack) -> Iterator[Finding]:
    """The words of the books are for keys that are there, and can be heard."""
    known = {key.name for flow in pack.flows.values() for state in flow.states.values() for key in state.keys}
    for book in pack.books.values():
        for name, phrases in book.words.items():
            where = path("words", name)
            if name not in known:
                yield Finding(book.file, where, f"is no key: {offer(name, known)}")
            if any(not plain_words(phrase) for phrase in phrases):
                yield Finding(book.file, where, 'holds nothing that can be said: write words, ["delete", "erase"]')


def _state(flow: Flow, state: State, book: Book) -> Iterator[Finding]:
    meanings: dict[tuple[str, ...], set[str]] = {}
    for key in state.keys:
        for phrase in words_of(key, book):
            meanings.setdefault(plain_words(phrase), set()).add(key.name)
    if not meanings:
        text = f"no key of this state has words in {book.file}: add [words] there, or take spoken out"
        yield Finding(flow.file, f"{state.key}.spoken", text)
    for words, names in meanings.items():
        if len(names) > 1:
            said, keys = " ".join(words), ", ".join(sorted(names))
            text = f'"{said}" means several keys of {state.name} ({keys}): take it out of one'
            yield Finding(book.file, path("words", min(names)), text)

"""The quick-reference card of a pack, from its flows: which key does what, state by state. Pure data for printing.

States with the same keys are told once; a state that has most of another's tells only what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vmq.authoring.outline import label_words
from vmq.dialogue.schema import Flow, Key, Kind, Pack, State
from vmq.dialogue.schema_cues import Book

ALIKE = 0.5  # share of its keys that a state has of another one, to be told by what differs
_KEYED = (Kind.MENU, Kind.ASK, Kind.RECORD)


@dataclass(frozen=True, slots=True)
class Line:
    """One key, or digits to enter (`keys` says which), and what it does."""

    keys: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """What can be pressed in a state. `like` is the title of the section that holds too, but for these lines."""

    title: str
    lines: tuple[Line, ...]
    like: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The sections of one flow."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The whole card."""

    title: str
    chapters: tuple[Chapter, ...]


def card(pack: Pack) -> Card:
    """The card of all flows, owners' first, in the pack's own language."""
    book = pack.books[pack.language]
    names: dict[str, None] = {}
    for entry in sorted(pack.entries, key=lambda entry: (entry == "leave_message", list(pack.entries).index(entry))):
        for name in _in_order(pack, pack.entries[entry]):
            names.setdefault(name)
    chapters = (_chapter(pack.flows[name], book) for name in names)
    return Card(pack.title, tuple(chapter for chapter in chapters if chapter.sections))


def _in_order(pack: Pack, name: str) -> Iterator[str]:
    """A flow, then those that it calls."""
    if name in pack.flows:
        yield name
        for state in pack.flows[name].states.values():
            if state.kind is Kind.CALL:
                yield from _in_order(pack, state.flow)


def _chapter(flow: Flow, book: Book) -> Chapter:
    told: dict[tuple[Line, ...], Section] = {}
    for state in flow.states.values():
        lines = tuple(_lines(state, book)) if state.kind in _KEYED else ()
        if lines and lines not in told:
            title = book.card.get(f"{flow.name}.{state.name}") or _spaced(state.name)
            told[lines] = _told_briefly(Section(title, lines), told)
    title = book.card.get(flow.name) or _spaced(flow.name)
    return Chapter(title, tuple(section for section in told.values() if section.lines))


def _told_briefly(section: Section, told: Mapping[tuple[Line, ...], Section]) -> Section:
    """The section, as what differs from one that was told before and is much like it."""
    best, shared = None, 0
    for lines, other in told.items():
        common = len(set(lines) & set(section.lines))
        if not other.like and common > shared and common >= ALIKE * len(section.lines) and common > 2:
            best, shared = other, common
    if best is None:
        return section
    own = tuple(line for line in section.lines if line not in best.lines)
    return replace(section, lines=own, like=best.title)


def _lines(state: State, book: Book) -> Iterator[Line]:
    if state.kind is Kind.ASK:
        yield Line(f"… {state.end_key}".strip(), book.card.get(state.into) or _spaced(state.into))
    picked = [key for key in state.keys if key.edge.pick]
    if picked:
        yield Line(f"{picked[0].digits}-{picked[-1].digits}", key_words(picked[0], book))
    seen: set[tuple[str, str]] = set()
    for key in sorted(state.keys, key=_order):
        if not key.edge.pick and (key.digits, key.name) not in seen:
            seen.add((key.digits, key.name))
            yield Line(key.digits, key_words(key, book))
    if state.kind is Kind.RECORD:
        for digit in sorted(state.stop - {key.digits for key in state.keys}):
            yield Line(digit, book.card.get("stop") or "stop recording")


def key_words(key: Key, book: Book) -> str:
    """What a key does, in the words of the card, else of its label, else its name."""
    return book.card.get(key.name) or label_words(book, key.name) or _spaced(key.name)


def _order(key: Key) -> tuple[int, str]:
    """Digits from 1 to 9, 0, then * and #, each with its longer keys."""
    return ("1234567890*#ABCD".index(key.digits[0]), key.digits)


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()

"""What a pack says: one cue, with facts given as text. For `vmq pack say` and for whoever writes a pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vmq.dialogue.checking import cues_said, said_cues
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.findings import offer
from vmq.dialogue.schema import Key
from vmq.dialogue.vocabulary import Fact, FactType
from vmq.domain.line import Segment
from vmq.errors import PackError


def say_cue(pack: CompiledPack, cue: str, given: Mapping[str, str], language: str = "") -> tuple[Segment, ...]:
    """The segments of a cue, with the keys of the first state that says it.

    `given` are facts as typed (`new=3`, `is_urgent=yes`, `received_at=2026-03-10T15:05`). Raises PackError for an
    unknown cue or fact, or a value that does not fit.
    """
    speaker = pack.speaker(language or pack.pack.language)
    if cue not in speaker.book.cues:
        raise PackError(f'{speaker.book.file}: there is no cue "{cue}": {offer(cue, speaker.book.cues)}')
    facts = pack.vocabulary.empty_facts()
    facts |= {f"setting.{name}": setting.default for name, setting in pack.pack.settings.items()}
    for name, text in given.items():
        if name not in pack.known_facts:
            raise PackError(f'there is no fact "{name}": {offer(name, pack.known_facts)}')
        facts[name] = read_fact(name, pack.known_facts[name], text)
    return speaker.say(cue, facts, _keys(pack, cue))


def says(pack: CompiledPack, cue: str) -> bool:
    """Do the flows of this subject say the cue, or one that says it?"""
    names = {name for _, _, name, _ in said_cues(pack.pack)}
    return any(one.name == cue for book in pack.pack.books.values() for one in cues_said(book.cues, names))


def read_fact(name: str, fact: Fact, text: str) -> object:
    """A fact's value from text. Raises PackError when the text does not fit its type."""
    try:
        match fact.type:
            case FactType.FLAG:
                return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[text.lower()]
            case FactType.NUMBER:
                return float(text) if "." in text else int(text)
            case FactType.TIME:
                return datetime.fromisoformat(text).astimezone()
    except (KeyError, ValueError) as error:
        wanted = {"flag": "yes or no", "number": "a number", "time": "a time like 2026-03-10T15:05"}[fact.type.value]
        raise PackError(f'{name}="{text}" does not fit: write {wanted}') from error
    if fact.values and text not in fact.values:
        raise PackError(f'{name}="{text}" does not fit: {offer(text, fact.values)}')
    return text


def _keys(pack: CompiledPack, cue: str) -> tuple[Key, ...]:
    return next((state.keys for _, _, name, state in said_cues(pack.pack) if name == cue and state), ())

"""A cue and the facts become segments to play. Pure: the same facts give the same segments.

Keys are spoken by name: what a cue calls `leave` is said as the digits that leave is bound to in the state at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vmq.dialogue.conditions import all_hold
from vmq.dialogue.grammar import Grammar
from vmq.dialogue.schema import (
    Book,
    ChoicesPart,
    ClipPart,
    CuePart,
    FactPart,
    Form,
    Key,
    KeyPart,
    LabelPart,
    MaybePart,
    Part,
    PluralPart,
    SilencePart,
)
from vmq.dialogue.vocabulary import Facts, Guard
from vmq.domain.line import Clip, Recording, Segment, Silence, Tone

CHOICE = "choice"  # the cue that says one choice of a menu


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says cues of one book in its language. `guards` decide variants."""

    book: Book
    grammar: Grammar
    guards: Mapping[str, Guard] = field(default_factory=dict)

    def say(self, cue: str, facts: Facts, keys: Sequence[Key] = ()) -> tuple[Segment, ...]:
        """The segments of a cue; `keys` are the live keys of the state that says it. "" says nothing."""
        return _Saying(self, facts, keys).cue(cue) if cue else ()


@dataclass(frozen=True, slots=True)
class _Saying:
    """One cue being said."""

    speaker: Speaker
    facts: Facts
    keys: Sequence[Key]
    choice: Key | None = None

    def cue(self, name: str) -> tuple[Segment, ...]:
        for variant in self.speaker.book.cues[name].variants:
            if all_hold(variant.when, self.facts, self.speaker.guards):
                return self.parts(variant.parts)
        return ()

    def parts(self, parts: Sequence[Part]) -> tuple[Segment, ...]:
        return tuple(segment for part in parts for segment in self.part(part))

    def part(self, part: Part) -> Sequence[Segment]:  # noqa: PLR0911 - one return a case
        match part:
            case ClipPart(id=clip):
                return (Clip(clip, self.speaker.book.text.get(clip, "")),)
            case CuePart(name=name):
                return self.cue(name)
            case FactPart(form=form, fact=fact, gender=gender):
                return self.fact(form, fact, gender)
            case PluralPart(fact=fact, forms=forms):
                category = self.speaker.grammar.plural(_number(self.facts.get(fact)))
                return self.parts(forms.get(category) or forms.get("other", ()))
            case KeyPart(name=name):
                return self.key(name)
            case LabelPart():
                return self.parts(self.speaker.book.labels.get(self.choice.name, ())) if self.choice else ()
            case ChoicesPart(names=names):
                return self.choices(names)
            case SilencePart(seconds=seconds):
                return (Silence(seconds),)
            case MaybePart(when=when, parts=parts):
                return self.parts(parts) if all_hold(when, self.facts, self.speaker.guards) else ()
            case _:
                return (Tone(part.name),)

    def key(self, name: str) -> Sequence[Segment]:
        if name == "*":
            return self.speaker.grammar.digits(self.choice.digits) if self.choice else ()
        digits = next((key.digits for key in self.keys if key.name == name), "")
        return self.speaker.grammar.digits(digits)

    def choices(self, names: tuple[str, ...]) -> Sequence[Segment]:
        labels = self.speaker.book.labels
        if names:
            chosen = [key for name in names for key in self.keys if key.name == name]
        else:
            chosen = [key for key in self.keys if not key.is_hidden and key.name in labels]
        return [segment for key in chosen for segment in _Saying(self.speaker, self.facts, self.keys, key).cue(CHOICE)]

    def fact(self, form: Form, name: str, gender: str) -> Sequence[Segment]:  # noqa: PLR0911 - one return a case
        grammar = self.speaker.grammar
        value = self.facts.get(name)
        match form:
            case Form.NUMBER:
                return grammar.number(_number(value), gender)
            case Form.ORDINAL:
                return grammar.ordinal(_number(value), gender)
            case Form.DURATION:
                return grammar.duration(_number(value))
            case Form.RECORDING:
                return (Recording(str(value), name),) if value else ()
            case Form.DIGITS:
                return grammar.digits(str(value or ""))
        if not isinstance(value, datetime):
            return ()
        now = self.facts.get("now")
        return grammar.time(value) if form is Form.TIME else grammar.date(value, _as_time(now, value))


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _as_time(value: object, default: datetime) -> datetime:
    return value if isinstance(value, datetime) else default

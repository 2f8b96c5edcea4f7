"""A cue and the facts become segments to play. Pure: the same facts give the same segments.

Keys are spoken by name: what a cue calls `leave` is said as the digits that leave is bound to in the state at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vmq.dialogue.conditions import all_hold
from vmq.dialogue.grammar import Grammar
from vmq.dialogue.schema import Key
from vmq.dialogue.schema_cues import (
    MAX_PICKS,
    Book,
    ChoicesPart,
    ClipPart,
    CuePart,
    FactPart,
    Form,
    ItemPart,
    ItemsPart,
    KeyPart,
    LabelPart,
    MaybePart,
    OneOfPart,
    Part,
    PluralPart,
    SilencePart,
)
from vmq.dialogue.vocabulary import Facts, Guard, Item
from vmq.domain.line import Clip, Recording, Segment, Silence, Tone

CHOICE = "choice"  # the cue that says one choice of a menu
ITEM = "item"  # the cue that says one item of a list


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
    """One cue being said. `digits` are those of the choice or item at hand."""

    speaker: Speaker
    facts: Facts
    keys: Sequence[Key]
    choice: Key | None = None
    item: Item | None = None
    digits: str = ""

    def cue(self, name: str) -> tuple[Segment, ...]:
        return self.first(self.speaker.book.cues[name].variants)

    def first(self, variants: Sequence[MaybePart]) -> tuple[Segment, ...]:
        for variant in variants:
            if all_hold(variant.when, self.facts, self.speaker.guards):
                return self.parts(variant.parts)
        return ()

    def parts(self, parts: Sequence[Part]) -> tuple[Segment, ...]:
        return tuple(segment for part in parts for segment in self.part(part))

    def part(self, part: Part) -> Sequence[Segment]:  # noqa: PLR0911, PLR0912 - one return a case
        match part:
            case ClipPart(id=clip):
                return (Clip(clip, self.speaker.book.text.get(clip, "")),)
            case CuePart(name=name):
                return self.cue(name)
            case FactPart(form=Form.RECORDING):
                return self.recording(part)
            case FactPart(form=Form.SOUND, fact=fact):
                return _sound(str(self.facts.get(fact) or ""))
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
            case ItemsPart(fact=fact):
                return self.items(self.facts.get(fact))
            case ItemPart(is_name=is_name):
                return self.of_item(is_name)
            case SilencePart(seconds=seconds):
                return (Silence(seconds),)
            case MaybePart(when=when, parts=parts):
                return self.parts(parts) if all_hold(when, self.facts, self.speaker.guards) else ()
            case OneOfPart(variants=variants):
                return self.first(variants)
            case _:
                return (Tone(part.name),)

    def key(self, name: str) -> Sequence[Segment]:
        found = self.digits if name == "*" else next((key.digits for key in self.keys if key.name == name), "")
        return self.speaker.grammar.digits(found)

    def choices(self, names: tuple[str, ...]) -> Sequence[Segment]:
        labels = self.speaker.book.labels
        if names:
            chosen = [key for name in names for key in self.keys if key.name == name]
        else:
            chosen = [key for key in self.keys if not key.is_hidden and key.name in labels]
        says = (_Saying(self.speaker, self.facts, self.keys, choice=key, digits=key.digits) for key in chosen)
        return [segment for saying in says for segment in saying.cue(CHOICE)]

    def items(self, value: object) -> Sequence[Segment]:
        found = enumerate(value[:MAX_PICKS], start=1) if isinstance(value, tuple) else ()
        says = (_Saying(self.speaker, self.facts, self.keys, item=item, digits=str(number)) for number, item in found)
        return [segment for saying in says for segment in saying.cue(ITEM)]

    def of_item(self, is_name: bool) -> Sequence[Segment]:
        if self.item is None:
            return ()
        if is_name and self.item.name:
            return (Recording(self.item.name, "item"),)
        return self.speaker.grammar.digits(self.item.digits)

    def recording(self, part: FactPart) -> Sequence[Segment]:
        ref = str(self.facts.get(part.fact) or "")
        start: object = 0.0
        if part.is_resumed and ref == self.facts.get("position_in"):
            start = self.facts.get("position_s")
        elif part.start:
            start = self.facts.get(part.start)
        return (Recording(ref, part.fact, float(start) if isinstance(start, (int, float)) else 0.0),) if ref else ()

    def fact(self, form: Form, name: str, gender: str) -> Sequence[Segment]:
        grammar = self.speaker.grammar
        value = self.facts.get(name)
        match form:
            case Form.NUMBER:
                return grammar.number(_number(value), gender)
            case Form.ORDINAL:
                return grammar.ordinal(_number(value), gender)
            case Form.DURATION:
                return grammar.duration(_number(value))
            case Form.DIGITS:
                return grammar.digits(str(value or ""))
        if not isinstance(value, datetime):
            return ()
        now = self.facts.get("now")
        return grammar.time(value) if form is Form.TIME else grammar.date(value, _as_time(now, value))


def _sound(name: str) -> Sequence[Segment]:
    """A sound by its name; its words are those of the name, should nobody have it (`custom/night_shift`)."""
    words = name.rpartition("/")[2].replace("-", " ").replace("_", " ")
    return (Clip(name, words),) if name else ()


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _as_time(value: object, default: datetime) -> datetime:
    return value if isinstance(value, datetime) else default

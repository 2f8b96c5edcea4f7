"""Are the cues right? Names and types, plural forms, spoken keys, the words of every clip, and that the clips exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmq.dialogue.checking import Checked, all_parts, cues_said, parts_of, parts_said, said_cues
from vmq.dialogue.conditions import Condition
from vmq.dialogue.cues import CHOICE, ITEM
from vmq.dialogue.fields import path
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.grammar import all_clips, grammar_for
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import Key, Pack, State
from vmq.dialogue.schema_cues import (
    MAX_PICKS,
    Book,
    ChoicesPart,
    ClipPart,
    Cue,
    CuePart,
    FactPart,
    Form,
    ItemsPart,
    KeyPart,
    MaybePart,
    OneOfPart,
    Part,
    PluralPart,
)
from vmq.dialogue.vocabulary import FactType

MAX_CUE_PARTS = 1000
MAX_CUE_DEPTH = 16
_FORM_TYPES = {
    Form.NUMBER: (FactType.NUMBER,),
    Form.ORDINAL: (FactType.NUMBER,),
    Form.DURATION: (FactType.NUMBER,),
    Form.DIGITS: (FactType.DIGITS, FactType.NUMBER),
    Form.DATE: (FactType.TIME,),
    Form.TIME: (FactType.TIME,),
    Form.RECORDING: (FactType.RECORDING,),
    Form.SOUND: (FactType.SOUND,),
}


def check_cues(checked: Checked) -> Iterator[Finding]:
    """Each cue that the flows say, by itself."""
    names = {CHOICE, ITEM, *(name for _, _, name, _ in said_cues(checked.pack))}
    for book in checked.pack.books.values():
        for cue in cues_said(book.cues, names):
            yield from _variants(checked, book, cue)
            for part in parts_of(cue):
                yield from _part(checked, book, cue.key, part)


def check_books(checked: Checked) -> Iterator[Finding]:
    """Languages, and that every cue of the whole pack is said somewhere."""
    for book in checked.pack.books.values():
        if grammar_for(book.language) is None:
            yield Finding(
                book.file, "(whole file)", f'"{book.language}" can\'t be spoken: name the file for a language'
            )
        said = {CHOICE, ITEM} | {
            part.name for cue in book.cues.values() for part in parts_of(cue) if isinstance(part, CuePart)
        }
        said |= {name for _, _, name, _ in said_cues(checked.pack)}
        if said - {CHOICE, ITEM} - set(book.cues):
            continue  # a misspelt name would make its cue look unused
        for name, cue in book.cues.items():
            if name not in said:
                yield Finding(book.file, cue.key, "nothing says this cue: name it in a state, or delete it")


def check_cards(pack: Pack) -> Iterator[Finding]:
    """The words of the card are for keys, facts, flows and states that are there."""
    known = set(pack.flows) | {"stop"}
    for flow in pack.flows.values():
        for state in flow.states.values():
            known |= {f"{flow.name}.{state.name}", state.into, *(key.name for key in state.keys)}
    for book in pack.books.values():
        for name in book.card:
            if name not in known:
                text = f"is no key, no flow, and no state written as flow.state: {offer(name, known - {''})}"
                yield Finding(book.file, path("card", name), text)


def _variants(checked: Checked, book: Book, cue: Cue) -> Iterator[Finding]:
    for variants in (cue.variants, *(part.variants for part in parts_of(cue) if isinstance(part, OneOfPart))):
        if variants and variants[-1].when and not _fits_always(checked, variants):
            text = "the last of one_of must always fit: take its when out, or add { say = […] }"
            yield Finding(book.file, cue.key, text)
    said = {part.name for part in parts_said(book.cues, cue.name) if isinstance(part, CuePart)}
    if cue.name in said:
        yield Finding(book.file, cue.key, "says itself, over and over: take the { cue = … } out that leads back to it")


def _fits_always(checked: Checked, variants: tuple[MaybePart, ...]) -> bool:
    """Is there a variant for each value of a fact that has no others?"""
    conditions: list[Condition] = [variant.when[0] for variant in variants if len(variant.when) == 1]
    fact = checked.facts.get(conditions[0].name) if conditions else None
    if fact is None or len(conditions) < len(variants) or len({condition.name for condition in conditions}) > 1:
        return False
    return bool(fact.values) and set(fact.values) <= {condition.equals for condition in conditions}


def _part(checked: Checked, book: Book, key: str, part: Part) -> Iterator[Finding]:
    if isinstance(part, MaybePart):
        for condition in part.when:
            yield from checked.condition(condition, book.file, key)
    elif isinstance(part, CuePart) and part.name not in book.cues:
        yield Finding(book.file, key, f'there is no cue "{part.name}": {offer(part.name, book.cues)}')
    elif isinstance(part, FactPart):
        yield from _fact(checked, book, key, part)
    elif isinstance(part, PluralPart):
        yield from _fact(checked, book, key, part)
        grammar = grammar_for(book.language)
        for category in grammar.categories if grammar else ():
            if category not in part.forms:
                text = f'the plural of {part.fact} has no form for {category}: write {category} = "a-clip"'
                yield Finding(book.file, key, text)
    elif isinstance(part, ItemsPart):
        lists = checked.names(FactType.LIST)
        if part.fact not in lists:
            yield Finding(book.file, key, f'there is no list "{part.fact}": {offer(part.fact, lists)}')
        if ITEM not in book.cues:
            text = 'items need a cue to say one: write [cue.item] with { key = "*" } and { item = "name" }'
            yield Finding(book.file, f"cue.{ITEM}", text)
    elif isinstance(part, ClipPart) and part.id not in book.text:
        text = f'nobody knows the words of clip "{part.id}": write "{part.id}" = "what it says" under [text]'
        near = offer(part.id, book.text) if book.text else ""
        yield Finding(book.file, key, f"{text}, or {near}" if near.startswith('write "') and "…" not in near else text)


def _fact(checked: Checked, book: Book, key: str, part: FactPart | PluralPart) -> Iterator[Finding]:
    form: str = "plural"
    types: tuple[FactType, ...] = (FactType.NUMBER,)
    if isinstance(part, FactPart):
        form, types = part.form.value, _FORM_TYPES[part.form]
        yield from _gender(book, key, part)
    fitting = [fact for fact in checked.facts if checked.facts[fact].type in types]
    if part.fact not in checked.facts:
        yield Finding(book.file, key, f'there is no fact "{part.fact}": {offer(part.fact, fitting)}')
    elif part.fact not in fitting:
        kind = checked.facts[part.fact].type.value
        text = f"{part.fact} is a {kind} and can't be said as {form}: {offer(part.fact, fitting)}"
        yield Finding(book.file, key, text)
    start = part.start if isinstance(part, FactPart) else ""
    if start and start not in checked.names(FactType.NUMBER):
        hint = offer(start, checked.names(FactType.NUMBER))
        yield Finding(book.file, key, f'"{start}" is no number of seconds to play from: {hint}')


def _gender(book: Book, key: str, part: FactPart) -> Iterator[Finding]:
    grammar = grammar_for(book.language)
    if part.gender and grammar and part.gender not in grammar.genders:
        hint = offer(part.gender, grammar.genders) if grammar.genders else "take it out"
        yield Finding(book.file, key, f'"{book.language}" has no gender "{part.gender}": {hint}')


def check_cue_sizes(checked: Checked) -> Iterator[Finding]:
    """No cue says more than anybody would listen to, nor are cues inside each other without bound."""
    for book in checked.pack.books.values():
        if book.file in checked.bad_files:
            continue
        sizes: dict[str, int] = {}
        for name, cue in book.cues.items():
            if _size(book, name, sizes, MAX_CUE_DEPTH) > MAX_CUE_PARTS:
                text = f"can say more than {MAX_CUE_PARTS} parts, or goes through more than {MAX_CUE_DEPTH} cues"
                yield Finding(book.file, cue.key, f"{text}: say less at once")


def _size(book: Book, name: str, sizes: dict[str, int], depth: int) -> int:
    """How many parts saying a cue can come to at most; more than MAX_CUE_PARTS where that is all one needs to know."""
    cue = book.cues.get(name)
    if depth == 0 or cue is None:
        return MAX_CUE_PARTS + 1 if cue else 0
    if name not in sizes:
        size = 0
        for part in parts_of(cue):
            size += 1
            if isinstance(part, CuePart):
                size += _size(book, part.name, sizes, depth - 1)
            elif isinstance(part, ChoicesPart):
                size += max(len(part.names), 1) * _size(book, CHOICE, sizes, depth - 1)
            elif isinstance(part, ItemsPart):
                size += MAX_PICKS * _size(book, ITEM, sizes, depth - 1)
        sizes[name] = min(size, MAX_CUE_PARTS + 1)
    return sizes[name]


@dataclass(frozen=True, slots=True)
class _Saying:
    """A place that says a cue: the keys that its prompts may name are those of `state`."""

    file: str
    key: str
    cue: str
    state: State | None

    def named(self, name: str) -> list[Key]:
        """The keys of that name."""
        return [key for key in self.keys if key.name == name]

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.state.keys if self.state else ()

    def finding(self, text: str) -> Finding:
        return Finding(self.file, self.key, text)


def check_keys_spoken(checked: Checked) -> Iterator[Finding]:
    """Keys that a prompt names are the keys of the state that says it."""
    for file, key, cue, state in said_cues(checked.pack):
        for book in checked.pack.books.values():
            if file in checked.unread_files or book.file in checked.unread_files:
                continue
            for part in parts_said(book.cues, cue):
                yield from _spoken(book, _Saying(file, key, cue, state), part)


def _spoken(book: Book, at: _Saying, part: Part) -> Iterator[Finding]:
    if isinstance(part, KeyPart) and part.name != "*" and not at.named(part.name):
        hint = offer(part.name, [key.name for key in at.keys])
        yield at.finding(f'cue {at.cue} tells of a key "{part.name}" that is not here: {hint}')
    elif isinstance(part, ClipPart):
        for digits, name in part.speaks.items():
            if any(key.digits == digits and key.name == name for key in at.keys):
                continue
            bound = at.named(name)
            now = f"is {bound[0].digits}" if bound else "has no key"
            text = f'clip {part.id} says "{digits}" for {name}, which {now} here'
            yield at.finding(f'{text}: bind {name} to "{digits}", or say it with {{ key = "{name}" }}')
    elif isinstance(part, ChoicesPart):
        yield from _choices(book, at, part)


def _choices(book: Book, at: _Saying, part: ChoicesPart) -> Iterator[Finding]:
    if CHOICE not in book.cues:
        text = 'choices need a cue to say one: write [cue.choice] with { label = "*" } and { key = "*" }'
        yield Finding(book.file, f"cue.{CHOICE}", text)
    for name in part.names or tuple(key.name for key in at.keys if not key.is_hidden):
        if not at.named(name):
            hint = offer(name, [key.name for key in at.keys])
            yield at.finding(f'cue {at.cue} offers a key "{name}" that is not here: {hint}')
        elif name not in book.labels:
            text = f'key "{name}", offered by cue {at.cue}, has no label: write {name} = ["a-clip"] under [label]'
            yield Finding(book.file, f"label.{name}", f"{text}, or hidden = true at the key")


def check_clips(checked: Checked) -> Iterator[Finding]:
    """The prompt sets are there, and every clip is in some prompt set."""
    if checked.sounds is None:
        return
    for name in checked.pack.prompts:
        if not checked.sounds.has_set(name):
            yield Finding(MANIFEST, "prompts", f'there is no prompt set "{name}": install it, or take it out')
    for book in checked.pack.books.values():
        places = [(cue.key, parts_of(cue)) for cue in book.cues.values()]
        places += [(f"label.{name}", all_parts(parts)) for name, parts in book.labels.items()]
        needed = [(key, part.id) for key, parts in places for part in parts if isinstance(part, ClipPart)]
        needed += [("(numbers)", clip_id) for clip_id in all_clips(book.language)]
        for key, clip_id in needed:
            if checked.sounds.find(clip_id, book.language) is None:
                yield Finding(book.file, key, f'no prompt set has clip "{clip_id}": build it, or use another clip')

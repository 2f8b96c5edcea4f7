"""What the checks of a pack share: the pack with its vocabulary, and checks of single names, conditions and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vmq.dialogue.conditions import Condition
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.schema import Flow, Pack, State
from vmq.dialogue.schema_cues import Cue, CuePart, MaybePart, OneOfPart, Part, PluralPart
from vmq.dialogue.vocabulary import Fact, FactType, Vocabulary


class Sounds(Protocol):
    """Finds what to play for a clip: the part of the engine's port that checks need."""

    def find(self, clip_id: str, language: str) -> Path | None:
        """The file, or None when no set has the clip."""
        ...

    def has_set(self, name: str) -> bool:
        """Is there a prompt set of this id?"""
        ...


@dataclass(slots=True)
class Checked:
    """The pack being checked, or what one subject has of it.

    What `unread_files` hold is known in part only; `bad_files` have mistakes in their names besides. Checks that would
    report the same mistake once more leave those files out.
    """

    pack: Pack
    vocabulary: Vocabulary
    sounds: Sounds | None = None
    unread_files: frozenset[str] = frozenset()
    bad_files: frozenset[str] = frozenset()
    facts: Mapping[str, Fact] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = self.pack.known_facts(self.vocabulary)

    def names(self, *types: FactType) -> list[str]:
        """The facts of these types."""
        return [name for name, fact in self.facts.items() if fact.type in types]

    def sound_flows(self) -> Iterator[Flow]:
        """The flows whose names are right."""
        return (flow for flow in self.pack.flows.values() if flow.file not in self.bad_files)

    def condition(self, condition: Condition, file: str, key: str) -> Iterator[Finding]:
        """Is a condition made of known names, and can it be true?"""
        name = condition.name
        if condition.equals is not None:
            fact = self.facts.get(name)
            if fact is None:
                yield Finding(file, f"{key}.when", f'there is no fact "{name}": {offer(name, self.facts)}')
            elif not fits(fact, condition.equals):
                yield Finding(file, f"{key}.when", f"{name} is never {condition.equals!r}: {wanted(fact)}")
        elif not condition.is_plain:
            numbers = self.names(FactType.NUMBER, FactType.LIST)
            if name not in numbers:
                yield Finding(file, f"{key}.when", f'"{name}" is no number: {offer(name, numbers)}')
        elif name not in self.vocabulary.guards and not self._is_flag(name):
            flags = [flag for flag in self.facts if self._is_flag(flag)]
            hint = offer(name, [*self.vocabulary.guards, *flags])
            yield Finding(file, f"{key}.when", f'there is no guard "{name}": {hint}')

    def _is_flag(self, name: str) -> bool:
        return name in self.facts and self.facts[name].type is FactType.FLAG


def fits(fact: Fact, value: object) -> bool:
    """May the fact have this value?"""
    if fact.type is FactType.FLAG:
        return isinstance(value, bool)
    if fact.type is FactType.NUMBER:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str) and (not fact.values or value in fact.values)


def wanted(fact: Fact) -> str:
    """What to write for the value of a fact."""
    if fact.values:
        return "write one of " + ", ".join(f'"{value}"' for value in fact.values)
    return {FactType.FLAG: "write true or false", FactType.NUMBER: "write a number"}.get(fact.type, "write a text")


def all_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts with the parts inside them; other cues are named, not entered."""
    for part in parts:
        yield part
        if isinstance(part, MaybePart):
            yield from all_parts(part.parts)
        elif isinstance(part, OneOfPart):
            yield from all_parts(part.variants)
        elif isinstance(part, PluralPart):
            for form in part.forms.values():
                yield from all_parts(form)


def parts_of(cue: Cue) -> Iterator[Part]:
    """All parts of a cue's variants, the variants themselves first."""
    return all_parts(cue.variants)


def cues_said(cues: Mapping[str, Cue], names: Iterable[str]) -> list[Cue]:
    """All cues that saying these can lead to, each once."""
    said: dict[str, Cue] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in cues and name not in said:
            said[name] = cues[name]
            waiting += [part.name for part in parts_of(cues[name]) if isinstance(part, CuePart)]
    return list(said.values())


def parts_said(cues: Mapping[str, Cue], name: str) -> list[Part]:
    """All parts that saying a cue can lead to, other cues entered once."""
    return [part for cue in cues_said(cues, [name]) for part in parts_of(cue)]


def said_cues(pack: Pack) -> Iterator[tuple[str, str, str, State | None]]:
    """(file, key, cue, state whose keys it may name) for each place in the flows that says a cue."""
    for flow in pack.flows.values():
        for state in flow.states.values():
            if state.cue:
                yield flow.file, f"{state.key}.cue", state.cue, state
            for edges in state.edges.values():
                for edge in edges:
                    if edge.say:
                        yield flow.file, f"{edge.key}.say", edge.say, None

"""What a subject lets its packs ask and do: facts, guards, actions and entries by name.

The engine of dialogues knows nothing of voicemail or any other subject: a subject gives it a Vocabulary, and a pack may
use these names and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Facts = Mapping[str, object]


class FactType(StrEnum):
    """What a fact may be, and so what a cue may do with it."""

    FLAG = "flag"  # bool; usable as a condition by its own name
    NUMBER = "number"  # int or float; seconds where the name ends in _s
    TEXT = "text"  # one of `values` where those are given
    DIGITS = "digits"  # a string spoken digit by digit
    SECRET = "secret"  # noqa: S105 - as DIGITS, but never logged and never spoken
    TIME = "time"  # an aware datetime in the listener's time zone
    RECORDING = "recording"  # a ref of the audio store; "" = there is none


EMPTY: Mapping[FactType, object] = {
    FactType.FLAG: False,
    FactType.NUMBER: 0,
    FactType.TEXT: "",
    FactType.DIGITS: "",
    FactType.SECRET: "",
    FactType.TIME: None,
    FactType.RECORDING: "",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true of the call. `values` closes a TEXT fact."""

    type: FactType
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A yes-or-no question: a pure function of the facts."""

    test: Callable[[Facts], bool]
    meaning: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something the subject does. It answers ok or failed, and may set `facts` with either.

    An action that can't fail (`can_fail` False) needs no `failed` edge. `values` closes arguments.
    """

    meaning: str
    arguments: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    can_fail: bool = True
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def takes(self, arguments: Mapping[str, str]) -> bool:
        """Are all arguments among the values that are open to them?"""
        return all(arguments.get(name) in values for name, values in self.values.items())


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow that the service starts. `keeps` names the action that must follow a hang-up after a good recording."""

    meaning: str
    keeps: str = ""


ENGINE_FACTS: Mapping[str, Fact] = {
    "is_recorded": Fact(FactType.FLAG, "the last recording of this call was at least min_s long"),
    "recorded_s": Fact(FactType.NUMBER, "length of the last recording"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names of one subject. The facts the engine sets itself (ENGINE_FACTS) are added."""

    subject: str
    facts: Mapping[str, Fact]
    guards: Mapping[str, Guard]
    actions: Mapping[str, Action]
    entries: Mapping[str, Entry]
    all_facts: Mapping[str, Fact] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_facts", {**self.facts, **ENGINE_FACTS})

    def names(self, kind: FactType) -> tuple[str, ...]:
        """The facts of one type, sorted."""
        return tuple(sorted(name for name, fact in self.all_facts.items() if fact.type is kind))

    def empty_facts(self) -> dict[str, object]:
        """Every fact at its empty value: what a session starts from before the subject's own facts are merged in."""
        return {name: EMPTY[fact.type] for name, fact in self.all_facts.items()}

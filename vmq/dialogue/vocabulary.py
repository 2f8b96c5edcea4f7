"""What a subject lets its packs ask and do: facts, guards, actions and entries by name.

The engine of dialogues knows nothing of voicemail or any other subject: a subject gives it a Vocabulary, and a pack's
flows for its entries may use these names and no others. Entries of different subjects have different names.
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
    SOUND = "sound"  # a sound that somebody else named, of Asterisk's or a prompt set; "" = there is none
    LIST = "list"  # a tuple of Item, to pick one of by key


EMPTY: Mapping[FactType, object] = {
    FactType.FLAG: False,
    FactType.NUMBER: 0,
    FactType.TEXT: "",
    FactType.DIGITS: "",
    FactType.SECRET: "",
    FactType.TIME: None,
    FactType.RECORDING: "",
    FactType.SOUND: "",
    FactType.LIST: (),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One of a LIST: what picking it gives, and how it is said (a recording where there is one, else digits)."""

    value: str
    name: str = ""
    digits: str = ""


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

    An action that can't fail (`can_fail` False) needs no `failed` edge. `values` closes arguments. `undo` names the
    action that undoes it (it is asked for with the arguments that Done.undo gives). An action that `is_finite` can't
    succeed for ever by itself (the next message, until there is no more): flows may go round with it in silence.
    """

    meaning: str
    arguments: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    can_fail: bool = True
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    undo: str = ""
    is_finite: bool = False

    def takes(self, arguments: Mapping[str, str]) -> bool:
        """Are all arguments among the values that are open to them?"""
        return all(arguments.get(name) in values for name, values in self.values.items())


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow that the service starts. `keeps` names the action that must follow a hang-up after a good recording. What
    a pack leaves out of the optional ones is taken from the default pack; of the others it has all or none. One that
    `is_keyless` is for a party without keys: it may wait for none."""

    meaning: str
    keeps: str = ""
    is_optional: bool = False
    is_keyless: bool = False


ENGINE_FACTS: Mapping[str, Fact] = {
    "is_recorded": Fact(FactType.FLAG, "the last recording of this call was at least min_s long"),
    "recorded_s": Fact(FactType.NUMBER, "length of the last recording"),
    "position_s": Fact(FactType.NUMBER, "where the recording stopped that was played last"),
    "position_in": Fact(FactType.RECORDING, "that recording; empty when it was played to its end"),
    "speed": Fact(FactType.NUMBER, "steps by which recordings are played faster, from -2 to 4"),
    "volume": Fact(FactType.NUMBER, "steps by which recordings are played louder, from -2 to 2"),
    "misses": Fact(FactType.NUMBER, "how often this state was missed: no_keys, bad_keys and recordings too short"),
    "no_keys": Fact(FactType.NUMBER, "how often nothing was pressed in this state"),
    "bad_keys": Fact(FactType.NUMBER, "how often a wrong key was pressed in this state"),
    "can_undo": Fact(FactType.FLAG, "something was done in this call that can be undone"),
    "result": Fact(FactType.TEXT, "the end in which the last sub-flow ended"),
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
        unknown = {action.undo for action in self.actions.values()} - {"", *self.actions}
        if unknown:
            raise ValueError(f"vocabulary {self.subject}: nothing is undone by {unknown}: name actions of this subject")
        object.__setattr__(self, "all_facts", {**self.facts, **ENGINE_FACTS})

    def names(self, kind: FactType) -> tuple[str, ...]:
        """The facts of one type, sorted."""
        return tuple(sorted(name for name, fact in self.all_facts.items() if fact.type is kind))

    def empty_facts(self) -> dict[str, object]:
        """Every fact at its empty value: what a session starts from before the subject's own facts are merged in."""
        return {name: EMPTY[fact.type] for name, fact in self.all_facts.items()}

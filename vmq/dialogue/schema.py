"""A pack as typed data: flows of states with edges, cues, settings, tests. Inheritance is already worked out here.

`key` fields say where in its file a thing was written, for findings; docs/pack-format.md is the reference for authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.dialogue.vocabulary import Fact, Vocabulary
from vmq.domain.line import Seek

SCHEMA = 1
GONE = "gone"  # the end that every flow has, whether it writes it or not
AGAIN = ""  # the target of an edge that leads back to its own state
MAX_AMOUNT = 86_400  # of any number in a pack: a day, where it is seconds
Amount = float | str  # a number, or the name of a NUMBER fact or setting


class Kind(StrEnum):
    """What a state does."""

    SAY = "say"
    MENU = "menu"
    ASK = "ask"
    RECORD = "record"
    CHOOSE = "choose"
    ACT = "act"
    CALL = "call"
    END = "end"


NEXT: Mapping[Kind, str] = {
    Kind.SAY: "played",
    Kind.ASK: "entered",
    Kind.RECORD: "recorded",
    Kind.CHOOSE: "chosen",
    Kind.ACT: "ok",
    Kind.CALL: "returned",
}
MISSES: Mapping[Kind, tuple[str, ...]] = {
    Kind.MENU: ("no_key", "bad_key"),
    Kind.ASK: ("no_key", "bad_key"),
    Kind.RECORD: ("too_short",),
}
USES_LINE = frozenset({Kind.SAY, Kind.MENU, Kind.ASK, Kind.RECORD})


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard or flag by name, or `name` equal to a value. `is_negated` turns a name round."""

    name: str
    is_negated: bool = False
    equals: bool | int | float | str | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """An action with its arguments: literals, or facts by name (`is_fact`)."""

    action: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Argument:
    """The value of an action's argument."""

    value: str
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a state: if all of `when` hold, set facts, do the action, say the cue, go on at `to`.

    An action that fails goes to `failed` instead, and the cue is not said.
    """

    key: str
    to: str
    when: tuple[Condition, ...] = ()
    sets: Mapping[str, object] = field(default_factory=dict)
    do: Do | None = None
    say: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a state. Prompts speak of its `name`, never of its digits."""

    digits: str
    name: str
    edge: Edge
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state. `edges` maps an outcome to its ways out, first that fits; the outcome of a key is `key_<digits>`."""

    name: str
    kind: Kind
    key: str
    edges: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    cue: str = ""
    keys: tuple[Key, ...] = ()
    timeout_s: Amount = 5.0
    interdigit_s: Amount = 2.0
    tries: Amount = 3
    is_barge_in: bool = True
    seek: Mapping[str, Seek] = field(default_factory=dict)
    skip_s: Amount = 3.0
    into: str = ""  # the fact that digits or a recording go to
    min_digits: Amount = 1
    max_digits: Amount = 20
    end_key: str = "#"
    min_s: Amount = 0.0
    max_s: Amount = 60.0
    silence_s: Amount = 0.0
    stop: frozenset[str] = frozenset({"#"})
    do: Do | None = None
    flow: str = ""
    exit: str = ""
    is_broken: bool = False  # could not be read; its mistakes are reported already


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of states."""

    name: str
    file: str
    start: str
    states: Mapping[str, State]


# Cues -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClipPart:
    """A clip. `speaks` says which keys its words name, by key name, so that a rebound key is noticed."""

    id: str
    speaks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CuePart:
    """Another cue."""

    name: str


class Form(StrEnum):
    """How a fact is spoken."""

    NUMBER = "number"
    ORDINAL = "ordinal"
    DIGITS = "digits"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class FactPart:
    """A fact, spoken. `gender` (m, f, n) is that of what a number counts, in languages that have it."""

    form: Form
    fact: str
    gender: str = ""


@dataclass(frozen=True, slots=True)
class PluralPart:
    """The form of a word that fits a number; `forms` maps the language's plural categories to parts."""

    fact: str
    forms: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class KeyPart:
    """The digits of the key with this name; `*` in the cue `choice` is the choice's own."""

    name: str


@dataclass(frozen=True, slots=True)
class LabelPart:
    """In the cue `choice`: the label of the choice's key."""


@dataclass(frozen=True, slots=True)
class ChoicesPart:
    """The cue `choice` for each of these keys that is live; empty = for every labelled one."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SilencePart:
    """A pause."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TonePart:
    """A tone."""

    name: str


@dataclass(frozen=True, slots=True)
class MaybePart:
    """Parts that are said only when all of `when` hold."""

    when: tuple[Condition, ...]
    parts: tuple[Part, ...]


Part = (
    ClipPart | CuePart | FactPart | PluralPart | KeyPart | LabelPart | ChoicesPart | SilencePart | TonePart | MaybePart
)


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said: the first variant that fits."""

    name: str
    key: str
    variants: tuple[MaybePart, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All cues of one language, the labels of keys, and the words of the clips."""

    language: str
    file: str
    cues: Mapping[str, Cue]
    labels: Mapping[str, tuple[Part, ...]]
    text: Mapping[str, str]


# The pack -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """Something an owner may change. Flows call it `setting.<name>`."""

    fact: Fact
    default: bool | float | str
    low: float | None = None
    high: float | None = None

    def accepts(self, value: object) -> bool:
        """Is this a value that an owner may give?"""
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(self.default, bool) and isinstance(value, bool)
        if isinstance(self.default, str):
            return isinstance(value, str) and (not self.fact.values or value in self.fact.values)
        if not isinstance(value, (int, float)) or not abs(value) <= MAX_AMOUNT:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Call:
    """A test of the pack: a scripted call. `answers` is what each action answers, in turn; the last is repeated."""

    name: str
    file: str
    key: str
    entry: str
    facts: Mapping[str, object]
    settings: Mapping[str, object]
    answers: Mapping[str, tuple[Mapping[str, object], ...]]
    script: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A personality. `facts` are its own, beside the subject's; `entries` maps an entry to its flow; `prompts` are the
    prompt sets to look for clips in before all others."""

    id: str
    title: str
    language: str
    prompts: tuple[str, ...]
    entries: Mapping[str, str]
    settings: Mapping[str, Setting]
    facts: Mapping[str, Fact]
    flows: Mapping[str, Flow]
    books: Mapping[str, Book]
    calls: tuple[Call, ...]

    def known_facts(self, vocabulary: Vocabulary) -> dict[str, Fact]:
        """Every fact a flow or cue of this pack may name, settings included."""
        settings = {f"setting.{name}": setting.fact for name, setting in self.settings.items()}
        return {**vocabulary.all_facts, **self.facts, **settings}

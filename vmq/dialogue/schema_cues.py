"""What a pack says, as typed data: cues and the parts they are made of, in one language a Book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.dialogue.conditions import Condition

MAX_PICKS = 9  # items of a list that are said and can be picked, one a digit


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
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class FactPart:
    """A fact, spoken. A recording may begin where it stopped (`is_resumed`), or at the place that a fact names.

    `gender` (m, f, n) is that of what a number counts, in languages that have it.
    """

    form: Form
    fact: str
    is_resumed: bool = False
    start: str = ""
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
class ItemsPart:
    """The cue `item` for each item of a list fact, at most MAX_PICKS."""

    fact: str


@dataclass(frozen=True, slots=True)
class ItemPart:
    """In the cue `item`: its name (a recording, else its digits), or its digits."""

    is_name: bool


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


@dataclass(frozen=True, slots=True)
class OneOfPart:
    """The first of these that fits."""

    variants: tuple[MaybePart, ...]


Part = (
    ClipPart
    | CuePart
    | FactPart
    | PluralPart
    | KeyPart
    | LabelPart
    | ChoicesPart
    | ItemsPart
    | ItemPart
    | SilencePart
    | TonePart
    | MaybePart
    | OneOfPart
)


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said: the first variant that fits."""

    name: str
    key: str
    variants: tuple[MaybePart, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All cues of one language, the labels of keys, the words of the clips, and those of the quick-reference card (by
    key, fact, flow, or `flow.state`); `words` may be said instead of a key, by its name."""

    language: str
    file: str
    cues: Mapping[str, Cue]
    labels: Mapping[str, tuple[Part, ...]]
    text: Mapping[str, str]
    card: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

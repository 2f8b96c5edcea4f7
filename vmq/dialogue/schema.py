"""A pack as typed data: flows of states with edges, settings, tests. Inheritance is already worked out here.

`key` fields say where in its file a thing was written, for findings; docs/pack-format.md is the reference for authors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from vmq.dialogue.conditions import Amount, Condition
from vmq.dialogue.schema_cues import Book
from vmq.dialogue.vocabulary import Fact, Vocabulary
from vmq.domain.line import Seek

SCHEMA = 1
GONE = "gone"  # the end that every flow has, whether it writes it or not
AGAIN = ""  # the target of an edge that leads back to its own state
MAX_CALL_DEPTH = 8  # flows that call each other
MAX_AMOUNT = 86_400  # of any number in a pack: a day, where it is seconds


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
class Argument:
    """A value given to an action, a flow or a fact: as written, or that of a fact by name."""

    value: bool | int | float | str
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """An action with its arguments."""

    action: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


class Undo(StrEnum):
    """How much an edge undoes: the last thing that was done, or all of this call."""

    STEP = "step"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Pick:
    """Take an item of a list fact, by its place from 1, into another fact."""

    source: str
    number: int
    into: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a state: if all of `when` hold, pick, set facts, do or undo something, say the cue, go on at `to`.

    An action that fails goes to `failed` instead, and the cue is not said. `is_back` leads to the menu before this one,
    and to `to` when there is none. `is_restart` forgets how far the last recording was played.
    """

    key: str
    to: str
    when: tuple[Condition, ...] = ()
    sets: Mapping[str, Argument] = field(default_factory=dict)
    do: Do | None = None
    say: str = ""
    failed: str = ""
    is_back: bool = False
    undo: Undo | None = None
    is_restart: bool = False
    pick: Pick | None = None

    @property
    def is_plain(self) -> bool:
        """Does it lead on, and nothing else?"""
        return not (self.do or self.undo or self.sets or self.say or self.pick or self.is_back or self.is_restart)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a state. Prompts speak of its `name`, never of its digits.

    With `seek` it moves about in a recording while that plays; `is_only_seek` means that it does nothing else. Several
    keys of a state may have the same digits: the first whose `when` holds is live. `is_immediate`: it counts at once,
    though it begins a longer key. `is_anywhere`: it counts in the middle of an entry too.
    """

    digits: str
    name: str
    edge: Edge
    is_hidden: bool = False
    seek: Seek | None = None
    by_s: Amount = 3.0
    is_only_seek: bool = False
    is_immediate: bool = False
    is_anywhere: bool = False


class At(StrEnum):
    """Where a recording begins: anew, after its end, or where it was last stopped when it was listened to."""

    START = "start"
    END = "end"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state. `edges` maps an outcome to its ways out, first that fits. The outcome of a key is `key_<digits>`, that
    of a sub-flow whose end has a way out of its own `returned_<end>`."""

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
    into: str = ""  # the fact that digits or a recording go to
    min_digits: Amount = 1
    max_digits: Amount = 20
    low: Amount | None = None
    high: Amount | None = None
    end_key: str = "#"
    at: At = At.START
    min_s: Amount = 0.0
    max_s: Amount = 60.0
    silence_s: Amount = 0.0
    stop: frozenset[str] = frozenset({"#"})
    do: Do | None = None
    flow: str = ""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    exit: str = ""
    spoken: tuple[Condition, ...] | None = None  # while all hold, keys may be spoken; None = never
    is_broken: bool = False  # could not be read; its mistakes are reported already


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of states. `takes` are its arguments: facts that have a value of their own while it runs."""

    name: str
    file: str
    start: str
    states: Mapping[str, State]
    takes: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[str, ...]:
        """The names of its ends, `gone` left out: what a caller may tell apart."""
        return tuple(state.name for state in self.states.values() if state.kind is Kind.END and state.name != GONE)


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
    """A personality. `facts` are its own, beside the subjects'; `entries` maps an entry to its flow; `prompts` are the
    prompt sets to look for clips in before all others; `based_on` is the pack that it takes the rest from."""

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
    based_on: str = ""

    @property
    def own_facts(self) -> dict[str, Fact]:
        """The pack's facts and the arguments of its flows."""
        arguments = {name: fact for flow in self.flows.values() for name, fact in flow.takes.items()}
        return {**self.facts, **arguments}

    def known_facts(self, vocabulary: Vocabulary) -> dict[str, Fact]:
        """Every fact a flow or cue of this pack may name, settings included."""
        settings = {f"setting.{name}": setting.fact for name, setting in self.settings.items()}
        return {**vocabulary.all_facts, **self.own_facts, **settings}

    def reached_from(self, entries: Iterable[str]) -> set[str]:
        """The flows that these entries can lead to."""
        reached: set[str] = set()
        waiting = [self.entries[entry] for entry in entries if entry in self.entries]
        while waiting:
            name = waiting.pop()
            if name in self.flows and name not in reached:
                reached.add(name)
                waiting += [state.flow for state in self.flows[name].states.values() if state.kind is Kind.CALL]
        return reached

    def for_subject(self, vocabulary: Vocabulary) -> Pack:
        """What one subject has of this pack: its entries, the flows they lead to, their tests, and all cues."""
        entries = {entry: flow for entry, flow in self.entries.items() if entry in vocabulary.entries}
        reached = self.reached_from(entries)
        return replace(
            self,
            entries=entries,
            flows={name: flow for name, flow in self.flows.items() if name in reached},
            calls=tuple(call for call in self.calls if call.entry in entries),
        )

"""What a dialogue asks of the line, and what the line answers: the whole contract between a flow and a telephone.

A session gives exactly one Effect at a time and is fed exactly one Outcome for it. The line (AGI, a test's fake, the
terminal simulator) carries effects out; it knows nothing of flows. A hang-up is not an outcome of the line: it raises
HungUp, and the runner feeds the session `HungUpSeen` once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of a prompt set, by id (`vm-youhave`, `digits/5`). `text` is what it says, for logs and screens."""

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """Somebody's own recording (a message, a greeting, a name), by a file reference that the audio store gave out."""

    ref: str
    label: str = "recording"


@dataclass(frozen=True, slots=True)
class Silence:
    """A pause."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Tone:
    """The record tone."""

    name: str = "beep"


Segment = Clip | Recording | Silence | Tone


class Seek(StrEnum):
    """What a key does to a playing recording, without leaving the state."""

    FORWARD = "forward"
    REWIND = "rewind"
    PAUSE = "pause"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Effect:
    """Base of the effects."""


@dataclass(frozen=True, slots=True)
class Say(Effect):
    """Play segments to their end; nobody listens to keys. Outcome: Played."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ReadKeys(Effect):
    """Play segments, then wait `timeout_s` for one of `keys` (each 1..n digits, matched longest-first by a trie).

    With `barge_in` a key cuts the prompt and counts. `seek` keys work on Recording segments only while those play.
    `timeout_s` 0 means: only while it plays. Outcomes: KeyPressed, BadKey, NoKey.
    """

    segments: tuple[Segment, ...]
    keys: frozenset[str]
    timeout_s: float
    interdigit_s: float = 2.0
    barge_in: bool = True
    seek: Mapping[str, Seek] = field(default_factory=dict)
    skip_s: float = 3.0


@dataclass(frozen=True, slots=True)
class ReadDigits(Effect):
    """Play segments and gather digits to `max_digits`, `end_key` or silence. Outcomes: DigitsEntered, KeyPressed
    (a key of `keys` as the very first digit, e.g. `*` to leave), NoKey."""

    segments: tuple[Segment, ...]
    max_digits: int
    end_key: str = "#"
    timeout_s: float = 10.0
    interdigit_s: float = 2.0
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """Play segments, then record to `ref` until a stop key, silence, `max_s` or hang-up. Outcome: Recorded, or Failed
    when nothing can be kept (a full disk).

    On a hang-up while it records the line raises HungUp only after the recording is whole on disk.
    """

    segments: tuple[Segment, ...]
    ref: str
    max_s: float
    silence_s: float = 0.0
    stop_keys: frozenset[str] = frozenset({"#"})
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Act(Effect):
    """Let the subject do something by name (never the line). Outcomes: Done, Failed. An argument may be a PIN: not
    shown in logs."""

    action: str
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class End(Effect):
    """The dialogue is over. `exit` names a dialplan extension to go on at (`o`, `a`), or is empty."""

    state: str
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Base of the outcomes."""


@dataclass(frozen=True, slots=True)
class Played(Outcome):
    """All was played."""


@dataclass(frozen=True, slots=True)
class KeyPressed(Outcome):
    """One of the keys asked for."""

    key: str


@dataclass(frozen=True, slots=True)
class BadKey(Outcome):
    """Keys that no live key begins with."""

    keys: str


@dataclass(frozen=True, slots=True)
class NoKey(Outcome):
    """Nothing was pressed in time."""


@dataclass(frozen=True, slots=True)
class DigitsEntered(Outcome):
    """Digits, without the end key. Empty when the end key came alone. They may be a PIN: not shown in logs."""

    digits: str = field(repr=False)


class RecordEnd(StrEnum):
    """What ended a recording."""

    KEY = "key"
    SILENCE = "silence"
    MAX = "max"
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Recorded(Outcome):
    """A recording is whole on disk. `key` is the stop key, if one ended it; silence that ended it counts for nothing
    in `duration_s`."""

    duration_s: float
    ended_by: RecordEnd
    key: str = ""


@dataclass(frozen=True, slots=True)
class Done(Outcome):
    """The action was done; `facts` are what is now true for guards and cues (merged into the session's)."""

    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed(Outcome):
    """The action could not be done. `facts` as in Done."""

    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HungUpSeen(Outcome):
    """The party is gone."""

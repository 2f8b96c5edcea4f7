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
    """Somebody's own recording (a message, a greeting, a name), by a file reference that the audio store gave out,
    from `start_s` on."""

    ref: str
    label: str = "recording"
    start_s: float = 0.0


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
    END = "end"
    FASTER = "faster"
    SLOWER = "slower"
    NORMAL_SPEED = "normal_speed"
    LOUDER = "louder"
    SOFTER = "softer"
    NORMAL_VOLUME = "normal_volume"


@dataclass(frozen=True, slots=True)
class Move:
    """What a key does to a playing recording, and how far FORWARD and REWIND go."""

    kind: Seek
    by_s: float = 3.0


SPEEDS: Mapping[int, float] = {-2: 0.7, -1: 0.85, 0: 1.0, 1: 1.2, 2: 1.45, 3: 1.75, 4: 2.0}
"""How many times as fast as it was spoken, by step."""
GAINS_DB: Mapping[int, float] = {-2: -10.0, -1: -5.0, 0: 0.0, 1: 5.0, 2: 10.0}
"""How much louder than it was recorded, by step."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how loud recordings are played, in steps of SPEEDS and GAINS_DB; the pitch stays."""

    speed: int = 0
    volume: int = 0

    @property
    def factor(self) -> float:
        """How many times as fast as it was spoken."""
        return SPEEDS[self.speed]

    @property
    def gain_db(self) -> float:
        """How much louder than it was recorded, in dB."""
        return GAINS_DB[self.volume]

    def after(self, seek: Seek) -> Pace:
        """The pace after a key; the outermost steps stay as they are, and so does the pace with other keys."""
        match seek:
            case Seek.FASTER | Seek.SLOWER:
                speed = self.speed + (1 if seek is Seek.FASTER else -1)
                return Pace(speed if speed in SPEEDS else self.speed, self.volume)
            case Seek.LOUDER | Seek.SOFTER:
                volume = self.volume + (1 if seek is Seek.LOUDER else -1)
                return Pace(self.speed, volume if volume in GAINS_DB else self.volume)
            case Seek.NORMAL_SPEED:
                return Pace(0, self.volume)
            case Seek.NORMAL_VOLUME:
                return Pace(self.speed, 0)
        return self


def moved(at_s: float, move: Move) -> float:
    """Where a recording that was stopped at `at_s` goes on after a key. END is not a place: whoever plays knows it."""
    match move.kind:
        case Seek.FORWARD:
            return at_s + move.by_s
        case Seek.REWIND:
            return max(0.0, at_s - move.by_s)
        case Seek.RESTART:
            return 0.0
    return at_s


@dataclass(frozen=True, slots=True)
class Playback:
    """How far a recording had been played when something ended it, in seconds of the recording at its own speed.

    `is_over` when it was played to its end; `pace` is what it was played at last.
    """

    ref: str
    at_s: float
    is_over: bool = False
    pace: Pace = field(default_factory=Pace)


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

    With `barge_in` a key cuts the prompt and counts. `seek` keys move about in Recording segments while those play,
    and do nothing else then; such a key that is in `keys` as well counts as a key when none plays. Recordings are
    played at `pace`. Keys of `immediate` count at once, even where they begin a longer one; the next effect then has
    this key in `after`, and a digit that comes within `interdigit_s` and goes on with a longer key is read as that key.
    A NoKey tells of such a key too, when the recording came to its end before the time for the longer one was over.
    `timeout_s` 0 means: only while it plays. `phrases` are words that may be said instead of a key once all was played,
    and the key that each stands for; a line without ears takes no notice of them. Outcomes: KeyPressed, BadKey, NoKey.
    """

    segments: tuple[Segment, ...]
    keys: frozenset[str]
    timeout_s: float
    interdigit_s: float = 2.0
    barge_in: bool = True
    seek: Mapping[str, Move] = field(default_factory=dict)
    immediate: frozenset[str] = frozenset()
    after: str = ""
    pace: Pace = field(default_factory=Pace)
    phrases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadDigits(Effect):
    """Play segments and gather digits to `max_digits`, `end_key` or silence.

    Outcomes: DigitsEntered, KeyPressed, NoKey.
    `keys` (each 1..n digits, longest first) count as the very first digits, e.g. `*` to leave or `##` where `#` alone
    ends the entry; those of `anywhere`, one digit each, also later: what was typed is then forgotten.
    """

    segments: tuple[Segment, ...]
    max_digits: int
    end_key: str = "#"
    timeout_s: float = 10.0
    interdigit_s: float = 2.0
    keys: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """Play segments, then record to `ref` until a stop key, silence, `max_s` or hang-up. Outcome: Recorded, or Failed
    when nothing can be kept (a full disk).

    With `from_s` what is there up to then is kept, and the new sound comes after it; `math.inf` is its end. The rest
    is thrown away only when the new sound is whole on disk; a recording that could not be made changes nothing.
    On a hang-up while it records the line raises HungUp only after the recording is whole on disk.
    """

    segments: tuple[Segment, ...]
    ref: str
    max_s: float
    silence_s: float = 0.0
    stop_keys: frozenset[str] = frozenset({"#"})
    barge_in: bool = True
    from_s: float | None = None


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
    """One of the keys asked for. `playback`, here and below: the last recording that was played for the effect."""

    key: str
    playback: Playback | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BadKey(Outcome):
    """Keys that no live key begins with, or (`keys` is empty) words that stand for none."""

    keys: str
    playback: Playback | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NoKey(Outcome):
    """Nothing was pressed in time. `after` is the key that was acted on at once just before: what comes soon may still
    make a longer one of it."""

    playback: Playback | None = field(default=None, compare=False)
    after: str = ""


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
    """A recording is whole on disk, `duration_s` long with what was kept of it from before. `key` is the stop key, if
    one ended it; silence that ended it counts for nothing in `duration_s`."""

    duration_s: float
    ended_by: RecordEnd
    key: str = ""


@dataclass(frozen=True, slots=True)
class Done(Outcome):
    """The action was done; `facts` are what is now true for guards and cues (merged into the session's).

    `undo` are the arguments for the action that undoes it, where the vocabulary names one; None: the same as for the
    action itself.
    """

    facts: Mapping[str, object] = field(default_factory=dict)
    undo: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Failed(Outcome):
    """The action could not be done. `facts` as in Done."""

    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HungUpSeen(Outcome):
    """The party is gone."""

"""The ports: what the engine and the subjects need of the outside, as Protocols.

Each has at least two implementations, a fake for tests and the real one, and one contract suite that both pass.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vmq.domain import line
from vmq.domain.commands import Command
from vmq.domain.events import Event
from vmq.domain.line import Pace
from vmq.domain.records import Record

__all__ = ["CallControl", "Clock", "Ear", "EventSink", "Journal", "JournalEntry", "Line", "Recordings", "Sounds",
           "Voices"]  # fmt: skip


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> float:
        """Epoch seconds."""
        ...


class EventSink(Protocol):
    """Where in-doors put their events."""

    def post(self, event: Event) -> None:
        """Append to the inbox; never blocks."""
        ...


class CallControl(Protocol):
    """Carries commands out. Nothing is awaited: answers and failures come back as events."""

    def send(self, command: Command) -> None:
        """Start carrying out the command. Commands for one channel are carried out in the order given."""
        ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A record in its place: `id` grows (by one, in one run of the program), `at` is epoch seconds."""

    id: int
    at: float
    record: Record


class Journal(Protocol):
    """The append-only record. Written behind: `append` returns at once, `flush` when all so far is durable."""

    @property
    def last_id(self) -> int:
        """The id of the newest entry, durable or not; 0 when there is none."""
        ...

    def append(self, record: Record, at: float) -> JournalEntry:
        """Give the record its id, tell the followers, and write it soon."""
        ...

    async def flush(self) -> None:
        """Return once everything appended so far is durable. Raises StorageError."""
        ...

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[JournalEntry]:
        """Durable entries with id > after, oldest first."""
        ...

    def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        """Entries with id > after (None: from now on), then each new one as it comes; ends when closed.

        A follower that falls more than a bounded number of entries behind is ended, never waited for.
        """
        ...


class Sounds(Protocol):
    """Finds what to play for a clip."""

    def find(self, clip_id: str, language: str) -> Path | None:
        """The file as vmq sees it, or None when no set has the clip."""
        ...

    def text(self, clip_id: str, language: str) -> str:
        """What the clip says; the id when no catalogue knows it."""
        ...

    def asterisk_name(self, clip_id: str, language: str, first: Sequence[str] = ()) -> str | None:
        """What to give to STREAM FILE: a bare name, or a whole path without ending; `first` are the sets to look in
        before all others. None when no set has the clip, in this language or in English."""
        ...


class Recordings(Protocol):
    """Where recordings live. A `ref` is a relative path without extension, e.g. `incoming/1a2b` or `1001/unavail`."""

    def path(self, ref: str) -> Path:
        """The WAV file of a ref, as vmq sees it. Refuses a ref that would leave the folder (StorageError)."""
        ...

    def asterisk_path(self, ref: str) -> str:
        """The same without extension, as Asterisk sees it."""
        ...

    async def part(self, ref: str, from_s: float) -> str:
        """The ref that a part of a recording goes to, which is to take the place of all after `from_s` (`math.inf`: to
        come after its end). Parts that were left before are joined first. Raises StorageError."""
        ...

    async def join(self, ref: str) -> float:
        """Make one of a recording and the part that was made of it, if any; gives its length in seconds. Crash-safe:
        whenever it is broken off, joining again does the same. Raises StorageError."""
        ...

    async def paced(self, ref: str, pace: Pace) -> str:
        """The ref of a copy that is played at this pace, made now if need be. Raises StorageError."""
        ...


class Ear(Protocol):
    """Makes out words that are spoken instead of keys."""

    @property
    def is_open(self) -> bool:
        """Are they taken for keys now?"""
        ...

    async def hear(self, wav: Path, language: str, phrases: Sequence[str]) -> str:
        """What is said, most likely one of these; "" when it can't be made out."""
        ...


class Line(Protocol):
    """One party on a telephone line, for a dialogue. All methods raise HungUp when the party is gone."""

    call_id: str

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """Speak this language from now on, with clips of these prompt sets before those of all others."""
        ...

    async def say(self, effect: line.Say) -> line.Played:
        """Play to the end."""
        ...

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """Play and wait for a key: KeyPressed, BadKey or NoKey."""
        ...

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """Play and gather digits: DigitsEntered, KeyPressed or NoKey."""
        ...

    async def record(self, effect: line.Record) -> line.Recorded:
        """Play and record. A hang-up gives Recorded(ended_by=HANG_UP); the next call on the line raises HungUp."""
        ...


class Voices(Protocol):
    """The voices of the queues: what they say to callers and agents, on a Line."""

    async def talk(
        self, party: Line, flow: str, voice: str, facts: Mapping[str, str], answers: MutableMapping[str, str]
    ) -> None:
        """Run a flow of this voice ("": the house's) to its end, which a hang-up is too.

        `facts` are as in RunDialogue. What is gathered goes into `answers` as it comes, for whoever cuts it short.
        Raises PackError when the pack is broken.
        """
        ...

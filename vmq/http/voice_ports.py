"""What the HTTP server is given of personalities and prompts, and of the program's health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class PackFacts:
    """A personality. `refused` says what is wrong with one that can't be used."""

    id: str
    title: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    based_on: str = ""
    refused: str = ""


class PackDesk(Protocol):
    """The personalities. Methods that take an id raise PackError when there is none of it, or when it can't be read."""

    async def all(self) -> Sequence[PackFacts]:
        """All there are, by id."""
        ...

    async def reload(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """Open all anew: the ids in use, and why others were refused, by id."""
        ...

    async def install(self, archive: bytes) -> str:
        """Check and install a pack from a zip, and open all anew; its id. Raises PackError, a line a mistake."""
        ...

    async def card(self, pack_id: str) -> Mapping[str, Any]:
        """Its quick-reference card, in the shape of `vmq.http.packs.CardView`."""
        ...

    async def diagrams(self, pack_id: str) -> Sequence[tuple[str, str]]:
        """Each flow's name and its picture (SVG)."""
        ...

    async def cues(self, pack_id: str, language: str) -> Mapping[str, str]:
        """What it can say, and in which words where they don't depend on facts. `language` "" = its own."""
        ...

    async def hear(self, pack_id: str, cue: str, language: str, facts: Sequence[str]) -> bytes:
        """A cue as a WAV file. `facts` are what it tells, as `name=value`."""
        ...


@dataclass(frozen=True, slots=True)
class PromptSet:
    """A prompt set: who speaks is in its own catalogue."""

    name: str
    language: str
    clips: int


@dataclass(frozen=True, slots=True)
class PromptClip:
    """A clip of a set; `is_own`: callers hear a recording of the house's own, `is_silent`: there is none at all."""

    id: str
    text: str
    is_own: bool
    is_silent: bool


@dataclass(frozen=True, slots=True)
class TakeLine:
    """What became of a line of a studio's take; `doubts` say why it was left out."""

    id: str
    text: str
    is_taken: bool
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeDone:
    """All lines, and the seconds of the take (from, to) that no line was found for."""

    lines: Sequence[TakeLine]
    left_over_s: Sequence[tuple[float, float]] = field(default_factory=list)


class PromptDesk(Protocol):
    """The prompt sets, and the house's own recordings over them. All raise StorageError; sounds that are none,
    BrokenRecordingError; `take` ConfigError too."""

    def sets(self) -> Sequence[PromptSet]:
        """All there are with a catalogue."""
        ...

    async def clips(self, name: str) -> Sequence[PromptClip] | None:
        """A set's, in the order of its catalogue; None when there is no such set."""
        ...

    async def sound(self, name: str, clip_id: str) -> bytes | None:
        """What callers hear, as a WAV file; None when they hear nothing."""
        ...

    async def record(self, name: str, clip_id: str, wav: bytes, by: str) -> bool:
        """Let callers hear this from now on; False when there is nothing to hear in it."""
        ...

    async def withdraw(self, name: str, clip_id: str) -> None:
        """Let callers hear again what they heard before."""
        ...

    async def take(self, name: str, wav: bytes, by: str, *, takes_all: bool) -> TakeDone:
        """Cut a studio's take by the set's lines, and let callers hear what is without doubt (or all of it)."""
        ...


class Finding(Protocol):
    """One point that was looked at. `mend` says what to do, and is empty when nothing is wrong."""

    @property
    def point(self) -> str: ...

    @property
    def is_ok(self) -> bool: ...

    @property
    def seen(self) -> str: ...

    @property
    def mend(self) -> str: ...


Examine = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at Asterisk and at the mail server from where vmq stands, as `vmq doctor` does. Raises ConfigError without an
Asterisk to look at."""

"""What a recogniser is, for those of others too; and what the work on messages needs of the rest of vmq.

An entry point of the group `vmq.stt` names an `Engine`. Its recogniser is opened and used in a process of its own
(vmq.recognition.child), so that it may take its time, use native code, and even crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vmq.domain.transcript import TextJob, Transcript

GROUP = "vmq.stt"


@dataclass(frozen=True, slots=True)
class Options:
    """`model` is a folder, or "" for the one that was installed with the recogniser; `threads` of the processor."""

    model: str = ""
    threads: int = 1


class Recogniser(Protocol):
    """Hears. Used by one thread."""

    @property
    def name(self) -> str:
        """Which one it is, with its model."""
        ...

    def hears(self, language: str) -> bool:
        """Does it know this language (`de`)?"""
        ...

    def transcribe(self, wav: Path, language: str, phrases: Sequence[str] = ()) -> Transcript:
        """What is said in a WAV file (8 kHz, 16 bit, one channel), in a language that it knows; "" where nobody speaks.
        `phrases`: one of these is expected, though others may be said. Any exception is a failure to be tried again."""
        ...


class Engine(Protocol):
    """How to come by a recogniser."""

    def missing(self, options: Options) -> str:
        """What has to be installed or put right; "" = nothing. Asked in vmq's own process at its start: it must be
        quick, and load nothing."""
        ...

    def open(self, options: Options) -> Recogniser:
        """The recogniser. Raises ConfigError that says what is wrong."""
        ...


class Hearing(Protocol):
    """Recognition as the work on messages uses it (vmq.recognition.process)."""

    async def transcribe(
        self, wav: Path, language: str, phrases: Sequence[str] = (), *, limit_s: float = 60.0
    ) -> Transcript:
        """What is said. Raises RecognitionError (RecognitionRefused: trying again is in vain)."""
        ...


class TextJobs(Protocol):
    """The jobs as they are kept (vmq.db.transcripts). Each method is one short transaction; raises StorageError."""

    async def claim(self, now: float, until: float) -> TextJob | None:
        """Take the newest job that is due, until the lease ends."""
        ...

    async def next_due(self) -> float | None:
        """When the next one is due; None when none waits."""
        ...

    async def same_sound(self, job: TextJob, language: str) -> Transcript | None:
        """What was heard in another copy of what this is a copy of."""
        ...

    async def done(self, job: TextJob, transcript: Transcript, now: float) -> bool:
        """Keep the text, and let those go out who waited for it; False when its message is gone."""
        ...

    async def failed(self, job: TextJob, due_at: float, error: str) -> None:
        """It is tried again at `due_at`."""
        ...

    async def given_up(self, job: TextJob, now: float, error: str, *, by_rule: bool = False) -> None:
        """There will be no text: after failures, or by rule. Those who waited for it go out."""
        ...


class House(Protocol):
    """What the house says of a job, asked anew for each: settings may change meanwhile."""

    def unwanted(self, job: TextJob) -> str:
        """Why there is to be no text; "" = it is wanted."""
        ...

    def language(self, mailbox: str) -> str:
        """What is spoken to a mailbox (`de`)."""
        ...

    def files(self, job: TextJob) -> Sequence[Path]:
        """Its recordings, in the order in which they are heard. Raises StorageError."""
        ...

    def told(self) -> None:
        """A text is there, or will never be: who waits for it may go on."""
        ...

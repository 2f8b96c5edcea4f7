"""What was said in a message, as a recogniser wrote it down, and the job of having it written down.

Comes in: a message's marks and what went wrong. Goes out: when it is tried again, and when no more. A job carries what
the work needs, so that it asks for no row of the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_ATTEMPTS = 4
"""Beginnings. One that the program did not live to end counts too: a recording may be what ended it."""
FIRST_WAIT_S = 30.0


class TextState(StrEnum):
    """Where a message's text is. `left_out` is by wish or rule, `dead` by failures; both until somebody asks again."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, from when to when it is heard (seconds from the beginning), and how sure the recogniser is (0 to 1)."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. An empty text: nobody speaks. `confidence` is from 0 to 1; `recogniser` says who heard it."""

    text: str
    language: str
    confidence: float = 0.0
    words: tuple[Word, ...] = ()
    recogniser: str = ""


@dataclass(frozen=True, slots=True)
class TextJob:
    """A message whose text is wanted. `attempts` counts beginnings; `ref` and `introduction` are its recordings."""

    message_id: str
    mailbox: str
    ref: str
    duration_s: float
    introduction: str = ""
    is_private: bool = False
    sending_id: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A message's text as it is kept. `error` says what went wrong at last, or why it was left out."""

    message_id: str
    mailbox: str
    state: TextState
    transcript: Transcript
    attempts: int = 0
    error: str = ""


def next_attempt(job: TextJob, now: float) -> float | None:
    """When a job that failed just now is tried again (epoch seconds); None when that was its last."""
    return None if job.attempts >= MAX_ATTEMPTS else now + FIRST_WAIT_S * 4.0 ** (job.attempts - 1)

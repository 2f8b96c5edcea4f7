"""What comes out of an earpiece in the stand-in: a sound from some place on, somebody's speech, or nothing more.

Told only when it changes, so that no clock has to mix anything: whoever listens (a telephone in the browser) plays it.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmq.lab.sounds import Sound
from vmq.lab.voices import Voice


@dataclass(frozen=True, slots=True)
class Playing:
    """A sound begins, `at_s` seconds into it; `voice` is what it is when it is in no file."""

    sound: Sound
    at_s: float = 0.0
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """Somebody says this now: samples as vmq.lab.voices has them."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Hush:
    """What played ends here."""


HUSH = Hush()
Audible = Playing | Speech | Hush

"""Makes the sound of one clip for the telephone: speech by a voice, a tone, or silence; 8 kHz, mono, 16 bit.

In: what is to be said, or samples of any rate. Out: a pydub segment, filtered, trimmed and levelled. Needs the extra
`prompts` (numpy and soxr).
"""

from __future__ import annotations

import math
from array import array
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray
from pydub import AudioSegment

from vmq.audio.levels import FADE_MS, RATE_HZ, SPEECH_DBFS, level, trim

Samples = NDArray[np.float32]

TONE_DBFS = SPEECH_DBFS

# Part of what a clip is made from: raise it when a change here changes sounds.
VERSION = "1"


class Synth(Protocol):
    """A voice."""

    name: str

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples in -1..1 and their rate. The same text gives the same samples."""
        ...


def speech(synth: Synth, text: str, speed: float) -> AudioSegment:
    """The text, spoken, at the set's level."""
    return level(trim(narrowband(*synth.speak(text, speed))))


def narrowband(samples: Samples, rate_hz: int) -> AudioSegment:
    """Samples at the telephone's rate, at nearly full level."""
    # pydub resamples without an anti-alias filter: hiss above 4 kHz would fold into the telephone band.
    narrow = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    # Levelled before it is cut to 16 bits, so that a quiet voice keeps its resolution.
    peak = float(np.max(np.abs(narrow), initial=0.0)) or 1.0
    return _segment(narrow / peak * 0.9)


def tone(hz: float, seconds: float) -> AudioSegment:
    """A sine with soft edges."""
    moments = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    amplitude = math.sqrt(2) * 10 ** (TONE_DBFS / 20)
    return _segment(amplitude * np.sin(2 * np.pi * hz * moments)).fade_in(FADE_MS).fade_out(FADE_MS)


def silence(seconds: float) -> AudioSegment:
    """Nothing."""
    return AudioSegment.silent(duration=round(seconds * 1000), frame_rate=RATE_HZ)


def _segment(samples: NDArray[np.floating]) -> AudioSegment:
    pcm = array("h", np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16).tolist())
    return AudioSegment(data=pcm.tobytes(), sample_width=2, frame_rate=RATE_HZ, channels=1)

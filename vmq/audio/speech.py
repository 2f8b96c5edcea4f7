"""Makes the sound of one clip for the telephone: speech by a voice, a tone, or silence; 8 kHz, mono, 16 bit.

In: what is to be said. Out: a pydub segment, filtered, trimmed and levelled. Needs the dependency group `tts`.
"""

from __future__ import annotations

import math
from array import array
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray
from pydub import AudioSegment
from pydub.silence import detect_leading_silence

RATE_HZ = 8000
SPEECH_DBFS = -19.0  # RMS: the middle of Asterisk's own English clips, which a caller hears beside ours
PEAK_DBFS = -1.0
TONE_DBFS = -19.0
# Below this it is silence: far under the quietest consonant, over the voice's own noise.
_SILENCE_DBFS = -50.0
_LEAD_MS = 30
_TAIL_MS = 60
_FADE_MS = 8

# Part of what a clip is made from: raise it when a change here changes sounds.
VERSION = "1"


class Synth(Protocol):
    """A voice."""

    name: str

    def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
        """Samples in -1..1 and their rate. The same text gives the same samples."""
        ...


class Hibari:
    """The voice "heart" of hibari-tts, which is inside its package (Apache-2.0)."""

    def __init__(self, voice: str) -> None:
        from importlib.metadata import version  # noqa: PLC0415 (the group `tts` may not be there)

        import hibari  # noqa: PLC0415

        self.name = f"hibari-tts {version('hibari-tts')}"
        self._engine = hibari.Hibari(voice=voice)

    def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
        """Samples at 24 kHz; a fixed seed makes the breath noise repeatable."""
        return self._engine(text, speed=speed, seed=0), self._engine.sample_rate


def speech(synth: Synth, text: str, speed: float) -> AudioSegment:
    """The text, spoken, at the set's level."""
    samples, rate_hz = synth.speak(text, speed)
    # pydub resamples without an anti-alias filter: hiss above 4 kHz would fold into the telephone band.
    narrow = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    # Levelled before it is cut to 16 bits, so that a quiet voice keeps its resolution.
    peak = float(np.max(np.abs(narrow), initial=0.0)) or 1.0
    return level(trim(_segment(narrow / peak * 0.9)))


def tone(hz: float, seconds: float) -> AudioSegment:
    """A sine with soft edges."""
    moments = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    amplitude = math.sqrt(2) * 10 ** (TONE_DBFS / 20)
    return _segment(amplitude * np.sin(2 * np.pi * hz * moments)).fade_in(_FADE_MS).fade_out(_FADE_MS)


def silence(seconds: float) -> AudioSegment:
    """Nothing."""
    return AudioSegment.silent(duration=round(seconds * 1000), frame_rate=RATE_HZ)


def trim(segment: AudioSegment) -> AudioSegment:
    """Without the silence at both ends, but for a breath of it, so that clips join evenly."""
    start = detect_leading_silence(segment, _SILENCE_DBFS, chunk_size=5)
    end = detect_leading_silence(segment.reverse(), _SILENCE_DBFS, chunk_size=5)
    cut = segment[max(0, start - _LEAD_MS) : len(segment) - max(0, end - _TAIL_MS)]
    return cut.fade_in(_FADE_MS).fade_out(_FADE_MS)


def level(segment: AudioSegment) -> AudioSegment:
    """At SPEECH_DBFS (RMS), or as near to it as its peaks allow."""
    return segment.apply_gain(min(SPEECH_DBFS - segment.dBFS, PEAK_DBFS - segment.max_dBFS))


def _segment(samples: NDArray[np.floating]) -> AudioSegment:
    pcm = array("h", np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16).tolist())
    return AudioSegment(data=pcm.tobytes(), sample_width=2, frame_rate=RATE_HZ, channels=1)

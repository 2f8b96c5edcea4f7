"""How loud a prompt is, and where it begins and ends: the same for what a voice, a studio or a telephone gave.

In and out: pydub segments of 8 kHz, mono, 16 bit. Needs nothing but pydub, so that it can be done in a call.
"""

from __future__ import annotations

from pydub import AudioSegment
from pydub.silence import detect_leading_silence

RATE_HZ = 8000
SPEECH_DBFS = -19.0  # RMS: the middle of Asterisk's own English clips, which a caller hears beside ours
PEAK_DBFS = -1.0
# Below this it is silence: far under the quietest consonant, over a voice's own noise.
SILENCE_DBFS = -50.0
FADE_MS = 8
_LEAD_MS = 30
_TAIL_MS = 60


def trim(segment: AudioSegment, silence_dbfs: float = SILENCE_DBFS) -> AudioSegment:
    """Without the silence at both ends, but for a breath of it, so that clips join evenly."""
    start = detect_leading_silence(segment, silence_dbfs, chunk_size=5)
    end = detect_leading_silence(segment.reverse(), silence_dbfs, chunk_size=5)
    cut = segment[max(0, start - _LEAD_MS) : len(segment) - max(0, end - _TAIL_MS)]
    return cut.fade_in(FADE_MS).fade_out(FADE_MS)


def level(segment: AudioSegment) -> AudioSegment:
    """At SPEECH_DBFS (RMS), or as near to it as its peaks allow."""
    return segment.apply_gain(min(SPEECH_DBFS - segment.dBFS, PEAK_DBFS - segment.max_dBFS))

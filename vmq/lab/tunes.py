"""The stand-in's music on hold, for who hears it as sound: a quiet tune of sines, nobody's work."""

from __future__ import annotations

import math
from array import array
from functools import cache

from vmq.lab.voices import RATE, Voice

_BEAT_S = 0.42
_HERTZ = {"d": 293.66, "e": 329.63, "g": 392.0, "a": 440.0, "b": 493.88, "D": 587.33, "E": 659.26, "-": 0.0}
_TUNE = "g-bDb-a-gaeg-d-eg-ab-DEDb-a-b-ge-g--"
_LOUDNESS = 5000


@cache
def hold_music() -> Voice:
    """Once around, to be played over and over."""
    samples = array("h")
    count = round(_BEAT_S * RATE)
    for note in _TUNE:
        step = 2 * math.pi * _HERTZ[note] / RATE
        samples.extend(round(_LOUDNESS * math.exp(-3 * n / count) * math.sin(step * n)) for n in range(count))
    return Voice(samples.tobytes(), is_endless=True)

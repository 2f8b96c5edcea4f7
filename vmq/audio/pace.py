"""Sound played faster, slower, louder or softer, at its own pitch: 16 bit mono samples in, the same out.

Speed is changed by WSOLA (Verhelst and Roelands 1993): short frames are taken from the sound at another distance than
they are put down at, each from where it fits best to the one before, and faded over into each other.
"""

from __future__ import annotations

import audioop
from array import array

RATE = 8000
_WIDTH = 2
_FADE = 80  # samples: 10 ms
_HOP = 160  # samples from frame to frame in what is made
_SEARCH = 80  # how many samples before and after its place a frame may be taken from: one period of a low voice


def at_pace(pcm: bytes, factor: float, gain_db: float) -> bytes:
    """The sound `factor` times as fast and `gain_db` louder; what gets too loud is clipped."""
    if factor != 1.0:
        pcm = _stretched(pcm, factor)
    return audioop.mul(pcm, _WIDTH, 10 ** (gain_db / 20)) if gain_db else pcm


def _stretched(pcm: bytes, factor: float) -> bytes:
    samples = array("h", pcm)
    made = array("h", samples[:_HOP])
    at, frames = 0, 1
    while True:
        place = round(frames * _HOP * factor)
        if place + _SEARCH + _HOP + _FADE > len(samples):
            break
        goes_on = samples[at + _HOP : at + _HOP + _FADE]
        at = _best(samples, max(0, place - _SEARCH), place + _SEARCH, goes_on)
        made += _faded(goes_on, samples[at : at + _FADE])
        made += samples[at + _FADE : at + _HOP]
        frames += 1
    return (made + samples[at + _HOP : at + _HOP + _FADE]).tobytes()


def _best(samples: array[int], low: int, high: int, wanted: array[int]) -> int:
    """From `low` to `high`, where the sound is most like `wanted`."""
    offset, _ = audioop.findfit(samples[low : high + len(wanted)].tobytes(), wanted.tobytes())
    return low + offset


def _faded(old: array[int], new: array[int]) -> array[int]:
    """From the one to the other."""
    length = len(old)
    return array("h", [(a * (length - n) + b * n) // length for n, (a, b) in enumerate(zip(old, new, strict=True))])

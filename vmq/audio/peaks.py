"""How loud a recording is along its length, for a picture of it.

In: samples of 8 kHz, 16 bit, one channel. Out: for each of so many equal parts, how far it swings, 0 to 100.
"""

from __future__ import annotations

import sys
from array import array
from itertools import pairwise

FULL = 32768
_EVERY = 4  # samples looked at in a long part: a picture shows no more


def peaks(samples: bytes, count: int) -> tuple[int, ...]:
    """`count` figures, or one a sample where there are fewer; none of silence without a length."""
    sound = array("h", samples[: len(samples) // 2 * 2])
    if sys.byteorder == "big":
        sound.byteswap()
    count = min(count, len(sound))
    edges = [len(sound) * at // count for at in range(count + 1)] if count else []
    return tuple(_swing(sound[begin:end]) for begin, end in pairwise(edges))


def _swing(part: array[int]) -> int:
    some = part[::_EVERY] if len(part) > _EVERY * 16 else part
    high, low = max(some), -min(some)
    return round(100 * max(high, low) / FULL)

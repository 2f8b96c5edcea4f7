"""WAV files as Asterisk leaves them: whole, or cut off in the middle of a recording."""

from __future__ import annotations

import struct
from pathlib import Path

BYTES_PER_S = 16_000  # 16 bit mono at 8 kHz


def write_wav(path: Path, seconds: float, *, is_whole: bool = True) -> None:
    """Write that much sound. A recording that is not whole has sizes of 0 in its head, as format_wav.c begins it."""
    sound = b"\x01\x02" * round(seconds * BYTES_PER_S / 2)
    size = len(sound) if is_whole else 0
    riff = struct.pack("<4sI4s", b"RIFF", size + 36 if is_whole else 0, b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, BYTES_PER_S, 2, 16)
    head = riff + form + struct.pack("<4sI", b"data", size)
    path.write_bytes(head + sound)

"""The head of a WAV file, as format_wav.c of Asterisk writes it: read its length, and mend it after a crash.

Asterisk writes the sizes into the head when it closes the file. A recording that was cut off by a crash has sizes of 0
and all its sound: the file's own size tells what they should be.
"""

from __future__ import annotations

import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vmq.errors import BrokenRecordingError, StorageError

_PLAIN = (1, 1, 8000, 16)  # PCM, channels, samples a second, bits a sample


@dataclass(frozen=True, slots=True)
class WavHead:
    """Where the sound is in a file, and how long it is. `is_broken` when the head says something else than the file,
    `is_plain` when the samples are as the store keeps them: 8 kHz, 16 bit, one channel."""

    data_at: int
    data_bytes: int
    bytes_per_s: int
    is_broken: bool
    is_plain: bool

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return self.data_bytes / self.bytes_per_s


def read_head(path: Path) -> WavHead:
    """Read the head. Raises StorageError for a file that can't be read, BrokenRecordingError for one that is no WAV."""
    try:
        with path.open("rb") as file:
            return _walk(file, path.stat().st_size)
    except OSError as error:
        raise StorageError(f"{path}: can't be read ({error.strerror})") from error
    except (struct.error, ValueError) as error:
        raise BrokenRecordingError(f"{path}: not a WAV recording ({error})") from error


def _walk(file: BinaryIO, size: int) -> WavHead:
    riff, riff_bytes, wave = struct.unpack("<4sI4s", file.read(12))
    if (riff, wave) != (b"RIFF", b"WAVE"):
        raise ValueError("no RIFF head")
    bytes_per_s, is_plain = 0, False
    while True:
        name, length = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            break
        chunk = file.read(length + length % 2)
        if name == b"fmt ":
            encoding, channels, rate, bytes_per_s, _, bits = struct.unpack_from("<HHIIHH", chunk)
            is_plain = (encoding, channels, rate, bits) == _PLAIN
    if not bytes_per_s:
        raise ValueError("no format")
    data_at = file.tell()
    real = size - data_at
    is_broken = length > real or (length == 0 and real > 0) or riff_bytes + 8 > size
    return WavHead(data_at, real if is_broken else length, bytes_per_s, is_broken, is_plain)


def mend(path: Path, head: WavHead) -> None:
    """Give a cut-off recording the right sizes. A new file takes its place: the old one may be another user's."""
    mended = path.with_suffix(".mended")
    with path.open("rb") as old, mended.open("wb") as new:
        start = bytearray(old.read(head.data_at))
        struct.pack_into("<I", start, 4, head.data_at + head.data_bytes - 8)
        struct.pack_into("<I", start, head.data_at - 4, head.data_bytes)
        new.write(start)
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())
    mended.replace(path)

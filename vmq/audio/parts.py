"""A recording and the part that is made of it: joined crash-safe, and how the part's file is named.

`part<sample>-<name>.wav` beside `<name>.wav` is to take the place of all from that sample on. Joining writes a new
file, puts it in the recording's place and removes the part. Broken off anywhere and done again, it does the same: the
recording is cut at the same sample.
"""

from __future__ import annotations

import os
import re
import wave
from collections.abc import Iterator
from glob import escape
from pathlib import Path

import structlog

from vmq.audio.wav import WavHead, read_head
from vmq.errors import BrokenRecordingError

log = structlog.get_logger(__name__)

HEAD_BYTES = 44  # of a WAV file; what is no longer than that holds no sound
RATE = 8000
_WIDTH = 2
_PART = re.compile(r"part(\d+)-")


def part_name(path: Path, from_s: float) -> str:
    """The stem of the part of a recording that begins at `from_s`, at most at its end."""
    length_s = head.duration_s if (head := _head(path)) else 0.0
    return f"part{round(min(from_s, length_s) * RATE)}-{path.stem}"


def parts_of(path: Path) -> Iterator[Path]:
    """The parts that were made of a recording and not joined; there is one at most."""
    yield from sorted(path.parent.glob(f"part*-{escape(path.name)}"))


def join(path: Path) -> None:
    """Join what is to be joined. Raises OSError; then the recording and its part are as they were."""
    for part in parts_of(path):
        cut = _PART.match(part.name)
        try:
            sound = sound_of(part)
        except BrokenRecordingError as error:
            log.error("part_dropped", file=str(part), error=str(error))
            sound = b""
        if cut and sound:
            write_sound(path, sound_of(path)[: int(cut[1]) * _WIDTH] + sound)
        part.unlink(missing_ok=True)


def sound_of(path: Path) -> bytes:
    """The samples of a WAV file; none where there is no file. Raises StorageError for what is no WAV."""
    head = _head(path)
    if head is None:
        return b""
    with path.open("rb") as file:
        file.seek(head.data_at)
        return file.read(head.data_bytes)


def write_sound(path: Path, pcm: bytes) -> None:
    """A WAV file of these samples, whole and durable before it takes the place of an older one. Raises OSError."""
    whole = path.with_suffix(".whole")
    try:
        with whole.open("wb") as raw:
            with wave.open(raw, "wb") as file:
                file.setparams((1, _WIDTH, RATE, 0, "NONE", ""))
                file.writeframes(pcm)
            raw.flush()
            os.fsync(raw.fileno())
    except OSError:
        whole.unlink(missing_ok=True)
        raise
    whole.replace(path)


def _head(path: Path) -> WavHead | None:
    """The head of a file that holds sound."""
    return read_head(path) if path.exists() and path.stat().st_size > HEAD_BYTES else None

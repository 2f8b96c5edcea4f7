"""A recording and the part that is made of it: joined crash-safe.

`part-<name>.wav` beside `<name>.wav` is to take the place of all that comes after a sample, which `<name>.cut` tells.
Joining writes a new file, puts it in the recording's place and removes the two others. Broken off anywhere and done
again, it does the same: the recording is cut at the same sample.
"""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import structlog

from vmq.audio.wav import WavHead, read_head
from vmq.errors import BrokenRecordingError

HEAD_BYTES = 44  # of a WAV file; what is no longer than that holds no sound
RATE = 8000
_WIDTH = 2

log = structlog.get_logger(__name__)


def begin_part(path: Path, from_s: float) -> str:
    """Make ready for a part of a recording that begins at `from_s`, at most at its end; gives the name of its file
    without ending. An older part is joined first. Raises OSError."""
    join(path)
    drop_part(path)
    head = _head(path)
    samples = round(min(from_s, head.duration_s if head else 0.0) * RATE)
    with _whole(path.with_suffix(".cut")) as file:
        file.write(str(samples).encode())
    return _part(path).stem


def join(path: Path) -> None:
    """Join what is to be joined. Raises OSError; then the recording and its part are as they were."""
    cut, part = path.with_suffix(".cut"), _part(path)
    if not cut.exists():
        return
    try:
        sound = sound_of(part)
    except BrokenRecordingError as error:
        log.error("part_dropped", file=str(part), error=str(error))
        sound = b""
    if sound:
        write_sound(path, sound_of(path)[: int(cut.read_text()) * _WIDTH] + sound)
    drop_part(path)


def drop_part(path: Path) -> None:
    """Throw away what was not joined. The part goes first: without it the other means nothing."""
    _part(path).unlink(missing_ok=True)
    path.with_suffix(".cut").unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f"part-{path.name}")


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
    with _whole(path) as raw, wave.open(raw, "wb") as file:
        file.setparams((1, _WIDTH, RATE, 0, "NONE", ""))
        file.writeframes(pcm)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of an older one when all is on the disk."""
    whole = path.with_suffix(f"{path.suffix}.whole")
    try:
        with whole.open("wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
    except OSError:
        whole.unlink(missing_ok=True)
        raise
    whole.replace(path)


def _head(path: Path) -> WavHead | None:
    """The head of a file that holds sound."""
    return read_head(path) if path.exists() and path.stat().st_size > HEAD_BYTES else None

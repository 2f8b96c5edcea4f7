"""A recording as a file for the outside: WAV as it is, MP3 or Opus (in Ogg) where `vmq[formats]` is installed.

Everything here takes its time, and is meant for a thread.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from vmq.audio.parts import sound_of, write_sound
from vmq.errors import BrokenRecordingError, StorageError

MEDIA_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "opus": "audio/ogg"}
SUFFIXES = {"wav": ".wav", "mp3": ".mp3", "opus": ".opus"}
_CODECS = {"mp3": ("MP3", "MPEG_LAYER_III"), "opus": ("OGG", "OPUS")}
_BLOCK = 8000 * 60  # frames that are in memory at once


def can_make(form: str) -> bool:
    """True for a format that this installation can make."""
    return form == "wav" or (form in _CODECS and find_spec("soundfile") is not None)


@contextmanager
def as_one(paths: Sequence[Path]) -> Iterator[Path]:
    """Several recordings as one file, one after the other; a single one as it is. Raises StorageError."""
    if len(paths) == 1:
        yield paths[0]
        return
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.wav"
        write_sound(whole, b"".join(sound_of(path) for path in paths))
        yield whole


def encoded(path: Path, form: str) -> bytes:
    """The recording in a format that `can_make`. Raises StorageError, BrokenRecordingError for what is no sound."""
    try:
        return path.read_bytes() if form == "wav" else _compressed(path, form)
    except OSError as error:
        raise StorageError(f"{path}: can't be read ({error.strerror or error})") from error
    except (wave.Error, EOFError) as error:
        raise BrokenRecordingError(f"{path}: not a WAV recording ({error})") from error


def _compressed(path: Path, form: str) -> bytes:
    import soundfile  # noqa: PLC0415  an extra

    container, codec = _CODECS[form]
    made = io.BytesIO()
    with wave.open(str(path), "rb") as sound:
        shape = {"samplerate": sound.getframerate(), "channels": sound.getnchannels()}
        try:
            with soundfile.SoundFile(made, "w", format=container, subtype=codec, **shape) as out:
                while block := sound.readframes(_BLOCK):
                    out.buffer_write(block, "int16")
        except soundfile.SoundFileError as error:
            raise BrokenRecordingError(f"{path}: can't be made {form} ({error})") from error
    return made.getvalue()

"""A sound file of another program as what the store keeps: samples of 8 kHz, 16 bit, one channel.

Asterisk's plain formats are read here (formats/*.c: ulaw and alaw are bare samples, sln 16 bit ones, wav what RIFF
says); all others by ffmpeg, where it is installed.
"""

from __future__ import annotations

import audioop
import shutil
import subprocess
from pathlib import Path

from vmq.audio.parts import RATE, sound_of
from vmq.audio.wav import read_head
from vmq.errors import BrokenRecordingError

FFMPEG_TIMEOUT_S = 120.0
_WIDTH = 2
#: What ffmpeg must be told of formats that have no head: its name for the format, and options.
_HEADLESS = {"g722": ("-f", "g722"), "gsm": ("-f", "gsm")}


def samples_of(path: Path) -> bytes:
    """The samples. Raises BrokenRecordingError for what holds no sound, OSError for what can't be read."""
    kind = path.suffix.removeprefix(".")
    match kind:
        case "ulaw":
            return _some(path, audioop.ulaw2lin(path.read_bytes(), _WIDTH))
        case "alaw":
            return _some(path, audioop.alaw2lin(path.read_bytes(), _WIDTH))
        case "sln":
            return _some(path, _even(path.read_bytes()))
        case "wav" | "wav16" if (plain := _plain_wav(path)) is not None:
            return _some(path, plain)
        case _:
            return _some(path, _by_ffmpeg(path, _HEADLESS.get(kind, ())))


def _plain_wav(path: Path) -> bytes | None:
    """The samples of a WAV file that is as the store wants it, also when it was cut off; None when it isn't."""
    try:
        is_plain = read_head(path).is_plain
    except BrokenRecordingError:
        return None
    return _even(sound_of(path)) if is_plain else None


def _by_ffmpeg(path: Path, options: tuple[str, ...]) -> bytes:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise BrokenRecordingError(f"{path}: only ffmpeg can read this; install it")
    if path.suffix == ".sln16":
        options = ("-f", "s16le", "-ar", "16000", "-ac", "1")
    command = [ffmpeg, "-v", "error", "-nostdin", *options, "-i", f"file:{path}"]
    try:
        done = subprocess.run(
            [*command, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"],
            capture_output=True,
            timeout=FFMPEG_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BrokenRecordingError(f"{path}: ffmpeg took more than {FFMPEG_TIMEOUT_S:g} s") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BrokenRecordingError(f"{path}: {said[-1] if said else 'ffmpeg can make nothing of it'}")
    return _even(done.stdout)


def _even(samples: bytes) -> bytes:
    return samples[: len(samples) - len(samples) % _WIDTH]


def _some(path: Path, samples: bytes) -> bytes:
    if not samples:
        raise BrokenRecordingError(f"{path}: holds no sound")
    return samples

"""Audio of the stand-in: what a telephone says into a recording, and how long a file plays.

Everything is 8 kHz, 16 bit, one channel, as on a telephone line.
"""

from __future__ import annotations

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vmq.lab.events import LabError

RATE = 8000
WIDTH = 2


class Spoken(Protocol):
    """What somebody says into a recording, from when it began."""

    @property
    def length_s(self) -> float:
        """How long he speaks; infinite when he never ends."""
        ...

    def take(self, seconds: float) -> bytes:
        """The first `seconds` of it as samples, with silence where nothing is said."""
        ...


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody says: `pcm` once from its start, or over and over when it `is_endless`."""

    pcm: bytes = b""
    is_endless: bool = False

    @classmethod
    def tone(cls, hertz: float = 440.0, seconds: float = 1.0, is_endless: bool = False) -> Voice:
        """A sine at a third of full scale."""
        samples = (int(10_000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(int(seconds * RATE)))
        return cls(array("h", samples).tobytes(), is_endless)

    @classmethod
    def from_wav(cls, path: Path) -> Voice:
        """A WAV file of 8 kHz, 16 bit, one channel. Raises LabError for any other."""
        try:
            with wave.open(str(path)) as file:
                form = (file.getframerate(), file.getsampwidth(), file.getnchannels())
                pcm = file.readframes(file.getnframes())
        except (OSError, wave.Error, EOFError) as error:
            raise LabError(f"{path}: can't be read as a WAV file: {error}") from error
        if form != (RATE, WIDTH, 1):
            raise LabError(f"{path}: has {form[0]} Hz, {form[1] * 8} bit, {form[2]} channels; needs 8000 Hz, 16 bit, 1")
        return cls(pcm)

    @property
    def length_s(self) -> float:
        """How long it lasts; infinite when it is endless."""
        return math.inf if self.is_endless and self.pcm else len(self.pcm) / (RATE * WIDTH)

    def take(self, seconds: float) -> bytes:
        """The first `seconds` of it as samples, with silence after its end."""
        size = round(seconds * RATE) * WIDTH
        if self.is_endless and self.pcm:
            return (self.pcm * (size // len(self.pcm) + 1))[:size]
        return self.pcm[:size].ljust(size, b"\0")


SILENCE = Voice()


class Tape:
    """A talk that is recorded into a WAV file: what is said, in its order, and silence for as long as it is muted.

    The file is there from the beginning, and whole once the tape is closed.
    """

    def __init__(self, path: Path) -> None:
        self.is_muted = False
        self._path = path
        self._pcm = bytearray()
        write_wav(path, b"")

    def take(self, pcm: bytes) -> None:
        """This was said."""
        self._pcm += bytes(len(pcm)) if self.is_muted else pcm

    def close(self) -> None:
        """It is over."""
        write_wav(self._path, bytes(self._pcm))


def write_wav(path: Path, pcm: bytes, offset: int = 0) -> int:
    """Write samples to `path`, after the first `offset` samples of what is there. Returns the samples now in it."""
    kept = Voice.from_wav(path).pcm[: offset * WIDTH] if offset and path.exists() else b""
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH)
        file.setframerate(RATE)
        file.writeframes(kept + pcm)
    return len(kept + pcm) // WIDTH


def wav_length_s(path: Path) -> float | None:
    """How long a WAV file plays, or None when it is not one."""
    try:
        with wave.open(str(path)) as file:
            return float(file.getnframes() / file.getframerate())
    except (OSError, wave.Error, EOFError):
        return None

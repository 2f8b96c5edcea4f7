"""The voices that prompt sets are made with, by the names that a catalogue's `engine` and `voice` give.

In: engine and voice. Out: a `Synth`, or ConfigError that says what to install. Each engine is loaded when it is asked
for. All of them give the same samples for the same text, and their sounds may be given away (docs/prompts.md).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import subprocess
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from vmq.audio.kokoro import Kokoro
from vmq.audio.speech import Samples, Synth
from vmq.errors import ConfigError

_UNREADABLE = str.maketrans("", "", "«»")  # festvox-ru comes to grief at these


class Hibari:
    """The voice "heart" of hibari-tts, which is inside its package (Apache-2.0)."""

    def __init__(self, voice: str) -> None:
        hibari = importlib.import_module("hibari")
        self.name = f"hibari-tts {importlib.metadata.version('hibari-tts')}"
        self._engine = hibari.Hibari(voice=voice)

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples at 24 kHz; a fixed seed makes the breath noise repeatable."""
        return self._engine(text, speed=speed, seed=0), self._engine.sample_rate


class Pico:
    """SVOX Pico (Apache-2.0), whose voices de-DE, en-GB, en-US, es-ES, fr-FR and it-IT are inside py-nanotts."""

    RATE_HZ = 16000

    def __init__(self, voice: str) -> None:
        self.name = f"svox pico, py-nanotts {importlib.metadata.version('py-nanotts')}"
        self._engine = importlib.import_module("py_nanotts").NanoTTS()
        self._voice = voice

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples at 16 kHz."""
        data = self._engine.speak(text, voice=self._voice, speed=speed)
        return _unit(np.frombuffer(data, np.int16)), self.RATE_HZ


class Festival:
    """A voice of Festival, by its program text2wave: for Russian `msu_ru_nsh_clunits` of festvox-ru (BSD-like)."""

    def __init__(self, voice: str) -> None:
        said = _run(["festival", "--version"], b"").decode()
        self.name = f"festival {said.split(':')[2].split()[0]}"
        self._voice = voice

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples at the voice's own rate. A voice that is cut from recordings has its own speed."""
        del speed
        return _spoken(["text2wave", "-eval", f"(voice_{self._voice})", "-o"], text.translate(_UNREADABLE))


class Espeak:
    """espeak-ng, which speaks a hundred languages, all of them like a robot (GPL; its sounds are free to use)."""

    def __init__(self, voice: str) -> None:
        said = _run(["espeak-ng", "--version"], b"").decode()
        self.name = f"espeak-ng {said.partition(':')[2].split()[0]}"
        self._voice = voice

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples at 22.05 kHz. `speed` 1 is 150 words a minute."""
        return _spoken(["espeak-ng", "-v", self._voice, "-s", str(round(150 * speed)), "--stdin", "-w"], text)


ENGINES: Mapping[str, tuple[Callable[[str], Synth], str]] = {
    "hibari": (Hibari, "pip install --group tts"),
    "kokoro": (Kokoro, "pip install --group tts"),
    "pico": (Pico, "pip install --group tts"),
    "festival": (Festival, "apt-get install festival festvox-ru"),
    "espeak": (Espeak, "apt-get install espeak-ng"),
}
"""Engines by name: how to load one, and how to install it."""


def open_voice(engine: str, voice: str) -> Synth:
    """The voice. Raises ConfigError for an engine that is not known or not here."""
    if not engine:
        raise ConfigError(
            "set.engine: is empty, so people record this set: use `vmq prompts import`, or name an engine"
        )
    if engine not in ENGINES:
        raise ConfigError(f"set.engine: {engine!r} is not known; write one of {', '.join(ENGINES)}")
    load, advice = ENGINES[engine]
    try:
        return load(voice)
    except (ImportError, importlib.metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise ConfigError(f"the voice {engine} {voice} is not installed ({error}); {advice}") from None


def _run(command: list[str], given: bytes) -> bytes:
    """What a program writes. Raises FileNotFoundError when it is not here, ConfigError when it fails."""
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=300)
    if done.returncode:
        raise ConfigError(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout


def _spoken(command: list[str], text: str) -> tuple[Samples, int]:
    """What a program says that reads text and writes a WAV file, whose name is added to the command.

    Not by a pipe: there the lengths in the file's head stay unwritten.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "spoken.wav"
        _run([*command, str(file)], text.encode())
        try:
            with wave.open(str(file)) as sound:
                return _unit(np.frombuffer(sound.readframes(sound.getnframes()), np.int16)), sound.getframerate()
        except (OSError, EOFError, wave.Error) as error:
            raise ConfigError(f"{command[0]} can't say {text!r} ({error}); write it otherwise, as `spoken`") from None


def _unit(samples: NDArray[np.int16]) -> Samples:
    """16-bit samples in -1..1."""
    return (samples / 32768).astype(np.float32)

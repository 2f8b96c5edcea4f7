"""A recogniser for tests: it knows the voices of tests.support.call_world, each by the word that it stands for.

`ENGINE` is for a process of its own (`transcription.recogniser = "tests.support.recogniser:ENGINE"`). The voice
"poison" ends that process, as a fault in native code does; "stuck" holds it up for ever; "broken" can't be understood.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.live import audio
from tests.support.call_world import VOICE_S, voice
from vmq.domain.transcript import Transcript, Word
from vmq.errors import RecognitionError
from vmq.recognition.ports import Options

NAME = "tests.support.recogniser:ENGINE"
HOLD = "VMQ_TEST_HOLD"
KNOWN = ("hello", "goodbye", "invoice", "zebra", "nonsense", "poison", "stuck", "broken")
_ALIKE = 0.5


class VoiceRecogniser:
    """Implements vmq.recognition.ports.Recogniser."""

    name = "voices of tests"

    def hears(self, language: str) -> bool:
        """English alone."""
        return language == "en"

    def transcribe(self, wav: Path, language: str, phrases: Sequence[str] = ()) -> Transcript:
        """The words whose voices are in the file, in their order."""
        _hold()
        heard = audio.read_wav(wav)
        found = [(at_s, word) for word in (*phrases, *KNOWN) if (at_s := place_s(heard, word)) is not None]
        words = [Word(word, round(at_s, 2), round(at_s + VOICE_S, 2), 0.9) for at_s, word in sorted(found)]
        said = {word.text for word in words}
        if "poison" in said:
            os._exit(3)
        if "stuck" in said:
            time.sleep(3600)
        if "broken" in said:
            raise RecognitionError("it can't be understood")
        text = " ".join(word.text for word in words)
        return Transcript(text, language, 0.9 if words else 0.0, tuple(words), self.name)


class VoiceEngine:
    """Implements vmq.recognition.ports.Engine."""

    def missing(self, options: Options) -> str:
        """Nothing."""
        del options
        return ""

    def open(self, options: Options) -> VoiceRecogniser:
        """It has no model."""
        del options
        return VoiceRecogniser()


@dataclass
class InProcess:
    """Implements vmq.recognition.ports.Hearing without a process; `failures` are raised first, in their order."""

    failures: list[Exception]
    heard: list[Path]

    async def transcribe(
        self, wav: Path, language: str, phrases: Sequence[str] = (), *, limit_s: float = 60.0
    ) -> Transcript:
        """At once."""
        del limit_s
        self.heard.append(wav)
        if self.failures:
            raise self.failures.pop(0)
        return replace(VoiceRecogniser().transcribe(wav, language, phrases), recogniser="fake")


def _hold() -> None:
    """Wait for as long as the file is there that the environment names, and leave a mark that this was begun."""
    hold = Path(os.environ.get(HOLD, ""))
    while hold.is_file():
        hold.with_suffix(f".{os.getpid()}").touch()
        time.sleep(0.02)


def place_s(heard: audio.Signal, word: str) -> float | None:
    """Where in a signal a word's voice begins; None when it is not there."""
    reference = voice(word.replace(" ", "_"))
    if len(heard) < len(reference) or audio.likeness(reference, heard) < _ALIKE:
        return None
    products = np.correlate(heard, reference, mode="valid")
    return float(np.argmax(np.abs(products))) / audio.RATE_HZ


def speech(path: Path, *words: str, gap_s: float = 0.3) -> Path:
    """A file in which these voices speak, one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    gap = np.zeros(round(gap_s * audio.RATE_HZ))
    parts = [part for word in words for part in (gap, voice(word))]
    return audio.write_wav(path, np.concatenate([*parts, gap]))


ENGINE = VoiceEngine()

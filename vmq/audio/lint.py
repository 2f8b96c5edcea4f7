"""Looks for mistakes in a prompt set: what a caller would hear as a gap, a jump in level or a wrong word.

In: a set's folder. Out: findings, one a mistake, each with the clip and what to do. Reads every clip; plays none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pydub import AudioSegment
from pydub.exceptions import CouldntDecodeError

from vmq.audio.catalogue import Catalogue, CatalogueClip, read_catalogue

RATE_HZ = 8000
# RMS of speech; Asterisk's own English clips lie between -25 and -16.
LEVEL_DBFS = (-26.0, -15.0)
SILENT_DBFS = -60.0
CLIPPED_DBFS = -0.1
# How long speech can take: a fast and a slow speaker, in seconds a letter, around a shortest and a longest single word.
LETTER_S = (0.035, 0.13)
WORD_S = (0.12, 1.1)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake in a clip of a set."""

    file: Path
    clip_id: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.clip_id}: {self.text}"


def lint(folder: Path) -> list[Finding]:
    """Every mistake of the set in `folder`. Raises ConfigError when its catalogue can't be read."""
    catalogue = read_catalogue(folder)
    found = [
        Finding(catalogue.file(clip.id), clip.id, text)
        for clip in catalogue.clips.values()
        for text in _check(catalogue, clip)
    ]
    known = {catalogue.file(clip_id) for clip_id in catalogue.clips}
    for file in sorted(set(folder.rglob("*.wav")) - known):
        clip_id = str(file.relative_to(folder).with_suffix(""))
        found.append(Finding(file, clip_id, "is not in the catalogue; add it there or delete the file"))
    return found


def _check(catalogue: Catalogue, clip: CatalogueClip) -> Iterator[str]:
    file = catalogue.file(clip.id)
    if not file.is_file():
        yield "the file is missing; build the set, or record it"
        return
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != clip.sha256:
        yield "the file is not the one the catalogue names (sha256); build the set, or give the clip a voice of its own"
    try:
        sound = AudioSegment.from_wav(BytesIO(data))
    except (CouldntDecodeError, EOFError, OSError, ValueError):
        yield "is not a WAV file; build the set"
        return
    if (sound.frame_rate, sound.channels, sound.sample_width) != (RATE_HZ, 1, 2):
        shape = f"{sound.frame_rate} Hz, {sound.channels} channels, {8 * sound.sample_width} bit"
        yield f"is {shape}; Asterisk needs 8000 Hz, 1 channel, 16 bit"
    yield from check_sound(sound, clip)


def check_sound(sound: AudioSegment, clip: CatalogueClip) -> Iterator[str]:
    """Mistakes of a sound as such: its level, and its length for its words."""
    if not clip.silence_s:
        yield from _check_level(sound)
    if clip.is_speech:
        yield from _check_length(sound.duration_seconds, clip.text)


def _check_level(sound: AudioSegment) -> Iterator[str]:
    low, high = LEVEL_DBFS
    if sound.dBFS < SILENT_DBFS:
        yield "is silent; record it or build it again"
    elif not low <= sound.dBFS <= high:
        yield f"has a level of {sound.dBFS:.1f} dBFS; bring it between {low:.0f} and {high:.0f}"
    if sound.max_dBFS > CLIPPED_DBFS:
        yield f"is clipped (peak {sound.max_dBFS:.1f} dBFS); record it with less gain"


def _check_length(seconds: float, text: str) -> Iterator[str]:
    letters = sum(character.isalnum() for character in text)
    if not letters:
        yield "has no text; write what it says"
        return
    shortest = max(WORD_S[0], letters * LETTER_S[0])
    longest = WORD_S[1] + letters * LETTER_S[1]
    if not shortest <= seconds <= longest:
        yield f"lasts {seconds:.2f} s, but its text takes {shortest:.2f} to {longest:.2f} s; is it the right recording?"

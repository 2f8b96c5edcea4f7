"""Brings a studio take into a prompt set: cut, levelled, trimmed, written down; doubtful clips are put aside.

In: the take as a WAV file of any rate, and the sheet's rows in the order they were read. Out: what became of each row.
Needs the extra `prompts` (numpy and soxr).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pydub import AudioSegment
from pydub.exceptions import CouldntDecodeError

from vmq.audio.catalogue import Catalogue, read_catalogue
from vmq.audio.catalogue_edit import set_clip
from vmq.audio.levels import level, trim
from vmq.audio.lint import check_sound
from vmq.audio.sheet import Row
from vmq.audio.speech import narrowband
from vmq.audio.take import Match, Samples, cut, sound_of
from vmq.audio.takes import Imported, TakeReport, Terms
from vmq.errors import ConfigError

_NOISE_DBFS = -45.0  # a studio's room, after levelling
MIN_RATE_HZ = 8000


def import_take(folder: Path, take: Path, rows: Sequence[Row], terms: Terms, gap_s: float) -> TakeReport:
    """Cut a take and put its clips into the set in `folder`, those in doubt aside.

    Raises ConfigError for a take or catalogue that can't be read, and for a row that the set does not have.
    """
    catalogue = read_catalogue(folder)
    for row in rows:
        if row.id not in catalogue.clips:
            raise ConfigError(f"{folder}: has no clip {row.id!r} (line {row.number} of the sheet); make the sheet anew")
    samples, rate_hz = read_take(take)
    found = cut(samples, rate_hz, rows, gap_s)
    imported = [_import(catalogue, match, samples, rate_hz, terms) for match in found.matches]
    return TakeReport(imported, [(round(piece.start_s, 1), round(piece.end_s, 1)) for piece in found.left_over])


def read_take(file: Path) -> tuple[Samples, int]:
    """A WAV file as mono samples in -1..1, and its rate. Raises ConfigError."""
    try:
        sound: Any = AudioSegment.from_wav(BytesIO(file.read_bytes()))
    except (CouldntDecodeError, OSError, EOFError, ValueError) as error:
        raise ConfigError(f"{file}: is not a WAV file that can be read ({error}); save the take as PCM WAV") from None
    if sound.frame_rate < MIN_RATE_HZ:
        raise ConfigError(f"{file}: has {sound.frame_rate} Hz; record at 48000 Hz, or {MIN_RATE_HZ} at least")
    samples = np.array(sound.get_array_of_samples(), np.float32).reshape(-1, sound.channels).mean(axis=1)
    return samples / float(1 << (8 * sound.sample_width - 1)), int(sound.frame_rate)


def _import(catalogue: Catalogue, match: Match, samples: Samples, rate_hz: int, terms: Terms) -> Imported:
    if match.piece is None:
        return Imported(match.row, None, match.doubts)
    clip = catalogue.clips[match.row.id]
    sound = trim(level(narrowband(sound_of(match.piece, samples, rate_hz), rate_hz)), _NOISE_DBFS)
    doubts = (*match.doubts, *check_sound(sound, clip))
    if doubts and not terms.takes_all:
        name = f"{match.row.number:03d}-{clip.id.replace('/', '-')}.wav"
        return Imported(match.row, _write(sound, terms.aside / name), doubts)
    file = _write(sound, catalogue.file(clip.id))
    facts = {"text": clip.text, "note": clip.note, "voice": terms.voice, "licence": terms.licence}
    set_clip(catalogue.folder, clip.id, {name: fact for name, fact in facts.items() if fact})
    return Imported(match.row, file, doubts)


def _write(sound: AudioSegment, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    sound.export(file, format="wav").close()
    return file

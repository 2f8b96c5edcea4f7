"""Builds a prompt set: makes what its catalogue asks for and has not got, and writes back what came out.

    python -m vmq.audio.build prompts/en-house           make what is missing or whose text, voice or engine changed
    python -m vmq.audio.build --check prompts/en-house   only look for mistakes; exit code 1 when there are any

The same catalogue gives the same bytes again. Needs the dependency group `tts` (not for --check).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import tomlkit
from pydub import AudioSegment

from vmq.audio.catalogue import CATALOGUE, Catalogue, CatalogueClip, read_catalogue
from vmq.audio.lint import lint
from vmq.errors import ConfigError, VmqError

if TYPE_CHECKING:
    from vmq.audio.speech import Synth


def build(folder: Path, synth: Synth) -> list[str]:
    """Make the clips that need it, write their facts into the catalogue, delete no file. Returns the ids made.

    Raises ConfigError for a broken catalogue.
    """
    catalogue = read_catalogue(folder)
    made: dict[str, str] = {}
    for clip in catalogue.clips.values():
        mark = "" if clip.voice else _mark(catalogue, clip, synth.name)
        if mark and not _is_as_built(catalogue, clip, mark):
            file = catalogue.file(clip.id)
            file.parent.mkdir(parents=True, exist_ok=True)
            _sound(catalogue, clip, synth).export(file, format="wav").close()
            made[clip.id] = mark
    _write_back(catalogue, made)
    return list(made)


def _mark(catalogue: Catalogue, clip: CatalogueClip, engine: str) -> str:
    """A short hash of everything that decides how a clip sounds."""
    from vmq.audio.speech import VERSION  # noqa: PLC0415 (the group `tts` may not be there)

    if clip.tone_s or clip.silence_s:
        parts = [VERSION, str(clip.tone_hz), str(clip.tone_s), str(clip.silence_s)]
    else:
        parts = [VERSION, engine, catalogue.voice, str(catalogue.speed), clip.spoken or clip.text]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _is_as_built(catalogue: Catalogue, clip: CatalogueClip, mark: str) -> bool:
    file = catalogue.file(clip.id)
    return clip.made_from == mark and file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == clip.sha256


def _sound(catalogue: Catalogue, clip: CatalogueClip, synth: Synth) -> AudioSegment:
    from vmq.audio import speech  # noqa: PLC0415

    if clip.tone_s:
        return speech.tone(clip.tone_hz, clip.tone_s)
    if clip.silence_s:
        return speech.silence(clip.silence_s)
    return speech.speech(synth, clip.spoken or clip.text, catalogue.speed)


def _write_back(catalogue: Catalogue, made: dict[str, str]) -> None:
    """Write duration, hash and mark of each clip that has a file; order, comments and texts stay as they are."""
    path = catalogue.folder / CATALOGUE
    before = path.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    entries = document["clip"]
    for clip_id in catalogue.clips:
        file = catalogue.file(clip_id)
        if not file.is_file():
            continue
        entry = dict(entries[clip_id])
        data = file.read_bytes()
        seconds = AudioSegment.from_wav(BytesIO(data)).duration_seconds
        facts = {"duration_s": round(seconds, 2), "sha256": hashlib.sha256(data).hexdigest()}
        if clip_id in made:
            facts["made_from"] = made[clip_id]
        if entry != entry | facts:
            # A new inline table, since one that is added to is left without blanks after its commas.
            line = tomlkit.inline_table()
            line.update(entry | facts)
            entries[clip_id] = line
    after = tomlkit.dumps(document)
    if after != before:
        path.write_text(after, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vmq.audio.build", description="Builds a prompt set.")
    parser.add_argument("folder", type=Path, help="the set, e.g. prompts/en-house")
    parser.add_argument("--check", action="store_true", help="make nothing, only look for mistakes")
    options = parser.parse_args(arguments)
    try:
        made = [] if options.check else build(options.folder, _voice_of(options.folder))
        findings = lint(options.folder)
    except VmqError as error:
        return _say([str(error)], exit_code=2)
    _say([f"made {clip_id}" for clip_id in made], exit_code=0)
    return _say([str(finding) for finding in findings], exit_code=1 if findings else 0)


def _voice_of(folder: Path) -> Synth:
    catalogue = read_catalogue(folder)
    if catalogue.engine != "hibari":
        raise ConfigError(f"{folder / CATALOGUE}: engine: {catalogue.engine!r} is not known; write 'hibari'")
    try:
        from vmq.audio.speech import Hibari  # noqa: PLC0415

        return Hibari(catalogue.voice)
    except ImportError as error:
        raise ConfigError(f"{error.name} is not installed; to build sets: pip install --group tts") from None


def _say(lines: Iterable[str], exit_code: int) -> int:
    for text in lines:
        sys.stdout.write(f"{text}\n")
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

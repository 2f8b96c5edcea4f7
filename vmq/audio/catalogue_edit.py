"""Writes into a prompt set's catalog.toml: new clips, and what is known of their sounds. Comments and order stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import tomlkit
from pydub import AudioSegment
from tomlkit.items import Item

from vmq.audio.catalogue import CATALOGUE, Catalogue, read_catalogue
from vmq.errors import ConfigError

Facts = Mapping[str, str | float]


def write_facts(catalogue: Catalogue, facts: Mapping[str, Facts] | None = None) -> None:
    """Write duration and hash of each clip that has a file, and further `facts` of some; a fact of "" is taken out."""
    path = catalogue.folder / CATALOGUE
    before = path.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    entries = document["clip"]
    for clip_id in catalogue.clips:
        file = catalogue.file(clip_id)
        if not file.is_file():
            continue
        old = dict(entries[clip_id])
        new = {
            name: fact
            for name, fact in {**old, **_sound_facts(file), **(facts or {}).get(clip_id, {})}.items()
            if fact != ""
        }
        new = {"text": old["text"], **new}
        if new != old:
            # A new inline table, since one that is added to is left without blanks after its commas.
            entries[clip_id] = _line(new)
    _write(path, before, tomlkit.dumps(document))


def add_clips(folder: Path, heading: str, clips: Mapping[str, str]) -> list[str]:
    """Add the clips (id to text) that the set does not have, under a comment. Returns their ids.

    Raises ConfigError when the catalogue is broken, or has one of them with other words.
    """
    catalogue = read_catalogue(folder)
    for clip_id, text in clips.items():
        if clip_id in catalogue.clips and catalogue.clips[clip_id].text != text:
            has = catalogue.clips[clip_id].text
            raise ConfigError(f"{folder / CATALOGUE}: {clip_id} says {has!r}, but {heading} wants {text!r}: rename one")
    new = {clip_id: text for clip_id, text in clips.items() if clip_id not in catalogue.clips}
    if new:
        path = folder / CATALOGUE
        before = path.read_text(encoding="utf-8")
        document = tomlkit.parse(before)
        entries = document["clip"]
        entries.add(tomlkit.nl())
        entries.add(tomlkit.comment(heading))
        for clip_id, text in new.items():
            entries[clip_id] = _line({"text": text})
        _write(path, before, tomlkit.dumps(document))
    return list(new)


def set_clip(folder: Path, clip_id: str, facts: Facts) -> None:
    """Write a clip's line, new or in place of the old one, with the facts of its sound."""
    path = folder / CATALOGUE
    before = path.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    document["clip"][clip_id] = _line({**facts, **_sound_facts(folder / f"{clip_id}.wav")})
    _write(path, before, tomlkit.dumps(document))


def remove_clip(folder: Path, clip_id: str) -> None:
    """Take a clip's line out, if it is there; its file stays."""
    path = folder / CATALOGUE
    before = path.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    document["clip"].pop(clip_id, None)
    _write(path, before, tomlkit.dumps(document))


def new_catalogue(folder: Path, head: Mapping[str, str | float], comment: str) -> None:
    """Start a set: a catalogue without clips. Raises ConfigError when there is one already."""
    path = folder / CATALOGUE
    if path.exists():
        raise ConfigError(f"{path}: is there already; choose another folder")
    document = tomlkit.document()
    for line in comment.splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    table = tomlkit.table()
    table.update(head)
    document["set"] = table
    document["clip"] = tomlkit.table()
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _sound_facts(file: Path) -> Facts:
    data = file.read_bytes()
    seconds = AudioSegment.from_wav(BytesIO(data)).duration_seconds
    return {"duration_s": round(seconds, 2), "sha256": hashlib.sha256(data).hexdigest()}


def _line(facts: Facts) -> Item:
    line = tomlkit.inline_table()
    line.update(facts)
    return line


def _write(path: Path, before: str, after: str) -> None:
    """In one step: a catalogue is read by others at any time."""
    if after != before:
        new = path.with_suffix(".new")
        new.write_text(after, encoding="utf-8")
        new.replace(path)

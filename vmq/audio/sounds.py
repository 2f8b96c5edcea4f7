"""Finds what to play for a clip: the search order over the house's own recordings, Asterisk's sounds and prompt sets.

In: a clip id, a language, and the sets to look in first. Out: a file, a name for Asterisk, a text; None or the id where
nobody has the clip. The folders are listed once, at the start: a call asks the disk nothing here, and nothing here can
fail in a call. What a house records of its own (vmq.audio.own) comes before all else, from when it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from vmq.audio.catalogue import CATALOGUE, read_catalogue

ASTERISK = "asterisk"  # what packs call Asterisk's own sounds, of whatever language
FALLBACK_LANGUAGE = "en"
HOUSE = "-house"  # how the sets end that come before others of their language: `en-house`, `de-house`
USUAL_ASTERISK_SOUNDS = (Path("/usr/share/asterisk/sounds"), Path("/var/lib/asterisk/sounds"))
# What Asterisk's file formats are called, the ones everybody can read first (formats/*.c).
_ENDINGS = ("wav", "sln", "ulaw", "alaw", "gsm", "g722", "sln16", "wav16", "WAV")
_LANGUAGE_FOLDER = re.compile(r"[a-z]{2,3}(_.+)?")


@dataclass(frozen=True, slots=True)
class Sound:
    """A clip's file, and what to call it in STREAM FILE."""

    path: Path
    asterisk_name: str


@dataclass(frozen=True, slots=True, eq=False)
class SoundSet:
    """The sounds and texts of one set, by clip id."""

    name: str
    language: str
    sounds: Mapping[str, Sound]
    texts: Mapping[str, str] = field(default_factory=dict)

    def speaks(self, language: str) -> bool:
        """True when the set serves this language code; a set in `en_US_f_Allison` serves `en_US` and `en`."""
        return self.language == language or self.language.startswith(f"{language}_")


class Prompts:
    """The `Sounds` port over sets in their search order."""

    def __init__(self, sets: Sequence[SoundSet]) -> None:
        self._sets = tuple(sets)
        self._own: tuple[SoundSet, ...] = ()
        self._for = lru_cache(maxsize=256)(self._order)  # languages come from outside: not without bound

    def put_first(self, own: Iterable[SoundSet]) -> None:
        """From now on look in these before all others of their language; they take the place of earlier ones."""
        self._own = tuple(own)
        self._for.cache_clear()

    def catalogued(self) -> Sequence[SoundSet]:
        """The sets that say what their clips say, but for the house's own."""
        return [each for each in self._sets if each.texts]

    def own_clips(self, language: str) -> frozenset[str]:
        """The clips of a language that the house recorded itself."""
        return frozenset(clip for each in self._own if each.language == language for clip in each.sounds)

    def find(self, clip_id: str, language: str, first: Sequence[str] = ()) -> Path | None:
        """The clip's file as vmq sees it, or None when no set has the clip in this language. `first` as in
        `asterisk_name`."""
        sound = self._sound(clip_id, language, tuple(first))
        return sound.path if sound else None

    def asterisk_name(self, clip_id: str, language: str, first: Sequence[str] = ()) -> str | None:
        """What STREAM FILE is to be given: a bare name for Asterisk's own sound, else a path without its ending.

        The sets named in `first` are looked in before all others, in their order. What no set has in this language is
        played in English: better than silence.
        """
        sound = self._sound(clip_id, language, tuple(first)) or self._sound(clip_id, FALLBACK_LANGUAGE, tuple(first))
        return sound.asterisk_name if sound else None

    def has_set(self, name: str) -> bool:
        """True for the id of a set that is here, and for `asterisk`, whose sounds may be out of our sight."""
        return name == ASTERISK or any(each.name == name for each in self._sets)

    def set_for(self, language: str) -> str:
        """The id of the first set with a catalogue that speaks a language, else of the first that speaks English."""
        with_texts = [each for code in (language, FALLBACK_LANGUAGE) for each in self._for(code) if each.texts]
        return next((each.name for each in with_texts if each not in self._own), "")

    def language_of(self, name: str) -> str:
        """The language of a set; empty for one that is not here."""
        return next((each.language for each in self._sets if each.name == name and name != ASTERISK), "")

    def clips_of(self, name: str) -> Mapping[str, str]:
        """Ids and texts of a set's clips, in the order of its catalogue; empty for a set that is not here."""
        return next((each.texts for each in self._sets if each.name == name), {})

    def text(self, clip_id: str, language: str, first: Sequence[str] = ()) -> str:
        """What the clip says; the id when no catalogue knows it. `first` as in `asterisk_name`."""
        texts = (each.texts[clip_id] for each in self._for(language, tuple(first)) if clip_id in each.texts)
        return next(texts, clip_id)

    def _sound(self, clip_id: str, language: str, first: tuple[str, ...] = ()) -> Sound | None:
        return next((each.sounds[clip_id] for each in self._for(language, first) if clip_id in each.sounds), None)

    def _order(self, language: str, first: tuple[str, ...] = ()) -> tuple[SoundSet, ...]:
        """The sets for a language, nearest first: those for all of `en_GB`, then those for `en`; of those that are as
        near, the ones of `first` in their order, then the others."""
        codes = [language, language.split("_", 1)[0]] if "_" in language else [language]
        places = {name: place for place, name in enumerate(first)}
        sets = [*self._own, *sorted(self._sets, key=lambda each: places.get(each.name, len(places)))]
        return tuple(dict.fromkeys(each for code in codes for each in sets if each.speaks(code)))


def load_prompts(folder: Path, folder_asterisk: str = "", asterisk_sounds: Path | None = None) -> Prompts:
    """The search order: Asterisk's own sounds, then every set in `folder`: house sets first, then by name.

    `folder_asterisk` is `folder` as Asterisk sees it (empty = the same path); `asterisk_sounds` is Asterisk's folder of
    sounds as vmq sees it, None when it is out of sight. Raises ConfigError for a broken catalogue.
    """
    own = asterisk_sets(asterisk_sounds) if asterisk_sounds else ()
    return Prompts([*own, *shipped_sets(folder, folder_asterisk)])


def asterisk_sets(folder: Path) -> list[SoundSet]:
    """Asterisk's own sounds, one set a language. `folder` holds the language folders, or is one itself."""
    if (folder / "digits").is_dir():
        return [_asterisk_set(folder)]
    candidates = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        _asterisk_set(each)
        for each in candidates
        if _LANGUAGE_FOLDER.fullmatch(each.name) and (each / "digits").is_dir()
    ]


def usual_asterisk_sounds() -> Path | None:
    """Where Asterisk keeps its sounds on this machine, or None when it has none."""
    return next((folder for folder in USUAL_ASTERISK_SOUNDS if asterisk_sets(folder)), None)


def shipped_sets(folder: Path, folder_asterisk: str = "") -> list[SoundSet]:
    """The prompt sets in `folder`: each a folder with a catalogue and clips. Raises ConfigError."""
    seen_as = folder_asterisk.rstrip("/") or str(folder)
    folders = sorted(path.parent for path in folder.glob(f"*/{CATALOGUE}"))
    return [_shipped_set(each, seen_as) for each in sorted(folders, key=lambda each: not each.name.endswith(HOUSE))]


def _asterisk_set(folder: Path) -> SoundSet:
    sounds = {clip_id: Sound(path, clip_id) for clip_id, path in _files(folder, _ENDINGS)}
    return SoundSet(ASTERISK, folder.name, sounds)


def _shipped_set(folder: Path, seen_as: str) -> SoundSet:
    catalogue = read_catalogue(folder)
    sounds = {
        clip_id: Sound(path, f"{seen_as}/{folder.name}/{clip_id}")
        for clip_id, path in _files(folder, ("wav",))
        if clip_id in catalogue.clips
    }
    texts = {clip.id: clip.text for clip in catalogue.clips.values()}
    return SoundSet(catalogue.id, catalogue.language, sounds, texts)


def _files(folder: Path, endings: Sequence[str]) -> Iterable[tuple[str, Path]]:
    """(clip id, file) of every sound below `folder`; a clip that is there in several formats comes last in its best."""
    rank = {f".{ending}": place for place, ending in enumerate(endings)}
    found = [path for path in folder.rglob("*") if path.suffix in rank]
    for path in sorted(found, key=lambda each: -rank[each.suffix]):
        yield str(path.relative_to(folder).with_suffix("")), path

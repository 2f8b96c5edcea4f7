"""Opens the personalities: the shipped ones, those of Python packages, those of the configured folders.

A bad one is told and left out. `Packs` holds a shelf of them for each subject and can open them anew while calls run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import open_pack
from vmq.dialogue.checking import Sounds
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.shelf import Shelf
from vmq.errors import PackError
from vmq.resources import shipped

log = structlog.get_logger(__name__)

OpenPacks = Mapping[str, Mapping[str, CompiledPack]]
"""Packs by id, by the subject that they have flows for."""


def pack_folders(further: Iterable[Path]) -> list[Path]:
    """All folders with a personality.toml: shipped ones first, so that a configured one of the same id wins."""
    return [manifest.parent for root in _roots(further) for manifest in sorted(root.glob("*/personality.toml"))]


def _roots(further: Iterable[Path]) -> tuple[Path, ...]:
    return (shipped("personalities"), *further)


def open_packs(further: Iterable[Path], sounds: Sounds, default: str) -> tuple[OpenPacks, Mapping[str, str]]:
    """The usable packs, and why others were refused, by id. Raises PackError when the default one is missing or not
    usable."""
    further = tuple(further)
    packs: dict[str, dict[str, CompiledPack]] = {subject.subject: {} for subject in SUBJECTS}
    refused: dict[str, str] = {}
    for folder in pack_folders(further):
        try:
            opened = open_pack(folder, SUBJECTS, sounds, tuple(reversed(_roots(further))))
        except PackError as error:
            if folder.name == default:
                raise
            log.error("pack_refused", folder=str(folder), error=str(error))
            refused[folder.name] = str(error)
            continue
        for subject, found in packs.items():
            found.pop(folder.name, None)
            if subject in opened:
                found[folder.name] = opened[subject]
    if not any(default in of_subject for of_subject in packs.values()):
        known = sorted({name for of_subject in packs.values() for name in of_subject})
        raise PackError(f"voicemail.personality: there is no pack {default!r}; there are {known}")
    return packs, refused


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload gave: the ids that are in use now, and why others are not."""

    packs: tuple[str, ...]
    refused: Mapping[str, str]


class Packs:
    """All packs of a running program. `shelf` gives one subject's: the same object for the program's whole life."""

    def __init__(self, further: Iterable[Path], sounds: Sounds, default: str) -> None:
        """Open them. Raises PackError when the default one is missing or not usable."""
        self._further = tuple(further)
        self._sounds = sounds
        self._default = default
        packs, _ = open_packs(self._further, sounds, default)
        self._shelves = {subject: Shelf(found, default) for subject, found in packs.items()}

    def shelf(self, subject: str) -> Shelf:
        """The packs of one subject."""
        return self._shelves[subject]

    def reload(self) -> Reloaded:
        """Open all packs anew and put them in the place of the old ones; calls end on what they began with. A pack that
        is refused now keeps its old version. Raises PackError, and changes nothing, when the default one is refused."""
        packs, refused = open_packs(self._further, self._sounds, self._default)
        for subject, found in packs.items():
            shelf = self._shelves[subject]
            kept = {name: shelf[name] for name in refused if name in shelf}
            shelf.replace({**kept, **found})
        names = sorted({name for found in packs.values() for name in found})
        log.info("packs_reloaded", packs=names, refused=sorted(refused))
        return Reloaded(tuple(names), refused)

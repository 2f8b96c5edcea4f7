"""Opens the personalities: the shipped ones, those of Python packages, those of the configured folders.

A bad one is told and left out. `Packs` holds a shelf of them for each subject and can open them anew while calls run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock

import structlog

from vmq.app.subjects import SUBJECTS
from vmq.attendant.service import PACK as DOOR_PACK
from vmq.attendant.vocabulary import ATTENDANT
from vmq.authoring.install import finish_broken_off
from vmq.config.model import Config
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.checking import Sounds
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.findings import Finding
from vmq.dialogue.shelf import Shelf
from vmq.errors import PackError
from vmq.queue_voice.vocabulary import QUEUE_VOICE
from vmq.resources import shipped
from vmq.voicemail.vocabulary import VOICEMAIL

log = structlog.get_logger(__name__)

HOUSE_VOICE = "house"
"""The personality of queues that name none."""
GROUP = "vmq.personalities"
"""Entry points of Python packages: the pack's id = the module that is its folder, e.g. `acme = "acme_voices.acme"`."""
OpenPacks = Mapping[str, Mapping[str, CompiledPack]]
"""Packs by id, by the subject that they have flows for."""


def pack_folders(further: Iterable[Path]) -> list[Path]:
    """All folders with a personality.toml: shipped ones, those of Python packages, then those in `further`; of two with
    the same id the later wins."""
    shipped_ones = sorted(manifest.parent for manifest in shipped("personalities").glob("*/personality.toml"))
    configured = [manifest.parent for root in further for manifest in sorted(root.glob("*/personality.toml"))]
    return [*shipped_ones, *_packaged(), *configured]


def _packaged() -> list[Path]:
    """The packs of installed Python packages: each entry point of the group names the pack's folder as a module, which
    is looked up and never imported."""
    found = []
    for point in entry_points(group=GROUP):
        folder = Path(str(point.dist.locate_file(point.module.replace(".", "/")))) if point.dist else None
        if folder is None or not (folder / "personality.toml").is_file():
            log.error("pack_not_found", entry_point=point.value, group=GROUP)
        elif folder.name != point.name:
            log.error("pack_misnamed", entry_point=point.name, folder=str(folder))
        else:
            found.append(folder)
    return found


def open_packs(further: Iterable[Path], sounds: Sounds) -> tuple[OpenPacks, Mapping[str, str]]:
    """The usable packs, and why others were refused, by id."""
    further = tuple(further)
    for root in further:
        finish_broken_off(root)
    folders = pack_folders(further)
    roots = _roots(folders)
    packs: dict[str, dict[str, CompiledPack]] = {subject.subject: {} for subject in SUBJECTS}
    refused: dict[str, str] = {}
    for folder in folders:
        name = folder.name
        for of_subject in packs.values():
            of_subject.pop(name, None)
        refused.pop(name, None)
        try:
            # The tests of this program have walked what it ships: at a start that would take most of a minute.
            opened = open_pack(folder, SUBJECTS, sounds, roots, is_tried=folder.parent == shipped("personalities"))
        except PackError as error:
            log.error("pack_refused", folder=str(folder), error=str(error))
            refused[name] = str(error)
            continue
        for subject, pack in opened.items():
            packs[subject][name] = pack
    return packs, refused


def _roots(folders: Sequence[Path]) -> Sequence[Path]:
    """Where packs are that others may be based on."""
    return tuple(dict.fromkeys(folder.parent for folder in reversed(folders)))


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload gave: the ids that are in use now, and why others were refused."""

    packs: tuple[str, ...]
    refused: Mapping[str, str]


class Packs:
    """All packs of a running program. `shelf` gives one subject's: the same object for the program's whole life."""

    def __init__(self, further: Iterable[Path], sounds: Sounds, defaults: Mapping[str, str]) -> None:
        """Open them. `defaults` are the packs that others fall back to, by subject. Raises PackError when one of those
        is missing or not usable."""
        self._further = tuple(further)
        self._sounds = sounds
        self._reloading = Lock()
        packs, refused = open_packs(self._further, sounds)
        for subject, default in defaults.items():
            if default in refused:
                raise PackError(refused[default])
            if default not in packs[subject]:
                raise PackError(f"{subject}: there is no pack {default!r}; there are {sorted(packs[subject])}")
        self.refused = refused
        self._shelves = {subject: Shelf(found, defaults.get(subject, "")) for subject, found in packs.items()}

    def shelf(self, subject: str) -> Shelf:
        """The packs of one subject."""
        return self._shelves[subject]

    @property
    def names(self) -> Sequence[str]:
        """The ids of all that are in use."""
        return sorted({name for shelf in self._shelves.values() for name in shelf})

    def opened(self, pack_id: str) -> Mapping[str, CompiledPack]:
        """One of them, by the subjects that it has flows for; nothing for one that is not in use."""
        return {subject: shelf[pack_id] for subject, shelf in self._shelves.items() if pack_id in shelf}

    def folder(self, pack_id: str) -> Path:
        """Where its files are. Raises PackError."""
        folders = {folder.name: folder for folder in pack_folders(self._further)}
        if pack_id not in folders:
            raise PackError(f"there is no folder of a personality {pack_id!r} (any more)")
        return folders[pack_id]

    def check(self, folder: Path) -> Sequence[Finding]:
        """All that is wrong with a pack, as `reload` would find it."""
        return check_pack(folder, SUBJECTS, self._sounds, _roots(pack_folders(self._further)))

    def reload(self) -> Reloaded:
        """Open all packs anew and put them in the place of the old ones; calls end on what they began with. A pack that
        is refused now, or is gone and the default, keeps its old version. One at a time, in whichever thread: the last
        one has seen what was installed before it."""
        with self._reloading:
            packs, refused = open_packs(self._further, self._sounds)
            for subject, found in packs.items():
                shelf = self._shelves[subject]
                kept = {name: shelf[name] for name in (*refused, shelf.default) if name in shelf}
                shelf.replace({**kept, **found})
            self.refused = refused
        log.info("packs_reloaded", packs=self.names, refused=sorted(refused))
        return Reloaded(tuple(self.names), refused)


def configured_packs(config: Config, sounds: Sounds) -> Packs:
    """Those of a configuration, with what each subject falls back to. Raises PackError."""
    further = (config.paths.installed_personalities, *config.paths.personalities)
    defaults = {
        VOICEMAIL.subject: config.voicemail.personality,
        QUEUE_VOICE.subject: HOUSE_VOICE,
        ATTENDANT.subject: DOOR_PACK,
    }
    return Packs(further, sounds, defaults)


def missing_voice(config: Config, known: Collection[str]) -> list[str]:
    """What is wrong with a configuration whose default personality is not loaded: see `vmq pack reload`."""
    name, choice = config.voicemail.personality, ", ".join(sorted(known))
    if name in known:
        return []
    return [f"voicemail.personality: there is no {name!r}; name one of {choice}, or run `vmq pack reload` if it is new"]

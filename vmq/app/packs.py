"""Opens the personalities: the shipped ones and those of the configured folders. A bad one is told and left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import structlog

from vmq.config.model import Config
from vmq.dialogue.check import open_pack
from vmq.dialogue.checking import Sounds
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.load import load_pack
from vmq.dialogue.vocabulary import Vocabulary
from vmq.errors import PackError
from vmq.queue_voice.vocabulary import QUEUE_VOICE
from vmq.resources import shipped
from vmq.voicemail.vocabulary import VOICEMAIL

SUBJECTS: tuple[Vocabulary, ...] = (VOICEMAIL, QUEUE_VOICE)

log = structlog.get_logger(__name__)


def pack_folders(further: Iterable[Path]) -> list[Path]:
    """All folders with a personality.toml: shipped ones first, so that a configured one of the same id wins."""
    roots = (shipped("personalities"), *further)
    return [manifest.parent for root in roots for manifest in sorted(root.glob("*/personality.toml"))]


def subject_of(folder: Path) -> Vocabulary:
    """What a pack is about: the subject that starts one of its entries; voicemail when it names none that is known."""
    pack = load_pack(folder).pack
    entries = pack.entries if pack else {}
    return next((subject for subject in SUBJECTS if subject.entries.keys() & entries.keys()), VOICEMAIL)


def open_packs(
    further: Iterable[Path], sounds: Sounds, default: str, subject: Vocabulary = VOICEMAIL
) -> dict[str, CompiledPack]:
    """The usable packs of a subject by id. Raises PackError when the default one is missing or not usable."""
    packs: dict[str, CompiledPack] = {}
    for folder in pack_folders(further):
        if folder.name != default and subject_of(folder) is not subject:
            continue
        try:
            packs[folder.name] = open_pack(folder, subject, sounds)
        except PackError as error:
            if folder.name == default:
                raise
            log.error("pack_refused", folder=str(folder), error=str(error))
    if default not in packs:
        raise PackError(f"{subject.subject}: there is no pack {default!r}; there are {sorted(packs)}")
    return packs


def missing_voice(config: Config, known: Collection[str]) -> list[str]:
    """What is wrong with a configuration whose default personality is not loaded: packs are read when vmq starts."""
    name, choice = config.voicemail.personality, ", ".join(sorted(known))
    if name in known:
        return []
    return [f"voicemail.personality: there is no {name!r}; name one of {choice}, or restart vmq if it is new"]

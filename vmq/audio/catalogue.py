"""A prompt set's catalog.toml: which clips there are, what each says, and how its sound came to be.

In: a set's folder. Out: a `Catalogue`, or ConfigError with file and key. Reads only the catalogue, never a clip.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmq.errors import ConfigError

CATALOGUE = "catalog.toml"
_CLIP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)?")


@dataclass(frozen=True, slots=True)
class CatalogueClip:
    """One clip. It is speech, a tone (`tone_s` > 0) or silence (`silence_s` > 0).

    `note` tells a speaker where the words stand, `target_s` how long they may take (0 = as their text does). `voice` is
    set for a clip that somebody recorded himself; `made_from` is the mark of what the build made it from.
    """

    id: str
    text: str
    spoken: str = ""
    note: str = ""
    target_s: float = 0.0
    voice: str = ""
    licence: str = ""
    tone_hz: float = 0.0
    tone_s: float = 0.0
    silence_s: float = 0.0
    duration_s: float = 0.0
    sha256: str = ""
    made_from: str = ""

    @property
    def is_speech(self) -> bool:
        """True for what somebody has to say."""
        return not (self.tone_s or self.silence_s)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A prompt set: its folder, language and clips, and the voice that speaks those without one of their own."""

    folder: Path
    id: str
    language: str
    engine: str
    voice: str
    speed: float
    licence: str
    clips: Mapping[str, CatalogueClip]

    def file(self, clip_id: str) -> Path:
        """Where the sound of a clip is (or will be)."""
        return self.folder / f"{clip_id}.wav"


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of the set in `folder`. Raises ConfigError."""
    path = folder / CATALOGUE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        head = data["set"]
        return Catalogue(
            folder=folder,
            id=str(head["id"]),
            language=str(head["language"]),
            engine=str(head["engine"]),
            voice=str(head["voice"]),
            speed=float(head.get("speed", 1.0)),
            licence=str(head["licence"]),
            clips={clip_id: _clip(path, clip_id, entry) for clip_id, entry in data["clip"].items()},
        )
    except OSError as error:
        raise ConfigError(f"{path}: can't be read ({error.strerror}); a prompt set needs its catalogue") from None
    except KeyError as error:
        raise ConfigError(f"{path}: {error.args[0]} is missing; see docs/prompts.md") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: is not a valid catalogue: {error}") from None


def _clip(path: Path, clip_id: str, entry: dict[str, Any]) -> CatalogueClip:
    if not _CLIP_ID.fullmatch(clip_id):
        raise ConfigError(f"{path}: clip {clip_id!r}: write letters, digits, - and _, with one / at most")
    try:
        return CatalogueClip(id=clip_id, **entry)
    except TypeError as error:
        raise ConfigError(f"{path}: clip {clip_id}: {error}; write {clip_id} = {{ text = '…' }}") from None

"""What STREAM FILE and Playback find: a file on disk, or a clip that is known by its text alone.

In: a name as the dialplan or vmq gives it (no extension). Out: a Sound with its length and words, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmq.lab.voices import wav_length_s

_WORDS_PER_S = 2.7
_SUFFIXES = (".wav", ".sln", ".slin", ".gsm", ".ulaw")


@dataclass(frozen=True, slots=True)
class Sound:
    """Something a party hears. `kind`: clip, recording, tone, music, peer, key, ring."""

    kind: str
    name: str
    text: str = ""
    length_s: float = 0.0
    path: Path | None = None


class SoundLibrary:
    """Finds sounds in `folders` and asks `describe` what a clip says (None = no such clip).

    Without a `describe`, every relative name counts as a clip that says its own name: a system without sound files
    still speaks, on the screen of a lab telephone.
    """

    def __init__(self, folders: Sequence[Path] = (), describe: Callable[[str], str | None] | None = None) -> None:
        self._folders = tuple(folders)
        self._describe = describe

    def find(self, name: str, language: str = "en") -> Sound | None:
        """The sound of this name, or None: Asterisk then answers -1 at once."""
        path = self._path(name, language)
        name = self._clip_id(name)
        text = self._text(name)
        if path is None and (text is None or Path(name).is_absolute()):
            return None
        length_s = wav_length_s(path) if path else None
        if length_s is None:
            length_s = max(0.3, len((text or name).split()) / _WORDS_PER_S)
        kind = "tone" if Path(name).name == "beep" else "clip" if text is not None else "recording"
        return Sound(kind, name, text or "", length_s, path)

    def _clip_id(self, name: str) -> str:
        """The name inside its folder, for a file of `folders` that was asked for by its whole path."""
        folder = next((folder for folder in self._folders if Path(name).is_relative_to(folder)), None)
        return Path(name).relative_to(folder).as_posix() if folder else name

    def _text(self, name: str) -> str | None:
        if self._describe is not None:
            return self._describe(name)
        return None if Path(name).is_absolute() else name.rsplit("/", 1)[-1].replace("-", " ")

    def _path(self, name: str, language: str) -> Path | None:
        roots = [Path("/")] if Path(name).is_absolute() else [f / d for f in self._folders for d in (language, "")]
        candidates = (root / f"{name.lstrip('/')}{suffix}" for root in roots for suffix in _SUFFIXES)
        return next((path for path in candidates if path.is_file()), None)

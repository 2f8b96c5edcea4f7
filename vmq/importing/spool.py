"""Reads the spool of app_voicemail: <context>/<mailbox>/<folder>/msgNNNN.txt with its sounds, and greetings beside.

In: the spool's folder. Out: what is in it, item by item, with what is wrong with each; nothing is changed. Layout and
names are apps/app_voicemail.c's (make_dir, leave_voicemail). Numbers may have gaps, a sound may have no text and a text
no sound, and several formats of one message may differ: each is told.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vmq.domain.mailbox import Folder, GreetingKind

GREETING_FILES = {
    "unavail": GreetingKind.UNAVAILABLE,
    "busy": GreetingKind.BUSY,
    "temp": GreetingKind.TEMPORARY,
    "greet": GreetingKind.NAME,
}
#: Formats of Asterisk's by the ending of their files, the best first.
FORMATS = ("wav", "wav16", "sln", "sln16", "g722", "ulaw", "alaw", "WAV", "wav49", "gsm")
IN_THE_MAKING = "tmp"  # recordings that calls are at this moment
SAME_WRITING_S = 2.0
_NUMBERED = re.compile(r"msg(\d{4,})")
_NOT_LOOKED_AT = re.compile(r"secret\.conf|.*-bak\..*|\..*")


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox of the spool."""

    context: str
    number: str
    path: Path


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message: its text, and its sounds with the best format first. At least one of both is there."""

    box: Box
    folder: Folder
    name: str
    text: Path | None
    sounds: tuple[Path, ...]

    @property
    def where(self) -> str:
        """For a report: from the spool's folder on."""
        return f"{self.box.context}/{self.box.number}/{self.folder.value}/{self.name}"


@dataclass(frozen=True, slots=True)
class FoundGreeting:
    """A greeting's sounds, the best format first."""

    box: Box
    kind: GreetingKind
    sounds: tuple[Path, ...]

    @property
    def where(self) -> str:
        """For a report."""
        return f"{self.box.context}/{self.box.number}/{self.sounds[0].stem}"


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that is no part of a spool, named from the spool's folder on."""

    where: str
    why: str


def boxes(spool: Path, context: str = "") -> Iterator[Box]:
    """All mailboxes of a spool, or of one context. Raises OSError when it can't be read."""
    for folder in sorted(each for each in spool.iterdir() if each.is_dir() and (not context or each.name == context)):
        for path in sorted(each for each in folder.iterdir() if each.is_dir()):
            yield Box(folder.name, path.name, path)


def greetings(box: Box) -> Iterator[FoundGreeting | Stray]:
    """The greetings of a mailbox, and what in its own folder nobody knows. Raises OSError when it can't be read."""
    found: dict[str, list[Path]] = {}
    for path in sorted(box.path.iterdir()):
        if path.is_dir():
            if path.name not in {*map(str, Folder), IN_THE_MAKING}:
                yield Stray(_where(box, path), "is no folder of voice mail")
        elif path.stem in GREETING_FILES and _format(path) in FORMATS:
            found.setdefault(path.stem, []).append(path)
        elif not _NOT_LOOKED_AT.fullmatch(path.name):
            yield Stray(_where(box, path), "is no greeting of voice mail")
    for stem, sounds in found.items():
        yield FoundGreeting(box, GREETING_FILES[stem], _best_first(sounds))


def folders(box: Box) -> list[Folder]:
    """The folders of messages that a mailbox has."""
    return [folder for folder in Folder if (box.path / folder.value).is_dir()]


def messages(box: Box, folder: Folder) -> Iterator[FoundMessage | Stray]:
    """The messages of a folder, in the order of their numbers. Raises OSError when it can't be read."""
    texts: dict[str, Path] = {}
    sounds: dict[str, list[Path]] = {}
    for path in sorted((box.path / folder.value).iterdir()):
        if _NOT_LOOKED_AT.fullmatch(path.name):
            continue
        if not _NUMBERED.fullmatch(path.stem) or path.is_dir():
            yield Stray(_where(box, path), "is not named as a message is")
        elif path.suffix == ".txt":
            texts[path.stem] = path
        elif _format(path) in FORMATS:
            sounds.setdefault(path.stem, []).append(path)
        else:
            yield Stray(
                _where(box, path), f"{path.suffix or 'no ending'} is no format of Asterisk's that is known here"
            )
    for stem in sorted({*texts, *sounds}, key=lambda each: int(each[3:])):
        yield FoundMessage(box, folder, stem, texts.get(stem), _best_first(sounds.get(stem, [])))


def copy_of(box: Box, folder: Folder, into: Path) -> Box:
    """The mailbox with this folder alone, as it is at this moment, copied (linked, where that works) below `into`."""
    source, target = box.path / folder.value, into / folder.value
    target.mkdir()
    for path in source.iterdir():
        if path.is_dir():
            (target / path.name).mkdir()
            continue
        try:
            (target / path.name).hardlink_to(path)
        except OSError:
            shutil.copy2(path, target / path.name)
    return Box(box.context, box.number, into)


def newest(sounds: tuple[Path, ...]) -> tuple[Path, ...]:
    """Without formats that are older than another by more than writing takes: an introduction that was put before a
    message may have been written into some of them only."""
    if not sounds:
        return ()
    changed = {path: path.stat().st_mtime for path in sounds}
    return tuple(path for path in sounds if changed[path] >= max(changed.values()) - SAME_WRITING_S)


def own_pin(box: Box) -> str:
    """The PIN that the owner chose, where PINs are kept in the spool (passwordlocation=spooldir); else ""."""
    path = box.path / "secret.conf"
    if not path.exists():
        return ""
    found = re.search(r"^\s*password\s*=>?\s*(\S*)", path.read_text(encoding="utf-8", errors="replace"), re.M)
    return found[1] if found else ""


def _where(box: Box, path: Path) -> str:
    return f"{box.context}/{box.number}/{path.relative_to(box.path)}"


def _format(path: Path) -> str:
    return path.suffix.removeprefix(".")


def _best_first(paths: list[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda path: FORMATS.index(_format(path))))

"""Puts a pack from a folder or a zip into the folder of installed packs, whoever made it.

Nothing of it is run; only text files of a pack are taken, within bounds, and none can be put anywhere else: names that
lead out of the folder, links and other things than files are refused. The pack is checked before it takes the place of
an older one of its id. Nobody else installs one of its id meanwhile, in this process or another; broken off anywhere,
the next installation, or opening of the packs, finds the older one or the new one.
"""

from __future__ import annotations

import fcntl
import lzma
import os
import shutil
import stat
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from vmq.dialogue.fields import NAME
from vmq.dialogue.findings import Finding
from vmq.dialogue.load import MAX_FILE_BYTES, MAX_FILES, MAX_PACK_BYTES
from vmq.dialogue.parse_pack import MANIFEST
from vmq.errors import PackBusyError, PackError

MAX_ENTRIES = 4 * MAX_FILES
_TEXT_FILES = frozenset({".toml", ".md", ".txt"})
_BARE = frozenset({"LICENSE", "NOTICE"})
_UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What zipfile raises for an archive that is damaged, or of a kind that it does not know."""

_ROOM = ".installing"
"""In the folder of installed packs: a folder for each id, which is locked while one is installed, and where the older
one waits until the new one is in its place. No pack is looked for so far down."""

Check = Callable[[Path], Sequence[Finding]]


def install(source: Path, target: Path, check: Check) -> str:
    """Install the pack of a folder or a zip into `target`; gives its id. `check` tells what is wrong with a folder.

    Raises PackError for what is no pack, is not safe to unpack, or has mistakes, PackBusyError while another of its id
    is being installed; then nothing has changed.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target) as staging:
        unpacked = Path(staging) / ".pack"  # no id can be this
        unpacked.mkdir()
        try:
            _copy(_of_zip(source) if source.is_file() else _of_folder(source), unpacked, source)
        except _UNREADABLE as error:
            raise PackError(f"{source}: can't be read ({error}): give a pack's folder, or a zip of it") from error
        root = _root(unpacked, source)
        pack_id = _id(root, source)
        named = Path(staging) / pack_id
        root.rename(named)
        with _alone(target, pack_id) as older:
            findings = check(named)
            if findings:
                lines = "\n".join(f"  {finding}" for finding in findings)
                raise PackError(f"{source}: not installed, {len(findings)} mistakes:\n{lines}")
            _put_back(older, target / pack_id)
            _swap(named, target / pack_id, older)
    return pack_id


def finish_broken_off(target: Path) -> None:
    """Put the packs back that an installation, killed between two steps, had taken out of their places."""
    with suppress(OSError):
        for room in sorted((target / _ROOM).iterdir()):
            with suppress(PackBusyError), _alone(target, room.name) as older:
                _put_back(older, target / room.name)


@contextmanager
def _alone(target: Path, pack_id: str) -> Iterator[Path]:
    """While the block lasts nobody else installs a pack of this id; gives where the older one may wait. The lock ends
    with the process, whatever ends that."""
    room = target / _ROOM / pack_id
    room.mkdir(parents=True, exist_ok=True)
    handle = os.open(room, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PackBusyError(f"{pack_id}: is being installed already: look at what came of that first") from None
        yield room / "older"
    finally:
        os.close(handle)


def _put_back(older: Path, place: Path) -> None:
    """What an installation that was killed left: the older pack, in no place or replaced."""
    if older.exists():
        if place.exists():
            shutil.rmtree(older)
        else:
            older.rename(place)


def _of_folder(source: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    for path in sorted(source.rglob("*")):
        if path.is_symlink():
            raise PackError(f"{source}: {path.relative_to(source)} is a link: put the file itself there")
        if path.is_file():
            with path.open("rb") as file:
                yield PurePosixPath(path.relative_to(source).as_posix()), file.read(MAX_FILE_BYTES + 1)


def _of_zip(source: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                raise PackError(f"{source}: {entry.filename} is no file: put the file itself there")
            with archive.open(entry) as file:
                yield PurePosixPath(entry.filename.replace("\\", "/")), file.read(MAX_FILE_BYTES + 1)


def _copy(files: Iterator[tuple[PurePosixPath, bytes]], target: Path, source: Path) -> None:
    """Write the text files of a pack; what it does not need is left out. The bytes read are bounded, not those told."""
    total = 0
    for count, (name, content) in enumerate(files, start=1):
        if count > MAX_ENTRIES:
            raise PackError(f"{source}: holds more than {MAX_ENTRIES} files: a pack is a few text files")
        if name.is_absolute() or ".." in name.parts or not name.parts or ":" in name.parts[0]:
            raise PackError(f"{source}: {name} leads out of the pack's folder: make the zip anew")
        total += len(content)
        if len(content) > MAX_FILE_BYTES or total > 2 * MAX_PACK_BYTES:
            raise PackError(f"{source}: {name} makes it too large: a pack is a few small text files")
        if name.suffix in _TEXT_FILES or name.name in _BARE:
            path = target.joinpath(*name.parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _root(unpacked: Path, source: Path) -> Path:
    """The folder that holds personality.toml: the whole, or the only one in it."""
    roots = [unpacked, *(path for path in sorted(unpacked.iterdir()) if path.is_dir())]
    found = [root for root in roots if (root / MANIFEST).is_file()]
    if not found:
        raise PackError(f"{source}: holds no {MANIFEST}: give the pack's own folder, or a zip of it")
    return found[0]


def _id(root: Path, source: Path) -> str:
    try:
        pack_id = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8")).get("id")
    except (ValueError, RecursionError) as error:
        raise PackError(f"{source}: {MANIFEST} can't be read ({error}): mend it") from error
    if not isinstance(pack_id, str) or not NAME.match(pack_id):
        raise PackError(f'{source}: {MANIFEST} has no id that can be a folder: write id = "small_letters"')
    return pack_id


def _swap(new: Path, place: Path, old: Path) -> None:
    """Put the new pack in its place; an older one comes back when that fails."""
    if place.is_symlink() or place.is_file():
        raise PackError(f"{place}: is no folder of a pack: move it away first")
    has_old = place.exists()
    if has_old:
        place.rename(old)
    try:
        new.rename(place)
    except OSError as error:
        if has_old:
            old.rename(place)
        raise PackError(f"{place}: can't be written ({error.strerror}): check who may write there") from error
    if has_old:
        shutil.rmtree(old, ignore_errors=True)

"""A backup as a file: a tar whose last entry, `manifest.json`, names every other with its size and SHA-256.

Written beside its final name and renamed when it is whole, so that there is never half a backup of that name; what one
that was killed leaves the next one in that folder clears away. Read with every hash compared. Names are `vmq.toml`, or
a place and a path below it (`recordings/1001/….wav`).
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO, Any

from vmq.disk import sync
from vmq.errors import StorageError

MANIFEST = "manifest.json"
FORMAT = 1
_PIECE = 1 << 20
_ROOM = ".vmq-backup-"


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `notes` are what its maker wrote down besides: see vmq.app.backup."""

    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)


class Writer:
    """A backup in the making. `room` is a folder for what is needed meanwhile."""

    def __init__(self, tar: tarfile.TarFile, room: Path) -> None:
        self.room = room
        self._tar = tar
        self.manifest = Manifest()

    def add(self, name: str, path: Path) -> bool:
        """Add a file as long as it is now; False when it isn't there (any more). Raises StorageError."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            self._put(name, file, os.fstat(file.fileno()).st_size)
        return True

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add what is no file."""
        self._put(name, io.BytesIO(content), len(content))

    def add_folder(self, place: str, folder: Path) -> None:
        """Add all files below a folder that are not in it yet and are still there."""
        for name, path in files_below(place, folder):
            if name not in self.manifest.files:
                self.add(name, path)

    def _put(self, name: str, file: IO[bytes], size: int) -> None:
        reader = _Hashing(file)
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(time.time()), 0o600
        self._tar.addfile(info, reader)
        self.manifest.files[name] = (size, reader.digest)


class _Hashing(io.RawIOBase):
    """Reads through to a file, and hashes what goes by."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sha = file, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._file.read(size)
        self._sha.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._sha.hexdigest()


def files_below(place: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Name in a backup, and path, of all files below a folder, and below what it links to; what begins with a dot is
    nobody's. Raises OSError for a folder that can't be read."""
    for at, folders, files in os.walk(folder, onerror=_unless_gone, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _is_circle(Path(at, name)))
        for name in sorted(files):
            path = Path(at, name)
            if not name.startswith(".") and path.is_file():
                yield f"{place}/{path.relative_to(folder).as_posix()}", path


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _is_circle(folder: Path) -> bool:
    """True for a link to a folder that it is in."""
    return folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve())


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """Write a backup (compressed when the name ends in `.gz`), readable by its owner only: it holds secrets.

    Raises StorageError; then, and when the block raises, there is no file of that name.
    """
    try:
        _clear_up(file.parent)
        with _room_in(file.parent) as room:
            part = room / "part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
                with _opened_for_writing(raw, file) as tar:
                    writer = Writer(tar, room)
                    yield writer
                    writer.manifest.notes["format"] = FORMAT
                    writer.add_bytes(MANIFEST, _as_json(writer.manifest))
                raw.flush()
                os.fsync(raw.fileno())
            part.replace(file)
            sync(file.parent)
    except OSError as error:
        raise StorageError(f"backup {file}: {error.filename or file}: {error.strerror or error}") from error


@contextmanager
def _room_in(folder: Path) -> Iterator[Path]:
    """A folder of our own in a folder: two backups at once don't write into one file, nor does anybody else make it
    beforehand. It is locked as long as we live."""
    while True:
        room = Path(mkdtemp(dir=folder, prefix=_ROOM))
        with _locked(room) as is_ours:
            if is_ours:
                try:
                    yield room
                finally:
                    shutil.rmtree(room, ignore_errors=True)
                return


def _clear_up(folder: Path) -> None:
    """Take away what backups left in this folder that were killed."""
    for room in folder.glob(f"{_ROOM}*"):
        if room.is_dir() and not room.is_symlink() and room.stat().st_uid == os.geteuid():
            with suppress(FileNotFoundError), _locked(room) as is_left_over:
                if is_left_over:
                    shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _locked(room: Path) -> Iterator[bool]:
    """False when another backup has the folder, or has cleared it away in this moment."""
    try:
        handle = os.open(room, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        is_locked = False
    else:
        is_locked = room.exists()
    try:
        yield is_locked
    finally:
        os.close(handle)


def _opened_for_writing(raw: IO[bytes], file: Path) -> tarfile.TarFile:
    if file.suffix == ".gz":
        return tarfile.open(fileobj=raw, mode="w|gz", format=tarfile.PAX_FORMAT)
    return tarfile.open(fileobj=raw, mode="w|", format=tarfile.PAX_FORMAT)


def _as_json(manifest: Manifest) -> bytes:
    files = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in manifest.files.items()}
    return json.dumps({**manifest.notes, "files": files}, indent=1, sort_keys=True).encode()


class Reader:
    """An open backup that is whole."""

    def __init__(self, file: Path, tar: tarfile.TarFile) -> None:
        self._file, self._tar = file, tar
        self.manifest = self._manifest()

    def read(self, name: str) -> bytes:
        """One of its files. Raises StorageError when it isn't what was written."""
        target = io.BytesIO()
        self._copy(self._tar.getmember(name), target)
        return target.getvalue()

    def extract(self, places: Mapping[str, Path]) -> None:
        """Write all files that are in a place to where that is. Raises StorageError for one that isn't what was
        written, or would be elsewhere."""
        for member in self._tar:
            place, *below = PurePosixPath(member.name).parts
            if not below or member.name not in self.manifest.files:
                continue
            if place not in places or ".." in below:
                outside = " ".join(map(str, self.manifest.notes.get("outside", ()))) or "nothing"
                raise StorageError(
                    f"backup {self._file}: {member.name!r} is in no place that the configuration names; it was made "
                    f"with this set besides: {outside}"
                )
            target = places[place].joinpath(*below)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                self._copy(member, out)

    def _copy(self, member: tarfile.TarInfo, target: IO[bytes]) -> None:
        size, wanted = self.manifest.files[member.name]
        source = self._tar.extractfile(member)
        if source is None:
            raise StorageError(f"backup {self._file}: {member.name} is no file")
        sha = hashlib.sha256()
        while piece := source.read(_PIECE):
            sha.update(piece)
            target.write(piece)
        if member.size != size or sha.hexdigest() != wanted:
            raise StorageError(f"backup {self._file}: {member.name} is not what was written: take another backup")

    def _manifest(self) -> Manifest:
        try:
            member = self._tar.getmember(MANIFEST)
            source = self._tar.extractfile(member)
            content = json.loads(source.read()) if source else {}
            files = {name: (told["bytes"], told["sha256"]) for name, told in content.pop("files").items()}
        except (KeyError, ValueError, TypeError, AttributeError):
            raise StorageError(f"backup {self._file}: has no manifest: it is none, or was broken off") from None
        if content.get("format") != FORMAT:
            raise StorageError(f"backup {self._file}: was made by a newer vmq; restore it with that one")
        missing = files.keys() - {each.name for each in self._tar.getmembers()}
        if missing:
            raise StorageError(f"backup {self._file}: lacks {min(missing)}: it is damaged; take another")
        return Manifest(files, content)


@contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Open a backup. Raises StorageError for a file that is none, or is damaged."""
    try:
        with tarfile.open(file) as tar:
            yield Reader(file, tar)
    except (tarfile.TarError, EOFError) as error:
        raise StorageError(f"backup {file}: can't be read: {error}") from error
    except OSError as error:
        raise StorageError(f"backup {file}: {error.filename or file}: {error.strerror or error}") from error

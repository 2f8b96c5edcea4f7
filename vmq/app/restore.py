"""`vmq restore`: a backup put where its configuration says, after every file of it was compared with its hash.

What is there is never deleted: without `force` it is a reason to refuse, with it it is moved aside, into
`.before-<time>` of the same folder. All files are written and synced beside their places first (`.restoring`), then
renamed; the database comes last, so that there is never one whose recordings are still missing. Broken off anywhere,
it can be done again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vmq.app.archive import Reader, reading
from vmq.app.backup import CONFIG, DATABASE, DATABASE_FILE, RECORDINGS, places
from vmq.config.file import ConfigFile
from vmq.config.load import parse, read_text
from vmq.config.model import Config
from vmq.db.snapshot import is_in_use, refs_in
from vmq.disk import sync
from vmq.errors import ConfigError, StorageError

STAGE = ".restoring"
ASIDE = ".before-"
SQLITE_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: how many files, from when; where what was there before is now; what vmq uses and was not in the
    backup; and the recordings that rows name and that it did not have."""

    files: int
    made_at: str
    aside: tuple[Path, ...]
    outside: tuple[str, ...]
    missing: tuple[str, ...]


def restore(file: Path, target: Path, environ: Mapping[str, str], *, force: bool = False) -> Restored:
    """Put a backup back; `target` is where its configuration goes. The environment's paths win over that, as always.

    Raises ConfigError when something is there already, StorageError for a backup that isn't whole, a disk that is full,
    or a vmq that runs on the same data. Nothing was changed then. Raises StorageError also for a file that can't be
    moved; then it is to be done again.
    """
    with reading(file) as backup:
        notes = backup.manifest.notes
        text = backup.read(CONFIG).decode() if CONFIG in backup.manifest.files else ""
        config = parse(text, target, environ)
        found = _Places(config, has_database=bool(notes.get("has_database")))
        if is_in_use(config.paths.data / DATABASE_FILE):
            raise StorageError(f"{config.paths.data}: a running vmq uses it; stop that first")
        if not force:
            _refuse(found.there(), target, text)
        missing = found.stage(backup)
        target.parent.mkdir(parents=True, exist_ok=True)
    stamp = found.free_stamp(target)
    try:
        aside = found.put(stamp)
        if text:
            aside += _put_config(target, text, stamp, environ)
    except OSError as error:
        raise StorageError(
            f"{error.filename}: {error.strerror or error}; mend that, and restore again with --force: "
            f"what was there is there still, or in {ASIDE}{stamp}"
        ) from error
    return Restored(
        len(backup.manifest.files), str(notes.get("made_at")), tuple(aside), tuple(notes.get("outside", ())), missing
    )


class _Places:
    """The folders that a backup goes to."""

    def __init__(self, config: Config, *, has_database: bool) -> None:
        self._folders = places(config)
        if has_database:
            self._folders[DATABASE] = config.paths.data

    def there(self) -> list[Path]:
        """What a backup would take the place of."""
        return [path for place, folder in self._folders.items() for path in self._own(place, folder)]

    def _own(self, place: str, folder: Path) -> list[Path]:
        """What belongs to a place, in its folder. The data folder holds other places too."""
        if place == DATABASE:
            return [path for name in SQLITE_FILES if (path := folder / name).exists()]
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))

    def stage(self, backup: Reader) -> tuple[str, ...]:
        """Write everything beside its place, whole and on the disk; gives the refs without a recording."""
        stages = {place: folder / STAGE / place for place, folder in self._folders.items()}
        for stage in stages.values():
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir(parents=True)
        try:
            backup.extract(stages)
            missing = self._without_recording(stages)
        except BaseException:
            self._clear()
            raise
        os.sync()
        return missing

    def _without_recording(self, stages: Mapping[str, Path]) -> tuple[str, ...]:
        if DATABASE not in stages:
            return ()
        refs = refs_in(stages[DATABASE] / DATABASE_FILE)
        return tuple(sorted(ref for ref in refs if not (stages[RECORDINGS] / f"{ref}.wav").exists()))

    def free_stamp(self, target: Path) -> str:
        """The time, as nothing that was moved aside before has it in its name."""
        now = stamp = time.strftime("%Y%m%d-%H%M%S")
        number = 1
        while any(aside.exists() for aside in (*self._asides(stamp), _config_aside(target, stamp))):
            number += 1
            stamp = f"{now}-{number}"
        return stamp

    def _asides(self, stamp: str) -> list[Path]:
        return [folder / f"{ASIDE}{stamp}" for folder in self._folders.values()]

    def put(self, stamp: str) -> list[Path]:
        """Move what is there aside, the database first, and what was staged into its place, the database last."""
        aside = []
        for place, folder in reversed(self._folders.items()):
            for path in self._own(place, folder):
                old = folder / f"{ASIDE}{stamp}" / place
                old.mkdir(parents=True, exist_ok=True)
                path.replace(old / path.name)
                aside.append(old.parent)
        for place, folder in self._folders.items():
            for path in sorted((folder / STAGE / place).iterdir()):
                path.replace(folder / path.name)
            sync(folder)
        self._clear()
        return list(dict.fromkeys(aside))

    def _clear(self) -> None:
        for folder in self._folders.values():
            shutil.rmtree(folder / STAGE, ignore_errors=True)


def _refuse(there: list[Path], target: Path, text: str) -> None:
    if text and target.exists() and read_text(target) != text:
        there = [target, *there]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise ConfigError(f"{there[0]}{more}: is there already; with --force it is moved aside, not deleted")


def _config_aside(target: Path, stamp: str) -> Path:
    return target.with_name(f"{target.name}{ASIDE}{stamp}")


def _put_config(target: Path, text: str, stamp: str, environ: Mapping[str, str]) -> list[Path]:
    before = read_text(target) if target.exists() else ""
    if before == text:
        return []
    aside = _config_aside(target, stamp)
    if before:
        shutil.copy2(target, aside)
    ConfigFile(target, environ).write(text, before)
    return [aside] if before else []

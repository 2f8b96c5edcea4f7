"""`vmq backup`: everything a vmq has, in one file, also while it runs.

The database comes first, as it is at one moment; then every recording that its rows name. One that an owner deleted in
between is in no later moment's rows either: so another moment is taken until no row lacks its recording. Recordings of
calls under way come last, with the notes by which a start finishes them. Nothing is changed, and no call waits.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from vmq import __version__
from vmq.app.archive import Writer, files_below, writing
from vmq.audio.store import COPIES
from vmq.config.load import ENV_PREFIX, parse, read_text
from vmq.config.model import Config
from vmq.db.snapshot import refs_in, take_snapshot
from vmq.domain.draft import INCOMING
from vmq.errors import ConfigError

CONFIG = "vmq.toml"
DATABASE = "database"
RECORDINGS = "recordings"
DATABASE_FILE = "vmq.db"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds: how many files and bytes; the settings in it that are secret; what vmq uses and is not in
    it; and the recordings that were lost before."""

    files: int
    size: int
    secrets: tuple[str, ...]
    outside: tuple[str, ...]
    missing: tuple[str, ...]


def places(config: Config) -> dict[str, Path]:
    """Where the files of each place lie, but for the database. The same for a backup and for restoring it."""
    paths = config.paths
    found = {RECORDINGS: paths.recordings_folder, "personalities": paths.installed_personalities}
    found |= {f"personalities-{number}": folder for number, folder in enumerate(paths.personalities, 1)}
    return found | ({"templates": config.mail.templates} if config.mail.templates else {})


def is_elsewhere(config: Config) -> bool:
    """True when the database is a server's, and so that server's to back up."""
    return bool(config.storage.url.get_secret_value())


def make_backup(
    source: Path | None, file: Path, environ: Mapping[str, str], *, without_database: bool = False
) -> BackedUp:
    """Write a backup of the vmq whose configuration `source` is (None = all defaults).

    Raises ConfigError, also when the file is there already, or the database is a server's and it was not said that the
    backup goes without; StorageError.
    """
    text = read_text(source) if source else ""
    config = parse(text, source, environ)
    if file.exists():
        raise ConfigError(f"{file}: is there already; name another file, or remove that one")
    if is_elsewhere(config) and not without_database:
        raise ConfigError("storage.url: the database is a server's, which has a backup of its own: run pg_dump first,"
                          " and then `vmq backup --without-database` for all the rest")  # fmt: skip
    with writing(file) as backup:
        missing = () if without_database else _database(backup, config)
        _files(backup, config)
        if source:
            backup.add_bytes(CONFIG, text.encode())
        secrets, outside = list(_secrets(config, tomllib.loads(text))), _outside(config, environ)
        backup.manifest.notes |= {
            "vmq": __version__,
            "made_at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "has_database": not without_database,
            "secrets": secrets,
            "outside": outside,
            "missing": missing,
        }
        size = sum(size for size, _ in backup.manifest.files.values())
        return BackedUp(len(backup.manifest.files), size, tuple(secrets), tuple(outside), missing)


def _database(backup: Writer, config: Config) -> tuple[str, ...]:
    """Add the database and what it names; gives the refs that two moments' rows named in vain: those are lost."""
    snapshot, absent = backup.room / DATABASE_FILE, frozenset[str]()
    while True:
        snapshot.unlink(missing_ok=True)
        take_snapshot(config.paths.data / DATABASE_FILE, snapshot)
        before, absent = absent, frozenset(_not_added(backup, config, refs_in(snapshot)))
        if absent <= before:
            backup.add(f"{DATABASE}/{DATABASE_FILE}", snapshot)
            return tuple(sorted(absent))


def _not_added(backup: Writer, config: Config, refs: frozenset[str]) -> list[str]:
    """Add the recordings that are not in it yet; gives those that have no file."""
    absent = []
    for ref in sorted(refs):
        name = f"{RECORDINGS}/{ref}.wav"
        if name not in backup.manifest.files and not backup.add(name, config.paths.recordings_folder / f"{ref}.wav"):
            absent.append(ref)
    return absent


def _files(backup: Writer, config: Config) -> None:
    """All other files: talks, prompts of the house's own, quarantine, packs; and last, what callers are saying now."""
    found = places(config)
    for place, folder in found.items():
        for name, path in files_below(place, folder):
            is_special = place == RECORDINGS and name.split("/")[1] in (INCOMING, COPIES)
            if not is_special and name not in backup.manifest.files:
                backup.add(name, path)
    # A note before its sound: what is stored between the two needs neither.
    for name, path in sorted(files_below(f"{RECORDINGS}/{INCOMING}", found[RECORDINGS] / INCOMING), key=_notes_first):
        backup.add(name, path)


def _notes_first(entry: tuple[str, Path]) -> tuple[bool, str]:
    return entry[1].suffix != ".json", entry[0]


def _secrets(table: BaseModel, said: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """The settings that are secrets and are said in the file, by where they stand."""
    for key, told in said.items():
        value = getattr(table, key)
        if isinstance(value, SecretStr) and told:
            yield f"{where}{key}"
        elif isinstance(value, BaseModel) and isinstance(told, Mapping):
            yield from _secrets(value, told, f"{where}{key}.")
        elif isinstance(value, tuple):
            for each, one in zip(value, told, strict=False):
                if isinstance(each, BaseModel) and isinstance(one, Mapping):
                    name = getattr(each, "name", "") or getattr(each, "number", "")
                    yield from _secrets(each, one, f"{where}{key} {name}:")


def _outside(config: Config, environ: Mapping[str, str]) -> list[str]:
    """What vmq uses and a backup doesn't hold."""
    variables = sorted(name for name in environ if name.startswith(ENV_PREFIX) and "__" in name)
    files = (config.http.tls_certificate, config.http.tls_key, config.mqtt.tls_ca, config.queue_log.file)
    hook = config.hook.command[:1]
    return [*(f"${name}" for name in variables), *(str(path) for path in files if path), *hook]

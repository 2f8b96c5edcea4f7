"""Writing that outlives a loss of power: a file that gets a new text in one step, and names that are on the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def sync(path: Path) -> None:
    """Back when a file, or the names in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folders(folders: Iterable[Path]) -> None:
    """Make names durable: each folder once, and those that these are in. Raises OSError."""
    wanted = set(folders)
    for folder in sorted(wanted | {folder.parent for folder in wanted}):
        sync(folder)


def write_at_once(path: Path, text: str, *, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Let a file say this, whole or not at all. It gets this mode, and the user and group of `owner`: None = ours.
    Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        if owner is not None:
            os.chown(new, *owner)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise

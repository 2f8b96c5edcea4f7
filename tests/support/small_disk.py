"""A disk that can be full: a small file system in memory, where this user may mount one."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = "1m"


class SmallDisk:
    """A file system of its own at `folder`, which `fill` leaves without room and `free` makes room on again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, but_bytes: int = 0) -> None:
        """Take all the room there is, but for so much."""
        try:
            with self._filler.open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        with self._filler.open("r+b") as file:
            file.truncate(self._filler.stat().st_size - but_bytes)

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()


@contextmanager
def mounted(folder: Path) -> Iterator[SmallDisk]:
    """A small disk at this folder. Where none may be mounted the test is skipped: tests/unit has its faults by hand."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "vmq-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)

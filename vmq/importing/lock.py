"""Keeps app_voicemail out of a folder of its spool while that is read, as it keeps itself out (main/app.c,
ast_lock_path_lockfile): a file is linked to the name `.lock`, which works only once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vmq.errors import VmqError


class FolderHeldError(VmqError):
    """Somebody else holds a folder of the spool all the time."""


WAIT_S = 5.0  # as long as app_voicemail waits
STEP_S = 0.05


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder. One that can't be written to (a backup, another's spool) is read as it is. Raises
    FolderHeldError."""
    own, lock = folder / f".lock-vmq-{os.getpid()}", folder / ".lock"
    try:
        own.touch()
    except OSError:
        yield
        return
    try:
        _take(own, lock)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
    finally:
        own.unlink(missing_ok=True)


def _take(own: Path, lock: Path) -> None:
    give_up_at = time.monotonic() + WAIT_S
    while True:
        try:
            lock.hardlink_to(own)
        except FileExistsError:
            if time.monotonic() > give_up_at:
                raise FolderHeldError(f"{lock}: is held by a call; import again when it is over") from None
            time.sleep(STEP_S)
        else:
            return

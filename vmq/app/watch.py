"""Tells when a file is written, by Linux's inotify, whose descriptor the event loop waits for: nothing polls.

A file is written in place (CLOSE_WRITE), or another is moved to its name (MOVED_TO, what editors and vmq do), or a
symbolic link on the way to it is made anew (CREATE, MOVED_TO; what containers do with mounted configurations). All are
seen by watching the folders, not the file: the file of before may be gone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from inotify_simple import INotify

MAX_LINKS = 40
"""As many symbolic links as Linux follows in a path."""

# inotify(7)
_CLOSE_WRITE, _MOVED_TO, _CREATE, _ONLYDIR, _OVERFLOW = 0x8, 0x80, 0x100, 0x1000000, 0x4000

log = structlog.get_logger(__name__)


class FileWatch:
    """Calls `changed` each time the file was written. Where that can't be seen it says so in the log, once."""

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self._path = path.absolute()
        self._changed = changed
        self._names: dict[int, tuple[Path, set[str]]] = {}
        self._inotify: INotify | None = None

    def start(self) -> None:
        """Begin to watch, on the running loop."""
        try:
            from inotify_simple import INotify  # noqa: PLC0415  Linux has it, others don't

            self._inotify = INotify(nonblocking=True)
            self._watch(self._inotify)
        except (ImportError, OSError) as error:
            log.warning("config_not_watched", path=str(self._path), error=str(error), instead="vmq reload")
            return
        asyncio.get_running_loop().add_reader(self._inotify.fileno(), self._read, self._inotify)

    def close(self) -> None:
        """Watch no longer."""
        if self._inotify is not None:
            asyncio.get_running_loop().remove_reader(self._inotify.fileno())
            self._inotify.close()
            self._inotify = None

    def _watch(self, inotify: INotify) -> None:
        """Watch each folder in which something on the way to the file stands."""
        self._names = {}
        for folder, name in steps(self._path):
            watch = inotify.add_watch(folder, _CLOSE_WRITE | _MOVED_TO | _CREATE | _ONLYDIR)
            self._names.setdefault(watch, (folder, set()))[1].add(name)

    def _read(self, inotify: INotify) -> None:
        """A file that was only created is not written yet; a link is."""
        is_ours = False
        for event in inotify.read(timeout=0):
            folder, names = self._names.get(event.wd, (self._path, set()))
            is_ready = not event.mask & _CREATE or (folder / event.name).is_symlink()
            is_ours |= bool(event.mask & _OVERFLOW) or (event.name in names and is_ready)
        if not is_ours:
            return
        try:
            self._watch(inotify)
        except OSError as error:
            log.warning("config_not_watched", path=str(self._path), error=str(error), instead="vmq reload")
        self._changed()


def steps(path: Path) -> Iterator[tuple[Path, str]]:
    """Folder and name of each symbolic link on the way to a file, and of the file itself."""
    at, rest = Path("/"), list(path.parts[1:])
    links = 0
    while rest:
        name = rest.pop(0)
        here = at / name
        if here.is_symlink() and links < MAX_LINKS:
            links += 1
            yield at, name
            target = Path(os.path.normpath(at / here.readlink()))
            at, rest = Path("/"), [*target.parts[1:], *rest]
        else:
            if not rest:
                yield at, name
            at = here

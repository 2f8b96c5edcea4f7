"""The changes of the configuration file that can be undone, kept as files among the data, so that a restart keeps them.

One file a change, written at once and readable by its owner only: it says what the configuration does, secrets too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from vmq.disk import write_at_once

log = structlog.get_logger(__name__)

MAX_EDITS = 50
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the file: when (epoch seconds), by whom, its text before and after."""

    at: float
    by: str
    was: str
    text: str


class EditStore:
    """The last MAX_EDITS changes of one file, the newest last, in a folder of its own below `folder`: None = kept
    in memory only.

    All of it works on the disk, and belongs in a thread. What can't be read or written is logged and forgotten: to undo
    it is a convenience, and the change itself was made.
    """

    def __init__(self, folder: Path | None, file: Path | None) -> None:
        own = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:16] if file else ""
        self._folder = folder / own if folder and own else None
        self._read: dict[int, Edit] | None = None

    @property
    def _edits(self) -> dict[int, Edit]:
        """By their numbers. Read when they are first asked for: the folder of data may not be there at a start."""
        if self._read is None:
            self._read = dict(self._kept())
        return self._read

    @property
    def all(self) -> Sequence[Edit]:
        """Oldest first."""
        return [self._edits[number] for number in sorted(self._edits)]

    def add(self, edit: Edit) -> None:
        """One more; the oldest is forgotten when there are too many."""
        number = max(self._edits, default=0) + 1
        self._edits[number] = edit
        if self._folder:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_at_once(self._path(number), json.dumps(asdict(edit)), mode=0o600)
            except OSError as error:
                log.error("edit_not_kept", folder=str(self._folder), error=error.strerror)
        for old in sorted(self._edits)[:-MAX_EDITS]:
            self._forget(old)

    def drop_last(self) -> None:
        """The newest was undone."""
        self._forget(max(self._edits))

    def _forget(self, number: int) -> None:
        del self._edits[number]
        if self._folder:
            try:
                self._path(number).unlink(missing_ok=True)
            except OSError as error:
                log.error("edit_not_forgotten", folder=str(self._folder), error=error.strerror)

    def _path(self, number: int) -> Path:
        return Path(self._folder or "", f"{number:0{_DIGITS}}.json")

    def _kept(self) -> Iterator[tuple[int, Edit]]:
        if self._folder is None:
            return
        try:
            paths = sorted(self._folder.glob(f"{'[0-9]' * _DIGITS}.json"))
        except OSError as error:
            log.error("edits_unreadable", folder=str(self._folder), error=error.strerror)
            return
        for path in paths:
            try:
                yield int(path.stem), Edit(**json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                log.error("edit_unreadable", file=str(path), error=str(error))

"""The notes beside recordings in the making: each draft written down, durably, before its recording starts.

Comes in: drafts. Goes out: a file that outlives a crash, and after one the drafts that it left. Everything here works
on the disk and belongs in a thread.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path

import structlog

from vmq.audio.disk import checked
from vmq.domain.draft import INCOMING, Draft, DraftKind
from vmq.errors import StorageError

log = structlog.get_logger(__name__)


class Notes:
    """The notes of a folder of recordings. Unreadable ones are put into `quarantine`."""

    def __init__(self, folder: Path, quarantine: Path) -> None:
        self._folder, self._quarantine = folder, quarantine

    def write(self, draft: Draft) -> None:
        """Write a draft down; durable once the folder is synced. Raises OSError, and then leaves the note as it was."""
        note, new = self._file(draft, ".json"), self._file(draft, ".new")
        try:
            with new.open("w", encoding="utf-8") as file:
                json.dump(asdict(draft), file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            new.unlink(missing_ok=True)
            raise
        new.replace(note)

    def remove(self, draft: Draft) -> None:
        """The draft is over."""
        self._file(draft, ".json").unlink(missing_ok=True)

    def ids(self) -> Collection[str]:
        """The drafts that there are notes of, readable or not."""
        return {note.stem for note in self._notes()}

    def read(self) -> Iterator[Draft]:
        """All drafts. Unreadable notes go to quarantine, with an error in the log."""
        for note in self._notes():
            try:
                content = json.loads(note.read_text(encoding="utf-8"))
                draft = Draft(**{**content, "kind": DraftKind(content["kind"])})
                checked(draft.message_ref if draft.kind is DraftKind.MESSAGE else draft.ref)
            except (ValueError, TypeError, KeyError, StorageError) as error:
                log.error("draft_unreadable", file=str(note), error=str(error), moved_to=self._quarantine.name)
                note.replace(self._quarantine / note.name)
                continue
            yield draft

    def _notes(self) -> list[Path]:
        return sorted((self._folder / INCOMING).glob("*.json"))

    def _file(self, draft: Draft, suffix: str) -> Path:
        return self._folder / f"{checked(draft.ref)}{suffix}"

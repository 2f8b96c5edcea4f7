"""The History port over a list of entries: a fake that passes the contract of the real one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vmq.domain.records import CallerEntered, Record
from vmq.engine.ports import JournalEntry


def subject_of(record: Record) -> str:
    """Whose record it is."""
    names = ("party", "call_id", "agent", "mailbox")
    return next((str(getattr(record, name)) for name in names if hasattr(record, name)), "")


class ListHistory:
    """Looks at all entries each time. The list may grow."""

    def __init__(self, entries: Sequence[JournalEntry]) -> None:
        self.entries = entries

    async def between(
        self, begin: float, end: float, kinds: Collection[type[Record]], *, after: int = 0, limit: int = 1000
    ) -> Sequence[JournalEntry]:
        """A page by time."""
        found = [e for e in self.entries if begin <= e.at < end and e.id > after and type(e.record) in kinds]
        return found[:limit]

    async def about(
        self,
        subjects: Collection[str],
        kinds: Collection[type[Record]],
        *,
        before: int | None = None,
        newest: int | None = None,
    ) -> Sequence[JournalEntry]:
        """By subject."""
        found = [
            e
            for e in self.entries
            if type(e.record) in kinds and subject_of(e.record) in subjects and (before is None or e.id < before)
        ]
        if newest is None:
            return found
        groups: dict[tuple[type[Record], str], list[JournalEntry]] = {}
        for entry in found:
            groups.setdefault((type(entry.record), subject_of(entry.record)), []).append(entry)
        return sorted((e for group in groups.values() for e in group[-newest:]), key=lambda e: e.id)

    async def entered(self, number: str, newest: int) -> Sequence[JournalEntry]:
        """By number."""
        found = [
            e for e in self.entries if isinstance(e.record, CallerEntered) and number and e.record.number == number
        ]
        return found[-newest:]

    async def newest_before(self, at: float, kinds: Collection[type[Record]]) -> Sequence[JournalEntry]:
        """The last of each kind and subject."""
        newest = {
            (type(e.record), subject_of(e.record)): e for e in self.entries if e.at < at and type(e.record) in kinds
        }
        return sorted(newest.values(), key=lambda e: e.id)

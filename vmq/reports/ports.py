"""What reports need of the outside: the journal's past, and somewhere to write a queue_log. All raise StorageError."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from vmq.domain.queue_log import QueueLogLine
from vmq.domain.records import Record
from vmq.engine.ports import JournalEntry

Kinds = Collection[type[Record]]


class History(Protocol):
    """The durable entries of a journal, by time and by subject. Answers are in the journal's order."""

    async def between(
        self, begin: float, end: float, kinds: Kinds, *, after: int = 0, limit: int = 1000
    ) -> Sequence[JournalEntry]:
        """A page of the entries of these kinds from [begin, end), epoch seconds, with id > after."""
        ...

    async def about(
        self, subjects: Collection[str], kinds: Kinds, *, before: int | None = None, newest: int | None = None
    ) -> Sequence[JournalEntry]:
        """The entries of these kinds about these calls or agents: with id < before, and of each kind about each
        subject only the `newest` ones."""
        ...

    async def entered(self, number: str, newest: int) -> Sequence[JournalEntry]:
        """The `newest` entries of kind CallerEntered of callers with this number; an empty one is nobody's."""
        ...

    async def newest_before(self, at: float, kinds: Kinds) -> Sequence[JournalEntry]:
        """Of each of these kinds the newest entry about each subject that is older than `at` (epoch seconds)."""
        ...


class QueueLogSink(Protocol):
    """A place that a queue_log is written to. It remembers, durably, how far the journal is written there."""

    async def begin(self, last_id: int) -> int:
        """The id of the entry to go on after. Where nothing was ever written, that is `last_id`."""
        ...

    async def write(self, lines: Sequence[QueueLogLine], last_id: int) -> None:
        """Add the lines that all entries up to `last_id` have come to. Durable on return; after a crash in between,
        the same lines may be given again, and are there once nevertheless."""
        ...

"""The live stream as a program reads it: journal entries one after the other, each with the record that it carries.

In: the lines of a stream of server-sent events. Out: entries, and gaps where the journal doesn't reach back so far.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from vmq.client.errors import NoAnswer
from vmq.domain.records import RECORDS, Record, record_of

MAX_EVENT = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: the `id` grows, `at` is epoch seconds, `data` are the record's fields as they came."""

    id: int
    at: float
    kind: str
    data: Mapping[str, Any]

    @property
    def record(self) -> Record | None:
        """What happened, typed (vmq.domain.records); None for a kind that this version doesn't know."""
        return record_of(self.kind, self.data) if self.kind in RECORDS else None


@dataclass(frozen=True, slots=True)
class Gap:
    """The journal doesn't reach back to where one stopped: what was worked out from the stream must be asked anew."""

    reason: str


class Entries:
    """What one connection tells, in its order; `last_id` is where to go on after it."""

    def __init__(self, lines: AsyncIterator[str], last_id: int | None) -> None:
        self._lines = lines
        self.last_id = last_id

    async def __aiter__(self) -> AsyncIterator[Entry | Gap]:
        """Until the server ends it. Raises NoAnswer for what is no stream of a vmq."""
        name, upcoming = "", self.last_id
        async for line in self._lines:
            if len(line) > MAX_EVENT:
                raise NoAnswer(f"an event of {len(line)} bytes; is this a vmq?")
            key, _, value = line.partition(": ")
            try:
                if key == "event":
                    name = value
                elif key == "id":
                    upcoming = int(value)
                elif not line:
                    name, self.last_id = "", upcoming
                elif key == "data" and name == "record":
                    told = json.loads(value)
                    self.last_id = upcoming  # not before all of it is here: what breaks off comes again
                    yield Entry(told["id"], told["at"], told["kind"], told["record"])
                elif key == "data" and name == "reset":
                    yield Gap(json.loads(value)["reason"])
            except (ValueError, KeyError, TypeError):
                raise NoAnswer(f"an event can't be read: {line[:80]!r}; is this a vmq?") from None

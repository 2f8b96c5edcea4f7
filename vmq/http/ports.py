"""What the HTTP server is given by the app: the engine's ports, and how to ask each part for its state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vmq.domain.mailbox import Counts
from vmq.engine.ports import EventSink, Journal

FloorView = Callable[[], Mapping[str, Any]]
"""Gives the floor as plain data, in the shape of `vmq.http.models.Floor`."""

MailboxCounts = Callable[[str], Awaitable[Counts | None]]
"""Gives the counts of a mailbox by its number; None when there is no such mailbox. May raise StorageError."""


ReloadPacks = Callable[[], Awaitable[tuple[Sequence[str], Mapping[str, str]]]]
"""Opens all personalities anew: the ids in use, and why others were refused, by id."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a dependency is. `text` says what is wrong and what to do; empty when nothing is."""

    is_ok: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """A dependency to look at. `check` must not take long: it is given up after a few seconds."""

    name: str
    check: Callable[[], Awaitable[Health]]


@dataclass(frozen=True, slots=True)
class HttpPorts:
    """Everything the routes use."""

    journal: Journal
    floor: FloorView
    events: EventSink
    has_agent: Callable[[str], bool]
    probes: Sequence[Probe] = ()
    mailbox_counts: MailboxCounts | None = None
    reload_packs: ReloadPacks | None = None

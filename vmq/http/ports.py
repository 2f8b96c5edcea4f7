"""What the HTTP server is given by the app: the engine's ports, and how to ask each part for its state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from vmq.domain.mailbox import Counts
from vmq.engine.ports import EventSink, Journal
from vmq.http.delivery_ports import FeedPort, OutboxPort
from vmq.http.reports import ReportPort

FloorView = Callable[[], Mapping[str, Any]]
"""Gives the floor as plain data, in the shape of `vmq.http.models.Floor`."""

MailboxCounts = Callable[[str], Awaitable[Counts | None]]
"""Gives the counts of a mailbox by its number; None when there is no such mailbox. May raise StorageError."""


Knows = Callable[[str, str], bool]
"""Is there an agent, queue, caller or offer (the kind) of this name or id?"""


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


class Setting(Protocol):
    """A queue, agent … as the configuration says it, with all defaults; `etag` changes when it does."""

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def etag(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ReloadDone:
    """What reading the configuration anew led to: what changed, and which settings need a restart to take effect."""

    changed: tuple[str, ...]
    needs_restart: tuple[str, ...]


class Settings(Protocol):
    """The configuration file. All raise ConfigError with the configuration's own messages (one a line), also its
    subclasses SettingUnknown and SettingChanged, and StorageError. `kinds` are queue, agent … and the model of each."""

    @property
    def kinds(self) -> Mapping[str, type[BaseModel]]: ...

    async def all(self, kind: str) -> Sequence[Setting]:
        """All of a kind, in their order."""
        ...

    async def get(self, kind: str, name: str) -> Setting:
        """One of them."""
        ...

    async def put(self, kind: str, name: str, values: Mapping[str, Any], etag: str, by: str) -> bool:
        """Let it say just this; True when it is new. An empty `etag` means whatever it says now."""
        ...

    async def patch(self, kind: str, name: str, values: Mapping[str, Any], etag: str, by: str) -> None:
        """Change some of what it says; None = back to the default."""
        ...

    async def delete(self, kind: str, name: str, etag: str, by: str) -> None:
        """Take it out."""
        ...

    async def reload(self, by: str) -> ReloadDone:
        """Put into effect what the file says now."""
        ...


Why = Callable[[str], Mapping[str, Any] | None]
"""Explains a caller's place, by his call's id, in the shape of `vmq.http.models.WhyView`; None when there is none."""


@dataclass(frozen=True, slots=True)
class HttpPorts:
    """Everything the routes use."""

    journal: Journal
    floor: FloorView
    events: EventSink
    knows: Knows
    probes: Sequence[Probe] = ()
    mailbox_counts: MailboxCounts | None = None
    settings: Settings | None = None
    why: Why | None = None
    reports: ReportPort | None = None
    reload_packs: ReloadPacks | None = None
    outbox: OutboxPort | None = None
    feeds: FeedPort | None = None

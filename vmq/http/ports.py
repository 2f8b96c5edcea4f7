"""What the HTTP server is given by the app: the engine's ports, and how to ask each part for its state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from vmq.access.doors import Doors
from vmq.access.ports import AuditLog
from vmq.access.rights import SubjectOf
from vmq.access.users import User
from vmq.domain.device_rules import DeviceRules
from vmq.domain.mailbox import Counts
from vmq.domain.subject import Subject
from vmq.engine.ports import EventSink, Journal
from vmq.http.delivery_ports import FeedPort, OutboxPort
from vmq.http.doors import DoorPort
from vmq.http.mailbox_ports import ListDesk, MailboxDesk, MessageDesk
from vmq.http.reports import ReportPort
from vmq.http.telephone_ports import Telephones
from vmq.http.transcript_ports import Texts
from vmq.http.voice_ports import Examine, PackDesk, PromptDesk

FloorView = Callable[[], Mapping[str, Any]]
"""Gives the floor as plain data, in the shape of `vmq.http.models.Floor`."""

MailboxCounts = Callable[[str], Awaitable[Counts | None]]
"""Gives the counts of a mailbox by its number; None when there is no such mailbox. May raise StorageError."""


Knows = Callable[[str, str], bool]
"""Is there an agent, queue, caller or offer (the kind) of this name or id?"""


def _nobodys(_kind: str, _name: str) -> Subject:
    return Subject()


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


@dataclass(frozen=True, slots=True)
class SettingEdit:
    """A change of the file: when (epoch seconds), by whom, and what of it in the form of `diff -u`, without secrets."""

    at: float
    by: str
    diff: str


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

    async def preview(self, kind: str, name: str, values: Mapping[str, Any] | None, etag: str) -> str:
        """What `put` (for None, `delete`) would change, in the form of `diff -u`, without secrets."""
        ...

    async def edits(self) -> Sequence[SettingEdit]:
        """What was changed, oldest first, and can be undone from the last one on."""
        ...

    async def undo(self, by: str) -> ReloadDone:
        """Undo the last change. Raises NothingToUndo too."""
        ...

    async def rename_mailbox(self, number: str, to: str, *, keep_as_alias: bool, by: str) -> None:
        """Let the file mean `to` wherever it means the mailbox `number`."""
        ...

    async def sheet(self, kind: str) -> bytes:
        """All of a kind as CSV."""
        ...

    async def take_sheet(self, kind: str, content: bytes, *, is_dry: bool, by: str) -> Sequence[str]:
        """Let it say what a CSV does, all of it or nothing; tells what changes, line by line. `is_dry`: only tell."""
        ...

    async def reload(self, by: str) -> ReloadDone:
        """Put into effect what the file says now."""
        ...


Why = Callable[[str], Mapping[str, Any] | None]
"""Explains a caller's place, by his call's id, in the shape of `vmq.http.models.WhyView`; None when there is none."""


class Answer(Protocol):
    """What was answered to a request (its digest): the status, 0 = it is being carried out, and the body."""

    @property
    def request(self) -> str: ...

    @property
    def status(self) -> int: ...

    @property
    def text(self) -> str: ...


class OnceStore(Protocol):
    """Requests that are carried out once, however often they come. Methods raise StorageError."""

    async def begin(self, key: str, request: str, now: float) -> Answer | None:
        """Note that a request (its digest) begins under a key; what is known of an earlier one with that key."""
        ...

    async def finish(self, key: str, status: int, text: str) -> None:
        """Keep the answer."""
        ...

    async def forget(self, key: str) -> None:
        """Nothing came of it: the key may be used again."""
        ...


class Provider(Protocol):
    """The OpenID provider that vouches for users. Methods raise AccessRefused."""

    @property
    def label(self) -> str:
        """What the log-in page calls it."""
        ...

    async def begin(self, request: HttpRequest, came_back_at: str) -> Response:
        """Send the browser to it."""
        ...

    async def end(self, request: HttpRequest) -> User:
        """Who the browser comes back as."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Users, and what is written down of what they do; `now` tells epoch seconds."""

    doors: Doors
    audit: AuditLog
    once: OnceStore
    now: Callable[[], float]
    provider: Provider | None = None


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
    packs: PackDesk | None = None
    prompts: PromptDesk | None = None
    examine: Examine | None = None
    desk: MailboxDesk | None = None
    messages: MessageDesk | None = None
    texts: Texts | None = None
    own_lists: ListDesk | None = None
    outbox: OutboxPort | None = None
    feeds: FeedPort | None = None
    doors: DoorPort | None = None
    devices: Callable[[], DeviceRules] = DeviceRules
    subject: SubjectOf = _nobodys
    access: Access | None = None
    telephones: Telephones | None = None

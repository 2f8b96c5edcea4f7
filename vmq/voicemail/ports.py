"""What voicemail needs of the outside besides the engine's ports: mailboxes and files. Both raise StorageError."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vmq.domain.delivery import Delivery
from vmq.domain.directory import Listed
from vmq.domain.draft import Draft
from vmq.domain.mailbox import Counts, Folder, Greeting, GreetingKind, Mailbox, Message, Moved, Place, Stored
from vmq.domain.pin import LoginState
from vmq.engine.ports import Clock, EventSink, Journal, Recordings
from vmq.voicemail.owner_ports import Owners
from vmq.voicemail.sending_ports import Lists, Sendings, Upkeep


class Mailboxes(Protocol):
    """The mailboxes as they are kept (vmq.db.mailboxes). Each method is one short transaction."""

    async def find(self, *numbers: str) -> Mapping[str, Mailbox]:
        """Those of the mailboxes that are there, with greetings and counts."""
        ...

    async def ensure(self, mailbox: Mailbox, now: float) -> bool:
        """Make the mailbox unless it is there; True when it was made."""
        ...

    async def describe(self, mailbox: str, name: str, personality: str, language: str) -> None:
        """Change what an administrator says of a mailbox."""
        ...

    async def add_message(self, message: Message, deliveries: Sequence[Delivery] = ()) -> Stored:
        """Store a message with its deliveries, and make its mailbox where there is none. Durable on return; the same id
        is stored once, and so are its deliveries."""
        ...

    async def messages(self, mailbox: str, folder: Folder) -> tuple[Message, ...]:
        """The messages of a folder, oldest first."""
        ...

    async def message(self, mailbox: str, message_id: str) -> Message | None:
        """A message of this mailbox, deleted or not; None when it has none of this id."""
        ...

    async def page(
        self, mailbox: str, folder: Folder | None, after: Place | None, limit: int, search: str = ""
    ) -> Sequence[Message]:
        """Messages newest first, those that come after a place, at most `limit`; without a folder those of all folders
        but Deleted. With `search` those in whose text, callers' names or numbers its words are."""
        ...

    async def move(
        self, mailbox: str, ids: Collection[str], to: Folder, max_messages: int | None = None, now: float = 0.0
    ) -> Moved:
        """Put messages into a folder, or none of them when it would then hold more than `max_messages`. `now` (here and
        below) is since when they are there; 0 = since when they were where they were."""
        ...

    async def restore(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put deleted messages back to where they were."""
        ...

    async def mark_old(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put those of the messages that are still new into Old, as heard."""
        ...

    async def mark_new(self, mailbox: str, ids: Collection[str], now: float = 0.0) -> Moved:
        """Put messages back to where they arrived, as if nobody had heard them."""
        ...

    async def purge(self, mailbox: str, keep: int) -> Sequence[str]:
        """Forget all deleted messages but the `keep` newest; gives the refs of their files."""
        ...

    async def set_greeting(self, mailbox: str, greeting: Greeting) -> str:
        """Make this the greeting of its kind; gives the ref of the one it replaces, or ""."""
        ...

    async def remove_greeting(self, mailbox: str, kind: GreetingKind) -> str:
        """Take a greeting away; gives its ref, or ""."""
        ...

    async def change_login(
        self, mailbox: str, change: Callable[[LoginState], LoginState]
    ) -> tuple[LoginState, LoginState]:
        """Change the count of wrong PINs in one transaction; gives the state before and after."""
        ...

    async def listed(self) -> Sequence[Listed]:
        """Who is in the directory."""
        ...

    async def all_counts(self) -> Mapping[str, Counts]:
        """The counts of every mailbox."""
        ...

    async def refs(self) -> frozenset[str]:
        """The refs of all files that a row names."""
        ...


class RecordingFiles(Recordings, Protocol):
    """The folder of recordings (vmq.audio.store)."""

    async def begin(self, draft: Draft) -> None:
        """Write a draft down, durably, before its recording starts; again when it changes."""
        ...

    async def fill(self, draft: Draft, wav: bytes) -> None:
        """Make a WAV file of any kind a draft's recording. Raises BrokenRecordingError when it is none."""
        ...

    async def read(self, ref: str) -> bytes:
        """A recording as a WAV file."""
        ...

    def as_one(self, refs: Sequence[str]) -> AbstractAsyncContextManager[Path]:
        """One WAV file of these recordings, one after the other, while the block lasts."""
        ...

    async def peaks(self, refs: Sequence[str], count: int) -> Sequence[int]:
        """How loud these recordings are, one after the other, in `count` equal parts, 0 to 100."""
        ...

    async def keep(self, draft: Draft, ref: str) -> float:
        """Move a draft's recording to its place, whole and durable; gives its length in seconds."""
        ...

    async def measure(self, draft: Draft) -> float:
        """Length in seconds of what a draft's recording holds by now; 0.0 when there is none."""
        ...

    async def is_kept(self, draft: Draft) -> bool:
        """True when the draft's recording is already in its place as a message."""
        ...

    async def forget(self, draft: Draft, ref: str) -> None:
        """Make the move to `ref` durable, and remove what `begin` wrote."""
        ...

    async def discard(self, draft: Draft) -> None:
        """Remove a draft's recording and what `begin` wrote."""
        ...

    async def remove(self, refs: Collection[str]) -> None:
        """Delete recordings that no row names any more."""
        ...

    async def link(self, refs: Sequence[tuple[str, str]]) -> None:
        """Give recordings further names, as (recording, its new name); durable. A name that is there stays. Raises
        BrokenRecordingError when one of the recordings is not there, nor its new name."""
        ...

    async def compose(self, refs: Sequence[str], target: str) -> float:
        """Make one recording of several; gives its length in seconds. One that is there already stays. Raises
        BrokenRecordingError when one of them is not there."""
        ...

    async def drafts(self) -> Sequence[Draft]:
        """All drafts that are written down."""
        ...

    async def unexplained(self) -> Sequence[str]:
        """Recordings that no draft explains."""
        ...

    async def quarantine(self, refs: Collection[str]) -> None:
        """Put recordings aside."""
        ...

    async def missing(self, known: Collection[str]) -> Sequence[str]:
        """Those of the refs that have no file."""
        ...


class Outgoing(Protocol):
    """Who outside is told of a mailbox's messages."""

    def deliveries(self, message: Message) -> Sequence[Delivery]:
        """What a new message needs, to be stored with it."""
        ...

    def wake(self) -> None:
        """Deliveries were stored: they may go out."""
        ...


class NobodyTold:
    """No message goes anywhere."""

    def deliveries(self, message: Message) -> Sequence[Delivery]:  # noqa: ARG002  the port's
        """None."""
        return ()

    def wake(self) -> None:
        """Nothing waits."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that voicemail reaches outside itself."""

    mailboxes: Mailboxes
    owners: Owners
    files: RecordingFiles
    journal: Journal
    sink: EventSink
    clock: Clock
    sendings: Sendings
    lists: Lists
    upkeep: Upkeep
    outgoing: Outgoing = field(default_factory=NobodyTold)

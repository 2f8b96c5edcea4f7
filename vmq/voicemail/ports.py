"""What voicemail needs of the outside besides the engine's ports: mailboxes and files. Both raise StorageError."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vmq.domain.delivery import Delivery
from vmq.domain.draft import Draft
from vmq.domain.mailbox import Counts, Folder, Greeting, GreetingKind, Mailbox, Message, Moved, Stored
from vmq.domain.pin import LoginState
from vmq.engine.ports import Clock, EventSink, Journal, Recordings


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

    async def move(self, mailbox: str, ids: Collection[str], to: Folder, max_messages: int | None = None) -> Moved:
        """Put messages into a folder, or none of them when it would then hold more than `max_messages`."""
        ...

    async def restore(self, mailbox: str, ids: Collection[str]) -> Moved:
        """Put deleted messages back to where they were."""
        ...

    async def mark_old(self, mailbox: str, ids: Collection[str]) -> Moved:
        """Put those of the messages that are still new into Old."""
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

    async def set_pin(self, mailbox: str, pin_hash: str) -> None:
        """Keep the hash of a new PIN."""
        ...

    async def change_login(
        self, mailbox: str, change: Callable[[LoginState], LoginState]
    ) -> tuple[LoginState, LoginState]:
        """Change the count of wrong PINs in one transaction; gives the state before and after."""
        ...

    async def all_counts(self) -> Mapping[str, Counts]:
        """The counts of every mailbox."""
        ...

    async def refs(self) -> frozenset[str]:
        """The refs of all messages and greetings."""
        ...


class RecordingFiles(Recordings, Protocol):
    """The folder of recordings (vmq.audio.store)."""

    async def begin(self, draft: Draft) -> None:
        """Write a draft down, durably, before its recording starts; again when it changes."""
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
    files: RecordingFiles
    journal: Journal
    sink: EventSink
    clock: Clock
    outgoing: Outgoing = field(default_factory=NobodyTold)

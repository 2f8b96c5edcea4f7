"""What the HTTP server is given to administer mailboxes, and to look after their messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from vmq.domain.addresses import OwnList
from vmq.domain.letter import Letter, Posted
from vmq.domain.mailbox import Folder, Greeting, GreetingKind, Message, Place


class KnowsMailboxes(Protocol):
    """Knows which mailboxes there are."""

    async def knows(self, number: str) -> bool:
        """Is there such a mailbox? Raises StorageError."""
        ...


class MailboxDesk(KnowsMailboxes, Protocol):
    """The administrator's way to mailboxes (vmq.voicemail.administer). All raise StorageError."""

    async def everybody(self) -> Sequence[Mapping[str, object]]:
        """All mailboxes, each in the shape of `vmq.http.register.MailboxHead`."""
        ...

    async def unlock(self, number: str, by: str) -> None:
        """Forget the wrong PINs that were tried."""
        ...

    async def is_in_use(self, number: str) -> bool:
        """True while somebody leaves a message in it, or its owner is in it by telephone."""
        ...

    async def rename(self, number: str, to: str, by: str) -> bool:
        """Give it another number; False when that is taken."""
        ...

    async def erase(self, number: str, by: str) -> None:
        """Take it away with everything in it."""
        ...

    async def profile(self, number: str) -> Mapping[str, object]:
        """What holds for it, in the shape of `vmq.http.mailboxes.Profile`."""
        ...

    async def give_pin(self, number: str, pin: str, by: str) -> str:
        """Give it a PIN; "", or why it can't be one."""
        ...

    async def greetings(self, number: str) -> Sequence[Greeting]:
        """Its recordings."""
        ...

    async def sound(self, number: str, kind: GreetingKind) -> bytes | None:
        """One of them as a WAV file; None when there is none."""
        ...

    async def keep_greeting(self, number: str, kind: GreetingKind, wav: bytes) -> None:
        """Make a WAV file the greeting of this kind. Raises BrokenRecordingError when it is none."""
        ...

    async def remove_greeting(self, number: str, kind: GreetingKind) -> bool:
        """Take one away; False when there is none."""
        ...

    async def change_greeting(
        self, number: str, kind: GreetingKind, *, is_on: bool | None, ends_at: float | None, is_blocking: bool | None
    ) -> bool:
        """Change what is not None; False when there is none."""
        ...


class ListDesk(KnowsMailboxes, Protocol):
    """An owner's way to his distribution lists (vmq.voicemail.own_lists). All raise StorageError."""

    async def all(self, mailbox: str) -> Sequence[OwnList]:
        """His lists, by number."""
        ...

    async def put(self, mailbox: str, number: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Let a list hold just these; why some can't be in it, by number: then nothing was changed."""
        ...

    async def remove(self, mailbox: str, number: str) -> bool:
        """Take one away; False when there is none."""
        ...


class MessageDesk(KnowsMailboxes, Protocol):
    """An owner's way to his messages without a telephone (vmq.voicemail.messages). All raise StorageError. What changes
    a message gives it as it is then, None when it is gone."""

    async def page(
        self, number: str, folder: Folder | None, after: Place | None, limit: int, search: str = ""
    ) -> Sequence[Message]:
        """Messages newest first, those that come after a place; without a folder all but the deleted ones. With
        `search` those in whose text, callers' names or numbers its words (or what begins with them) are."""
        ...

    async def find(self, number: str, message_id: str) -> Message | None:
        """One of a mailbox's messages, deleted or not."""
        ...

    async def mark_new(self, message: Message) -> Message | None:
        """As if nobody had heard it."""
        ...

    async def mark_heard(self, message: Message) -> Message | None:
        """Its owner has heard it."""
        ...

    async def move(self, message: Message, folder: Folder) -> Message | None:
        """Put it into a folder; None also when that is full."""
        ...

    async def delete(self, message: Message) -> None:
        """Put it into Deleted."""
        ...

    async def restore(self, message: Message) -> Message | None:
        """Put it back to where it was deleted."""
        ...

    async def peaks(self, message: Message, count: int) -> Sequence[int] | None:
        """How loud what is to be heard is, in `count` equal parts, 0 to 100; None when there is nothing."""
        ...

    async def post(self, letter: Letter) -> Posted:
        """Send a message from a mailbox. Raises BrokenRecordingError for what is no WAV file."""
        ...

    def sound(self, message: Message) -> AbstractAsyncContextManager[Path | None]:
        """What is to be heard, as one WAV file while the block lasts; None when there is no recording."""
        ...

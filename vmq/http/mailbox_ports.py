"""What the HTTP server is given to administer mailboxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vmq.domain.mailbox import Greeting, GreetingKind


class MailboxDesk(Protocol):
    """The administrator's way to mailboxes (vmq.voicemail.administer). All raise StorageError."""

    async def knows(self, number: str) -> bool:
        """Is there such a mailbox?"""
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

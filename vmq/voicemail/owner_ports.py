"""What voicemail needs of the database for what owners decide about their mailboxes (vmq.db.owners)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vmq.domain.mailbox import GreetingKind, GreetingUse, Mailbox


class Owners(Protocol):
    """Owners' decisions as they are kept. Each method is one short transaction. All raise StorageError."""

    async def set_pin(self, mailbox: str, pin_hash: str, set_at: float, history: int) -> None:
        """Keep the hash of a new PIN (`set_at` 0 = an administrator gave it), and those of the `history` before it."""
        ...

    async def change_greeting(
        self,
        mailbox: str,
        kind: GreetingKind,
        *,
        is_on: bool | None = None,
        expires_at: float | None = None,
        is_blocking: bool | None = None,
    ) -> bool:
        """Change what is not None of a greeting; False when it is not recorded."""
        ...

    async def use_greeting(self, mailbox: str, use: GreetingUse) -> None:
        """Give such calls this greeting."""
        ...

    async def forget_uses(self, mailbox: str) -> None:
        """Give no more calls to greetings."""
        ...

    async def set_operator(self, mailbox: str, number: str) -> None:
        """Keep where the mailbox's callers go who ask for the operator; "" = the house's."""
        ...

    async def set_listed(self, mailbox: str, is_listed: bool) -> None:
        """Put the owner's name into the directory, or take it out."""
        ...

    async def set_notified(self, mailbox: str, is_notified: bool) -> None:
        """Tell the owner elsewhere of new messages, or not."""
        ...

    async def keep_choices(self, mailbox: str, chosen: Mapping[str, object]) -> None:
        """Keep settings of its personality that the owner changed, beside those he changed before."""
        ...


class Register(Protocol):
    """All mailboxes, for administrators (vmq.db.register). All raise StorageError."""

    async def everybody(self) -> Sequence[Mailbox]:
        """All mailboxes, by number."""
        ...

    async def rename(self, number: str, to: str) -> bool:
        """Give a mailbox another number; False when that is taken, or there is none."""
        ...

    async def erase(self, number: str) -> Sequence[str]:
        """Take a mailbox away with everything in it; gives the refs of the files that nobody needs any more."""
        ...

"""An open folder as its listener sees it: the list as it was when opened, and the message at hand. Pure.

Messages that arrive meanwhile are not in the list, so that "next" and the numbers mean the same for the whole visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vmq.domain.mailbox import Folder, Message


@dataclass(frozen=True, slots=True)
class Cursor:
    """A folder and a place in it; `at` is None until a message is chosen."""

    folder: Folder = Folder.INBOX
    messages: tuple[Message, ...] = ()
    at: int | None = None

    @property
    def message(self) -> Message | None:
        """The message at hand."""
        return None if self.at is None else self.messages[self.at]

    def moved_to(self, at: int) -> Cursor | None:
        """The cursor on another place, or None when there is none such."""
        return replace(self, at=at) if 0 <= at < len(self.messages) else None

    def first(self) -> Cursor | None:
        """On the oldest message."""
        return self.moved_to(0)

    def last(self) -> Cursor | None:
        """On the newest message."""
        return self.moved_to(len(self.messages) - 1)

    def next(self) -> Cursor | None:
        """On the next message; on the first when none was chosen."""
        return self.moved_to(0 if self.at is None else self.at + 1)

    def previous(self) -> Cursor | None:
        """On the message before."""
        return None if self.at is None else self.moved_to(self.at - 1)

    def changed(self, messages: Iterable[Message]) -> Cursor:
        """With these messages as they are now, each in its old place."""
        now = {message.id: message for message in messages}
        return replace(self, messages=tuple(now.get(message.id, message) for message in self.messages))

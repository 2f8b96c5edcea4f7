"""An open folder as its listener sees it: the list as it was when opened, and the message at hand. Pure.

Messages that arrive meanwhile are not in the list, so that "next" and the numbers mean the same for the whole visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vmq.domain.mailbox import Folder, Message

IN_ORDER = (Folder.URGENT, Folder.INBOX, Folder.OLD)
"""The folders that messages go through by themselves."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A folder and a place in it; `at` is None until a message is chosen. `new` are the ids of those that were new when
    it was opened. One that `is_choice` holds messages of several folders, and leads on to none."""

    folder: Folder = Folder.INBOX
    messages: tuple[Message, ...] = ()
    at: int | None = None
    new: frozenset[str] = frozenset()
    is_choice: bool = False

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

    def on(self, message_id: str) -> Cursor | None:
        """On this message, when it is in the list."""
        found = (at for at, message in enumerate(self.messages) if message.id == message_id)
        return self.moved_to(next(found, -1))

    def changed(self, messages: Iterable[Message]) -> Cursor:
        """With these messages as they are now, each in its old place."""
        now = {message.id: message for message in messages}
        return replace(self, messages=tuple(now.get(message.id, message) for message in self.messages))


def opened(folder: Folder, messages: tuple[Message, ...], *, is_choice: bool = False) -> Cursor:
    """A folder that has just been opened; no message is chosen."""
    new = frozenset(message.id for message in messages if message.folder.is_unheard)
    return Cursor(folder, messages, None, new, is_choice)

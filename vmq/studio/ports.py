"""What recording prompts needs of the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Desk(Protocol):
    """The prompt sets, and the house's own recordings over them. Methods that touch the disk raise StorageError."""

    def set_for(self, language: str) -> str:
        """The set that speaks a language, when none is named; empty when there are no sets."""
        ...

    def language_of(self, name: str) -> str:
        """A set's language; empty when there is no such set."""
        ...

    def clips_of(self, name: str) -> Mapping[str, str]:
        """Ids and texts of a set's clips, numbered from 1 in this order."""
        ...

    def live(self, language: str, clip_id: str) -> str:
        """The ref of what callers hear; empty when they hear nothing."""
        ...

    async def edited(self, language: str, clip_id: str) -> str:
        """The ref of the edited copy; empty when there is none."""
        ...

    async def is_own(self, language: str, clip_id: str) -> bool:
        """True when callers hear a recording of the house's own."""
        ...

    async def take(self, call_id: str) -> str:
        """The ref that a call records to, ready to be written."""
        ...

    async def keep(self, take: str, language: str, clip_id: str) -> bool:
        """Make a take the edited copy; False when there is nothing to hear in it."""
        ...

    async def drop(self, take: str) -> None:
        """Throw a take away, if there is one."""
        ...

    async def activate(self, language: str, clip_id: str, text: str, voice: str) -> None:
        """Let callers hear the edited copy from now on. `voice` says who recorded it."""
        ...

    async def withdraw(self, language: str, clip_id: str) -> None:
        """Take the edited copy away, or else the house's own recording that callers hear."""
        ...

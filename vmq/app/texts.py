"""What those who tell the outside of messages ask of their texts (vmq.app.transcription)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vmq.domain.mailbox import Message


class Texts(Protocol):
    """What is said in messages."""

    def wait_s(self, message: Message) -> float:
        """How many seconds a new message's text is waited for."""
        ...

    async def text(self, message_id: str) -> str:
        """A message's text; "" when it isn't known. Raises StorageError."""
        ...

    async def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The texts of those messages that have one. Raises StorageError."""
        ...

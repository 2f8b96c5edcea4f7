"""What the HTTP server is given of the texts of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vmq.domain.mailbox import Message
from vmq.domain.transcript import TextState, WrittenText


class Texts(Protocol):
    """What is said in messages. All raise StorageError."""

    @property
    def absent(self) -> str:
        """Why nothing is written down; "" = it is."""
        ...

    async def of(self, ids: Sequence[str]) -> Mapping[str, WrittenText]:
        """The texts of messages, by message."""
        ...

    async def ask(self, message: Message) -> bool:
        """Have a text written down (again); False when the message is gone."""
        ...

    async def counts(self) -> Mapping[TextState, int]:
        """How many messages there are in each state."""
        ...

    async def dead(self, limit: int) -> Sequence[WrittenText]:
        """Those that failed too often, the newest first."""
        ...

"""What the HTTP server is given of deliveries and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vmq.domain.delivery import Delivery, State


class OutboxPort(Protocol):
    """The deliveries. All raise StorageError."""

    async def page(self, state: State | None, after: int, limit: int) -> Sequence[Delivery]:
        """Those in a state, or all, with ids greater than `after`, in their order."""
        ...

    async def retry(self, delivery_id: int) -> bool:
        """Try a dead one again; False when there is none of this id."""
        ...

    async def drop(self, delivery_id: int) -> bool:
        """Forget a dead one; False when there is none of this id."""
        ...


@dataclass(frozen=True, slots=True)
class Chapter:
    """Who speaks from a second on."""

    start_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A message in a feed. `size` is its file's, in bytes; `at` epoch seconds. It has `chapters` where several speak in
    it; `text` is what is said, as far as that is known."""

    id: str
    caller: str
    at: float
    duration_s: float
    size: int
    is_urgent: bool = False
    chapters: tuple[Chapter, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class FeedView:
    """The feed of a mailbox or list, newest first."""

    name: str
    items: tuple[FeedItem, ...]
    is_list: bool = False


class FeedPort(Protocol):
    """What feeds there are. All raise StorageError."""

    @property
    def public_url(self) -> str:
        """Where the outside reaches this server; "" when nobody said."""
        ...

    async def make(self, number: str, *, is_list: bool = False) -> str | None:
        """Give a mailbox or list a feed, and end an earlier one; its token, or None when there is no such."""
        ...

    async def revoke(self, number: str, *, is_list: bool = False) -> bool:
        """End the feed of a mailbox or list; False when it has none."""
        ...

    async def made_at(self, number: str, *, is_list: bool = False) -> float | None:
        """Since when a mailbox or list has its feed (epoch seconds); None when it has none."""
        ...

    async def open(self, token: str) -> FeedView | None:
        """The feed of a token."""
        ...

    async def audio(self, token: str, message_id: str) -> Path | None:
        """The WAV file of a message in the feed of a token."""
        ...

    async def linked(self, message_id: str, until: int, signature: str) -> Path | None:
        """The WAV file that a signed link means."""
        ...

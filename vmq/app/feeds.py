"""Feeds and links as the HTTP server asks for them: what a secret address stands for, and which file is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from vmq.app.links import Links
from vmq.audio.parts import HEAD_BYTES
from vmq.audio.store import RecordingStore
from vmq.audio.wav import read_head
from vmq.config.model import Config
from vmq.db.feeds import FeedRepository
from vmq.domain.mailbox import Message
from vmq.engine.ports import Clock
from vmq.errors import StorageError
from vmq.http.delivery_ports import FeedItem, FeedView


class Feeds:
    """Implements vmq.http.delivery_ports.FeedPort."""

    def __init__(
        self, config: Callable[[], Config], feeds: FeedRepository, store: RecordingStore, links: Links, clock: Clock
    ) -> None:
        self._config = config
        self._feeds = feeds
        self._store = store
        self._links = links
        self._clock = clock
        self._copying = asyncio.Lock()

    @property
    def public_url(self) -> str:
        """Where the outside reaches the server; "" where it asked."""
        return self._config().mail.public_url

    async def make(self, mailbox: str) -> str | None:
        """Give a mailbox a feed; its token, or None when there is no such mailbox."""
        return await self._feeds.make(mailbox, self._clock.now())

    async def revoke(self, mailbox: str) -> bool:
        """End a mailbox's feed; False when it has none."""
        return await self._feeds.revoke(mailbox)

    async def made_at(self, mailbox: str) -> float | None:
        """Since when a mailbox has its feed; None when it has none."""
        feed = await self._feeds.of_mailbox(mailbox)
        return feed.created_at if feed else None

    async def open(self, token: str) -> FeedView | None:
        """What a feed holds now. Messages whose recording can't be found are left out."""
        feed = await self._feeds.by_token(token)
        if feed is None:
            return None
        messages = await self._feeds.items(feed.mailbox)
        items = await asyncio.to_thread(lambda: tuple(self._items(messages)))
        return FeedView(feed.name or feed.mailbox, items)

    async def audio(self, token: str, message_id: str) -> Path | None:
        """The file of a message in a feed."""
        feed, message = await self._feeds.by_token(token), await self._feeds.message(message_id)
        if feed is None or message is None or message.mailbox != feed.mailbox or message.is_deleted:
            return None
        return await self._file(message)

    async def linked(self, message_id: str, until: int, signature: str) -> Path | None:
        """The file that a signed link means; None when it is not ours, or its time is over."""
        if not await self._links.is_good(message_id, until, signature, self._clock.now()):
            return None
        message = await self._feeds.message(message_id)
        return await self._file(message) if message else None

    async def _file(self, message: Message) -> Path | None:
        """Its recording, if it has one and may be heard by whoever has the address."""
        if message.is_private or message.notice:
            return None
        if not await asyncio.to_thread(self._store.path(message.ref).is_file):
            return None
        if not message.introduction:
            return self._store.path(message.ref)
        async with self._copying:
            return self._store.path(await self._store.introduced(message.ref, message.introduction))

    def _items(self, messages: Sequence[Message]) -> Iterator[FeedItem]:
        for message in messages:
            try:
                size, length_s = self._size_and_length(message)
            except (OSError, StorageError):
                continue
            caller = message.caller_name or message.caller_number or "unknown caller"
            yield FeedItem(message.id, caller, message.received_at, length_s, size, message.is_urgent)

    def _size_and_length(self, message: Message) -> tuple[int, float]:
        """Of the file as it is given away: bytes, and seconds. Raises OSError, StorageError."""
        if not message.introduction:
            return self._store.path(message.ref).stat().st_size, message.duration_s
        heads = [read_head(self._store.path(ref)) for ref in (message.introduction, message.ref)]
        return HEAD_BYTES + sum(head.data_bytes for head in heads), sum(head.duration_s for head in heads)

"""Feeds and links as the HTTP server asks for them: what a secret address stands for, and which file is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from vmq.app.links import Links
from vmq.app.texts import Texts
from vmq.audio.parts import HEAD_BYTES
from vmq.audio.store import RecordingStore
from vmq.audio.wav import read_head
from vmq.config.model import Config, ListConfig
from vmq.db.feeds import FeedRepository
from vmq.domain.mailbox import Message
from vmq.domain.sending import Spoken
from vmq.engine.ports import Clock
from vmq.errors import StorageError
from vmq.http.delivery_ports import Chapter, FeedItem, FeedView


class Feeds:
    """Implements vmq.http.delivery_ports.FeedPort."""

    def __init__(
        self,
        config: Callable[[], Config],
        feeds: FeedRepository,
        store: RecordingStore,
        links: Links,
        clock: Clock,
        *,
        texts: Texts | None = None,
    ) -> None:
        self._texts = texts
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

    async def make(self, number: str, *, is_list: bool = False) -> str | None:
        """Give a mailbox or list a feed; its token, or None when there is no such."""
        if not is_list:
            return await self._feeds.make(number, self._clock.now())
        return await self._feeds.make_for_list(number, self._clock.now()) if self._list(number) else None

    async def revoke(self, number: str, *, is_list: bool = False) -> bool:
        """End the feed of a mailbox or list; False when it has none."""
        return await self._feeds.revoke(number, is_list=is_list)

    async def made_at(self, number: str, *, is_list: bool = False) -> float | None:
        """Since when a mailbox or list has its feed; None when it has none."""
        feed = await self._feeds.of(number, is_list=is_list)
        return feed.created_at if feed else None

    async def open(self, token: str) -> FeedView | None:
        """What a feed holds now. Messages whose recording can't be found are left out."""
        feed = await self._feeds.by_token(token)
        if feed is None:
            return None
        if feed.is_list:
            house = self._list(feed.number)
            if house is None:
                return None
            name, messages = house.name, await self._feeds.sent_to(feed.number)
        else:
            name, messages = feed.name, await self._feeds.items(feed.number)
        parts = await self._feeds.parts_of([message.id for message in messages])
        texts = await self._texts.texts([message.id for message in messages]) if self._texts else {}
        items = await asyncio.to_thread(lambda: tuple(self._items(messages, parts, texts)))
        return FeedView(name or feed.number, items, feed.is_list)

    async def audio(self, token: str, message_id: str) -> Path | None:
        """The file of a message in a feed."""
        feed = await self._feeds.by_token(token)
        if feed is None:
            return None
        if feed.is_list:
            sent = await self._feeds.sent_to(feed.number) if self._list(feed.number) else ()
            message = next((each for each in sent if each.id == message_id), None)
        else:
            message = await self._feeds.message(message_id)
            if message is None or message.mailbox != feed.number or message.is_deleted:
                return None
        return await self._file(message) if message else None

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

    def _list(self, number: str) -> ListConfig | None:
        return next((each for each in self._config().list if each.number == number), None)

    def _items(
        self, messages: Sequence[Message], parts: Mapping[str, Sequence[Spoken]], texts: Mapping[str, str]
    ) -> Iterator[FeedItem]:
        for message in messages:
            try:
                size, length_s = self._size_and_length(message)
            except (OSError, StorageError):
                continue
            caller = message.caller_name or message.caller_number or "unknown caller"
            first_s = length_s - message.duration_s if message.introduction else 0.0
            chapters = tuple(_chapters(message, parts.get(message.id, ()), first_s))
            yield FeedItem(
                message.id,
                caller,
                message.received_at,
                length_s,
                size,
                message.is_urgent,
                chapters if len(chapters) > 1 else (),
                texts.get(message.id, ""),
            )

    def _size_and_length(self, message: Message) -> tuple[int, float]:
        """Of the file as it is given away: bytes, and seconds. Raises OSError, StorageError."""
        if not message.introduction:
            return self._store.path(message.ref).stat().st_size, message.duration_s
        heads = [read_head(self._store.path(ref)) for ref in (message.introduction, message.ref)]
        return HEAD_BYTES + sum(head.data_bytes for head in heads), sum(head.duration_s for head in heads)


def _chapters(message: Message, parts: Sequence[Spoken], first_s: float) -> Iterator[Chapter]:
    """Who speaks when in a message as it is given away, where its own recording begins at `first_s`."""
    if first_s:
        yield Chapter(0.0, message.forwarder)
    at_s = first_s
    for part in parts:
        yield Chapter(at_s, part.speaker)
        at_s += part.duration_s
    if not parts:
        yield Chapter(first_s, message.caller_name or message.caller_number or message.sender)

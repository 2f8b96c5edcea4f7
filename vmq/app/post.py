"""Everything of a running vmq that tells the outside of messages: the outbox and its worker, feeds and links.

In: the open database, the recordings and the running configuration. Out: what voicemail wakes, what the HTTP server
asks, and one part to run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from vmq.app.feeds import Feeds
from vmq.app.links import Links
from vmq.app.outgoing import DAY_S, ConfiguredHouse, mail_problems
from vmq.app.texts import Texts
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.feeds import FeedRepository
from vmq.db.outbox import OutboxRepository
from vmq.domain.delivery import Delivery, State, Way
from vmq.domain.mailbox import Message
from vmq.engine.ports import Clock, EventSink, Journal
from vmq.errors import StorageError
from vmq.mail.command import Commands
from vmq.mail.smtp import Mailer
from vmq.mail.webhook import Webhooks
from vmq.mail.worker import Sender, Worker
from vmq.voicemail.ports import Mailboxes

FORGET_EVERY_S = 3600.0

log = structlog.get_logger(__name__)


class Post:
    """Implements vmq.voicemail.ports.Outgoing and the HTTP server's OutboxPort; `feeds` is that server's too."""

    def __init__(
        self,
        config: Callable[[], Config],
        *,
        database: Database,
        mailboxes: Mailboxes,
        store: RecordingStore,
        journal: Journal,
        sink: EventSink,
        clock: Clock,
        texts: Texts | None = None,
        also_wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._also_wake = also_wake
        self._outbox = OutboxRepository(database)
        repository = FeedRepository(database)
        links = Links(repository)
        self.feeds = Feeds(config, repository, store, links, clock, texts=texts)
        house = ConfiguredHouse(
            config, mailboxes=mailboxes, feeds=repository, store=store, links=links, clock=clock, texts=texts
        )
        self.deliveries: Callable[[Message], Sequence[Delivery]] = house.deliveries
        mailer = Mailer(house)
        self._webhooks = Webhooks(house, clock)
        senders: dict[Way, Sender] = {
            Way.MAIL: mailer,
            Way.PAGER: mailer,
            Way.WEBHOOK: self._webhooks,
            Way.COMMAND: Commands(house),
        }
        self._worker = Worker(
            self._outbox, senders, clock, journal, sink, at_once=lambda: self._config().mail.at_once
        )  # fmt: skip

    def wake(self) -> None:
        """Messages were stored with their deliveries."""
        self.look_again()
        self._also_wake()

    def look_again(self) -> None:
        """Something in the outbox may be due."""
        self._worker.wake()

    async def run(self) -> None:
        """Send what waits, and forget what was done long ago, until cancelled."""
        for problem in await asyncio.to_thread(lambda: list(mail_problems(self._config()))):
            log.error("mail_not_as_configured", problem=problem)
        try:
            await self._outbox.resume(self._clock.now())
        except StorageError as error:
            log.error("deliveries_not_resumed", error=str(error), advice="they go out when their leases end")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._worker.run())
                tasks.create_task(self._forget())
        finally:
            await self._webhooks.close()

    async def page(self, state: State | None, after: int, limit: int) -> Sequence[Delivery]:
        """Deliveries with ids greater than `after`. Raises StorageError."""
        return await self._outbox.page(state, after, limit)

    async def retry(self, delivery_id: int) -> bool:
        """Try a dead delivery again, now; False when there is none of this id. Raises StorageError."""
        give_up_s = self._config().mail.give_up_days * DAY_S
        is_alive = await self._outbox.retry(delivery_id, self._clock.now(), give_up_s)
        self.look_again()
        return is_alive

    async def drop(self, delivery_id: int) -> bool:
        """Forget a dead delivery; False when there is none of this id. Raises StorageError."""
        return await self._outbox.drop(delivery_id)

    async def _forget(self) -> None:
        while True:
            try:
                await self._outbox.forget(self._clock.now() - self._config().mail.keep_days * DAY_S)
            except StorageError as error:
                log.error("outbox_not_trimmed", error=str(error))
            await asyncio.sleep(FORGET_EVERY_S)

"""A house whose messages go out: real database, files and senders; a clock that jumps to what is due next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.databases import open_database
from tests.support.house import Sink
from tests.support.wav import write_wav
from vmq.app.links import Links
from vmq.app.outgoing import ConfiguredHouse
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.feeds import FeedRepository
from vmq.db.mailboxes import MailboxRepository
from vmq.db.outbox import OutboxRepository
from vmq.domain.delivery import Delivery, State, Way
from vmq.domain.mailbox import Folder, Mailbox, Message
from vmq.engine.memory import MemoryJournal
from vmq.mail.command import Commands
from vmq.mail.smtp import Mailer
from vmq.mail.webhook import Webhooks
from vmq.mail.worker import LEASE_S, Worker

START = 1_800_000_000.0
DEADLINE_S = 120.0


class JumpingClock:
    """A Clock that stands still until `jump`, which goes to the moment that somebody sleeps until."""

    def __init__(self) -> None:
        self.at = START
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Epoch seconds."""
        return self.at

    async def sleep_until(self, at: float) -> None:
        """Until the clock is there."""
        if at > self.at:
            future = asyncio.get_running_loop().create_future()
            self._sleepers.append((at, future))
            await future

    def jump(self) -> bool:
        """To the next moment that somebody waits for; False when nobody does."""
        self._sleepers = [each for each in self._sleepers if not each[1].done()]
        self.at = max(self.at, min((at for at, _ in self._sleepers), default=0.0))
        for at, future in self._sleepers:
            if at <= self.at:
                future.set_result(None)
        return bool(self._sleepers)


@dataclass
class PostOffice:
    """All parts, and short ways to use them. Set `config` to change the settings."""

    config: Config
    mailboxes: MailboxRepository
    store: RecordingStore
    outbox: OutboxRepository
    feeds: FeedRepository
    journal: MemoryJournal
    sink: Sink
    clock: JumpingClock
    house: ConfiguredHouse
    worker: Worker
    running: asyncio.Task[None] | None = None

    async def store_message(self, name: str, mailbox: str = "1001", seconds: float = 2.0, **fields: Any) -> Message:
        """A message with its recording and deliveries, as a call leaves it."""
        message = Message(name, mailbox, Folder.INBOX, self.clock.now(), seconds, f"{mailbox}/{name}", **fields)
        path = self.store.path(message.ref)
        path.parent.mkdir(exist_ok=True)
        write_wav(path, seconds)
        await self.mailboxes.add_message(message, self.house.deliveries(message))
        self.worker.wake()
        return message

    async def stop(self) -> None:
        """Stop the worker, as the program does."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.wait((self.running,))

    async def all(self, state: State | None = None) -> list[Delivery]:
        """The outbox."""
        return list(await self.outbox.page(state, 0, 1000))

    async def settled(self, count: int = 1) -> list[Delivery]:
        """What became of deliveries, once so many are sent or dead."""

        async def are_done() -> bool:
            return sum(each.state is not State.PENDING for each in await self.all()) >= count

        await self._wait(are_done)
        return [each for each in await self.all() if each.state is not State.PENDING]

    async def failed(self, attempts: int = 1) -> Delivery:
        """The one delivery, once it has failed so often and waits to be tried again."""

        async def has_failed() -> bool:
            (delivery,) = await self.all()
            is_in_hand = delivery.due_at == self.clock.now() + LEASE_S
            return delivery.attempts >= attempts and bool(delivery.error) and not is_in_hand

        await self._wait(has_failed)
        return (await self.all())[0]

    async def next_try(self) -> None:
        """Let time jump to when the next delivery is due, once the worker waits for that."""

        async def has_jumped() -> bool:
            return self.clock.jump()

        await self._wait(has_jumped)

    async def pass_time(self, until: Callable[[], Awaitable[bool]]) -> None:
        """Let time jump from one due delivery to the next, until something is so."""

        async def is_so() -> bool:
            self.clock.jump()
            return await until()

        await self._wait(is_so)

    async def pass_until(self, at: float) -> None:
        """Let time jump until the clock is there."""

        async def is_there() -> bool:
            return self.clock.now() >= at

        await self.pass_time(is_there)

    async def _wait(self, until: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not await until():
                await asyncio.sleep(0.01)


def mail_config(port: int, mailbox: Mapping[str, Any] | None = None, **sections: Any) -> Config:
    """A configuration with a mail server in the clear, and mailbox 1001, Ann's."""
    mail = {"host": "127.0.0.1", "port": port, "tls": "none", "sender": "vmq@pbx.example", "timeout_s": 5}
    ann = {"number": "1001", "name": "Ann", "email": ["ann@pbx.example"], **(mailbox or {})}
    return Config.model_validate({**sections, "mail": {**mail, **sections.get("mail", {})}, "mailbox": [ann]})


@asynccontextmanager
async def open_post_office(folder: Path, config: Config, *, is_running: bool = True) -> AsyncIterator[PostOffice]:
    """A post office with an empty database in `folder`; its worker runs while the block does, unless it isn't to."""
    async with open_database("sqlite", folder) as database:
        store = RecordingStore(folder / "recordings")
        await store.open()
        mailboxes, feeds = MailboxRepository(database), FeedRepository(database)
        await mailboxes.ensure(Mailbox("1001", "Ann"), START)
        clock, journal, sink = JumpingClock(), MemoryJournal(), Sink()
        links = Links(feeds)
        house = ConfiguredHouse(
            lambda: office.config, mailboxes=mailboxes, feeds=feeds, store=store, links=links, clock=clock
        )
        mailer, webhooks = Mailer(house), Webhooks(house, clock)
        senders = {Way.MAIL: mailer, Way.PAGER: mailer, Way.WEBHOOK: webhooks, Way.COMMAND: Commands(house)}
        outbox = OutboxRepository(database)
        worker = Worker(
            outbox, senders, clock, journal, sink,
            at_once=lambda: office.config.mail.at_once, sleep_until=clock.sleep_until,
        )  # fmt: skip
        office = PostOffice(config, mailboxes, store, outbox, feeds, journal, sink, clock, house, worker)
        if is_running:
            office.running = asyncio.create_task(worker.run())
        try:
            yield office
        finally:
            await office.stop()
            await webhooks.close()

"""Takes deliveries from the outbox when they are due and sends them, a few at once; each is noted as what became of it.

Nothing polls: it is woken by new deliveries, and by the clock when the next one is due. What was accepted outside is
noted, however long the database is away, before it can be taken again; so only a crash between the two sends twice, and
then with the same Message-ID.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from random import random
from typing import Protocol

import structlog

from vmq.alarm import Alarm, SleepUntil, sleeping_by
from vmq.domain.delivery import Delivery, Way, next_try
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Moved
from vmq.domain.records import DeliveryGivenUp, MessageChanged, MessageTold
from vmq.engine.ports import Clock, EventSink, Journal
from vmq.errors import DeliveryError, DeliveryRefused, StorageError
from vmq.mail.ports import Outbox
from vmq.mail.smtp import LIMIT_S

LEASE_S = LIMIT_S + 300.0
STORAGE_WAIT_S = 5.0  # between two tries at a database that fails
STOP_GRACE_S = 3.0  # for what is being sent when the program stops
_LONGEST_ERROR = 500

log = structlog.get_logger(__name__)

Note = Callable[[], Awaitable[None]]
"""Writes down what became of a delivery."""


class Sender(Protocol):
    """Sends one delivery by one way."""

    async def send(self, delivery: Delivery) -> bool:
        """Back once it was accepted; True when its message may be deleted then. Raises DeliveryError, StorageError."""
        ...


class Worker:
    """The outbox's worker. `sleep_until` waits for a moment of the clock (epoch seconds)."""

    def __init__(
        self,
        outbox: Outbox,
        senders: Mapping[Way, Sender],
        clock: Clock,
        journal: Journal,
        sink: EventSink,
        *,
        at_once: Callable[[], int],
        sleep_until: SleepUntil | None = None,
    ) -> None:
        self._outbox = outbox
        self._senders = senders
        self._clock = clock
        self._journal = journal
        self._sink = sink
        self._at_once = at_once
        self._sleep_until = sleep_until or sleeping_by(clock)
        self._alarm = Alarm(clock, self._sleep_until)
        self._sending: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something in the outbox may be due."""
        self._alarm.set_anew()

    async def run(self) -> None:
        """Send until cancelled; then what is being sent gets a moment to end."""
        try:
            while True:
                self._alarm.set(await self._begin_due())
                await self._alarm.wait()
        finally:
            if self._sending:
                await asyncio.wait(self._sending.values(), timeout=STOP_GRACE_S)
            for task in self._sending.values():
                task.cancel()

    async def _begin_due(self) -> float | None:
        """Begin as many of those that are due as there is room for; when to look again (None = when woken)."""
        try:
            free = self._at_once() - len(self._sending)
            if free <= 0:
                return None
            now = self._clock.now()
            taken = await self._outbox.claim(now, now + LEASE_S, free, set(self._sending))
            for delivery in taken:
                self._begin(delivery)
            return await self._outbox.next_due(set(self._sending)) if len(taken) < free else None
        except StorageError as error:
            log.error("outbox_unreadable", error=str(error), again_in_s=STORAGE_WAIT_S)
        except Exception:  # a row that we can't read must not end the program
            log.exception("outbox_broken", again_in_s=STORAGE_WAIT_S)
        return self._clock.now() + STORAGE_WAIT_S

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._deliver(delivery), name=f"delivery {delivery.id}")
        self._sending[delivery.id] = task
        task.add_done_callback(lambda _: self._ended(delivery.id))

    def _ended(self, delivery_id: int) -> None:
        del self._sending[delivery_id]
        self.wake()

    async def _deliver(self, delivery: Delivery) -> None:
        """Send one, and note what became of it, also when the program stops meanwhile."""
        await asyncio.shield(self._noted(await self._send(delivery)))

    async def _send(self, delivery: Delivery) -> Note:
        """Send one; gives how to note what became of it."""
        try:
            may_delete = await self._senders[delivery.way].send(delivery)
        except DeliveryRefused as error:
            return partial(self._give_up, delivery, str(error))
        except (DeliveryError, StorageError) as error:
            return partial(self._put_off, delivery, str(error))
        except Exception as error:  # a delivery that we can't make holds up no other
            log.exception("delivery_broken", delivery=delivery.id, way=delivery.way.value)
            return partial(self._put_off, delivery, f"internal error: {error!r}")
        return partial(self._note_sent, delivery, may_delete)

    async def _noted(self, note: Note) -> None:
        """Note an outcome, however often the database must be asked."""
        while True:
            try:
                await note()
            except StorageError as error:
                log.error("delivery_not_noted", error=str(error), again_in_s=STORAGE_WAIT_S)
                await self._sleep_until(self._clock.now() + STORAGE_WAIT_S)
            else:
                return

    async def _note_sent(self, delivery: Delivery, may_delete: bool) -> None:
        now = self._clock.now()
        moved = await self._outbox.sent(delivery, now, may_delete=may_delete)
        notice = delivery.notice
        log.info("delivery_sent", message_id=notice.message_id, way=delivery.way.value, attempts=delivery.attempts)
        told = MessageTold(notice.message_id, notice.mailbox, delivery.way.value, delivery.recipient)
        self._journal.append(told, now)
        self._announce(moved, now)

    def _announce(self, moved: Moved, now: float) -> None:
        """A message that was deleted after its mail: the journal has it, and the lamp follows."""
        for message in moved.messages:
            self._journal.append(MessageChanged(message.id, message.mailbox, "deleted", message.folder.value), now)
            counts = moved.counts
            self._sink.post(MailboxChanged(message.mailbox, counts.new, counts.old, counts.urgent))

    async def _put_off(self, delivery: Delivery, error: str) -> None:
        now = self._clock.now()
        due_at = next_try(delivery, now, random())
        if due_at is None:
            await self._give_up(delivery, f"tried {delivery.attempts} times; at last: {error}")
            return
        await self._outbox.failed(delivery, due_at, error[:_LONGEST_ERROR])
        log.warning("delivery_failed", delivery=delivery.id, error=error, again_in_s=round(due_at - now))

    async def _give_up(self, delivery: Delivery, error: str) -> None:
        now = self._clock.now()
        await self._outbox.given_up(delivery, now, error[:_LONGEST_ERROR])
        notice, way = delivery.notice, delivery.way.value
        self._journal.append(DeliveryGivenUp(notice.message_id, notice.mailbox, way, delivery.recipient, error), now)
        log.error("delivery_given_up", delivery=delivery.id, error=error, advice="see `vmq outbox`")

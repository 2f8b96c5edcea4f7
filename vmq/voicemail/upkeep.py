"""What is done at its time and by nobody's call: messages for later go out, senders are told of what was not heard, and
what has been kept long enough is deleted. Each time it is looked up when the next thing is due; once a day it is looked
up anyhow, for nobody sets the alarm for what was stored or moved meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial

import structlog

from vmq.alarm import Alarm
from vmq.domain.mailbox import Folder
from vmq.domain.sending import Sending
from vmq.domain.sent import Removed
from vmq.errors import BrokenRecordingError, StorageError
from vmq.voicemail.deliver import clear_up, tell
from vmq.voicemail.dispatch import Limits, hand_out
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings

log = structlog.get_logger(__name__)

DAY_S = 86_400.0
RETRY_S = 60.0
CLEAR_EVERY_S = 3600.0
"""Old messages are deleted at most so often: together, not one by one."""
VISIT_S = 3600.0
"""No visit is that long: who deleted something before then can't take it back any more by undoing it."""

_NEW = (Folder.INBOX, Folder.URGENT)
_DELETED = (Folder.DELETED,)
_KEPT = tuple(folder for folder in Folder if folder not in (*_NEW, *_DELETED))


class UpkeepWork:
    """One worker for all mailboxes. `settings` gives what holds for one ("": for the house). `lock` is held while it
    works: nobody may judge files meanwhile."""

    def __init__(
        self, outside: Outside, settings: Callable[[str], Settings], limits: Limits, alarm: Alarm, lock: asyncio.Lock
    ) -> None:
        self._outside = outside
        self._of = settings
        self._limits = limits
        self._alarm = alarm
        self._lock = lock
        self._cleared_at = 0.0

    @property
    def _settings(self) -> Settings:
        return self._of("")

    async def run(self) -> None:
        """Work until cancelled. When storage fails, it is tried again a minute later."""
        while True:
            await self._alarm.wait()
            try:
                await self.do_due()
            except StorageError as error:
                log.error("upkeep_failed", error=str(error), retry_s=RETRY_S)
                self._alarm.set(self._outside.clock.now() + RETRY_S)

    async def do_due(self) -> None:
        """Do all that is due, and set the alarm for what is due next. Raises StorageError."""
        async with self._lock:
            retry_at = await self._deliver()
            await self._tell_of_unheard()
            await self._clear()
        await self._set_alarm(retry_at)

    async def _deliver(self) -> float:
        """Deliver what is due; gives when to try those again that storage refused, 0.0 when there are none."""
        now, retry_at = self._outside.clock.now(), 0.0
        for sending in await self._outside.sendings.due(now):
            try:
                await self._hand_out(sending, now)
            except StorageError as error:
                retry_at = now + RETRY_S
                advice = "it waits in the database and is tried again"
                log.error("delivery_failed", sending_id=sending.id, error=str(error), advice=advice, retry_s=RETRY_S)
        return retry_at

    async def _hand_out(self, sending: Sending, now: float) -> None:
        """Of one whose recording is gone, the sender is told that nobody got it."""
        try:
            await hand_out(self._outside, sending, self._limits, tells_sender=True)
        except BrokenRecordingError as error:
            log.error("not_delivered", sending_id=sending.id, mailbox=sending.mailbox, error=str(error))
            nobody = await self._outside.sendings.deliver(sending, {}, now, tells_sender=True, deliveries={})
            tell(self._outside, nobody)

    async def _tell_of_unheard(self) -> None:
        now = self._outside.clock.now()
        before = now - self._settings.receipt_after_s
        while (told := await self._outside.upkeep.unheard(before, now)).messages:
            tell(self._outside, told)

    async def _clear(self) -> None:
        """Delete what is too old, in steps, until there is nothing more."""
        now = self._outside.clock.now()
        if now < self._cleared_at + CLEAR_EVERY_S:
            return
        self._cleared_at = now
        for folders, days in self._kept():
            await self._until_none(partial(self._outside.upkeep.expire, folders, now - days * DAY_S))
        if days := self._settings.keep_sent_days:
            await self._until_none(partial(self._outside.upkeep.forget_sent, now - days * DAY_S))
        await self._purge(now - VISIT_S)

    async def _purge(self, before: float) -> None:
        """Forget deleted messages beyond the number kept, whoever deleted them: not only owners in their visits do."""
        for mailbox, count in (await self._outside.upkeep.deleted(before)).items():
            if count > (most := self._of(mailbox).keep_deleted):
                await self._outside.files.remove(await self._outside.mailboxes.purge(mailbox, most))

    async def _until_none(self, step: Callable[[], Awaitable[Removed]]) -> None:
        while (removed := await step()).messages or removed.refs:
            await clear_up(self._outside, removed, "expired")

    def _kept(self) -> list[tuple[Collection[Folder], int]]:
        """The folders whose messages are deleted by age, and for how many days they are kept."""
        settings = self._settings
        days = ((_NEW, settings.keep_new_days), (_KEPT, settings.keep_old_days), (_DELETED, settings.keep_deleted_days))
        return [(folders, kept) for folders, kept in days if kept]

    async def _set_alarm(self, retry_at: float) -> None:
        """For the earliest that is due next, in a day at the latest."""
        self._alarm.set(self._outside.clock.now() + DAY_S)
        if (due := await self._outside.sendings.next_due()) is not None:
            self._alarm.set(max(due, retry_at))
        if (arrived := await self._outside.upkeep.next_unheard()) is not None:
            self._alarm.set(arrived + self._settings.receipt_after_s)
        ends = [
            oldest + days * DAY_S
            for folders, days in self._kept()
            if (oldest := await self._outside.upkeep.oldest(folders)) is not None
        ]
        days, oldest = self._settings.keep_sent_days, await self._outside.upkeep.oldest_sent()
        if days and oldest is not None:
            ends.append(oldest + days * DAY_S)
        if ends:
            self._alarm.set(max(min(ends), self._cleared_at + CLEAR_EVERY_S))

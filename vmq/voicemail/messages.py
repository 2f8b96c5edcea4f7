"""What an owner does with messages without a telephone: list, hear, mark, move, delete and restore them, send others.

Each change is a visit of one step: it is durable, written into the journal and told to lamps and senders as the same
change by a key is. All methods raise StorageError. What changes a message gives it as it is then, None when it is gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from vmq.domain.letter import Letter, Posted
from vmq.domain.mailbox import Folder, Message, Moved, Place
from vmq.voicemail.deliver import tell, tell_moved
from vmq.voicemail.ports import Outside
from vmq.voicemail.service import Voicemail


class Messages:
    """The messages of all mailboxes."""

    def __init__(self, outside: Outside, voicemail: Voicemail) -> None:
        self._outside = outside
        self._mailboxes = outside.mailboxes
        self._voicemail = voicemail

    async def knows(self, number: str) -> bool:
        """True when there is such a mailbox, by its own number."""
        return number in await self._mailboxes.find(number)

    async def page(
        self, number: str, folder: Folder | None, after: Place | None, limit: int, search: str = ""
    ) -> Sequence[Message]:
        """Messages newest first, those that come after a place; without a folder all but the deleted ones. `search` as
        for Mailboxes."""
        return await self._mailboxes.page(number, folder, after, limit, search)

    async def find(self, number: str, message_id: str) -> Message | None:
        """One of a mailbox's messages, deleted or not."""
        return await self._mailboxes.message(number, message_id)

    async def mark_new(self, message: Message) -> Message | None:
        """Put it back to where it arrived, as if nobody had heard it."""
        return self._told(await self._mailboxes.mark_new(message.mailbox, [message.id], self._now), "kept as new")

    async def mark_heard(self, message: Message) -> Message | None:
        """Its owner has heard it: a new one goes to Old, and its sender gets the receipt that he asked for."""
        if not message.heard_at:
            tell(self._outside, await self._outside.upkeep.heard(message.mailbox, message.id, self._now))
        self._told(await self._mailboxes.mark_old(message.mailbox, [message.id], self._now), "heard")
        return await self.find(message.mailbox, message.id)

    async def move(self, message: Message, folder: Folder) -> Message | None:
        """Put it into a folder that an owner may save to; None also when that is full."""
        limit = self._voicemail.profiles.of(message.mailbox).max_messages
        return self._told(await self._mailboxes.move(message.mailbox, [message.id], folder, limit, self._now), "saved")

    async def delete(self, message: Message) -> None:
        """Put it into Deleted. Beyond the number of deleted messages that are kept, the oldest are gone then."""
        if message.is_deleted:
            return
        mailbox = message.mailbox
        self._told(await self._mailboxes.move(mailbox, [message.id], Folder.DELETED, now=self._now), "deleted")
        refs = await self._mailboxes.purge(mailbox, self._voicemail.profiles.of(mailbox).keep_deleted)
        await self._outside.files.remove(refs)

    async def restore(self, message: Message) -> Message | None:
        """Put it back to where it was deleted; one that is not deleted stays as it is."""
        if not message.is_deleted:
            return message
        return self._told(await self._mailboxes.restore(message.mailbox, [message.id], self._now), "undeleted")

    async def post(self, letter: Letter) -> Posted:
        """Send a letter. Raises BrokenRecordingError for what is no WAV file."""
        return await self._voicemail.post(letter)

    @asynccontextmanager
    async def sound(self, message: Message) -> AsyncIterator[Path | None]:
        """What is to be heard, the introduction of who forwarded it first, as one WAV file while the block lasts; None
        for a notice, and when a recording is lost."""
        refs = await self._heard(message)
        if not refs:
            yield None
            return
        async with self._outside.files.as_one(refs) as path:
            yield path

    async def peaks(self, message: Message, count: int) -> Sequence[int] | None:
        """How loud what is to be heard is, in `count` equal parts, 0 to 100; None when there is nothing."""
        refs = await self._heard(message)
        return await self._outside.files.peaks(refs, count) if refs else None

    async def _heard(self, message: Message) -> Sequence[str]:
        """What is to be heard, in its order; nothing for a notice, and when a recording is lost."""
        refs = [ref for ref in (message.introduction, message.ref) if ref]
        return [] if refs and await self._outside.files.missing(refs) else refs

    @property
    def _now(self) -> float:
        return self._outside.clock.now()

    def _told(self, moved: Moved, change: str) -> Message | None:
        """Tell of a change to one message; the message after it."""
        tell_moved(self._outside, moved, change)
        return next(iter(moved.messages), None)

"""What an owner's flow may do with the message at hand: mark it as heard or new, delete it, save it. Durable at once,
but for what was heard, which stays where it is until the folder is left."""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.mailbox import Folder, Message, Moved, may_save_to
from vmq.voicemail.actions import Actions, Answer, Arguments, count_facts
from vmq.voicemail.deliver import tell
from vmq.voicemail.visit import Visit


class KeepActions:
    """The message at hand of one visit. Without one every action fails."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._outside = visit.outside
        self._mailboxes = visit.outside.mailboxes

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "mark_heard": self._mark_heard,
            "keep_as_new": self._keep_as_new,
            "save_message": self._save_message,
            "save_to_folder": self._save_to_folder,
            "toggle_delete": self._toggle_delete,
            "delete_message": self._delete_message,
            "undelete_last": self._undelete_last,
        }

    @property
    def _message(self) -> Message | None:
        return self._visit.cursor.message

    @property
    def _now(self) -> float:
        return self._outside.clock.now()

    async def _mark_heard(self, _: Arguments) -> Answer:
        """Of what an owner sent, its sender may want to know, and sees it: that is written down now."""
        message = self._message
        if message is None:
            return line.Done()
        self._visit.heard.add(message.id)
        is_asked_for = message.sending_id or message.wants_receipt or message.wants_nonreceipt
        if not message.heard_at and is_asked_for and not message.notice:
            tell(self._outside, await self._outside.upkeep.heard(message.mailbox, message.id, self._now))
        return line.Done()

    async def _keep_as_new(self, _: Arguments) -> Answer:
        if (message := self._message) is None:
            return line.Failed()
        return self._done(await self._mailboxes.mark_new(message.mailbox, [message.id], self._now), "kept as new")

    async def _save_message(self, _: Arguments) -> Answer:
        """A heard message stays in the folder that it was put into."""
        if (message := self._message) is None:
            return line.Failed()
        own = message.restore_folder if message.is_deleted else message.folder
        return await self._save(message, Folder.OLD if own is None or own.is_unheard else own)

    async def _save_to_folder(self, arguments: Arguments) -> Answer:
        message, folder = self._message, Folder(arguments["folder"])
        facts = {"target_folder": folder.value}
        if message is None or not may_save_to(folder):
            return line.Failed(facts)
        answer = await self._save(message, folder)
        return line.Done({**facts, **answer.facts}) if isinstance(answer, line.Done) else line.Failed(facts)

    async def _save(self, message: Message, folder: Folder) -> Answer:
        limit = self._visit.config.max_messages
        return self._done(await self._mailboxes.move(message.mailbox, [message.id], folder, limit, self._now), "saved")

    async def _toggle_delete(self, arguments: Arguments) -> Answer:
        message = self._message
        if message is None or not message.is_deleted:
            return await self._delete_message(arguments)
        restored = await self._mailboxes.restore(message.mailbox, [message.id], self._now)
        return self._done(restored, "undeleted", is_still_heard=True)

    async def _delete_message(self, _: Arguments) -> Answer:
        if (message := self._message) is None or not self._visit.may_delete:
            return line.Failed()
        if message.is_deleted:
            return line.Done({"is_deleted": True})
        moved = await self._mailboxes.move(message.mailbox, [message.id], Folder.DELETED, now=self._now)
        return self._done(moved, "deleted", is_still_heard=True)

    async def _undelete_last(self, _: Arguments) -> Answer:
        """It is chosen in the open folder where that holds it, else in its own."""
        visit = self._visit
        if visit.mailbox is None or not visit.deleted:
            return line.Failed()
        message_id = visit.deleted[-1]
        moved = await self._mailboxes.restore(visit.mailbox.number, [message_id], self._now)
        visit.deleted.remove(message_id)
        if not moved.messages:
            return line.Failed()
        visit.note(moved, "undeleted")
        if visit.cursor.on(message_id) is None:
            await visit.open(moved.messages[0].folder)
        return await visit.choose(visit.cursor.on(message_id))

    def _done(self, moved: Moved, change: str, *, is_still_heard: bool = False) -> Answer:
        """Take in the change; failed when the message was not there any more, or there was no room."""
        if not moved.messages:
            return line.Failed()
        (message,) = moved.messages
        if not is_still_heard:
            self._visit.heard.discard(message.id)
        self._visit.deleted = [each for each in self._visit.deleted if each != message.id]
        if message.is_deleted:
            self._visit.deleted.append(message.id)
        self._visit.note(moved, change)
        return line.Done({"is_deleted": message.is_deleted, **count_facts(moved.counts)})

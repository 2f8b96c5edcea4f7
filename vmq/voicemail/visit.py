"""An owner's visit to his mailbox: the open folder, the message at hand, what he has heard and deleted.

A login opens a folder by its counts, which is all that is told of it at first; its messages are read when one is asked
for. What was heard goes to Old when its folder is left or the visit ends; deleted messages beyond the number kept are
gone then.
"""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.mailbox import Counts, Folder, Mailbox, Message, Moved, first_folder
from vmq.voicemail.actions import Answer, Facts, count_facts
from vmq.voicemail.cursor import Cursor, opened
from vmq.voicemail.deliver import tell_moved
from vmq.voicemail.login import Login
from vmq.voicemail.message_facts import message_facts
from vmq.voicemail.options import NO_OPTIONS, Options, folder_of
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings


class Visit:
    """One visit. Before the login there is no mailbox, and nothing may be done. `options` are VoiceMailMain's: r and
    a(folder)."""

    def __init__(self, outside: Outside, login: Login, options: Options = NO_OPTIONS) -> None:
        self.outside = outside
        self.login = login
        self.may_delete = "r" not in options
        self._first = Folder(folder_of(options.value("a"))) if options.value("a") else None
        self.counts = Counts()
        self.cursor = Cursor()
        self.heard: set[str] = set()
        self.deleted: list[str] = []
        self._is_listed = True

    @property
    def config(self) -> Settings:
        """What holds for the mailbox."""
        return self.login.settings

    @property
    def message(self) -> Message | None:
        """The message at hand."""
        return self.cursor.message

    @property
    def mailbox(self) -> Mailbox | None:
        """The mailbox, once its owner is in."""
        return self.login.opened

    async def close(self) -> None:
        """The visit is over. Raises StorageError; then what was heard stays new."""
        if self.mailbox is None:
            return
        await self.leave_folder()
        if self.deleted:
            refs = await self.outside.mailboxes.purge(self.mailbox.number, self.config.keep_deleted)
            await self.outside.files.remove(refs)

    async def open(self, folder: Folder) -> None:
        """Leave the open folder for another, whose messages are read now. There must be a mailbox."""
        await self.leave_folder()
        await self._list(folder)

    async def open_first(self) -> None:
        """Leave the open folder for the one that a login opens; its messages are read when one is asked for. Urgent
        ones come before what the dialplan names (app_voicemail.c, vm_execmain)."""
        await self.leave_folder()
        folder = first_folder(self.counts)
        self.cursor, self._is_listed = Cursor(folder if self.counts.urgent else self._first or folder), False

    async def take(self, cursor: Cursor) -> None:
        """Leave the open folder for a list that somebody else has read."""
        await self.leave_folder()
        self.cursor, self._is_listed = cursor, True

    async def listed(self) -> Cursor:
        """The cursor, with its folder's messages."""
        if self.mailbox is not None and not self._is_listed:
            await self._list(self.cursor.folder)
        return self.cursor

    async def leave_folder(self) -> None:
        """What was heard is new no longer."""
        if self.heard and self.mailbox is not None:
            now = self.outside.clock.now()
            self.note(await self.outside.mailboxes.mark_old(self.mailbox.number, self.heard, now), "heard")
            self.heard = set()

    async def choose(self, cursor: Cursor | None) -> Answer:
        """Take this message; failed when there is none."""
        if cursor is None:
            return line.Failed()
        self.cursor = cursor
        return line.Done(await self.facts())

    def note(self, moved: Moved, change: str) -> None:
        """Take in what a change did, write it into the journal, and let the lamp follow."""
        self.cursor = self.cursor.changed(moved.messages)
        self.counts = moved.counts
        tell_moved(self.outside, moved, change)

    @property
    def has_inbox_after(self) -> bool:
        """True when the end of the open folder leads on to INBOX."""
        return self.cursor.folder is Folder.URGENT and not self.cursor.is_choice and self.counts.new > 0

    @property
    def has_urgent_before(self) -> bool:
        """True when its beginning leads back to Urgent."""
        return self.cursor.folder is Folder.INBOX and not self.cursor.is_choice and self.counts.urgent > 0

    async def facts(self) -> Facts:
        """Everything about the open folder and the message at hand."""
        cursor, message = self.cursor, self.cursor.message
        at = 0 if cursor.at is None else cursor.at
        following = 0 if cursor.at is None else cursor.at + 1
        size = len(cursor.messages) if self._is_listed else self.counts.in_folder(cursor.folder)
        is_new = message is not None and message.id in cursor.new
        return {
            **count_facts(self.counts),
            "folder": cursor.folder.value,
            "folder_count": size,
            "has_message": cursor.at is not None,
            "message_number": at + 1,
            "is_first": cursor.at == 0,
            "is_last": cursor.at == size - 1,
            "has_next": following < size or self.has_inbox_after,
            "has_previous": cursor.previous() is not None or self.has_urgent_before,
            **await message_facts(self.outside, message, self.config, is_new=is_new),
        }

    async def _list(self, folder: Folder) -> None:
        if self.mailbox is not None:
            messages = await self.outside.mailboxes.messages(self.mailbox.number, folder)
            self.cursor, self._is_listed = opened(folder, messages), True

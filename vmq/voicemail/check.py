"""What an owner's flow may do once he is in: open folders, choose, delete and save messages.

A login opens a folder by its counts, which is all that is told of it at first; its messages are read when one is asked
for. Deleting and saving are durable at once. What was heard goes to Old when its folder is left or the call ends;
deleted messages beyond the number kept are gone then.
"""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.mailbox import Counts, Folder, GreetingKind, Mailbox, Message, Moved, first_folder, may_save_to
from vmq.domain.records import MessageChanged
from vmq.voicemail.actions import (
    Actions,
    Answer,
    Arguments,
    Facts,
    count_facts,
    local_time,
)
from vmq.voicemail.calling import may_call_sender
from vmq.voicemail.cursor import Cursor
from vmq.voicemail.deliver import announce
from vmq.voicemail.login import Login
from vmq.voicemail.opening import opening_facts
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings


class CheckActions:
    """One owner's visit to his mailbox. Before the login every action fails."""

    def __init__(self, outside: Outside, login: Login) -> None:
        self._outside = outside
        self._login = login
        self._counts = Counts()
        self._cursor = Cursor()
        self._is_listed = True
        self._heard: set[str] = set()
        self._has_deleted = False

    @property
    def _config(self) -> Settings:
        """What holds for the mailbox."""
        return self._login.settings

    @property
    def message(self) -> Message | None:
        """The message at hand."""
        return self._cursor.message

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "open_mailbox": self._open_mailbox,
            "open_first_folder": self._open_first_folder,
            "open_folder": lambda arguments: self._open(Folder(arguments["folder"])),
            "first_message": self._first_message,
            "last_message": self._last_message,
            "next_message": self._next_message,
            "previous_message": self._previous_message,
            "mark_heard": self._mark_heard,
            "toggle_delete": self._toggle_delete,
            "save_to_folder": self._save_to_folder,
        }

    async def close(self) -> None:
        """The visit is over. Raises StorageError; then what was heard stays new."""
        if self._login.opened is not None:
            await self._leave_folder(self._login.opened)
        if self._login.opened is not None and self._has_deleted:
            refs = await self._outside.mailboxes.purge(self._login.opened.number, self._config.keep_deleted)
            await self._outside.files.remove(refs)

    async def _open_mailbox(self, _: Arguments) -> Answer:
        mailbox = await self._login.open()
        if mailbox is None:
            return line.Failed()
        self._counts = mailbox.counts
        return line.Done(
            {**count_facts(mailbox.counts), **opening_facts(mailbox, self._login, self._outside.clock.now())}
        )

    async def _open_first_folder(self, _: Arguments) -> Answer:
        if self._login.opened is None:
            return line.Failed()
        await self._leave_folder(self._login.opened)
        self._cursor, self._is_listed = Cursor(first_folder(self._counts)), False
        return line.Done(await self._facts())

    async def _open(self, folder: Folder) -> Answer:
        if self._login.opened is None:
            return line.Failed()
        await self._leave_folder(self._login.opened)
        await self._list(self._login.opened, folder)
        return line.Done(await self._facts())

    async def _list(self, mailbox: Mailbox, folder: Folder) -> None:
        messages = await self._outside.mailboxes.messages(mailbox.number, folder)
        self._cursor, self._is_listed = Cursor(folder, messages), True

    async def _listed(self) -> Cursor:
        """The cursor, with its folder's messages."""
        if self._login.opened is not None and not self._is_listed:
            await self._list(self._login.opened, self._cursor.folder)
        return self._cursor

    async def _leave_folder(self, mailbox: Mailbox) -> None:
        """What was heard is new no longer."""
        if self._heard:
            self._note(await self._outside.mailboxes.mark_old(mailbox.number, self._heard), "heard")
            self._heard = set()

    async def _choose(self, cursor: Cursor | None) -> Answer:
        if cursor is None:
            return line.Failed()
        self._cursor = cursor
        return line.Done(await self._facts())

    async def _first_message(self, _: Arguments) -> Answer:
        return await self._choose((await self._listed()).first())

    async def _last_message(self, _: Arguments) -> Answer:
        return await self._choose((await self._listed()).last())

    async def _next_message(self, _: Arguments) -> Answer:
        if (found := (await self._listed()).next()) or not self._has_inbox_after:
            return await self._choose(found)
        await self._open(Folder.INBOX)
        return await self._choose_in_opened(self._cursor.first())

    async def _previous_message(self, _: Arguments) -> Answer:
        if (found := self._cursor.previous()) or not self._has_urgent_before:
            return await self._choose(found)
        await self._open(Folder.URGENT)
        return await self._choose_in_opened(self._cursor.last())

    async def _choose_in_opened(self, cursor: Cursor | None) -> Answer:
        """As `_choose`, where a folder was opened on the way: it may have been emptied by another call."""
        return await self._choose(cursor) if cursor else line.Failed(await self._facts())

    @property
    def _has_inbox_after(self) -> bool:
        return self._cursor.folder is Folder.URGENT and self._counts.new > 0

    @property
    def _has_urgent_before(self) -> bool:
        return self._cursor.folder is Folder.INBOX and self._counts.urgent > 0

    async def _mark_heard(self, _: Arguments) -> Answer:
        if self._cursor.message:
            self._heard.add(self._cursor.message.id)
        return line.Done()

    async def _toggle_delete(self, _: Arguments) -> Answer:
        message, mailboxes = self._cursor.message, self._outside.mailboxes
        if message is None:
            return line.Failed()
        if message.is_deleted:
            moved = await mailboxes.restore(message.mailbox, [message.id])
        else:
            moved = await mailboxes.move(message.mailbox, [message.id], Folder.DELETED)
            self._has_deleted = True
        if not moved.messages:
            return line.Failed()
        self._note(moved, "undeleted" if message.is_deleted else "deleted")
        return line.Done({"is_deleted": not message.is_deleted, **count_facts(self._counts)})

    async def _save_to_folder(self, arguments: Arguments) -> Answer:
        message, folder = self._cursor.message, Folder(arguments["folder"])
        facts = {"target_folder": folder.value}
        if message is None or not may_save_to(folder):
            return line.Failed(facts)
        moved = await self._outside.mailboxes.move(
            message.mailbox, [message.id], folder, max_messages=self._config.max_messages
        )
        if not moved.messages:
            return line.Failed(facts)
        self._heard.discard(message.id)
        self._note(moved, "saved")
        return line.Done({**facts, "is_deleted": False, **count_facts(self._counts)})

    def _note(self, moved: Moved, change: str) -> None:
        """Take in what a change did, write it into the journal, and let the lamp follow."""
        self._cursor = self._cursor.changed(moved.messages)
        self._counts = moved.counts
        now = self._outside.clock.now()
        for message in moved.messages:
            self._outside.journal.append(MessageChanged(message.id, message.mailbox, change, message.folder.value), now)
        for mailbox in {message.mailbox for message in moved.messages}:
            announce(self._outside, mailbox, moved.counts)

    async def _facts(self) -> Facts:
        """Everything about the open folder and the message at hand."""
        cursor = self._cursor
        at = 0 if cursor.at is None else cursor.at
        following = 0 if cursor.at is None else cursor.at + 1
        size = len(cursor.messages) if self._is_listed else self._counts.in_folder(cursor.folder)
        return {
            **count_facts(self._counts),
            "folder": cursor.folder.value,
            "folder_count": size,
            "has_message": cursor.at is not None,
            "message_number": at + 1,
            "is_first": cursor.at == 0,
            "is_last": cursor.at == size - 1,
            "has_next": following < size or self._has_inbox_after,
            "has_previous": cursor.previous() is not None or self._has_urgent_before,
            **await self._message_facts(cursor.message),
        }

    async def _message_facts(self, message: Message | None) -> Facts:
        if message is None:
            return {"message": "", "is_urgent": False, "is_deleted": False, "caller_number": "", "caller_name": ""}
        number = message.caller_number
        caller = (await self._outside.mailboxes.find(number)).get(number) if number else None
        name = caller.greeting(GreetingKind.NAME, self._outside.clock.now()) if caller else None
        return {
            "message": message.ref,
            "is_urgent": message.is_urgent,
            "is_deleted": message.is_deleted,
            "received_at": local_time(message.received_at, self._config.zone),
            "caller_number": number,
            "is_caller_internal": caller is not None,
            "caller_name": name.ref if name else "",
            "can_call_sender": may_call_sender(number, self._config),
            "message_minutes": int(message.duration_s // 60),
        }

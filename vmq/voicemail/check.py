"""What an owner's flow may do once he is in: open his mailbox and its folders, and choose a message."""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.mailbox import Folder, Mailbox, Message
from vmq.voicemail.actions import Actions, Answer, Arguments, count_facts
from vmq.voicemail.cursor import IN_ORDER, Cursor, opened
from vmq.voicemail.opening import opening_facts
from vmq.voicemail.visit import Visit


class CheckActions:
    """The folders of one visit. Before the login every action fails."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._outside = visit.outside

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "open_mailbox": self._open_mailbox,
            "open_first_folder": self._open_first_folder,
            "open_next_folder": self._open_next_folder,
            "open_folder": lambda arguments: self._open(Folder(arguments["folder"])),
            "open_from": self._open_from,
            "open_all": self._open_all,
            "first_message": self._first_message,
            "last_message": self._last_message,
            "next_message": self._next_message,
            "previous_message": self._previous_message,
            "go_to_message": self._go_to_message,
        }

    async def _open_mailbox(self, _: Arguments) -> Answer:
        mailbox = await self._visit.login.open()
        if mailbox is None:
            return line.Failed()
        self._visit.counts = mailbox.counts
        return line.Done(
            {**count_facts(mailbox.counts), **opening_facts(mailbox, self._visit.login, self._outside.clock.now())}
        )

    async def _open_first_folder(self, _: Arguments) -> Answer:
        if self._visit.mailbox is None:
            return line.Failed()
        await self._visit.open_first()
        return line.Done(await self._visit.facts())

    async def _open_next_folder(self, _: Arguments) -> Answer:
        await self._visit.leave_folder()
        at = self._visit.cursor.folder
        following = IN_ORDER[IN_ORDER.index(at) + 1 :] if at in IN_ORDER else ()
        folder = next((each for each in following if self._visit.counts.in_folder(each)), None)
        return await self._open(folder) if folder else line.Failed(await self._visit.facts())

    async def _open(self, folder: Folder) -> Answer:
        if self._visit.mailbox is None:
            return line.Failed()
        await self._visit.open(folder)
        return line.Done(await self._visit.facts())

    async def _open_from(self, arguments: Arguments) -> Answer:
        """Oldest first within each folder: those that are urgent, those that are new, and the others."""
        mailbox, number = self._visit.mailbox, arguments["number"]
        if mailbox is None:
            return line.Failed()
        found = tuple(m for m in await self._all(mailbox) if m.caller_number == number and not m.notice)
        if not found:
            return line.Failed()
        await self._visit.take(opened(found[0].folder, found, is_choice=True))
        return line.Done(await self._visit.facts())

    async def _open_all(self, _: Arguments) -> Answer:
        mailbox = self._visit.mailbox
        found = sorted(await self._all(mailbox), key=lambda message: message.received_at) if mailbox else []
        if not found:
            return line.Failed()
        cursor = opened(Folder.INBOX, tuple(found), is_choice=True)
        first_new = next((at for at, message in enumerate(found) if message.id in cursor.new), 0)
        await self._visit.take(cursor)
        return await self._visit.choose(cursor.moved_to(first_new))

    async def _all(self, mailbox: Mailbox) -> list[Message]:
        """The messages of all folders that they go through by themselves, after what was heard has become old."""
        await self._visit.leave_folder()
        return [m for folder in IN_ORDER for m in await self._outside.mailboxes.messages(mailbox.number, folder)]

    async def _first_message(self, _: Arguments) -> Answer:
        return await self._visit.choose((await self._visit.listed()).first())

    async def _last_message(self, _: Arguments) -> Answer:
        return await self._visit.choose((await self._visit.listed()).last())

    async def _next_message(self, _: Arguments) -> Answer:
        if (found := (await self._visit.listed()).next()) or not self._visit.has_inbox_after:
            return await self._visit.choose(found)
        await self._open(Folder.INBOX)
        return await self._choose_in_opened(self._visit.cursor.first())

    async def _previous_message(self, _: Arguments) -> Answer:
        if (found := self._visit.cursor.previous()) or not self._visit.has_urgent_before:
            return await self._visit.choose(found)
        await self._open(Folder.URGENT)
        return await self._choose_in_opened(self._visit.cursor.last())

    async def _choose_in_opened(self, cursor: Cursor | None) -> Answer:
        """As `choose`, where a folder was opened on the way: it may have been emptied by another call."""
        return await self._visit.choose(cursor) if cursor else line.Failed(await self._visit.facts())

    async def _go_to_message(self, arguments: Arguments) -> Answer:
        number = arguments["number"]
        is_number = number.isascii() and number.isdigit() and len(number) < 6
        return await self._visit.choose((await self._visit.listed()).moved_to(int(number) - 1) if is_number else None)

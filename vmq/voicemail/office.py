"""The post office: what all owners who send share, the actions of one of them, and the worker for what is due later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vmq.alarm import Alarm
from vmq.domain.addresses import HouseBook
from vmq.domain.mailbox import Mailbox
from vmq.voicemail.actions import Actions
from vmq.voicemail.addressing import Addressing
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.keep import KeepActions
from vmq.voicemail.lists import ListActions
from vmq.voicemail.marks import MarkActions
from vmq.voicemail.names import NameActions
from vmq.voicemail.ports import Outside
from vmq.voicemail.posting import Posting
from vmq.voicemail.send import SendActions
from vmq.voicemail.sent import SentActions
from vmq.voicemail.settings import Settings
from vmq.voicemail.upkeep import UpkeepWork
from vmq.voicemail.visit import Visit


class Office:
    """One for the house. `settings` gives what holds for a mailbox ("": for the house); `lock` see UpkeepWork."""

    def __init__(self, outside: Outside, settings: Callable[[str], Settings], lock: asyncio.Lock) -> None:
        self._outside = outside
        self._settings = settings
        self._alarm = Alarm(outside.clock)
        self.book = HouseBook()
        self.upkeep = UpkeepWork(outside, settings, self.limit, self._alarm, lock)

    def limit(self, mailbox: str) -> int:
        """How many new messages a mailbox may hold."""
        return self._settings(mailbox).max_messages

    def has_room(self, mailbox: Mailbox) -> bool:
        """True when it takes one more message."""
        return self._settings(mailbox.number).quota.has_room(mailbox)

    def look_again(self) -> None:
        """Something may be due that the worker does not know of."""
        self._alarm.set_anew()

    def posting(self) -> Posting:
        """How messages are sent, with the book as it is now."""
        addressing = Addressing(self._outside, self.book, self.has_room)
        return Posting(self._outside, addressing, self.limit, self._alarm)

    def actions(self, visit: Visit, drafts: Drafts) -> Actions:
        """All that one owner may do with messages: hear, keep, send, and his lists."""
        posting = self.posting()
        parts = (
            KeepActions(visit),
            MarkActions(drafts),
            SendActions(visit, drafts, posting),
            SentActions(visit),
            ListActions(visit, drafts, posting.addressing),
            NameActions(self._outside),
        )
        return {name: action for part in parts for name, action in part.table.items()}

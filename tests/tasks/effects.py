"""What a task must have done, looked up in the mailbox afterwards: not that nobody complained, but that it is so.

In: what is reached of voicemail, the task, where its call went on to, and what the journal says. Out: the first thing
that is not so, or "".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.tasks.seeds import SAVED, greeting_ref, message_id
from tests.tasks.tasks import IN_DAYS, Doing, Effect
from vmq.domain.greeting_choice import SortOfCall, choose_greeting
from vmq.domain.mailbox import Folder, GreetingKind, Mailbox, Message
from vmq.domain.sending import SentState
from vmq.voicemail.pins import is_pin
from vmq.voicemail.ports import Outside

KEPT = ("INBOX", "Old")


@dataclass(frozen=True, slots=True)
class Call:
    """What came of a call besides: the number that it went on to, and the ids of messages deleted in it."""

    called: str = ""
    deleted: Sequence[str] = ()


async def wrong(outside: Outside, doing: Doing, call: Call, now: datetime) -> str:
    """The first thing that should be so and is not. `now` is when the call was."""
    effect = doing.task.effect
    if call.called != effect.called:
        return f"the call went on to {call.called!r}"
    if effect.deleted and message_id(doing.mailbox, str(effect.deleted)) not in call.deleted:
        return "it was never deleted"
    return await _Seen(outside, doing, now).first_wrong()


class _Seen:
    """The mailbox of one task, as it is now."""

    def __init__(self, outside: Outside, doing: Doing, now: datetime) -> None:
        self._outside, self._doing, self._now = outside, doing, now
        self._me = doing.mailbox
        self._effect: Effect = doing.task.effect

    async def first_wrong(self) -> str:
        parts = (self._folders, self._sent, self._later, self._stored, self._greeting, self._own, self._lists)
        for part in parts:
            if found := await part():
                return found
        return ""

    async def _folders(self) -> str:
        now_in = {message.id: message.folder.value for message in await self._all(self._me)}
        for number, wanted in self._effect.folders.items():
            found = now_in.get(message_id(self._me, SAVED if number == SAVED else number), "gone")
            found = "gone" if found == Folder.DELETED else found
            if found not in (KEPT if wanted == "kept" else (wanted,)):
                return f"message {number} is in {found}, not in {wanted}"
        return ""

    async def _sent(self) -> str:
        effect = self._effect
        for receiver in effect.sent:
            mine = [message for message in await self._all(receiver) if self._is_mine(message)]
            if len(mine) != 1:
                return f"{receiver} has {len(mine)} messages from {self._me}"
            (message,) = mine
            marks = {"urgent": message.is_urgent, "receipt": message.wants_receipt, "private": message.is_private}
            if {name for name, is_so in marks.items() if is_so} != {*effect.marks}:
                return f"its marks are {marks}"
            if bool(message.forwarder) != effect.forwarded or bool(message.introduction) != effect.introduced:
                return f"forwarded by {message.forwarder!r}, introduced by {message.introduction!r}"
            if not self._outside.files.path(message.ref).is_file():
                return "it has no recording"
        return ""

    async def _later(self) -> str:
        copies = await self._outside.sendings.sent_from(self._me)
        if (receiver := self._effect.waiting) and not any(
            copy.mailbox == receiver and copy.state is SentState.WAITING and self._is_in_days(copy.sending.deliver_at)
            for copy in copies
        ):
            return f"nothing waits for {receiver}"
        back_from = self._effect.taken_back
        is_there = back_from and any(self._is_mine(message) for message in await self._all(back_from))
        return f"{back_from} has it still" if is_there else ""

    async def _stored(self) -> str:
        if not self._effect.stored:
            return ""
        messages = await self._all(self._me)
        if [message.is_urgent for message in messages] != ["urgent" in self._effect.marks]:
            return f"it holds {messages}"
        return ""

    async def _greeting(self) -> str:
        if not self._effect.greeting:
            return ""
        heard = choose_greeting(await self._mailbox(), SortOfCall(), self._now.timestamp())
        usual = greeting_ref(self._me, GreetingKind.UNAVAILABLE)
        is_new = heard is not None and not heard.ref.startswith(f"{self._me}/task-")
        is_usual = heard is not None and heard.ref == usual
        if not (is_new if self._effect.greeting == "new" else is_usual):
            return f"callers hear {heard}"
        if self._effect.ends and not (heard and self._is_in_days(heard.expires_at)):
            return f"it has no such end: {heard}"
        return ""

    async def _own(self) -> str:
        mailbox = await self._mailbox()
        if self._effect.named and GreetingKind.NAME not in mailbox.greetings:
            return "no name is recorded"
        if (pin := self._effect.pin) and not await is_pin(pin, mailbox.pin_hash):
            return "the PIN is another"
        return ""

    async def _lists(self) -> str:
        if not (member := self._effect.listed):
            return ""
        lists = await self._outside.lists.find(self._me)
        return "" if any(member in each.addresses for each in lists.values()) else "no list has it"

    def _is_mine(self, message: Message) -> bool:
        return self._me == (message.forwarder or message.sender)

    def _is_in_days(self, when: float) -> bool:
        return datetime.fromtimestamp(when).astimezone().date() == (self._now + IN_DAYS).date()

    async def _all(self, mailbox: str) -> list[Message]:
        return [each for folder in Folder for each in await self._outside.mailboxes.messages(mailbox, folder)]

    async def _mailbox(self) -> Mailbox:
        return (await self._outside.mailboxes.find(self._me))[self._me]

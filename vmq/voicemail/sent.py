"""What an owner's flow may do with what he sent: look at it, mailbox by mailbox, and take it back."""

from __future__ import annotations

from collections.abc import Sequence

from vmq.domain import line
from vmq.domain.sending import SentCopy, SentState
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts, local_time
from vmq.voicemail.deliver import clear_up
from vmq.voicemail.message_facts import spoken_name
from vmq.voicemail.visit import Visit


class SentActions:
    """What one owner sent. Before the login every action fails."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._outside = visit.outside
        self._copies: Sequence[SentCopy] = ()
        self._at = 0

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {"open_sent": self._open, "next_sent": self._next, "take_back": self._take_back}

    async def _open(self, arguments: Arguments) -> Answer:
        if self._visit.mailbox is None:
            return line.Failed()
        which, number = arguments["which"], arguments["number"]
        copies = await self._outside.sendings.sent_from(self._visit.mailbox.number)
        wanted = [copy for copy in copies if which in ("all", copy.state.value) and number in ("", copy.mailbox)]
        self._copies, self._at = wanted, 0
        return line.Done(await self._facts()) if wanted else line.Failed({"has_sent": False})

    async def _next(self, _: Arguments) -> Answer:
        if self._at + 1 >= len(self._copies):
            return line.Failed()
        self._at += 1
        return line.Done(await self._facts())

    async def _take_back(self, _: Arguments) -> Answer:
        if not self._copies:
            return line.Failed()
        copy = self._copies[self._at]
        removed = await self._outside.sendings.take_back(copy.sending.id, copy.mailbox)
        if removed is None:
            return line.Failed({"sent_state": await self._state_now(copy)})
        await clear_up(self._outside, removed, "taken back")
        return line.Done({"sent_state": SentState.GONE.value})

    async def _state_now(self, copy: SentCopy) -> str:
        found = await self._outside.sendings.sent_from(copy.sending.mailbox)
        is_it = (each for each in found if (each.sending.id, each.mailbox) == (copy.sending.id, copy.mailbox))
        now = next(is_it, None)
        return now.state.value if now else SentState.GONE.value

    async def _facts(self) -> Facts:
        copy, zone = self._copies[self._at], self._visit.config.zone
        known = await self._outside.mailboxes.find(copy.mailbox)
        return {
            "has_sent": True,
            "sent_number": copy.mailbox,
            "sent_name": spoken_name(known, copy.mailbox, self._outside.clock.now()),
            "sent_state": copy.state.value,
            "sent_at": local_time(copy.sending.delivered_at or copy.sending.deliver_at, zone),
            "sent_heard_at": local_time(copy.heard_at, zone) if copy.heard_at else None,
            "sent_message": copy.sending.ref,
        }

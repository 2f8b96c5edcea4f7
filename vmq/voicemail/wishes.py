"""What else an owner decides by telephone: the directory, notices elsewhere, his callers' operator."""

from __future__ import annotations

from dataclasses import replace

from vmq.domain import line
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.calling import may_be_operator
from vmq.voicemail.login import Login
from vmq.voicemail.ports import Outside


class WishActions:
    """One owner's wishes. Before the login every action fails."""

    def __init__(self, outside: Outside, login: Login) -> None:
        self._outside = outside
        self._login = login

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "toggle_notification": self._toggle_notification,
            "toggle_listing": self._toggle_listing,
            "set_operator": self._set_operator,
        }

    async def _toggle_notification(self, _: Arguments) -> Answer:
        mailbox = self._login.opened
        if mailbox is None:
            return line.Failed()
        now_notified = not mailbox.is_notified
        await self._outside.owners.set_notified(mailbox.number, now_notified)
        self._login.opened = replace(mailbox, is_notified=now_notified)
        return line.Done({"is_notified": now_notified})

    async def _toggle_listing(self, _: Arguments) -> Answer:
        mailbox = self._login.opened
        if mailbox is None:
            return line.Failed()
        now_listed = not mailbox.is_listed
        await self._outside.owners.set_listed(mailbox.number, now_listed)
        self._login.opened = replace(mailbox, is_listed=now_listed)
        return line.Done({"is_listed": now_listed})

    async def _set_operator(self, arguments: Arguments) -> Answer:
        mailbox, number = self._login.opened, arguments["number"]
        if mailbox is None or (number and not may_be_operator(number, self._login.settings)):
            return line.Failed()
        await self._outside.owners.set_operator(mailbox.number, number)
        self._login.opened = replace(mailbox, operator=number)
        return line.Done({"operator_number": number})

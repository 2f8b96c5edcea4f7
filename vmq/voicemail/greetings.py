"""What an owner's flow may do with his greetings and his name: keep what was just recorded, or take one away."""

from __future__ import annotations

from dataclasses import replace

from vmq.domain import line
from vmq.domain.mailbox import Greeting, GreetingKind
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts, greeting_facts
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.login import Login
from vmq.voicemail.ports import Outside


class GreetingActions:
    """One owner's greetings. Before the login every action fails."""

    def __init__(self, outside: Outside, login: Login, drafts: Drafts) -> None:
        self._outside = outside
        self._login = login
        self._drafts = drafts

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "drop_draft": self._drop_draft,
            "keep_greeting": self._keep_greeting,
            "erase_greeting": self._erase_greeting,
        }

    async def _drop_draft(self, _: Arguments) -> Answer:
        await self._drafts.drop()
        return line.Done()

    async def _keep_greeting(self, arguments: Arguments) -> Answer:
        """File → row → the old file goes, so that a caller hears the old greeting or the new one, never none."""
        mailbox, kind = self._login.opened, GreetingKind(arguments["kind"])
        draft = self._drafts.hand_over() if mailbox else None
        if mailbox is None or draft is None:
            return line.Failed()
        draft = replace(draft, mailbox=mailbox.number)
        ref = draft.greeting_ref(kind)
        duration_s = await self._outside.files.keep(draft, ref)
        greeting = Greeting(kind, ref, duration_s, self._outside.clock.now())
        replaced = await self._outside.mailboxes.set_greeting(mailbox.number, greeting)
        self._drafts.delivered(draft, ref)
        await self._remove(replaced)
        return line.Done({**await self._facts(mailbox.number), "draft": self._drafts.current.ref})

    async def _erase_greeting(self, arguments: Arguments) -> Answer:
        mailbox = self._login.opened
        if mailbox is None:
            return line.Failed()
        await self._remove(
            await self._outside.mailboxes.remove_greeting(mailbox.number, GreetingKind(arguments["kind"]))
        )
        return line.Done(await self._facts(mailbox.number))

    async def _remove(self, ref: str) -> None:
        if ref:
            await self._outside.files.remove([ref])

    async def _facts(self, number: str) -> Facts:
        found = await self._outside.mailboxes.find(number)
        return greeting_facts(found[number], self._outside.clock.now())

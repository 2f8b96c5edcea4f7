"""What an owner's flow may do with his greetings and his name: record, hear, switch, let end, give calls to.

One greeting is at hand: the one picked or recorded last. What is changed is read again from the database, so that two
owners of a mailbox see each other's changes.
"""

from __future__ import annotations

from dataclasses import replace

from vmq.domain import line
from vmq.domain.mailbox import Greeting, GreetingKind, GreetingUse, Mailbox
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts, greeting_facts, local_time, typed_moment
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.login import Login
from vmq.voicemail.ports import Outside


class GreetingActions:
    """One owner's greetings. Before the login every action fails."""

    def __init__(self, outside: Outside, login: Login, drafts: Drafts) -> None:
        self._outside = outside
        self._login = login
        self._drafts = drafts
        self._kind: GreetingKind | None = None

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "drop_draft": self._drop_draft,
            "pick_greeting": self._pick_greeting,
            "keep_greeting": self._keep_greeting,
            "erase_greeting": self._erase_greeting,
            "switch_greeting": self._switch_greeting,
            "set_greeting_end": self._set_greeting_end,
            "clear_greeting_end": self._clear_greeting_end,
            "toggle_blocking": self._toggle_blocking,
            "use_greeting": self._use_greeting,
            "forget_greeting_uses": self._forget_uses,
        }

    async def _drop_draft(self, _: Arguments) -> Answer:
        await self._drafts.drop()
        return line.Done()

    async def _pick_greeting(self, arguments: Arguments) -> Answer:
        if self._login.opened is None:
            return line.Failed()
        self._kind = GreetingKind(arguments["kind"])
        return line.Done(self._at_hand(await self._read(self._login.opened.number)))

    async def _keep_greeting(self, arguments: Arguments) -> Answer:
        """File → row → the old file goes, so that a caller hears the old greeting or the new one, never none."""
        mailbox, kind = self._login.opened, GreetingKind(arguments["kind"])
        draft = self._drafts.hand_over() if mailbox else None
        if mailbox is None or draft is None:
            return line.Failed()
        draft = replace(draft, mailbox=mailbox.number)
        ref = draft.greeting_ref(kind)
        duration_s = await self._outside.files.keep(draft, ref)
        before = (await self._read(mailbox.number)).greetings.get(kind)
        new = recorded_again(before, Greeting(kind, ref, duration_s, self._outside.clock.now()))
        replaced = await self._outside.mailboxes.set_greeting(mailbox.number, new)
        self._drafts.delivered(draft, ref)
        await self._remove(replaced)
        self._kind = kind
        return line.Done({**await self._facts(mailbox.number), "draft": self._drafts.current.ref})

    async def _erase_greeting(self, arguments: Arguments) -> Answer:
        mailbox, kind = self._login.opened, GreetingKind(arguments["kind"])
        if mailbox is None:
            return line.Failed()
        await self._remove(await self._outside.mailboxes.remove_greeting(mailbox.number, kind))
        return line.Done(await self._facts(mailbox.number))

    async def _switch_greeting(self, arguments: Arguments) -> Answer:
        """An end that is past would keep it off."""
        greeting = await self._greeting()
        is_over = greeting is not None and 0 < greeting.expires_at <= self._outside.clock.now()
        return await self._change(is_on=arguments["to"] == "on", expires_at=0.0 if is_over else None)

    async def _set_greeting_end(self, arguments: Arguments) -> Answer:
        typed = [arguments[name] for name in ("month", "day", "time", "half")]
        end = typed_moment(self._outside.clock.now(), self._login.settings.zone, typed)
        return await self._change(expires_at=end.timestamp()) if end else line.Failed()

    async def _clear_greeting_end(self, _: Arguments) -> Answer:
        return await self._change(expires_at=0.0)

    async def _toggle_blocking(self, _: Arguments) -> Answer:
        greeting = await self._greeting()
        return await self._change(is_blocking=not greeting.is_blocking) if greeting else line.Failed()

    async def _use_greeting(self, arguments: Arguments) -> Answer:
        mailbox, greeting = self._login.opened, await self._greeting()
        if mailbox is None or greeting is None:
            return line.Failed()
        use = GreetingUse(arguments["calls"], greeting.kind, self._outside.clock.now())
        await self._outside.owners.use_greeting(mailbox.number, use)
        return line.Done(await self._facts(mailbox.number))

    async def _forget_uses(self, _: Arguments) -> Answer:
        mailbox = self._login.opened
        if mailbox is None:
            return line.Failed()
        await self._outside.owners.forget_uses(mailbox.number)
        return line.Done()

    async def _change(
        self, *, is_on: bool | None = None, expires_at: float | None = None, is_blocking: bool | None = None
    ) -> Answer:
        """Change the greeting at hand; failed when it is not recorded."""
        mailbox, kind = self._login.opened, self._kind
        if mailbox is None or kind is None:
            return line.Failed()
        is_there = await self._outside.owners.change_greeting(
            mailbox.number, kind, is_on=is_on, expires_at=expires_at, is_blocking=is_blocking
        )
        return line.Done(await self._facts(mailbox.number)) if is_there else line.Failed()

    async def _greeting(self) -> Greeting | None:
        """The greeting at hand, when it is recorded."""
        mailbox, kind = self._login.opened, self._kind
        return (await self._read(mailbox.number)).greetings.get(kind) if mailbox and kind else None

    async def _remove(self, ref: str) -> None:
        if ref:
            await self._outside.files.remove([ref])

    async def _read(self, number: str) -> Mailbox:
        return (await self._outside.mailboxes.find(number))[number]

    async def _facts(self, number: str) -> Facts:
        mailbox = await self._read(number)
        return {**greeting_facts(mailbox, self._outside.clock.now()), **self._at_hand(mailbox)}

    def _at_hand(self, mailbox: Mailbox) -> Facts:
        now = self._outside.clock.now()
        found = mailbox.greetings.get(self._kind) if self._kind else None
        end = found.expires_at if found and now < found.expires_at else 0.0
        return {
            "greeting": found.ref if found else "",
            "greeting_kind_at_hand": self._kind.value if self._kind else "",
            "is_greeting_on": found is not None and found.is_active(now),
            "has_greeting_end": bool(end),
            **({"greeting_end": local_time(end, self._login.settings.zone)} if end else {}),
            "is_greeting_blocking": found is not None and found.is_blocking,
            "is_absent": mailbox.greeting(GreetingKind.ABSENCE, now) is not None,
        }


def recorded_again(before: Greeting | None, new: Greeting) -> Greeting:
    """A new recording of a greeting: it is on, and blocks, and ends, as the one before; an end that is past is none."""
    if before is None:
        return new
    has_end = before.expires_at > new.recorded_at
    return replace(new, is_blocking=before.is_blocking, expires_at=before.expires_at if has_end else 0.0)

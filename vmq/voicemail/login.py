"""Who may open a mailbox: the owner with the PIN, its extension while it has none, or whom the dialplan vouches for.

A wrong mailbox number looks and takes as long as a wrong PIN, and locks alike: that a mailbox is locked is told only
after a PIN. Attempts are counted over all calls, each before it is checked. A pack can't go round this: only `opened`
opens a mailbox, whatever the flow says.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from vmq.domain import line
from vmq.domain.mailbox import Mailbox, MailboxRules
from vmq.domain.pin import LoginState, count_attempt, pin_fault
from vmq.domain.records import LoginRefused, MailboxMade
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.pins import hash_pin, is_pin
from vmq.voicemail.ports import Outside
from vmq.voicemail.requests import CheckRequest
from vmq.voicemail.settings import Settings
from vmq.voicemail.strangers import Strangers

log = structlog.get_logger(__name__)


class Login:
    """One owner's way in. `opened` is the mailbox once he is in; `known` is one that was read a moment ago."""

    def __init__(
        self,
        outside: Outside,
        config: Settings,
        rules: MailboxRules,
        request: CheckRequest,
        strangers: Strangers,
        *,
        known: Mailbox | None = None,
    ) -> None:
        self.opened: Mailbox | None = None
        self._outside = outside
        self._config = config
        self._rules = rules
        self._request = request
        self._strangers = strangers
        self._known = known
        self._number = ""
        self._picked: Mailbox | None = None
        self._is_proven = False
        self._tries = 0

    @property
    def is_trusted(self) -> bool:
        """True when the dialplan vouches for the caller (option s)."""
        return "s" in self._request.options

    @property
    def table(self) -> Actions:
        """The actions by name; `open_mailbox` belongs to vmq.voicemail.check, which calls `open`."""
        return {
            "pick_mailbox": self._pick_mailbox,
            "check_pin": self._check_pin,
            "check_new_pin": self._check_new_pin,
            "set_pin": self._set_pin,
            "end_setup": self._end_setup,
        }

    async def open(self) -> Mailbox | None:
        """The mailbox, fresh from the database, when the caller has proved that he may; else None."""
        if self._picked is None and self.is_trusted and self._request.mailbox:
            await self._pick(self._request.mailbox)
            self.opened = self._picked if self._is_proven else None
        elif self._picked is not None and self._is_proven:
            found = await self._outside.mailboxes.find(self._picked.number)
            self.opened = found.get(self._picked.number)
        return self.opened

    async def _pick_mailbox(self, arguments: Arguments) -> Answer:
        number = arguments["number"] or self._request.caller_number
        if not number:
            return line.Failed({"mailbox": "", "may_try_again": self._may_try_again})
        await self._pick(number)
        return line.Done(
            {
                "mailbox": number,
                "needs_pin": not self._is_proven,
                "may_try_again": self._may_try_again,
                "is_locked": False,
            }
        )

    async def _pick(self, number: str) -> None:
        """Take a mailbox, and see whether the caller has proved already that he may open it."""
        self._number = number
        is_own = number == self._request.caller_number
        self._picked = await self._find(number, may_make=is_own or self.is_trusted)
        is_new_and_own = self._picked is not None and is_own and not self._picked.is_set_up
        self._is_proven = self._picked is not None and (self.is_trusted or is_new_and_own)

    async def _find(self, number: str, may_make: bool) -> Mailbox | None:
        """The mailbox; an extension that calls itself gets one now, where the house allows."""
        known, self._known = self._known, None
        if known is not None and known.number == number:
            return known
        found = await self._outside.mailboxes.find(number)
        if number in found or not (may_make and self._rules.may_create(number)):
            return found.get(number)
        made = Mailbox(number, language=self._request.language)
        now = self._outside.clock.now()
        if await self._outside.mailboxes.ensure(made, now):
            self._outside.journal.append(MailboxMade(number), now)
        return made

    @property
    def _may_try_again(self) -> bool:
        return self._tries < self._config.login_tries

    async def _check_pin(self, arguments: Arguments) -> Answer:
        self._tries += 1
        now = self._outside.clock.now()
        before, after = await self._change_login(
            lambda state: count_attempt(state, now, self._config.lock_after, self._config.lock_s)
        )
        if before.is_locked(now):
            return self._refused(is_locked=True)
        if await is_pin(arguments["pin"], self._picked.pin_hash if self._picked else ""):
            await self._change_login(lambda _: LoginState())
            self._is_proven = True
            return line.Done({"may_try_again": True, "is_locked": False})
        is_locked = after.is_locked(now)
        if self._has_pin:
            self._outside.journal.append(LoginRefused(self._number, before.failures + 1, is_locked), now)
            log.warning("login_refused", call_id=self._request.call_id, mailbox=self._number, is_locked=is_locked)
        return self._refused(is_locked)

    @property
    def _has_pin(self) -> bool:
        """True when there is a PIN that would open what was picked."""
        return self._picked is not None and self._picked.is_set_up

    async def _change_login(self, change: Callable[[LoginState], LoginState]) -> tuple[LoginState, LoginState]:
        if self._has_pin:
            return await self._outside.mailboxes.change_login(self._number, change)
        return self._strangers.change_login(self._number, change)

    def _refused(self, is_locked: bool) -> line.Failed:
        return line.Failed({"may_try_again": self._may_try_again and not is_locked, "is_locked": is_locked})

    async def _check_new_pin(self, arguments: Arguments) -> Answer:
        if self.opened is None:
            return line.Failed()
        fault = pin_fault(arguments["pin"], self.opened.number, self._config.min_pin_digits)
        return line.Failed() if fault else line.Done()

    async def _set_pin(self, arguments: Arguments) -> Answer:
        answer = await self._check_new_pin(arguments)
        if self.opened is None or isinstance(answer, line.Failed):
            return line.Failed()
        await self._outside.mailboxes.set_pin(self.opened.number, await hash_pin(arguments["pin"]))
        log.info("pin_changed", call_id=self._request.call_id, mailbox=self.opened.number)
        return line.Done()

    async def _end_setup(self, _: Arguments) -> Answer:
        return line.Done({"needs_setup": False})

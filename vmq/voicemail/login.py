"""Who may open a mailbox: the owner with the PIN, its extension while it has none, a reader, or whom the dialplan
vouches for.

A wrong mailbox number looks and takes as long as a wrong PIN, and locks alike: that a mailbox is locked is told only
after a PIN. Attempts are counted over all calls, each before it is checked. A pack can't go round this: only `opened`
opens a mailbox, whatever the flow says. The limits are the house's, so that they tell nothing of a mailbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from vmq.domain import line
from vmq.domain.mailbox import GreetingKind, Mailbox
from vmq.domain.pin import LoginState, count_attempt
from vmq.domain.records import LoginRefused, MailboxMade
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.pins import is_pin
from vmq.voicemail.ports import Outside
from vmq.voicemail.profiles import Profiles
from vmq.voicemail.requests import CheckRequest
from vmq.voicemail.settings import Settings
from vmq.voicemail.strangers import Strangers

log = structlog.get_logger(__name__)


class Login:
    """One owner's way in. `opened` is the mailbox once he is in; `known` are mailboxes that were read a moment ago.

    A reader of a shared mailbox comes in with his own PIN, from his own telephone (`is_reader`); `announcement` is the
    ref of what the administrator tells every owner, or "".
    """

    def __init__(
        self,
        outside: Outside,
        profiles: Profiles,
        request: CheckRequest,
        strangers: Strangers,
        *,
        known: Mapping[str, Mailbox] | None = None,
    ) -> None:
        self.opened: Mailbox | None = None
        self.is_reader = False
        self.announcement = ""
        self._outside = outside
        self._profiles = profiles
        self._request = request
        self._strangers = strangers
        self._known = known or {}
        self._caller = profiles.number_of(request.caller_number)
        self._number = profiles.number_of(request.mailbox)
        self._picked: Mailbox | None = None
        self._reader: Mailbox | None = None
        self._is_proven = False
        self._tries = 0

    @property
    def is_trusted(self) -> bool:
        """True when the dialplan vouches for the caller (option s): for the mailbox that it names, and for none that is
        typed (app_voicemail.c, vm_execmain)."""
        return "s" in self._request.options and bool(self._request.mailbox)

    @property
    def settings(self) -> Settings:
        """What holds for the mailbox that was picked or given; before that, for all."""
        return self._profiles.of(self._number)

    @property
    def table(self) -> Actions:
        """The actions by name; `open_mailbox` belongs to vmq.voicemail.check, which calls `open`."""
        return {
            "pick_mailbox": self._pick_mailbox,
            "check_pin": self._check_pin,
        }

    async def open(self) -> Mailbox | None:
        """The mailbox, fresh from the database, when the caller has proved that he may; else None."""
        fresh: dict[str, Mailbox] = {}
        if self._picked is None and self.is_trusted and self._number:
            await self._pick(self._number)
            fresh = {self._number: self._picked} if self._picked else {}
        if self._picked is not None and self._is_proven:
            teller = self._profiles.house.announcement_mailbox
            wanted = [number for number in (self._number, teller) if number and number not in fresh]
            found = {**fresh, **(await self._outside.mailboxes.find(*wanted) if wanted else {})}
            self.opened = found.get(self._number)
            self.announcement = self._announced_by(found.get(teller))
        return self.opened

    def _announced_by(self, mailbox: Mailbox | None) -> str:
        """The temporary greeting of the mailbox that tells something, while it is on."""
        told = mailbox.greeting(GreetingKind.TEMPORARY, self._outside.clock.now()) if mailbox else None
        return told.ref if told else ""

    async def _pick_mailbox(self, arguments: Arguments) -> Answer:
        typed = arguments["number"]
        number = f"{self._request.prefix}{typed}" if typed else self._request.caller_number
        if not number:
            return line.Failed({"mailbox": "", "may_try_again": self._may_try_again})
        await self._pick(self._profiles.number_of(number))
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
        is_own = number == self._caller
        is_vouched_for = self.is_trusted and number == self._profiles.number_of(self._request.mailbox)
        self._picked, self._reader = await self._find(number, may_make=is_own or is_vouched_for)
        self.is_reader = False
        is_new_and_own = self._picked is not None and is_own and not self._picked.is_set_up
        self._is_proven = self._picked is not None and (is_vouched_for or is_new_and_own)

    async def _find(self, number: str, may_make: bool) -> tuple[Mailbox | None, Mailbox | None]:
        """The mailbox, and that of the caller when he is one of its readers. An extension that calls itself gets one
        now, where the house allows."""
        wanted = [number, *({self._caller} & self.settings.readers)]
        known, self._known = self._known, {}
        if any(each not in known for each in wanted):
            known = await self._outside.mailboxes.find(*wanted)
        reader = known.get(wanted[-1]) if len(wanted) > 1 else None
        if number in known or not (may_make and self._profiles.rules.may_create(number)):
            return known.get(number), reader
        made = Mailbox(number, language=self._request.language)
        now = self._outside.clock.now()
        if await self._outside.mailboxes.ensure(made, now):
            self._outside.journal.append(MailboxMade(number), now)
        return made, reader

    @property
    def _may_try_again(self) -> bool:
        return self._tries < self._profiles.house.login_tries

    async def _check_pin(self, arguments: Arguments) -> Answer:
        self._tries += 1
        now, limits = self._outside.clock.now(), self._profiles.house
        before, after = await self._change_login(
            lambda state: count_attempt(state, now, limits.lock_after, limits.lock_s)
        )
        if before.is_locked(now):
            return self._refused(is_locked=True)
        if await self._is_right(arguments["pin"], now):
            await self._change_login(lambda _: LoginState())
            self._is_proven = True
            return line.Done({"may_try_again": True, "is_locked": False})
        is_locked = after.is_locked(now)
        if self._has_pin:
            self._outside.journal.append(LoginRefused(self._number, before.failures + 1, is_locked), now)
            log.warning("login_refused", call_id=self._request.call_id, mailbox=self._number, is_locked=is_locked)
        return self._refused(is_locked)

    async def _is_right(self, pin: str, now: float) -> bool:
        """The mailbox's PIN, or his own of a reader whose own mailbox is not locked."""
        if await is_pin(pin, self._picked.pin_hash if self._picked else ""):
            return True
        reader = self._reader if self._picked is not None else None
        self.is_reader = reader is not None and not reader.login.is_locked(now) and await is_pin(pin, reader.pin_hash)
        return self.is_reader

    @property
    def _has_pin(self) -> bool:
        """True when there is a PIN that would open what was picked."""
        openers = (self._picked, self._reader)
        return self._picked is not None and any(each is not None and each.is_set_up for each in openers)

    async def _change_login(self, change: Callable[[LoginState], LoginState]) -> tuple[LoginState, LoginState]:
        if self._has_pin:
            return await self._outside.mailboxes.change_login(self._number, change)
        return self._strangers.change_login(self._number, change)

    def _refused(self, is_locked: bool) -> line.Failed:
        return line.Failed({"may_try_again": self._may_try_again and not is_locked, "is_locked": is_locked})

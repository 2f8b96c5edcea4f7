"""A new PIN: whether it may be one, and keeping it. An owner sets his own by telephone, an administrator anybody's.

Refused is what the rules of vmq.domain.pin refuse, and what was the PIN before.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from vmq.domain import line
from vmq.domain.mailbox import Mailbox
from vmq.domain.pin import PinFault, pin_fault
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.login import Login
from vmq.voicemail.pins import hash_pin, is_one_of
from vmq.voicemail.ports import Outside
from vmq.voicemail.settings import Settings

log = structlog.get_logger(__name__)


async def new_pin_fault(pin: str, mailbox: Mailbox, settings: Settings) -> PinFault | None:
    """Why this can't be the mailbox's next PIN; None when it can."""
    rules = settings.pin_rules
    fault = pin_fault(pin, mailbox.number, rules.min_digits, rules.max_digits)
    if fault is None and rules.history:
        earlier = (mailbox.pin_hash, *mailbox.used_pins[: rules.history])
        if await is_one_of(pin, [each for each in earlier if each]):
            return PinFault.USED
    return fault


class PinActions:
    """What an owner who is in may do with his PIN. Before the log-in every action fails, and for a reader of a shared
    mailbox, whose PIN is another's."""

    def __init__(self, outside: Outside, login: Login, call_id: str) -> None:
        self._outside = outside
        self._login = login
        self._call_id = call_id

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {"check_new_pin": self._check_new_pin, "set_pin": self._set_pin, "end_setup": self._end_setup}

    async def _check_new_pin(self, arguments: Arguments) -> Answer:
        mailbox = self._login.opened
        if mailbox is None or self._login.is_reader:
            return line.Failed({"pin_fault": ""})
        fault = await new_pin_fault(arguments["pin"], mailbox, self._login.settings)
        return line.Failed({"pin_fault": fault.word}) if fault else line.Done({"pin_fault": ""})

    async def _set_pin(self, arguments: Arguments) -> Answer:
        answer = await self._check_new_pin(arguments)
        mailbox = self._login.opened
        if mailbox is None or isinstance(answer, line.Failed):
            return answer
        pin_hash, now = await hash_pin(arguments["pin"]), self._outside.clock.now()
        history = self._login.settings.pin_history
        await self._outside.owners.set_pin(mailbox.number, pin_hash, now, history)
        used = (mailbox.pin_hash, *mailbox.used_pins)[:history]
        self._login.opened = replace(mailbox, pin_hash=pin_hash, pin_set_at=now, used_pins=used)
        log.info("pin_changed", call_id=self._call_id, mailbox=mailbox.number)
        return line.Done({"pin_fault": "", "must_change_pin": False})

    async def _end_setup(self, _: Arguments) -> Answer:
        return line.Done({"needs_setup": False})

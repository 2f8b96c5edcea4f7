"""A party goes on to another telephone: which numbers may be called, and where in the dialplan that is done.

vmq calls nobody itself. It names a number of digits, and a context that the administrator chose for calls of this kind;
without one there are none. What may be dialled in that context is the dialplan's to say. Numbers that were typed, or
that an owner chose for his callers, must also match a pattern, whole: so that no stolen PIN opens the trunks. Who left
a message said himself what his number is: he is called back by digits only, so that no feature code is dialled for him.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from vmq.domain import line
from vmq.domain.mailbox import Mailbox, Message
from vmq.voicemail.actions import Actions, Answer, Arguments
from vmq.voicemail.settings import Settings

log = structlog.get_logger(__name__)

CALL_EXIT = "call"
_NUMBER = re.compile(r"\+?[0-9*#]{1,40}")
_SENDER = re.compile(r"\+?[0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a call goes on: a number, in a context of the dialplan."""

    number: str
    context: str


def to_sender(number: str, settings: Settings) -> Onward | None:
    """Back to who left a message: digits, which a + may lead."""
    return _onward(number, settings.callback_context) if _SENDER.fullmatch(number) else None


def to_typed(number: str, settings: Settings) -> Onward | None:
    """To a number that an owner typed."""
    is_allowed = bool(settings.dialout_pattern) and re.fullmatch(settings.dialout_pattern, number) is not None
    return _onward(number, settings.dialout_context) if is_allowed else None


def to_operator(mailbox: Mailbox | None, settings: Settings) -> Onward | None:
    """To the mailbox's operator: the one that its owner chose, while he may be called, else the house's."""
    chosen = mailbox.operator if mailbox and may_be_operator(mailbox.operator, settings) else ""
    return _onward(chosen or settings.operator, settings.operator_context)


def may_be_operator(number: str, settings: Settings) -> bool:
    """True for a number that owners may send their callers to."""
    is_allowed = bool(settings.operator_pattern) and re.fullmatch(settings.operator_pattern, number) is not None
    return is_allowed and _onward(number, settings.operator_context) is not None


def may_call_sender(number: str, settings: Settings) -> bool:
    """True when `to_sender` leads somewhere."""
    return to_sender(number, settings) is not None


def _onward(number: str, context: str) -> Onward | None:
    return Onward(number, context) if context and _NUMBER.fullmatch(number) else None


class CallActions:
    """One call's way on. `chosen` is where it goes when its dialogue ends with the exit `call`."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        mailbox: Callable[[], Mailbox | None],
        message: Callable[[], Message | None] = lambda: None,
        *,
        is_owner: bool,
    ) -> None:
        self.chosen: Onward | None = None
        self._settings = settings
        self._mailbox = mailbox
        self._message = message
        self._is_owner = is_owner

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "call_sender": self._call_sender,
            "call_number": self._call_number,
            "call_operator": self._call_operator,
        }

    async def _call_sender(self, _: Arguments) -> Answer:
        message = self._message()
        return self._choose(to_sender(message.caller_number, self._settings()) if message else None)

    async def _call_number(self, arguments: Arguments) -> Answer:
        """Owners only, once they are in: whoever rings a mailbox has not proved anything."""
        is_in = self._is_owner and self._mailbox() is not None
        onward = to_typed(arguments["number"], self._settings()) if is_in else None
        if onward is None:
            log.warning("call_refused", number=arguments["number"], is_owner=is_in)
        return self._choose(onward)

    async def _call_operator(self, _: Arguments) -> Answer:
        return self._choose(to_operator(self._mailbox(), self._settings()))

    def _choose(self, onward: Onward | None) -> Answer:
        self.chosen = onward
        return line.Done() if onward else line.Failed()

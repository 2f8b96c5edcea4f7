"""What may be said of a single mailbox, of a class of service, and of all: the same settings in three places.

A mailbox comes before its class, its class before `[voicemail]`. Here nothing has a default: None = not said here.
`[voicemail]` (vmq.config.model) says all of it.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from vmq.config.base import Name, Section


def known_zone(name: str) -> str:
    """The name of a time zone, or "". Raises ValueError."""
    if name and name not in available_timezones():
        raise ValueError("there is no such time zone; write one like Europe/Berlin")
    return name


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    return text


PackName = Name | Literal[""]
LanguageTag = Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}([_-][A-Za-z0-9_-]{1,24})?)?$")]
TimeZone = Annotated[str, AfterValidator(known_zone)]
Expression = Annotated[str, AfterValidator(_expression)]
Context = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,79}$")]
Dialled = Annotated[str, Field(pattern=r"^[0-9*#+]{0,40}$")]
PackSettings = dict[str, bool | int | float | str]

MaxMessageS = Annotated[float, Field(ge=5, le=3600)]
MinMessageS = Annotated[float, Field(ge=0, le=60)]
MaxSilenceS = Annotated[float, Field(ge=0, le=60)]
MaxGreetingS = Annotated[float, Field(ge=5, le=600)]
MaxMessages = Annotated[int, Field(ge=0, le=9999)]
MaxMailboxS = Annotated[float, Field(ge=0, le=10_000_000)]
PinDigits = Annotated[int, Field(ge=1, le=20)]
PinHistory = Annotated[int, Field(ge=0, le=24)]
PinDays = Annotated[int, Field(ge=0, le=3650)]


class MailboxSettings(Section):
    """What a mailbox, or its class, says of itself."""

    personality: PackName | None = None
    language: LanguageTag | None = None
    time_zone: TimeZone | None = None
    schedule: PackName | None = None
    operator: Dialled | None = None
    operator_context: Context | None = None
    operator_pattern: Expression | None = None
    callback_context: Context | None = None
    dialout_context: Context | None = None
    dialout_pattern: Expression | None = None
    callers_log_in: bool | None = None
    max_message_s: MaxMessageS | None = None
    min_message_s: MinMessageS | None = None
    max_silence_s: MaxSilenceS | None = None
    max_greeting_s: MaxGreetingS | None = None
    max_messages: MaxMessages | None = None
    max_mailbox_s: MaxMailboxS | None = None
    keep_deleted: MaxMessages | None = None
    review: bool | None = None
    leave_urgent: bool | None = None
    envelope: bool | None = None
    say_caller: bool | None = None
    say_duration: bool | None = None
    warn_of_temp: bool | None = None
    min_pin_digits: PinDigits | None = None
    max_pin_digits: PinDigits | None = None
    pin_history: PinHistory | None = None
    pin_days: PinDays | None = None
    change_given_pin: bool | None = None
    transcribe: bool | None = None
    settings: PackSettings = Field(default_factory=dict)


class ClassOfServiceConfig(MailboxSettings):
    """A class of service: what holds for all mailboxes that name it."""

    name: Name


def said_by(said: MailboxSettings) -> dict[str, object]:
    """What it says, by the names of `[voicemail]`; settings of personalities are merged elsewhere."""
    names = (name for name in MailboxSettings.model_fields if name != "settings")
    return {name: getattr(said, name) for name in names if getattr(said, name) is not None}

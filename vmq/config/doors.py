"""Front doors and doorbells as they are configured: vmq.domain.door's rules, and where callers may go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vmq.config.base import Name, Section
from vmq.config.mailboxes import Context, Dialled, LanguageTag, PackName, PackSettings
from vmq.config.queues import Destination
from vmq.domain.dialling import clean
from vmq.domain.door import Guard
from vmq.domain.numbers import is_number, pattern_of
from vmq.errors import ConfigError


def _pattern(text: str) -> str:
    try:
        pattern_of(text)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return text


def _number(text: str) -> str:
    if text.startswith("_"):
        return _pattern(text)
    if not is_number(clean(text)):
        raise ValueError(f"{text!r} is no number; write e.g. +49 30 123456, or a pattern such as _0900X.")
    return text


Pattern = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_pattern)]
NumberText = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_number)]
KeyDigits = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,7}$")]
Device = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+/[A-Za-z0-9@._:/*+-]{1,80}$")]


class DoorConfig(Section):
    """A front door: an attendant who answers calls, keeps robots out and puts people through (docs/front-door.md)."""

    name: Name
    personality: Name = "frontdoor"
    language: LanguageTag = ""
    settings: PackSettings = Field(default_factory=dict)
    schedule: PackName = ""
    context: Context = ""
    extensions: tuple[Pattern, ...] = Field((), examples=[["_1XXX"]])
    operator: Dialled = ""
    keys: dict[KeyDigits, Destination] = Field({}, examples=[{"1": "queue:sales"}])
    directory: bool = True
    directory_says: Literal["name", "extension"] = "name"
    closed_to: Destination | Literal[""] = ""
    friends: tuple[NumberText, ...] = Field((), examples=[["+49 171 1234567"]])
    friends_to: Destination | Literal[""] = ""
    blocked: tuple[NumberText, ...] = Field((), examples=[["_0900X."]])
    wants_number: bool = False
    refused_hear: Literal["nothing", "tones"] = "nothing"
    guard: Guard = Guard.CODE
    code_digits: int = Field(2, ge=1, le=4)
    guard_tries: int = Field(2, ge=1, le=5)
    refuse_after: int = Field(2, ge=0, le=100)
    forget_days: float = Field(30.0, gt=0, le=3650)
    trust_days: float = Field(90.0, ge=0, le=3650)
    rate_calls: int = Field(0, ge=0, le=1000)
    rate_s: float = Field(600.0, ge=1, le=86400)


class DoorbellConfig(Section):
    """A line without a keypad that rings telephones. `nobody` is what it is told when none is answered."""

    name: Name
    ring: tuple[Device, ...] = Field(min_length=1, max_length=40, examples=[["PJSIP/1001", "PJSIP/1002"]])
    ring_s: float = Field(30.0, ge=1, le=600)
    nobody: Literal["say", "message", "nothing"] = "say"
    mailbox: Dialled = ""
    personality: Name = "frontdoor"
    language: LanguageTag = ""
    settings: PackSettings = Field(default_factory=dict)

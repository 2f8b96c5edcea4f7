"""The configuration's mailboxes and classes of service as voicemail's profiles: a mailbox before its class before the
house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from vmq.config.mailboxes import ClassOfServiceConfig, said_by
from vmq.config.model import Config, MailboxConfig
from vmq.domain.schedule import Schedule
from vmq.voicemail.profiles import Profiles
from vmq.voicemail.settings import Settings

_OF_HOUSE = frozenset({"personality", "language"})
"""What a mailbox without one of its own asks for elsewhere (Profiles.personality_of)."""


def voicemail_profiles(config: Config) -> Profiles:
    """All of them."""
    schedules = {schedule.name: schedule.schedule() for schedule in config.schedule}
    voicemail = config.voicemail
    whole = {name: getattr(voicemail, name) for name in type(voicemail).model_fields}
    house = _settings(whole, schedules, language=voicemail.language, values=voicemail.settings)
    lamps: dict[str, list[str]] = {}
    for mailbox in config.mailbox:
        for other in mailbox.lamps:
            lamps.setdefault(other, []).append(mailbox.number)
    return Profiles(
        house=house,
        personality=voicemail.personality,
        mailboxes={mailbox.number: _of_mailbox(config, mailbox, whole, schedules) for mailbox in config.mailbox},
        aliases={alias: mailbox.number for mailbox in config.mailbox for alias in mailbox.aliases},
        called=voicemail.called,
        lamps={number: tuple(others) for number, others in lamps.items()},
    )


def time_zone_of(config: Config, number: str) -> ZoneInfo | None:
    """The time zone of one mailbox; None = here."""
    name = said_of(config, number, "time_zone")
    return ZoneInfo(str(name)) if name else None


def said_of(config: Config, number: str, name: str) -> object:
    """One setting of one mailbox: what it says, else its class, else the house."""
    mailboxes = [mailbox for mailbox in config.mailbox if mailbox.number == number]
    classes = [each for mailbox in mailboxes for each in _classes_of(config, mailbox)]
    said = (getattr(each, name) for each in (*mailboxes, *classes))
    return next((value for value in said if value is not None), getattr(config.voicemail, name))


def _classes_of(config: Config, mailbox: MailboxConfig) -> list[ClassOfServiceConfig]:
    return [each for each in config.class_of_service if each.name == mailbox.class_of_service]


def _of_mailbox(
    config: Config, mailbox: MailboxConfig, whole: Mapping[str, Any], schedules: Mapping[str, Schedule]
) -> Settings:
    said: dict[str, Any] = {}
    values = dict(config.voicemail.settings)
    for each in (*_classes_of(config, mailbox), mailbox):
        said |= {name: value for name, value in said_by(each).items() if value != "" or name not in _OF_HOUSE}
        values |= each.settings
    return _settings(
        {**whole, **said},
        schedules,
        personality=said.get("personality", ""),
        language=said.get("language", config.voicemail.language),
        readers=frozenset(mailbox.readers),
        values=values,
    )


def _settings(said: Mapping[str, Any], schedules: Mapping[str, Schedule], **others: Any) -> Settings:
    """The words of the file as voicemail's settings; `others` are those that are called otherwise."""
    zone = ZoneInfo(said["time_zone"]) if said["time_zone"] else None
    given = {"zone": zone, "schedule": schedules.get(said["schedule"]), "personality": "", **others}
    same = {field.name: said[field.name] for field in fields(Settings) if field.name in said}
    return Settings(**{**same, **given})

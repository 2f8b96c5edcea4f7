"""Mailboxes and classes of service as they are written: what is wrong is said with its place, and what to write."""

from __future__ import annotations

import pytest

from vmq.config.load import parse
from vmq.errors import ConfigError

FOLDERS = ("incoming", "quarantine", "copies")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '[[mailbox]]\nnumber = "1001"\nclass_of_service = "gold"',
            "mailbox 1001: class_of_service: there is none",
        ),
        ('[[mailbox]]\nnumber = "1001"\nschedule = "office"', "mailbox 1001: schedule: there is no schedule 'office'"),
        ('[[class_of_service]]\nname = "a"\nschedule = "office"', "class_of_service a: schedule: there is no schedule"),
        ('[voicemail]\nschedule = "office"', "voicemail.schedule: there is no schedule 'office'"),
        ('[voicemail]\ndialout_context = "out"', "voicemail.dialout_pattern: is needed with dialout_context"),
        ('[[mailbox]]\nnumber = "1"\ndialout_context = "out"', "mailbox 1: dialout_pattern: is needed"),
        ('[[mailbox]]\nnumber = "1"\naliases = ["2"]\n[[mailbox]]\nnumber = "2"', "mailbox 1: aliases: 2 is a mailbox"),
        ('[[class_of_service]]\nname = "a"\n[[class_of_service]]\nname = "a"', "class_of_service a: is there twice"),
        ('[[mailbox]]\nnumber = "1"\ntime_zone = "Berlin"', "mailbox 1: time_zone: there is no such time zone"),
        ('[[mailbox]]\nnumber = "1"\ndialout_pattern = "("', "mailbox 1: dialout_pattern: is no regular expression"),
        ('[[mailbox]]\nnumber = "1"\ncallback_context = "a,b"', "mailbox 1: callback_context"),
        *((f'[[mailbox]]\nnumber = "{name}"', "is the name of one of vmq's own folders") for name in FOLDERS),
        ('[[mailbox]]\nnumber = "1"\nlogin_tries = 99', "mailbox 1: login_tries: there is no such setting"),
    ],
)
def test_mistakes(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(text, None, {})
    assert problem in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_class_may_say_what_a_mailbox_may() -> None:
    text = '[[class_of_service]]\nname = "a"\nmax_messages = 5\nsettings.level = "brief"\ntime_zone = "Europe/Berlin"'
    (found,) = parse(text, None, {}).class_of_service
    assert (found.max_messages, found.settings, found.review) == (5, {"level": "brief"}, None)

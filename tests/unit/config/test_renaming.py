"""A mailbox gets another number everywhere in the configuration, and the rest stays as it stands."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vmq.config import words
from vmq.config.load import parse
from vmq.config.model import Config
from vmq.config.renaming import rename_mailbox
from vmq.errors import ConfigError

TEXT = """\
# the house
[voicemail]
broadcast_number = "999"
may_broadcast = ["1001"]   # the boss

[[mailbox]]
number = "1001"  # Ann
pin = "4711"

[[mailbox]]
number = "1600"
readers = ["1001", "1002"]
lamps = ["1001"]

[[list]]
number = "700"
members = ["1001", "1600"]

[[queue]]
name = "sales"
max_wait_s = 60
overflow = { timeout = "mailbox:1001" }
keys = { 1 = "voicemail:1001", 2 = "voicemail:1600" }

[queue.announce]
offer = "voicemail:1001"   # while they wait
offer_after_s = 30

[[schedule]]
name = "day"
zone = "Europe/Berlin"
week = { mon = "09:00-17:00" }

[[door]]
name = "main"
schedule = "day"
keys = { 1 = "queue:sales", 2 = "mailbox:1001" }
closed_to = "mailbox:1001"
friends = ["+49 171 5550100"]
friends_to = "mailbox:1001"

[[doorbell]]
name = "gate"
ring = ["PJSIP/1002"]
nobody = "message"
mailbox = "1001"

[[webhook]]
name = "crm"
url = "https://crm.example.org/vmq"
mailboxes = ["1001"]
"""


def test_a_number_is_changed_wherever_it_is_meant() -> None:
    parse(TEXT, None, {})
    assert rename_mailbox(TEXT, "1001", "1111", keep_as_alias=False) == TEXT.replace("1001", "1111")


def test_calls_for_the_old_number_may_still_reach_it() -> None:
    renamed = parse(rename_mailbox(TEXT, "1001", "1111", keep_as_alias=True), None, {})
    assert (renamed.mailbox[0].number, renamed.mailbox[0].aliases) == ("1111", ("1001",))


def test_a_text_that_does_not_name_it_stays_as_it_is_but_for_the_alias() -> None:
    assert rename_mailbox(TEXT, "1003", "1111", keep_as_alias=False) == TEXT
    renamed = parse(rename_mailbox(TEXT, "1003", "1111", keep_as_alias=True), None, {}).mailbox
    assert [(each.number, each.aliases) for each in renamed if each.aliases] == [("1111", ("1003",))]


def test_every_setting_that_may_name_a_mailbox_is_one_that_is_renamed() -> None:
    """Whoever adds a setting that names a mailbox is told here that renaming must know of it."""
    known = {"overflow", "keys", "offer", "closed_to", "friends_to", "mailbox", "mailboxes", "house_mailbox"}
    known |= {"announcement_mailbox", "mailbox_claim"}  # a claim is a name of the provider's
    named = {key for model in _models(Config) for key, field in model.model_fields.items() if _may_name(key, field)}
    assert named - {"max_mailbox_s"} == known


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= _models(part)
    return found


def _may_name(key: str, field: FieldInfo) -> bool:
    checks = {words.destination, words.key_actions, words.offer}
    is_way = any(f"{check.__module__}.{check.__name__}" in _told(field) for check in checks)
    return is_way or "mailbox" in key


def _told(field: FieldInfo) -> str:
    parts = [field.annotation, *field.metadata, *get_args(field.annotation)]
    parts += [each for part in parts for each in getattr(part, "__metadata__", ())]
    found = [getattr(part, "func", None) for part in parts]
    return " ".join(f"{each.__module__}.{each.__name__}" for each in found if each is not None)


def test_an_agents_number_is_no_mailboxs() -> None:
    agent = '[[agent]]\nname = "ann"\ndevice = "PJSIP/1001"\nnumber = "1001"\n'
    assert rename_mailbox(agent, "1001", "1111", keep_as_alias=False) == agent


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("incoming", "incoming: is the name of one of vmq's own folders"),
        ("1601", "1601: calls for it go to mailbox 1600; take it out of its aliases"),
    ],
)
def test_what_can_be_no_mailbox_is_refused_also_for_one_that_the_text_does_not_name(to: str, says: str) -> None:
    text = TEXT.replace('number = "1600"\n', 'number = "1600"\naliases = ["1601"]\n')
    with pytest.raises(ConfigError, match=says):
        rename_mailbox(text, "1003", to, keep_as_alias=False)

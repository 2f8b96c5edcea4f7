"""Doors and doorbells of the configuration: good ones are taken, and each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.app.attendant import doors_of
from vmq.config.load import parse
from vmq.domain.door import Guard
from vmq.errors import ConfigError

GOOD = """
[numbers]
country = "49"
[[schedule]]
name = "office"
zone = "UTC"
[[queue]]
name = "sales"
[[door]]
name = "main"
context = "phones"
extensions = ["_1XXX"]
operator = "1001"
keys = { 1 = "queue:sales" }
schedule = "office"
closed_to = "mailbox:1000"
friends = ["+49 171 1234567", "_030X."]
blocked = ["0900 1"]
guard = "key"
forget_days = 2
[[doorbell]]
name = "gate"
ring = ["PJSIP/1001"]
nobody = "message"
mailbox = "1000"
"""


def test_a_good_one_is_taken() -> None:
    doors = doors_of(parse(GOOD, None, {}))
    door = doors.doors["main"]
    assert (door.rules.guard, door.rules.forget_s) == (Guard.KEY, 2 * 86400.0)
    assert door.rules.friends.has("01711234567", "+491711234567")
    assert door.friends_to == "extension:1001@phones"
    assert door.keys == {"1": "queue:sales"}
    assert door.schedule is not None and door.has_directory
    assert doors.bells["gate"].ring == ("PJSIP/1001",)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('context = "phones"', "", "door main: context: is needed to reach extensions"),
        ('schedule = "office"', 'schedule = "fair"', "door main: schedule: there is no schedule 'fair'"),
        ('schedule = "office"', "", "door main: closed_to: the door is always open"),
        ('"queue:sales"', '"queue:sails"', "door main: keys.1: there is no queue 'sails'"),
        ('"queue:sales"', '"sales"', "is no destination"),
        ('"_030X."', '"_03Q."', "'Q' can't stand in a pattern"),
        ('"0900 1"', '"anybody"', "'anybody' is no number"),
        ('operator = "1001"', "", "door main: friends_to: nobody is rung for friends"),
        ('guard = "key"', 'guard = "dog"', "guard"),
        ('nobody = "message"', "", "doorbell gate: mailbox: takes no messages"),
        ('mailbox = "1000"', "", "doorbell gate: mailbox: is needed for messages"),
        ('"PJSIP/1001"', '"1001"', "ring"),
        ('name = "gate"', 'name = "gate"\nkeys = {}', "there is no such setting"),
    ],
)
def test_a_mistake_is_told(was: str, now: str, told: str) -> None:
    assert was in GOOD
    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace(was, now, 1), Path("vmq.toml"), {})
    assert told in str(caught.value)


def test_two_of_one_name_are_told() -> None:
    twice = GOOD + '[[doorbell]]\nname = "gate"\nring = ["PJSIP/1002"]\n'
    with pytest.raises(ConfigError, match="doorbell gate: is there twice"):
        parse(twice, None, {})

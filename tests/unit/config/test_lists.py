"""The house's distribution lists, as the administrator writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.app.changes import difference
from vmq.app.settings import house_book
from vmq.config.load import parse
from vmq.config.model import Config
from vmq.domain.addresses import HouseBook, HouseList
from vmq.errors import ConfigError

LISTS = """
[voicemail]
broadcast_number = "999"
may_broadcast = ["1001"]
[[list]]
number = "700"
name = "Sales"
members = ["1001", "701"]
[[list]]
number = "701"
"""


def read(text: str) -> Config:
    """The configuration of this text."""
    return parse(text, Path("vmq.toml"), {})


def test_lists_are_read() -> None:
    assert house_book(read(LISTS)) == HouseBook(
        {"700": HouseList("700", "Sales", ("1001", "701")), "701": HouseList("701")}, "999", frozenset({"1001"})
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[list]]\nnumber = "7"', "list 7: 1 to 99 are the numbers of owners' own lists"),
        ('[[list]]\nnumber = "700"\n[[list]]\nnumber = "700"', "list 700: is there twice"),
        ('[[list]]\nnumber = "700"\n[[mailbox]]\nnumber = "700"', "list 700: there is a mailbox of this number"),
        ('[[list]]\nnumber = "700"\nmembers = ["700"]', "list 700: members: goes round in a circle (700 → 700)"),
        ('[[list]]\nnumber = "700"\n[voicemail]\nbroadcast_number = "700"', "broadcast_number: 700 is a mailbox or"),
        ('[voicemail]\nmay_broadcast = ["1001"]', "may_broadcast: nobody can without a number for everybody"),
        ("[list]\nnumber = 1", "write [[list]]"),
    ],
)
def test_what_contradicts_itself_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(text)
    assert said in str(raised.value)


def test_ring_of_several_lists_is_told_once() -> None:
    ring = "".join(
        f'[[list]]\nnumber = "{one}"\nmembers = ["{other}"]\n' for one, other in (("700", "701"), ("701", "700"))
    )
    with pytest.raises(ConfigError) as raised:
        read(ring)
    assert str(raised.value).count("goes round in a circle") == 1


def test_changed_list_takes_effect_at_once() -> None:
    before, after = read(LISTS), read(LISTS.replace('"1001", "701"', '"1002"'))
    change = difference(before, before, after)
    assert change.others == ("list 700 changed",)
    assert change.restart == ()

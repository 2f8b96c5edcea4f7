"""A mailbox gets another number everywhere in the configuration, and the rest stays as it stands."""

from __future__ import annotations

from vmq.config.load import parse
from vmq.config.renaming import rename_mailbox

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
"""


def test_a_number_is_changed_wherever_it_is_meant() -> None:
    assert rename_mailbox(TEXT, "1001", "1111", keep_as_alias=False) == TEXT.replace("1001", "1111")


def test_calls_for_the_old_number_may_still_reach_it() -> None:
    renamed = parse(rename_mailbox(TEXT, "1001", "1111", keep_as_alias=True), None, {})
    assert (renamed.mailbox[0].number, renamed.mailbox[0].aliases) == ("1111", ("1001",))


def test_a_text_that_does_not_name_it_stays_as_it_is() -> None:
    assert rename_mailbox(TEXT, "1003", "1111", keep_as_alias=True) == TEXT

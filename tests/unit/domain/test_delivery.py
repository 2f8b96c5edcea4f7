"""Deliveries: who gets one, how long is waited between tries, and when it is enough."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vmq.domain.delivery import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    Delivery,
    Way,
    Wish,
    deliveries_of,
    mail_id,
    next_try,
    wait_s,
)
from vmq.domain.mailbox import Folder, Message

MESSAGE = Message("6f1d", "1001", Folder.INBOX, 5.0, 2.5, "1001/6f1d", "2002", "Ann")


def one(**fields: float) -> Delivery:
    """A delivery that was made at 1000 and is given up at 2000."""
    (delivery,) = deliveries_of(MESSAGE, [Wish(Way.MAIL, "ann@pbx.example")], "pbx.example", 1000.0, 1000.0)
    return replace(delivery, **fields)  # type: ignore[arg-type]


def test_a_recipient_named_twice_is_told_once_each_way() -> None:
    wishes = [Wish(Way.MAIL, "ann@x.example"), Wish(Way.MAIL, "Ann@X.example"), Wish(Way.PAGER, "ann@x.example")]
    found = deliveries_of(MESSAGE, wishes, "pbx.example", 0.0, 1.0)
    assert [(each.way, each.recipient) for each in found] == [
        (Way.MAIL, "Ann@X.example"),
        (Way.PAGER, "ann@x.example"),
    ]


def test_a_message_id_is_the_same_every_time_and_differs_by_message_way_and_recipient() -> None:
    ids = {
        mail_id("6f1d", Way.MAIL, "ann@x.example", "pbx.example"),
        mail_id("6f1e", Way.MAIL, "ann@x.example", "pbx.example"),
        mail_id("6f1d", Way.PAGER, "ann@x.example", "pbx.example"),
        mail_id("6f1d", Way.MAIL, "ben@x.example", "pbx.example"),
    }
    assert len(ids) == 4
    assert mail_id("6f1d", Way.MAIL, "ann@x.example", "pbx.example") in ids
    assert not [each for each in ids if "ann" in each]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_double_up_to_an_hour_and_chance_moves_them_by_a_quarter(attempts: int, chance: float) -> None:
    middle = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30))
    assert middle * 0.75 <= wait_s(attempts, chance) <= middle * 1.25


def test_the_last_try_is_when_its_time_is_over_and_then_no_more() -> None:
    assert next_try(one(attempts=1), 1100.0, 0.5) == 1130.0
    assert next_try(one(attempts=9), 1999.0, 0.5) == 2000.0
    assert next_try(one(attempts=9), 2000.0, 0.5) is None

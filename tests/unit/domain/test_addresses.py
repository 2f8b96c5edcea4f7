"""Addresses become mailboxes: nested lists, rings, doubles, the sender himself."""

from __future__ import annotations

from vmq.domain.addresses import (
    Address,
    AddressKind,
    HouseBook,
    HouseList,
    OwnList,
    members_of,
    numbers_of,
    ring_of,
    without_sender,
)

LISTS = {
    "700": HouseList("700", members=("1", "701", "2")),
    "701": HouseList("701", members=("2", "3", "702")),
    "702": HouseList("702", members=("701", "4")),
}
BOOK = HouseBook(LISTS)


def test_lists_in_lists_give_each_member_once_in_order() -> None:
    assert members_of("700", LISTS) == ("1", "2", "3", "4")


def test_rings_end_and_are_told() -> None:
    assert members_of("702", LISTS) == ("2", "3", "4")
    assert ring_of("701", LISTS) == ("701", "702", "701")
    assert ring_of("700", LISTS) == ()


def test_own_list_may_hold_lists_of_the_house() -> None:
    own = {"7": OwnList("9", "7", addresses=("5", "701"))}
    addresses = (Address("7", AddressKind.LIST), Address("3", AddressKind.MAILBOX), Address("6", AddressKind.MAILBOX))
    assert numbers_of(addresses, own, BOOK) == ("5", "2", "3", "4", "6")


def test_everybody_is_all_there_are() -> None:
    addresses = (Address("3", AddressKind.MAILBOX), Address("999", AddressKind.EVERYBODY))
    assert numbers_of(addresses, {}, BOOK, everybody=("1", "2", "3")) == ("3", "1", "2")


def test_list_that_is_gone_by_now_is_nobody() -> None:
    assert numbers_of([Address("7", AddressKind.LIST)], {}, BOOK) == ("7",)


def test_sender_is_left_out_unless_alone() -> None:
    assert without_sender(("1", "2"), "1") == ("2",)
    assert without_sender(("1",), "1") == ("1",)
    assert without_sender((), "1") == ()

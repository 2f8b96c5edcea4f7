"""Owners' distribution lists: numbers, addresses, names; and people found by name."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.support.owner import Owner, owner
from vmq.dialogue.vocabulary import Item
from vmq.domain.addresses import HouseBook, HouseList
from vmq.voicemail.wanted import WantedMailbox


@pytest.fixture
async def ann(house: House) -> Owner:
    """The owner of 1001, in a house of three with one list."""
    await house.voicemail.ensure_mailboxes(
        [WantedMailbox("1001", "Ann Smith"), WantedMailbox("1002", "Bob Smithers"), WantedMailbox("1003", "Zoë Berg")]
    )
    house.voicemail.office.book = HouseBook({"700": HouseList("700", members=("1003",))}, "999", frozenset({"1001"}))
    return await owner(house)


async def fill(ann: Owner, number: str, *addresses: str) -> None:
    """Make a list."""
    assert await ann.does("open_list", number=number)
    for address in addresses:
        assert await ann.does("add_member", address=address)


async def test_list_is_filled_gone_through_and_emptied(ann: Owner) -> None:
    await fill(ann, "7", "1002", "700", "1002")
    assert ann.facts["list_count"] == 2
    await ann.does("open_list", number="07")
    assert await ann.does("next_member")
    assert (ann.facts["member_number"], ann.facts["member_kind"]) == ("1002", "mailbox")
    assert await ann.does("remove_member")
    assert await ann.does("next_member")
    assert (ann.facts["member_number"], ann.facts["member_kind"]) == ("700", "list")
    assert not await ann.does("next_member")
    assert await ann.does("remove_member")
    assert ann.facts["list_count"] == 0
    assert not await ann.does("remove_member")


async def test_two_calls_that_fill_a_list_add_to_it_both(ann: Owner) -> None:
    other = await owner(ann.house)
    for each in (ann, other):
        assert await each.does("open_list", number="7")
    await ann.does("add_member", address="1002")
    await ann.speaks()
    assert await ann.does("keep_list_name")
    await other.does("add_member", address="1003")
    found = (await ann.house.outside.lists.find("1001"))["7"]
    assert found.addresses == ("1002", "1003")
    assert found.name_ref == ann.facts["list_name"]


async def test_what_one_call_removes_another_keeps_out(ann: Owner) -> None:
    await fill(ann, "7", "1002", "1003")
    other = await owner(ann.house)
    for each in (ann, other):
        await each.does("open_list", number="7")
        assert await each.does("next_member")
    await ann.does("remove_member")
    await other.does("next_member")
    await other.does("add_member", address="700")
    assert (await ann.house.outside.lists.find("1001"))["7"].addresses == ("1003", "700")


async def test_only_numbers_from_1_to_99_are_lists(ann: Owner) -> None:
    for number in ("0", "100", "", "*", "1a"):
        assert not await ann.does("open_list", number=number)
    assert await ann.does("open_list", number="99")


async def test_what_can_be_no_member_is_refused(ann: Owner) -> None:
    await ann.does("open_list", number="7")
    for number, fault in (("4711", "unknown"), ("1001", "own"), ("999", "not_allowed"), ("", "unknown")):
        assert not await ann.does("add_member", address=number)
        assert ann.facts["address_fault"] == fault
    assert ann.facts["list_count"] == 0


async def test_lowest_free_number_is_taken(ann: Owner) -> None:
    await fill(ann, "1", "1002")
    await fill(ann, "3", "1002")
    assert await ann.does("new_list")
    assert ann.facts["list_number"] == "2"
    await ann.does("add_member", address="1003")
    assert await ann.does("new_list")
    assert ann.facts["list_number"] == "4"


async def test_lists_with_somebody_follow_each_other(ann: Owner) -> None:
    await fill(ann, "12", "1002")
    await fill(ann, "3", "1003")
    await fill(ann, "5")
    fresh = await owner(ann.house)
    numbers = []
    while await fresh.does("next_list"):
        numbers.append(fresh.facts["list_number"])
    assert numbers == ["3", "12"]


async def test_list_is_addressed_by_its_number_and_name(ann: Owner) -> None:
    await fill(ann, "7", "1002", "700")
    await ann.speaks()
    assert await ann.does("keep_list_name")
    assert await ann.sends("7")
    assert ann.facts["sent_count"] == 2
    await ann.does("begin_message", kind="compose")
    await ann.does("add_recipient", address="7")
    assert (ann.facts["recipient_kind"], ann.facts["recipient_name"]) == ("list", ann.facts["list_name"])


async def test_mailbox_wins_over_a_list_of_its_number(ann: Owner) -> None:
    await fill(ann, "7", "1002", "1003")
    await ann.house.voicemail.ensure_mailboxes([WantedMailbox("7")])
    await ann.does("begin_message", kind="compose")
    await ann.does("add_recipient", address="7")
    assert ann.facts["recipient_kind"] == "mailbox"


async def test_name_is_replaced_and_goes_with_its_list(ann: Owner) -> None:
    await fill(ann, "7", "1002")
    assert not await ann.does("keep_list_name"), "nothing is recorded"
    names = []
    for _ in range(2):
        await ann.speaks()
        await ann.does("keep_list_name")
        names.append(str(ann.facts["list_name"]))
    assert await ann.house.files.missing(names) == names[:1]
    assert await ann.house.mailboxes.refs() == {names[1]}
    assert await ann.does("delete_list")
    assert ann.facts["list_number"] == ""
    assert not await ann.does("delete_list")
    await ann.hangs_up()
    assert await ann.house.files.unexplained() == []


async def test_empty_list_is_no_address(ann: Owner) -> None:
    await ann.does("begin_message", kind="compose")
    assert not await ann.does("add_recipient", address="7")
    assert ann.facts["address_fault"] == "unknown"


async def test_people_are_found_by_name(ann: Owner) -> None:
    assert await ann.does("find_names", letters="76484")
    assert ann.facts["matches"] == (Item("1001", "", "1001"), Item("1002", "", "1002"))
    assert not await ann.does("find_names", letters="99999")
    assert ann.facts["matches"] == ()


async def test_too_many_of_a_name_are_none(ann: Owner) -> None:
    await ann.house.voicemail.ensure_mailboxes([WantedMailbox(f"20{n:02}", "Max Smith") for n in range(10)])
    assert not await ann.does("find_names", letters="764")

"""What owners decide, and what then holds for their callers: greetings, PINs, shared mailboxes, aliases, classes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.house import House, open_house
from tests.support.owner import opened_mailbox
from tests.support.scripted_line import HANG_UP, SILENCE, Speech
from vmq.domain import line
from vmq.domain.mailbox import Greeting, GreetingKind
from vmq.voicemail.login import Login
from vmq.voicemail.new_pin import PinActions
from vmq.voicemail.requests import CheckRequest, VmStatus
from vmq.voicemail.strangers import Strangers

HANGS_UP = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)
ANN = {"number": "1001", "pin": "4711"}
BOB = {"number": "1002", "pin": "8642"}


async def heard(house: House, **request: str) -> list[str]:
    """The recordings that a caller of 1001 is played before he hangs up."""
    party = house.line(HANGS_UP)
    await house.leave_on(party, **request)
    return [
        segment.ref
        for effect in party.effects
        for segment in getattr(effect, "segments", ())
        if isinstance(segment, line.Recording)
    ]


async def test_internal_callers_hear_another_greeting(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN, BOB]) as ann:
        for kind in ("unavail", "internal"):
            await ann.speaks()
            assert await ann.does("keep_greeting", kind=kind)
        assert "1001/internal" in str(await heard(ann.house, caller_number="1002"))
        assert "1001/unavail" in str(await heard(ann.house, caller_number="2002"))


async def test_a_temporary_greeting_ends_by_itself_in_the_mailboxs_time_zone(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[{**ANN, "time_zone": "Asia/Tokyo"}]) as ann:
        assert not await ann.does("set_greeting_end", month="", day="", time="9", half="1")
        await ann.speaks()
        assert await ann.does("keep_greeting", kind="temp")
        assert await ann.does("set_greeting_end", month="1", day="16", time="9", half="1")
        assert ann.facts["greeting_end"] == datetime(2027, 1, 16, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert await heard(ann.house)
        ann.house.clock.at += 86400
        assert not await heard(ann.house)
        assert await ann.does("switch_greeting", to="on"), "its end, being past, is forgotten"
        assert await heard(ann.house)
        assert await ann.does("clear_greeting_end") and not ann.facts["has_greeting_end"]


async def test_an_absence_that_blocks_takes_no_message(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN]) as ann:
        await ann.speaks()
        await ann.does("keep_greeting", kind="absence")
        assert await ann.does("toggle_blocking") and ann.facts["is_absent"]
        result = await ann.house.leave()
        assert (result.status, len(await ann.house.inbox())) == (VmStatus.SUCCESS, 0)
        await ann.does("switch_greeting", to="off")
        await ann.house.leave(HANGS_UP)
        assert len(await ann.house.inbox()) == 1


async def test_recording_again_keeps_what_was_decided_and_forgets_the_old_file(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN]) as ann:
        await ann.speaks()
        await ann.does("keep_greeting", kind="absence")
        await ann.does("toggle_blocking")
        await ann.does("switch_greeting", to="off")
        old = str(ann.facts["greeting"])
        await ann.speaks()
        await ann.does("keep_greeting", kind="absence")
        assert (ann.facts["is_greeting_blocking"], ann.facts["is_greeting_on"]) == (True, True)
        assert not ann.house.files.path(old).exists()


async def test_greetings_by_number_are_given_to_calls(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN]) as ann:
        for kind in ("unavail", "3"):
            await ann.speaks()
            await ann.does("keep_greeting", kind=kind)
        assert await ann.does("use_greeting", calls="external")
        assert "1001/3-" in str(await heard(ann.house))
        await ann.does("forget_greeting_uses")
        assert "1001/unavail" in str(await heard(ann.house))
        await ann.does("pick_greeting", kind="4")
        assert not await ann.does("use_greeting", calls="all"), "it is not recorded"


@pytest.mark.parametrize(
    ("pin", "fault"),
    [("12", "short"), ("123456789", "long"), ("1234", "easy"), ("1001", "easy"), ("4711", "used"), ("9753", "")],
)
async def test_new_pins(tmp_path: Path, pin: str, fault: str) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN], max_pin_digits=8, pin_history=2) as ann:
        assert await ann.does("check_new_pin", pin=pin) == (not fault)
        assert ann.facts["pin_fault"] == fault


async def test_earlier_pins_come_again_after_enough_others(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN], pin_history=1) as ann:
        assert [await ann.does("set_pin", pin=pin) for pin in ("8642", "4711", "9753", "4711")] == [
            True,
            False,
            True,
            True,
        ]


async def test_a_pin_that_is_due_is_asked_for_until_it_is_changed(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"mailbox": [ANN]}, change_given_pin=True, pin_days=30) as house:
        party = house.line("4711#", "8642#", "8642#", SILENCE, HANG_UP)
        await house.check_on(party)
        assert "vm-passchanged" in party.clips
        for days, is_due in ((29, False), (1, True)):
            house.clock.at += days * 86400
            party = house.line("8642#", SILENCE, HANG_UP)
            await house.check_on(party)
            assert ("vm-newpassword" in party.clips) == is_due


async def log_in(house: House, pin: str, **request: str) -> VmStatus:
    """Type a PIN, and hang up."""
    return (await house.check_on(house.line(f"{pin}#", HANG_UP), **request)).status


async def test_readers_open_a_shared_mailbox_with_their_own_pin_from_their_own_telephone(tmp_path: Path) -> None:
    shared = {"number": "600", "readers": ["1001"]}
    async with open_house(tmp_path, {"mailbox": [ANN, BOB, shared]}) as house:
        assert await log_in(house, "4711", mailbox="600") is VmStatus.SUCCESS
        assert await log_in(house, "8642", mailbox="600", caller_number="1002") is VmStatus.FAILED
        assert await log_in(house, "4711", mailbox="600", caller_number="1002") is VmStatus.FAILED
        assert await log_in(house, "8642", mailbox="600") is VmStatus.FAILED


async def test_a_reader_gives_a_shared_mailbox_no_pin(tmp_path: Path) -> None:
    shared = {"number": "600", "pin": "2468", "readers": ["1001"]}
    async with open_house(tmp_path, {"mailbox": [ANN, shared]}) as house:
        request = CheckRequest("call-1", mailbox="600", caller_number="1001")
        login = Login(house.outside, house.voicemail.profiles, request, Strangers())
        await login.table["pick_mailbox"]({"number": "600"})
        await login.table["check_pin"]({"pin": "4711"})
        opened = await login.open()
        assert opened is not None
        pins = PinActions(house.outside, login, "call-1")
        for action in ("check_new_pin", "set_pin"):
            assert isinstance(await pins.table[action]({"pin": "86420"}), line.Failed)
        assert (await house.mailboxes.find("600"))["600"].pin_hash == opened.pin_hash


async def test_wrong_pins_lock_a_shared_mailbox_for_its_readers_too(tmp_path: Path) -> None:
    tables = {"mailbox": [ANN, {"number": "600", "readers": ["1001"]}]}
    async with open_house(tmp_path, tables, lock_after=2) as house:
        for _ in range(2):
            await log_in(house, "9999", mailbox="600")
        assert await log_in(house, "4711", mailbox="600") is VmStatus.FAILED


async def test_an_alias_stands_for_its_mailbox_for_callers_and_owners(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"mailbox": [{**ANN, "aliases": ["2001"]}]}) as house:
        await house.leave(HANGS_UP, mailbox="2001")
        assert len(await house.inbox("1001")) == 1
        assert await log_in(house, "4711", mailbox="2001", caller_number="5555") is VmStatus.SUCCESS
        assert "2001" not in await house.mailboxes.find("2001")


async def test_a_mailbox_comes_before_its_class_and_that_before_the_house(tmp_path: Path) -> None:
    tables: dict[str, Any] = {
        "class_of_service": [{"name": "small", "max_messages": 1, "max_greeting_s": 30, "review": True}],
        "mailbox": [{**ANN, "class_of_service": "small", "max_greeting_s": 20}, BOB],
    }
    async with open_house(tmp_path, tables, max_greeting_s=40) as house:
        ann, bob = (house.voicemail.profiles.of(number) for number in ("1001", "1002"))
        assert [(each.max_messages, each.max_greeting_s, each.review) for each in (ann, bob)] == [
            (1, 20.0, True),
            (100, 40.0, False),
        ]
        assert ann.max_message_s == 180.0
        for number in ("1001", "1001", "1002", "1002"):
            await house.leave(HANGS_UP, mailbox=number)
        assert [len(await house.inbox(number)) for number in ("1001", "1002")] == [1, 2]


async def test_seconds_fill_a_mailbox_and_its_owner_is_told(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN], max_mailbox_s=300) as ann:
        await ann.house.leave(Speech(280.0, ended_by=line.RecordEnd.HANG_UP))
        await ann.does("open_mailbox")
        facts = [ann.facts[name] for name in ("is_box_full", "is_box_nearly_full", "free_minutes")]
        assert facts == [False, True, 0]
        await ann.house.leave(Speech(30.0, ended_by=line.RecordEnd.HANG_UP))
        await ann.house.leave(HANGS_UP)
        assert len(await ann.house.inbox()) == 2


async def test_times_are_told_in_the_mailboxs_zone(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[{**ANN, "time_zone": "Asia/Tokyo"}]) as ann:
        await ann.house.leave(HANGS_UP)
        await ann.opens()
        assert str(ann.facts["received_at"]) == "2027-01-15 17:00:00+09:00"


async def test_what_an_owner_chose_holds_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"mailbox": [ANN]}) as house:
        await house.outside.owners.keep_choices("1001", {"menu_wait_s": 2.0})
    async with open_house(tmp_path, {"mailbox": [ANN]}) as house:
        party = house.line("4711#", HANG_UP)
        assert (await house.mailboxes.find("1001"))["1001"].choices == {"menu_wait_s": 2.0}
        await house.check_on(party)


async def test_every_owner_hears_what_is_announced_while_it_is_on(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN, {"number": "1000"}], announcement_mailbox="1000") as ann:
        assert ann.facts["announcement"] == ""
        told = Greeting(GreetingKind.TEMPORARY, "1000/temp-1", 2.0, 0.0, expires_at=ann.house.clock.at + 60)
        await ann.house.mailboxes.set_greeting("1000", told)
        await ann.does("open_mailbox")
        assert ann.facts["announcement"] == "1000/temp-1"
        ann.house.clock.at += 61
        await ann.does("open_mailbox")
        assert ann.facts["announcement"] == ""


async def test_wishes_are_switched_and_told(tmp_path: Path) -> None:
    async with opened_mailbox(tmp_path, mailbox=[ANN], operator_context="house") as ann:
        assert await ann.does("toggle_listing") and await ann.does("toggle_notification")
        assert await ann.does("set_operator", number="200")
        assert not await ann.does("set_operator", number="0900123456"), "no operator of the house's"
        await ann.does("open_mailbox")
        facts = [ann.facts[name] for name in ("is_listed", "is_notified", "operator_number")]
        assert facts == [False, False, "200"]

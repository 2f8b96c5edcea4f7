"""What was sent: for a later time, heard, not heard, not delivered, taken back; and what is too old goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import House, open_house
from tests.support.owner import Owner, owner
from tests.support.scripted_line import Speech
from tests.support.wav import write_wav
from vmq.alarm import Alarm
from vmq.domain import line
from vmq.domain.addresses import HouseBook, HouseList
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.mailbox import Folder
from vmq.domain.records import MessageChanged
from vmq.domain.sending import Sending
from vmq.domain.sent import Delivered
from vmq.errors import StorageError
from vmq.voicemail.deliver import deliver
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.leave import LeaveActions
from vmq.voicemail.upkeep import UpkeepWork
from vmq.voicemail.wanted import WantedMailbox

TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)
HOUR, DAY = 3600.0, 86400.0
BOXES = [WantedMailbox(number) for number in ("1001", "1002", "1003")]


@pytest.fixture
async def ann(house: House) -> Owner:
    """The owner of 1001, in a house of three."""
    await house.voicemail.ensure_mailboxes(BOXES)
    return await owner(house)


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose mailboxes hold one new message each."""
    async with open_house(tmp_path, max_messages=1) as house:
        await house.voicemail.ensure_mailboxes(BOXES)
        yield house


def worker(house: House) -> tuple[UpkeepWork, Alarm]:
    """A worker of our own, with its alarm."""
    alarm, service = Alarm(house.clock), house.voicemail
    return UpkeepWork(house.outside, service.profiles.of, service.office.limit, alarm, asyncio.Lock()), alarm


async def goes_off(alarm: Alarm) -> bool:
    """True when the alarm is due by now."""
    waiter = asyncio.create_task(alarm.wait())
    await asyncio.sleep(0)
    is_off = waiter.done()
    waiter.cancel()
    return is_off


async def send_for_tomorrow(ann: Owner, *addresses: str) -> float:
    """Send a message that is to be delivered a day later; gives when."""
    await ann.does("begin_message", kind="compose")
    for address in addresses:
        await ann.does("add_recipient", address=address)
    ann.house.clock.at += 0.5
    now = ann.house.clock.now()
    typed = datetime.fromtimestamp(now).astimezone().strftime("%H%M")
    assert await ann.does("set_delivery_time", month="", day="", time=typed, half="")
    await ann.speaks()
    assert await ann.does("send_message")
    assert ann.facts["sent_count"] == len(addresses)
    due = await ann.house.outside.sendings.next_due()
    assert due is not None
    assert now < due <= now + DAY
    return due


async def test_message_for_later_waits_and_is_delivered_at_its_time(ann: Owner) -> None:
    house = ann.house
    due = await send_for_tomorrow(ann, "1002", "1003")
    await ann.hangs_up()
    assert await house.inbox("1002") == ()
    house.clock.at = due - 1
    await house.voicemail.office.upkeep.do_due()
    assert await house.inbox("1002") == ()
    house.clock.at = due
    await house.voicemail.office.upkeep.do_due()
    (message,) = await house.inbox("1002")
    assert message.received_at == due
    assert await house.outside.sendings.next_due() is None
    assert set(await house.files.unexplained()) == await house.mailboxes.refs()


async def test_message_for_later_is_delivered_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.voicemail.ensure_mailboxes(BOXES)
        due = await send_for_tomorrow(await owner(house), "1002")
    async with open_house(tmp_path) as again:
        again.clock.at = due + HOUR
        await again.voicemail.sweeper.recover(alive=())
        assert len(await again.inbox("1002")) == 1


async def test_worker_wakes_at_the_time_and_not_before(ann: Owner) -> None:
    house = ann.house
    due = await send_for_tomorrow(ann, "1002")
    house.clock.at = due - 0.05
    await house.voicemail.office.upkeep.do_due()
    delivered = asyncio.Event()
    post = house.sink.post

    def follow(event: object) -> None:
        post(event)  # type: ignore[arg-type]
        delivered.set()

    house.sink.post = follow  # type: ignore[method-assign,assignment]
    work = asyncio.create_task(house.voicemail.office.upkeep.run())
    house.clock.at = due
    await asyncio.wait_for(delivered.wait(), 10)
    work.cancel()
    assert len(await house.inbox("1002")) == 1


async def test_time_can_be_taken_away_again(ann: Owner) -> None:
    await ann.does("begin_message", kind="compose")
    assert not await ann.does("set_delivery_time", month="2", day="30", time="800", half="")
    assert await ann.does("set_delivery_time", month="", day="", time="800", half="1")
    assert ann.facts["has_delivery_time"] is True
    await ann.does("clear_delivery_time")
    await ann.does("add_recipient", address="1002")
    await ann.speaks()
    await ann.does("send_message")
    assert len(await ann.house.inbox("1002")) == 1


async def test_waiting_message_is_listed_and_taken_back_from_each(ann: Owner) -> None:
    await send_for_tomorrow(ann, "1002", "1003")
    assert await ann.does("open_sent", which="waiting", number="")
    assert (ann.facts["sent_number"], ann.facts["sent_state"]) == ("1002", "waiting")
    assert await ann.does("take_back")
    assert ann.facts["sent_state"] == "gone"
    assert await ann.does("open_sent", which="waiting", number="1003")
    assert not await ann.does("next_sent")
    assert await ann.does("take_back")
    assert not await ann.does("open_sent", which="all", number="")
    await ann.hangs_up()
    assert await ann.house.outside.sendings.next_due() is None
    assert await ann.house.files.unexplained() == []


async def test_sender_sees_who_has_heard_it_and_takes_it_back_from_others(ann: Owner) -> None:
    await ann.sends("1002", "1003")
    bob = await owner(ann.house, "1002")
    await bob.opens()
    await bob.does("mark_heard")
    assert await ann.does("open_sent", which="heard", number="")
    assert (ann.facts["sent_number"], ann.facts["sent_heard_at"] is None) == ("1002", False)
    assert not await ann.does("take_back")
    assert ann.facts["sent_state"] == "heard"
    assert await ann.does("open_sent", which="unheard", number="")
    assert ann.facts["sent_number"] == "1003"
    assert await ann.does("take_back")
    assert await ann.house.inbox("1003") == ()
    lamp = ann.house.sink.lamp("1003")
    assert lamp is not None
    assert lamp.new == 0
    assert "taken back" in [record.change for record in await ann.house.records(MessageChanged)]
    assert not await ann.does("take_back"), "it is gone"


async def test_receipt_comes_once_when_it_is_heard(ann: Owner) -> None:
    house = ann.house
    await ann.sends("1002", receipt=True)
    for _ in range(2):
        bob = await owner(house, "1002")
        await bob.opens()
        await bob.does("mark_heard")
        await bob.does("keep_as_new")
        await bob.hangs_up()
    (notice,) = await house.inbox("1001")
    assert (notice.notice, notice.sender, notice.ref) == ("heard", "1002", "")
    await ann.opens()
    assert (ann.facts["notice"], ann.facts["notice_number"], ann.facts["message"]) == ("heard", "1002", "")
    assert ann.facts["caller_number"] == ""
    await ann.does("mark_heard")
    await ann.hangs_up()
    assert len(await house.mailboxes.messages("1001", Folder.OLD)) == 1


async def test_no_receipt_where_none_is_wanted(ann: Owner) -> None:
    await ann.sends("1002")
    bob = await owner(ann.house, "1002")
    await bob.opens()
    await bob.does("mark_heard")
    assert await ann.house.inbox("1001") == ()


async def test_sender_is_told_of_what_was_not_heard_in_time(ann: Owner) -> None:
    house = ann.house
    await ann.sends("1002", "1003", nonreceipt=True)
    bob = await owner(house, "1002")
    await bob.opens()
    await bob.does("mark_heard")
    house.clock.at += DAY - 1
    await house.voicemail.office.upkeep.do_due()
    assert await house.inbox("1001") == ()
    house.clock.at += 1
    for _ in range(2):
        await house.voicemail.office.upkeep.do_due()
    (notice,) = await house.inbox("1001")
    assert (notice.notice, notice.sender) == ("unheard", "1003")


async def test_sender_is_told_of_what_had_no_room_when_its_time_came(small: House) -> None:
    small.voicemail.office.book = HouseBook({"700": HouseList("700", members=("1002", "1003"))})
    ann = await owner(small)
    due = await send_for_tomorrow(ann, "1002", "1003")
    await ann.hangs_up()
    await small.leave(TALK, mailbox="1003")
    small.clock.at = due
    await small.voicemail.sweeper.recover(alive=())
    (notice,) = await small.inbox("1001")
    assert (notice.notice, notice.sender) == ("undelivered", "1003")
    assert len(await small.inbox("1002")) == 1
    assert set(await small.files.unexplained()) == await small.mailboxes.refs()


async def test_sender_is_told_when_the_recording_is_gone(ann: Owner) -> None:
    house = ann.house
    house.clock.at = await send_for_tomorrow(ann, "1002")
    (sending,) = await house.outside.sendings.due(house.clock.now())
    house.files.path(sending.ref).unlink()
    await house.voicemail.office.upkeep.do_due()
    (notice,) = await house.inbox("1001")
    assert notice.notice == "undelivered"


async def test_worker_tries_again_when_storage_fails(ann: Owner) -> None:
    house, upkeep = ann.house, ann.house.voicemail.office.upkeep
    house.clock.at = await send_for_tomorrow(ann, "1002")
    due, is_refused = house.outside.sendings.due, asyncio.Event()

    async def refused(now: float) -> None:
        is_refused.set()
        raise StorageError("the database is locked")

    house.outside.sendings.due = refused  # type: ignore[method-assign,assignment]
    house.voicemail.office.look_again()
    work = asyncio.create_task(upkeep.run())
    await is_refused.wait()
    house.outside.sendings.due = due  # type: ignore[method-assign]
    house.clock.at += 60
    house.voicemail.office.look_again()
    while not await house.inbox("1002"):
        await asyncio.sleep(0.01)
    work.cancel()


async def test_one_that_storage_refuses_holds_up_nothing_else_and_is_tried_again(tmp_path: Path) -> None:
    async with open_house(tmp_path, keep_new_days=7) as house:
        await house.voicemail.ensure_mailboxes(BOXES)
        await house.leave(TALK, mailbox="1003")
        house.clock.at += 8 * DAY
        ann = await owner(house)
        await send_for_tomorrow(ann, "1002")
        await send_for_tomorrow(ann, "1003")
        house.clock.at += DAY
        (first,) = [each for each in await house.outside.sendings.due(house.clock.now()) if each.targets == ("1002",)]
        deliver = house.outside.sendings.deliver

        async def refuse(sending: Sending, *given: Any, **named: Any) -> Delivered:
            if sending.id == first.id:
                raise StorageError("the disk is full")
            return await deliver(sending, *given, **named)

        house.outside.sendings.deliver = refuse  # type: ignore[method-assign]
        upkeep, alarm = worker(house)
        await upkeep.do_due()
        assert (await house.inbox("1002"), len(await house.inbox("1003"))) == ((), 1), "the one sent, not the old one"
        assert not await goes_off(alarm), "it is not tried again without a pause"
        house.outside.sendings.deliver = deliver  # type: ignore[method-assign]
        house.clock.at += 60
        assert await goes_off(alarm)
        await upkeep.do_due()
        assert len(await house.inbox("1002")) == 1


async def test_what_is_stored_after_the_last_look_is_looked_at_within_a_day(house: House) -> None:
    upkeep, alarm = worker(house)
    await upkeep.do_due()
    assert not await goes_off(alarm)
    house.clock.at += DAY
    assert await goes_off(alarm)


async def test_caller_who_wants_to_know_if_it_is_not_heard_wakes_the_worker(house: House) -> None:
    woken = []
    drafts = Drafts(house.outside, Draft("a", DraftKind.MESSAGE, "1001", "call-1", 1.0), set())
    leave = LeaveActions(house.outside, house.voicemail.profiles.house, None, drafts, lambda: woken.append("now"))
    for wants in (False, True):
        await drafts.begin()
        await drafts.change(wants_nonreceipt=wants)
        write_wav(house.files.path(drafts.current.ref), 3.0)
        await leave.table["store_message"]({})
        assert woken == (["now"] if wants else [])


async def test_callers_message_counts_as_heard_for_who_asked_only_if_it_is_not(ann: Owner) -> None:
    house = ann.house
    draft = Draft("a", DraftKind.MESSAGE, "1002", "call-1", 1.0, caller_number="1001", wants_nonreceipt=True)
    await house.files.begin(draft)
    write_wav(house.files.path(draft.ref), 3.0)
    await deliver(house.outside, draft)
    bob = await owner(house, "1002")
    await bob.opens()
    await bob.does("mark_heard")
    house.clock.at += 2 * DAY
    await house.voicemail.office.upkeep.do_due()
    assert await house.inbox("1001") == ()


@pytest.mark.parametrize(
    ("setting", "folder"),
    [("keep_new_days", Folder.INBOX), ("keep_old_days", Folder.OLD), ("keep_deleted_days", Folder.DELETED)],
)
async def test_messages_go_when_they_have_been_kept_long_enough(tmp_path: Path, setting: str, folder: Folder) -> None:
    async with open_house(tmp_path, **{setting: 7}) as house:
        await house.leave(TALK)
        (message,) = await house.inbox()
        house.clock.at += 2 * DAY
        if folder is not Folder.INBOX:
            await house.mailboxes.move("1001", [message.id], folder, now=house.clock.now())
        else:
            house.clock.at -= 2 * DAY
        house.clock.at += 7 * DAY - 1
        await house.voicemail.office.upkeep.do_due()
        assert len(await house.mailboxes.messages("1001", folder)) == 1
        house.clock.at += HOUR
        await house.voicemail.office.upkeep.do_due()
        assert await house.mailboxes.messages("1001", folder) == ()
        assert await house.files.unexplained() == []
        assert [record.change for record in await house.records(MessageChanged)] == ["expired"]


async def test_only_so_many_deleted_messages_are_kept_whoever_deleted_them(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"mailbox": [{"number": "1002", "keep_deleted": 3}]}, keep_deleted=1) as house:
        for mailbox in ("1001", "1002"):
            for _ in range(3):
                await house.leave(TALK, mailbox=mailbox)
            ids = [message.id for message in await house.inbox(mailbox)]
            await house.mailboxes.move(mailbox, ids, Folder.DELETED, now=house.clock.now())
        await house.voicemail.office.upkeep.do_due()
        assert len(await house.mailboxes.messages("1001", Folder.DELETED)) == 3, "a visit that deleted them may go on"
        house.clock.at += HOUR + 1
        await house.voicemail.office.upkeep.do_due()
        left = [len(await house.mailboxes.messages(mailbox, Folder.DELETED)) for mailbox in ("1001", "1002")]
        assert left == [1, 3]
        assert len(await house.files.unexplained()) == 4


async def test_messages_are_kept_for_ever_where_nothing_else_is_said(house: House) -> None:
    await house.leave(TALK)
    house.clock.at += 3650 * DAY
    await house.voicemail.office.upkeep.do_due()
    assert len(await house.inbox()) == 1


async def test_what_was_sent_long_ago_is_forgotten_and_stays_with_who_got_it(ann: Owner) -> None:
    house = ann.house
    await ann.sends("1002")
    await ann.hangs_up()
    house.clock.at += 31 * DAY
    await house.voicemail.office.upkeep.do_due()
    assert not await ann.does("open_sent", which="all", number="")
    (message,) = await house.inbox("1002")
    assert await house.files.unexplained() == [message.ref]


async def test_alarm_goes_off_at_the_earliest_of_its_times(house: House) -> None:
    alarm = Alarm(house.clock)
    waiter = asyncio.create_task(alarm.wait())
    await asyncio.sleep(0)
    alarm.set(house.clock.now() + HOUR)
    await asyncio.sleep(0)
    assert not waiter.done()
    alarm.set(house.clock.now() + 0.01)
    alarm.set(house.clock.now() + DAY)
    await asyncio.wait_for(waiter, 10)

"""Owners send, answer and forward: every recipient gets a message of his own, all of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House, open_house
from tests.support.owner import Owner, owner
from tests.support.scripted_line import SILENCE, Speech
from tests.support.wav import write_wav
from vmq.audio.wav import read_head
from vmq.domain import line
from vmq.domain.addresses import HouseBook, HouseList
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Folder, Message
from vmq.domain.records import MessageStored
from vmq.errors import StorageError
from vmq.voicemail.deliver import deliver
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.marks import MarkActions
from vmq.voicemail.wanted import WantedMailbox

TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)
NUMBERS = ("1001", "1002", "1003", "1004")


@pytest.fixture
async def shop(house: House) -> House:
    """A house with four mailboxes, a list of three that holds another, and a number for everybody."""
    await house.voicemail.ensure_mailboxes([WantedMailbox(number, pin="4711") for number in NUMBERS])
    house.voicemail.office.book = HouseBook(
        {"700": HouseList("700", "Sales", ("1001", "1002", "701")), "701": HouseList("701", members=("1003", "700"))},
        broadcast_number="999",
        may_broadcast=frozenset({"1001"}),
    )
    return house


async def only(house: House, mailbox: str, folder: Folder = Folder.INBOX) -> Message:
    """The one message of a folder."""
    (message,) = await house.mailboxes.messages(mailbox, folder)
    return message


async def audit(house: House) -> None:
    """Files and rows agree, and nothing is in the making."""
    assert await house.files.drafts() == []
    assert set(await house.files.unexplained()) == await house.mailboxes.refs()


async def test_every_recipient_gets_his_own_message_and_file(shop: House) -> None:
    ann = await owner(shop)
    assert await ann.sends("1002", "1003", private=True)
    assert ann.facts["sent_count"] == 2
    await ann.hangs_up()
    copies = [await only(shop, number) for number in ("1002", "1003")]
    for copy in copies:
        assert (copy.sender, copy.caller_number, copy.is_private) == ("1001", "1001", True)
        assert copy.recipients == ("1002", "1003")
        assert read_head(shop.files.path(copy.ref)).duration_s == 3.0
        assert shop.sink.lamp(copy.mailbox) == MailboxChanged(copy.mailbox, 1, 0, 0)
    assert len({copy.ref for copy in copies}) == 2
    stored = {record.message_id for record in await shop.records(MessageStored)}
    assert stored == {copy.id for copy in copies}
    await audit(shop)


async def test_urgent_message_goes_to_urgent(shop: House) -> None:
    ann = await owner(shop)
    await ann.sends("1002", urgent=True)
    assert (await only(shop, "1002", Folder.URGENT)).is_urgent


async def test_lists_reach_each_mailbox_once_and_not_the_sender(shop: House) -> None:
    ann = await owner(shop)
    assert await ann.sends("700", "1003", "1002")
    assert ann.facts["sent_count"] == 2
    assert await shop.inbox("1001") == ()


async def test_everybody_gets_a_broadcast_of_those_who_may(shop: House) -> None:
    ann, bob = await owner(shop), await owner(shop, "1002")
    await bob.does("begin_message", kind="compose")
    assert not await bob.does("add_recipient", address="999")
    assert bob.facts["address_fault"] == "not_allowed"
    assert await ann.sends("999")
    assert ann.facts["sent_count"] == 3
    message = await only(shop, "1004")
    assert message.is_broadcast
    assert message.recipients == ()


async def test_addresses_that_mean_nobody_are_refused(shop: House) -> None:
    ann = await owner(shop)
    await ann.does("begin_message", kind="compose")
    for number, fault in (("4711", "unknown"), ("", "unknown"), ("12", "unknown")):
        assert not await ann.does("add_recipient", address=number)
        assert ann.facts["address_fault"] == fault
    assert ann.facts["recipient_count"] == 0


async def test_several_addresses_at_once_are_added_all_or_none(shop: House) -> None:
    ann = await owner(shop)
    await ann.does("begin_message", kind="compose")
    assert not await ann.does("add_recipient", address="1002*4711*1003")
    assert ann.facts["address_fault"] == "unknown"
    assert await ann.does("add_recipient", address="1002*1003*1002")
    assert (ann.facts["recipient_count"], ann.facts["recipient_number"]) == (2, "1002")


async def test_own_number_counts_alone_only(shop: House) -> None:
    ann = await owner(shop)
    assert await ann.sends("1001")
    assert (await only(shop, "1001")).sender == "1001"
    await ann.does("begin_message", kind="compose")
    await ann.does("add_recipient", address="1002")
    assert not await ann.does("add_recipient", address="1001")
    assert ann.facts["address_fault"] == "own"


async def test_full_mailboxes_are_left_out_and_counted(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_messages=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox(number) for number in NUMBERS])
        house.voicemail.office.book = HouseBook({"700": HouseList("700", members=("1002", "1003"))})
        await house.leave(TALK, mailbox="1002")
        ann = await owner(house)
        await ann.does("begin_message", kind="compose")
        assert not await ann.does("add_recipient", address="1002")
        assert ann.facts["address_fault"] == "full"
        assert await ann.sends("700")
        assert (ann.facts["sent_count"], ann.facts["unsent_count"]) == (1, 1)
        assert not await ann.sends("700")
        assert (ann.facts["sent_count"], ann.facts["unsent_count"]) == (0, 2)
        assert ann.facts["compose_kind"] == "compose", "it is still in the making"
        await ann.hangs_up()
        await audit(house)


async def test_mailbox_that_fills_up_in_the_same_moment_gets_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_messages=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox(number) for number in NUMBERS])
        ann = await owner(house)
        await ann.does("begin_message", kind="compose")
        await ann.does("add_recipient", address="1002")
        await ann.does("add_recipient", address="1003")
        await ann.speaks()
        link = house.files.link

        async def link_while_another_calls(names: list[tuple[str, str]]) -> None:
            await house.leave(TALK, mailbox="1002")
            await link(names)

        house.files.link = link_while_another_calls  # type: ignore[method-assign,assignment]
        assert await ann.does("send_message")
        assert (ann.facts["sent_count"], ann.facts["unsent_count"]) == (1, 1)
        await ann.hangs_up()
        assert len(await house.inbox("1002")) == 1
        await audit(house)


async def test_nothing_goes_out_by_a_hang_up(shop: House) -> None:
    await shop.leave(TALK)
    ann = await owner(shop)
    await ann.opens()
    await ann.does("begin_message", kind="forward")
    await ann.does("add_recipient", address="1002")
    await ann.speaks()
    await ann.hangs_up()
    assert await shop.inbox("1002") == ()
    await shop.voicemail.sweeper.recover(alive=())
    assert await shop.inbox("1002") == ()
    await audit(shop)


async def test_nothing_recorded_is_nothing_to_send(shop: House) -> None:
    ann = await owner(shop)
    assert not await ann.sends("1002", seconds=0)
    assert not await (await owner(shop)).does("send_message")


async def test_dropped_message_leaves_nothing(shop: House) -> None:
    ann = await owner(shop)
    await ann.does("begin_message", kind="compose")
    await ann.does("toggle_mark", mark="receipt")
    await ann.does("add_recipient", address="1002")
    await ann.speaks()
    await ann.does("drop_message")
    assert (ann.facts["compose_kind"], ann.facts["recipient_count"]) == ("", 0)
    assert ann.facts["draft_wants_receipt"] is False
    await audit(shop)


async def test_last_address_can_be_taken_out(shop: House) -> None:
    ann = await owner(shop)
    await ann.does("begin_message", kind="compose")
    await ann.does("add_recipient", address="1002")
    assert await ann.does("drop_recipient")
    assert (ann.facts["recipient_count"], ann.facts["recipient_number"]) == (0, "1002")
    assert not await ann.does("drop_recipient")


async def test_reply_goes_to_the_sender_and_reply_all_to_the_others_too(shop: House) -> None:
    await (await owner(shop)).sends("1002", "1003")
    bob = await owner(shop, "1002")
    await bob.opens()
    assert bob.facts["can_reply_all"] is True
    assert await bob.sends(kind="reply")
    assert len(await shop.inbox("1001")) == 1
    assert await bob.sends(kind="reply_all")
    assert len(await shop.inbox("1001")) == 2
    assert len(await shop.inbox("1003")) == 2
    assert len(await shop.inbox("1002")) == 1


async def test_only_who_has_a_mailbox_is_answered(shop: House) -> None:
    await shop.leave(TALK, caller_number="0301234")
    shop.clock.at += 60
    await shop.leave(TALK, caller_number="1004")
    ann = await owner(shop)
    await ann.opens()
    assert ann.facts["can_reply_all"] is False
    assert not await ann.does("begin_message", kind="reply")
    await ann.does("next_message")
    assert await ann.does("begin_message", kind="reply")
    assert ann.facts["recipient_number"] == "1004"


async def test_forwarded_message_keeps_its_caller_and_time(shop: House) -> None:
    await shop.leave(TALK, caller_number="0301234")
    left_at = shop.clock.now()
    shop.clock.at += 3600
    ann = await owner(shop)
    await ann.opens()
    assert await ann.sends("1002", kind="forward", seconds=2.0)
    await ann.hangs_up()
    message = await only(shop, "1002")
    assert (message.caller_number, message.received_at, message.forwarder) == ("0301234", left_at, "1001")
    assert read_head(shop.files.path(message.ref)).duration_s == 3.0
    assert read_head(shop.files.path(message.introduction)).duration_s == 2.0
    await audit(shop)
    bob = await owner(shop, "1002")
    await bob.opens()
    assert bob.facts["forwarder_number"] == "1001"
    assert bob.facts["introduction"] == message.introduction
    assert await bob.does("begin_message", kind="reply")
    assert bob.facts["recipient_number"] == "1001", "who sent it on is answered"


async def test_message_forwarded_without_a_word_has_no_introduction(shop: House) -> None:
    await shop.leave(TALK)
    ann = await owner(shop)
    await ann.opens()
    assert await ann.sends("1002", kind="forward", seconds=0)
    await ann.hangs_up()
    assert (await only(shop, "1002")).introduction == ""
    await audit(shop)


async def test_introduction_of_a_forwarded_message_becomes_a_part_of_what_is_forwarded(shop: House) -> None:
    await shop.leave(TALK)
    left_at = shop.clock.now()
    for number, to in (("1001", "1002"), ("1002", "1003"), ("1003", "1004")):
        shop.clock.at += 60
        sender = await owner(shop, number)
        await sender.opens()
        assert await sender.sends(to, kind="forward", seconds=2.0)
        await sender.hangs_up()
    message = await only(shop, "1004")
    assert message.duration_s == read_head(shop.files.path(message.ref)).duration_s == 7.0
    parts = await shop.outside.sendings.parts_of(message.id)
    assert [(part.speaker, part.duration_s) for part in parts] == [("1002", 2.0), ("1001", 2.0), ("2002", 3.0)]
    assert [part.spoken_at - left_at for part in parts] == [120, 60, 0]
    await audit(shop)


async def test_private_message_and_notice_go_no_further(shop: House) -> None:
    await (await owner(shop)).sends("1002", private=True, receipt=True)
    bob = await owner(shop, "1002")
    await bob.opens()
    assert bob.facts["is_private"] is True
    assert not await bob.does("begin_message", kind="forward")
    await bob.does("mark_heard")
    ann = await owner(shop)
    await ann.opens()
    assert ann.facts["notice"] == "heard"
    for kind in ("forward", "reply"):
        assert not await ann.does("begin_message", kind=kind)


async def test_forwarded_urgent_message_stays_urgent_unless_its_sender_says_otherwise(shop: House) -> None:
    await shop.leave(TALK, options="uU")
    ann = await owner(shop)
    await ann.opens("Urgent")
    await ann.sends("1002", kind="forward", seconds=0)
    await ann.sends("1003", kind="forward", seconds=0, urgent=True)
    assert (await only(shop, "1002", Folder.URGENT)).is_urgent
    assert not (await only(shop, "1003")).is_urgent


async def test_order_that_storage_refuses_counts_as_sent_and_is_carried_out_later(shop: House) -> None:
    ann = await owner(shop)
    deliver = shop.outside.sendings.deliver

    async def refused(*_: object, **__: object) -> None:
        raise StorageError("the database is locked")

    shop.outside.sendings.deliver = refused  # type: ignore[method-assign,assignment]
    assert await ann.sends("1002"), "who is told that it failed sends it again"
    assert (ann.facts["sent_count"], ann.facts["unsent_count"]) == (1, 0)
    assert ann.facts["draft"] == ann.drafts.current.ref
    assert await shop.inbox("1002") == ()
    shop.outside.sendings.deliver = deliver  # type: ignore[method-assign]
    await ann.hangs_up()
    assert ann.drafts.has_unfinished
    await shop.voicemail.sweeper.recover(alive=())
    assert len(await shop.inbox("1002")) == 1
    await audit(shop)


async def test_order_whose_recording_is_gone_has_failed(shop: House) -> None:
    await shop.leave(TALK)
    ann = await owner(shop)
    await ann.opens()
    shop.files.path((await only(shop, "1001")).ref).unlink()
    assert not await ann.sends("1002", kind="forward")
    assert (ann.facts["sent_count"], ann.facts["unsent_count"]) == (0, 1)
    assert await shop.inbox("1002") == ()


async def test_what_is_sent_at_once_goes_at_once_though_the_clock_is_put_back(shop: House) -> None:
    ann = await owner(shop)
    keep = shop.outside.files.keep

    async def kept_later(draft: Draft, ref: str) -> float:
        shop.clock.at -= 5.0
        return await keep(draft, ref)

    shop.outside.files.keep = kept_later  # type: ignore[method-assign]
    assert await ann.sends("1002")
    assert len(await shop.inbox("1002")) == 1


async def test_callers_marks_come_with_their_message(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001"), WantedMailbox("2002")])
    first = Draft("d1", DraftKind.MESSAGE, "1001", "call-1", house.clock.now(), "2002")
    drafts = Drafts(house.outside, first, set())
    marks = MarkActions(drafts).table
    for mark in ("private", "receipt", "urgent", "nonreceipt"):
        await marks["toggle_mark"]({"mark": mark})
    await marks["toggle_urgent"]({})
    await drafts.begin()
    write_wav(house.files.path(first.ref), 2.0)
    handed_over = drafts.hand_over()
    assert handed_over is not None
    await deliver(house.outside, handed_over)
    message = await only(house, "1001")
    assert (message.is_private, message.wants_receipt, message.wants_nonreceipt) == (True, True, True)
    assert not message.is_urgent
    assert not drafts.current.is_private, "the next one has no marks"
    ann = await owner(house)
    await ann.opens()
    await ann.does("mark_heard")
    assert (await only(house, "2002")).notice == "heard"


async def test_marks_are_taken_away_together(house: House) -> None:
    ann = await owner_of(house)
    await ann.does("toggle_mark", mark="urgent")
    assert ann.facts["is_draft_urgent"] is True
    await ann.does("clear_marks")
    assert ann.facts["is_draft_urgent"] is False


async def owner_of(house: House) -> Owner:
    """The owner of a mailbox made for him."""
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001")])
    return await owner(house)


async def test_comedian_sends_a_message_on_with_an_introduction_to_two(shop: House) -> None:
    await shop.leave(TALK)
    party = shop.line("1", SILENCE, "8", "1002*1003#", "1", Speech(2.0), "1", "#")
    await shop.check_on(party, options="s")
    assert "vm-msgforwarded" in party.clips
    for number in ("1002", "1003"):
        message = await only(shop, number)
        assert (message.forwarder, message.duration_s, bool(message.introduction)) == ("1001", 3.0, True)
    await audit(shop)


async def test_comedian_answers_and_leaves_new_messages(shop: House) -> None:
    await shop.leave(TALK, caller_number="1003")
    party = shop.line("1", SILENCE, "31", Speech(2.0), "1", "35", "1002#", Speech(4.0), "1", "#")
    await shop.check_on(party, options="s")
    assert party.clips.count("vm-msgsaved") == 2
    assert (await only(shop, "1003")).duration_s == 2.0
    assert (await only(shop, "1002")).duration_s == 4.0
    await audit(shop)

"""Owners go through their messages: places, folders, marks, and what is told of each."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.support.owner import Owner, owner
from tests.support.scripted_line import Speech
from vmq.domain import line
from vmq.domain.mailbox import Folder
from vmq.voicemail.wanted import WantedMailbox

TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


@pytest.fixture
async def ann(house: House) -> Owner:
    """The owner of 1001, who has three messages of 2002, one of them urgent, and one of nobody known."""
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001"), WantedMailbox("1002")])
    for number, options in (("2002", "u"), ("", "u"), ("2002", "u"), ("2002", "uU")):
        house.clock.at += 60
        await house.leave(TALK, caller_number=number, options=options)
    return await owner(house)


async def size(ann: Owner, folder: Folder) -> int:
    """How many messages a folder of hers holds."""
    return len(await ann.house.mailboxes.messages(ann.mailbox, folder))


async def test_message_is_chosen_by_its_number(ann: Owner) -> None:
    await ann.opens()
    assert await ann.does("go_to_message", number="3")
    assert (ann.facts["message_number"], ann.facts["is_last"]) == (3, True)
    for wrong in ("0", "4", "", "*1", "99999999"):
        assert not await ann.does("go_to_message", number=wrong)
    assert ann.facts["message_number"] == 3


async def test_folders_follow_each_other_while_they_have_messages(ann: Owner) -> None:
    await ann.does("open_first_folder")
    assert ann.facts["folder"] == "Urgent"
    assert await ann.does("open_next_folder")
    assert (ann.facts["folder"], ann.facts["has_message"]) == ("INBOX", False)
    assert not await ann.does("open_next_folder")
    await ann.does("first_message")
    await ann.does("mark_heard")
    assert await ann.does("open_next_folder"), "what was heard is old by now"
    assert (ann.facts["folder"], ann.facts["folder_count"]) == ("Old", 1)


async def test_messages_of_one_caller_are_one_folder(ann: Owner) -> None:
    assert await ann.does("open_from", number="2002")
    assert ann.facts["folder_count"] == 3
    urgent = []
    while await ann.does("next_message"):
        urgent.append(ann.facts["is_urgent"])
    assert urgent == [True, False, False]
    assert ann.facts["has_next"] is False
    assert await ann.does("open_from", number="")
    assert ann.facts["folder_count"] == 1
    assert not await ann.does("open_from", number="4711")
    assert ann.facts["folder_count"] == 1, "what was open stays open"


async def test_all_messages_are_one_folder_in_the_order_they_came(ann: Owner) -> None:
    assert await ann.does("open_all")
    assert (ann.facts["folder_count"], ann.facts["message_number"], ann.facts["is_urgent"]) == (4, 1, False)
    await ann.does("mark_heard")
    assert await ann.does("go_to_message", number="4")
    assert (ann.facts["is_urgent"], ann.facts["has_next"]) == (True, False)

    assert await ann.does("open_all")
    assert (ann.facts["message_number"], ann.facts["is_new"]) == (2, True), "it begins at the first new one"
    assert await ann.does("previous_message")
    assert ann.facts["is_new"] is False


async def test_message_kept_as_new_was_never_heard(ann: Owner) -> None:
    await ann.opens()
    await ann.does("mark_heard")
    await ann.does("delete_message")
    assert await ann.does("keep_as_new")
    assert ann.facts["is_deleted"] is False
    await ann.hangs_up()
    assert await size(ann, Folder.INBOX) == 3
    assert [m.heard_at for m in await ann.house.inbox()] == [0.0, 0.0, 0.0]


async def test_urgent_message_kept_as_new_is_urgent_still(ann: Owner) -> None:
    await ann.opens("Urgent")
    await ann.does("save_message")
    assert ann.facts["urgent"] == 0
    await ann.does("keep_as_new")
    assert ann.facts["urgent"] == 1


async def test_saved_message_is_old_and_stays_where_it_was_put(ann: Owner) -> None:
    await ann.opens()
    assert await ann.does("save_message")
    assert (ann.facts["new"], ann.facts["old"]) == (2, 1)
    await ann.does("next_message")
    await ann.does("save_to_folder", folder="Work")
    await ann.does("delete_message")
    assert await ann.does("save_message")
    assert await size(ann, Folder.WORK) == 1


async def test_deleted_message_is_deleted_once(ann: Owner) -> None:
    await ann.opens()
    assert await ann.does("delete_message")
    assert await ann.does("delete_message")
    assert ann.facts["is_deleted"] is True
    await ann.does("toggle_delete")
    assert not await ann.does("undelete_last"), "it was undeleted by hand"
    await ann.hangs_up()
    assert await size(ann, Folder.INBOX) == 3


async def test_last_deleted_messages_come_back_one_after_the_other(ann: Owner) -> None:
    await ann.opens("Urgent")
    await ann.does("delete_message")
    await ann.opens()
    await ann.does("delete_message")
    assert await ann.does("undelete_last")
    assert (ann.facts["folder"], ann.facts["message_number"], ann.facts["is_deleted"]) == ("INBOX", 1, False)
    assert await ann.does("undelete_last")
    assert (ann.facts["folder"], ann.facts["is_urgent"], ann.facts["folder_count"]) == ("Urgent", True, 1)
    assert not await ann.does("undelete_last")


async def test_deleted_folder_can_be_looked_through(ann: Owner) -> None:
    await ann.opens()
    await ann.does("delete_message")
    assert await ann.opens("Deleted") == 1
    assert ann.facts["is_deleted"] is True
    await ann.does("toggle_delete")
    assert await size(ann, Folder.INBOX) == 3


async def test_new_is_what_was_new_when_the_folder_was_opened(ann: Owner) -> None:
    await ann.opens()
    await ann.does("save_message")
    await ann.does("first_message")
    assert ann.facts["is_new"] is True
    await ann.opens("Old")
    assert ann.facts["is_new"] is False


async def test_length_is_told_in_seconds_too(ann: Owner) -> None:
    await ann.opens()
    assert (ann.facts["message_seconds"], ann.facts["message_minutes"]) == (3, 0)


@pytest.mark.parametrize(
    "action",
    ["keep_as_new", "save_message", "delete_message", "toggle_delete", "undelete_last"],
)
async def test_nothing_can_be_done_without_a_message(ann: Owner, action: str) -> None:
    assert not await ann.does(action)


async def test_two_readers_of_one_mailbox_change_each_message_once(ann: Owner) -> None:
    other = await owner(ann.house)
    await ann.opens()
    await other.opens()
    await ann.does("delete_message")
    assert await other.does("save_message")
    assert (other.facts["new"], other.facts["old"]) == (2, 1)
    await ann.does("mark_heard")
    await ann.hangs_up()
    await other.hangs_up()
    assert (await size(ann, Folder.OLD), await size(ann, Folder.INBOX), await size(ann, Folder.DELETED)) == (1, 2, 0)


async def test_before_the_login_nothing_is_done(house: House) -> None:
    stranger = Owner(house, "4711")
    for action in ("open_first_folder", "open_next_folder", "first_message", "new_list", "next_list", "take_back"):
        assert not await stranger.does(action), action
    assert not await stranger.does("open_from", number="")
    assert not await stranger.does("open_all")
    assert not await stranger.does("begin_message", kind="compose")
    assert not await stranger.does("open_sent", which="all", number="")
    assert not await stranger.does("open_list", number="1")

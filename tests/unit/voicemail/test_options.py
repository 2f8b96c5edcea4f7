"""What VoiceMail() and VoiceMailMain() took means the same: options, mailboxes with contexts, folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house
from tests.support.owner import owner
from tests.support.scripted_line import Speech
from vmq.domain import line
from vmq.domain.mailbox import Folder
from vmq.errors import StorageError
from vmq.voicemail.options import Options, folder_of, mailboxes_of

TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


def test_letters_may_have_values_in_brackets() -> None:
    options = Options.of("bsd(office)t()g(-3)")
    assert [letter in options for letter in "bsdtgou"] == [True] * 5 + [False] * 2
    assert [options.value(letter) for letter in "dtgb"] == ["office", "", "-3", ""]
    assert "o" not in Options.of("d(outside)"), "what stands in brackets is no option"
    assert Options.of("") == Options.of("123 ,") == Options()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1001", ("1001",)),
        ("1001@default", ("1001",)),
        ("1001@default&1002@sales&1001", ("1001", "1002")),
        ("&1001&", ("1001",)),
        ("", ()),
    ],
)
def test_contexts_say_nothing(text: str, numbers: tuple[str, ...]) -> None:
    assert mailboxes_of(text) == numbers


@pytest.mark.parametrize(
    ("text", "folder"),
    [("0", "INBOX"), ("1", "Old"), ("2", "Work"), ("9", "Cust5"), ("family", "Family"), ("nowhere", "INBOX")],
)
def test_folders_by_number_or_name(text: str, folder: str) -> None:
    assert folder_of(text) == folder
    assert Folder(folder)


async def test_each_of_the_mailboxes_gets_the_message_if_it_is_there_and_has_room(tmp_path: Path) -> None:
    tables = {"mailbox": [{"number": "1002"}, {"number": "1003", "max_messages": 0}, {"number": "1004"}]}
    async with open_house(tmp_path, tables) as house:
        await house.leave(TALK, also="1002&1003&1004&1005&1001")
        found = {number: await house.inbox(number) for number in ("1001", "1002", "1003", "1004", "1005")}
        assert {number: len(messages) for number, messages in found.items()} == {
            "1001": 1, "1002": 1, "1003": 0, "1004": 1, "1005": 0,
        }  # fmt: skip
        sounds = {house.files.path(messages[0].ref).read_bytes() for messages in found.values() if messages}
        assert len(sounds) == 1
        lamp = house.sink.lamp("1004")
        assert lamp and lamp.new == 1
        assert set(await house.files.unexplained()) == await house.mailboxes.refs()


async def test_a_copy_that_storage_did_not_take_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"mailbox": [{"number": "1002"}]}
    async with open_house(tmp_path, tables) as house:
        link = house.files.link

        async def refuse(_: object) -> None:
            raise StorageError("no room")

        monkeypatch.setattr(house.files, "link", refuse)
        await house.leave(TALK, also="1002")
        assert (len(await house.inbox("1001")), len(await house.inbox("1002"))) == (1, 0)
        monkeypatch.setattr(house.files, "link", link)
        await house.voicemail.sweeper.recover(alive=())
        assert (len(await house.inbox("1001")), len(await house.inbox("1002"))) == (1, 1)


async def test_with_r_nothing_is_deleted(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.leave(TALK)
        party = await owner(house, "1001", options="sr")
        await party.opens()
        assert not await party.does("delete_message")
        await party.hangs_up()
        assert len(await house.inbox()) == 1


async def test_a_names_the_folder_that_is_opened_first(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.leave(TALK)
        await house.leave(TALK)
        (first, _) = await house.inbox()
        await house.mailboxes.move("1001", [first.id], Folder.WORK)
        party = await owner(house, "1001", options="sa(2)")
        assert await party.does("open_first_folder")
        assert (party.facts["folder"], await party.does("first_message"), party.facts["message"]) == (
            "Work",
            True,
            first.ref,
        )


async def test_urgent_messages_come_before_the_folder_that_a_names(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.leave(TALK, options="uU")
        party = await owner(house, "1001", options="sa(0)")
        assert await party.does("open_first_folder")
        assert (party.facts["folder"], await party.does("first_message")) == ("Urgent", True)

"""A full disk or a broken database at any step: the caller hears that it failed, nothing is announced that isn't there,
and what was said is stored as soon as there is room."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import House
from tests.support.scripted_line import Speech
from vmq.audio.store import RecordingStore
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.events import MailboxChanged
from vmq.domain.records import MessageStored
from vmq.errors import StorageError
from vmq.voicemail.drafts import Drafts
from vmq.voicemail.requests import VmStatus
from vmq.voicemail.wanted import WantedMailbox

TALK = Speech(3.0)


class FullDisk:
    """Makes calls to the operating system fail as on a full disk, until there is room again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.is_full = True

    def on(self, name: str, suffix: str) -> None:
        """Let `os.<name>` fail for files with this suffix."""
        real: Callable[..., Any] = getattr(os, name)

        def full(path: Any, *args: Any, **kwargs: Any) -> Any:
            named = str(Path(f"/proc/self/fd/{path}").readlink() if isinstance(path, int) else path)
            if self.is_full and named.endswith(suffix):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), named)
            return real(path, *args, **kwargs)

        self._monkeypatch.setattr(os, name, full)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    """A disk that is full for what the test names."""
    return FullDisk(monkeypatch)


async def assert_sorry(house: House, caller: Any) -> None:
    """The call failed, and said so; nothing was announced."""
    result = await house.leave_on(caller)
    assert result.status is VmStatus.FAILED
    assert result.message_file == ""
    assert "vm-msgsaved" not in caller.clips
    assert "vm-tooshort" not in caller.clips
    assert caller.clips[-1] != "beep"


@pytest.mark.parametrize(("name", "suffix"), [("fsync", ".new"), ("replace", ".new")])
async def test_no_room_for_the_note_means_nothing_is_recorded(
    house: House, disk: FullDisk, name: str, suffix: str
) -> None:
    disk.on(name, suffix)
    caller = house.line(TALK)
    await assert_sorry(house, caller)
    assert await house.inbox() == ()
    assert house.sink.events == []


@pytest.mark.parametrize("name", ["fsync", "replace"])
async def test_no_room_for_the_file_keeps_the_recording_for_later(house: House, disk: FullDisk, name: str) -> None:
    disk.on(name, ".wav")
    await assert_sorry(house, house.line(TALK))
    assert await house.inbox() == ()
    assert house.sink.events == []
    disk.is_full = False
    await house.leave(Speech(5.0))
    assert sorted(message.duration_s for message in await house.inbox()) == [3.0, 5.0]
    assert house.sink.lamp("1001") == MailboxChanged("1001", new=2, old=0, urgent=0)


async def test_broken_database_keeps_the_recording_for_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real = house.mailboxes.add_message

    async def refuse(*_: object) -> None:
        raise StorageError("database: can't store a message: database or disk is full")

    monkeypatch.setattr(house.mailboxes, "add_message", refuse)
    await assert_sorry(house, house.line(TALK))
    assert house.sink.events == []
    assert await house.records(MessageStored) == []
    monkeypatch.setattr(house.mailboxes, "add_message", real)
    await house.voicemail.sweeper.recover(alive=())
    assert len(await house.inbox()) == 1


async def test_recording_that_asterisk_cannot_write_is_no_message(house: House) -> None:
    caller = house.line(TALK)

    async def refuse(effect: line.Record) -> line.Recorded:
        raise StorageError("Asterisk can't record to …: the disk must not be full")

    caller.record = refuse  # type: ignore[method-assign]
    await assert_sorry(house, caller)
    assert await house.files.drafts() == []


async def test_greeting_that_cannot_be_kept_leaves_the_old_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin="4711")])
    await house.check_on(house.line("4711#", "0", "1", Speech(4.0), "1"))
    before = (await house.mailboxes.find("1001"))["1001"].greetings

    async def refuse(*_: object) -> str:
        raise StorageError("database: can't keep a greeting")

    monkeypatch.setattr(house.mailboxes, "set_greeting", refuse)
    owner = house.line("4711#", "0", "1", Speech(5.0), "1")
    await house.check_on(owner)
    assert "vm-msgsaved" not in owner.clips
    assert (await house.mailboxes.find("1001"))["1001"].greetings == before
    assert await house.files.missing([greeting.ref for greeting in before.values()]) == []


async def test_folder_without_rights_is_one_clear_error(house: House, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"recordings: .*taken"):
        await RecordingStore(taken).open()


async def test_a_mark_that_cannot_be_written_down_is_not_made(house: House, disk: FullDisk) -> None:
    drafts = Drafts(house.outside, Draft("a", DraftKind.MESSAGE, "1001", "call-1", 1.0), set())
    await drafts.begin()
    disk.on("fsync", ".new")
    with pytest.raises(StorageError):
        await drafts.change(is_urgent=True)
    assert not drafts.current.is_urgent

"""After a crash: what was said is a message, once; what wasn't is not; and nothing is announced that isn't there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ROOT, House, open_house
from tests.support.scripted_line import Speech
from tests.support.wav import write_wav
from vmq.audio.wav import read_head
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind
from vmq.domain.mailbox import Message
from vmq.domain.records import MessageStored

TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


def draft(house: House, name: str = "d1", call_id: str = "gone", **fields: object) -> Draft:
    """A draft of a call that an earlier run of vmq had."""
    known = {"kind": DraftKind.MESSAGE, "mailbox": "1001", "started_at": house.clock.now(), "min_s": 1.0}
    return Draft(id=name, call_id=call_id, **{**known, **fields})  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=[1, 3], ids=["one caller", "three who hang up together"])
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that calls leave which are killed at their first step, their second, and so on to their end."""
    base = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.support.killed_calls", str(base), str(request.param)]
    done = subprocess.run(command, cwd=ROOT, timeout=240, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return base


async def test_call_killed_at_any_step_is_a_message_once_if_the_caller_spoke(killed: Path) -> None:
    folders = sorted(killed.glob("step-*"))
    spoken = 0
    for folder in folders:
        speakers = {path.name.removeprefix("spoken-") for path in folder.glob("spoken-*")}
        spoken += bool(speakers)
        async with open_house(folder) as house:
            announced = {record.message_id for record in await house.records(MessageStored)}
            found = await messages(house)
            assert announced <= {message.id for message in found}, folder.name
            for _ in range(2):
                await house.voicemail.sweeper.recover(alive=())
            found = await messages(house)
            assert sorted(message.mailbox for message in found) == sorted(speakers), folder.name
            assert {record.message_id for record in await house.records(MessageStored)} == {m.id for m in found}
            for message in found:
                assert not read_head(house.files.path(message.ref)).is_broken
                assert house.sink.lamp(message.mailbox) is not None or message.id in announced
            assert await house.files.drafts() == []
            assert sorted(await house.files.unexplained()) == sorted(message.ref for message in found)
    assert 5 < spoken < len(folders), "kills before a caller spoke, and after"


async def messages(house: House) -> list[Message]:
    """All messages there are."""
    return [message for mailbox in await house.mailboxes.all_counts() for message in await house.inbox(mailbox)]


async def test_cut_off_recording_gets_its_length_back(house: House) -> None:
    cut = draft(house)
    await house.files.begin(cut)
    write_wav(house.files.path(cut.ref), 2.5, is_whole=False)
    await house.voicemail.sweeper.recover(alive=())
    (message,) = await house.inbox()
    assert message.duration_s == 2.5
    assert read_head(house.files.path(message.ref)).duration_s == 2.5


async def test_recording_that_goes_on_is_left_until_the_hang_up(house: House) -> None:
    going_on = draft(house, call_id="alive")
    await house.files.begin(going_on)
    write_wav(house.files.path(going_on.ref), 2.0, is_whole=False)
    await house.voicemail.sweeper.recover(alive=("alive",))
    await house.voicemail.sweeper.on_hang_up("another")
    assert await house.inbox() == ()
    write_wav(house.files.path(going_on.ref), 6.0)
    await house.voicemail.sweeper.on_hang_up("alive")
    assert [message.duration_s for message in await house.inbox()] == [6.0]


async def test_hang_up_that_nobody_saw_counts_after_the_reconnect(house: House) -> None:
    going_on = draft(house, call_id="alive")
    await house.files.begin(going_on)
    write_wav(house.files.path(going_on.ref), 2.0)
    await house.voicemail.sweeper.recover(alive=("alive",))
    await house.voicemail.sweeper.on_reconnect(alive=("alive", "another"))
    assert await house.inbox() == ()
    await house.voicemail.sweeper.on_reconnect(alive=("another",))
    assert [message.duration_s for message in await house.inbox()] == [2.0]


async def test_caller_whose_first_try_was_cut_off_leaves_both(house: House) -> None:
    first = draft(house, call_id="call-1")
    await house.files.begin(first)
    write_wav(house.files.path(first.ref), 2.0, is_whole=False)
    await house.voicemail.sweeper.recover(alive=("call-1",))
    await house.leave(TALK)
    assert sorted(message.duration_s for message in await house.inbox()) == [2.0, 3.0]


async def test_drafts_too_short_or_never_begun_are_thrown_away(house: House) -> None:
    short, silent = draft(house, "short"), draft(house, "silent")
    for begun in (short, silent):
        await house.files.begin(begun)
    write_wav(house.files.path(short.ref), 0.5, is_whole=False)
    await house.voicemail.sweeper.recover(alive=())
    assert await house.inbox() == ()
    assert await house.files.drafts() == []


async def test_greeting_that_nobody_accepted_is_thrown_away(house: House) -> None:
    greeting = draft(house, kind=DraftKind.GREETING, mailbox="")
    await house.files.begin(greeting)
    write_wav(house.files.path(greeting.ref), 9.0)
    await house.voicemail.sweeper.recover(alive=())
    assert await house.inbox() == ()
    assert await house.files.unexplained() == []


async def test_recording_in_our_own_hands_is_left_alone(house: House) -> None:
    party = house.line(TALK)
    record = party.record

    async def record_while_recovering(effect: line.Record) -> line.Recorded:
        recorded = await record(effect)
        await house.voicemail.sweeper.recover(alive=())
        return recorded

    party.record = record_while_recovering  # type: ignore[method-assign]
    await house.leave_on(party)
    assert len(await house.inbox()) == 1
    assert len(await house.records(MessageStored)) == 1


async def test_files_nobody_knows_go_to_quarantine_and_lost_ones_are_reported(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.leave(TALK)
    (message,) = await house.inbox()
    house.files.path(message.ref).unlink()
    write_wav(house.files.path("1001/unavail-0123456789abcdef"), 1.0)
    await house.voicemail.sweeper.recover(alive=())
    shown = capsys.readouterr().out
    assert "recordings_missing" in shown
    assert message.ref in shown
    assert (house.files.path("quarantine/1001-unavail-0123456789abcdef")).exists()
    assert len(await house.inbox()) == 1


async def test_talks_that_queues_recorded_into_the_same_folder_stay(house: House) -> None:
    talks = [house.files.path(ref) for ref in ("sales/1003", "sales/1795759879.1")]
    for talk in talks:
        talk.parent.mkdir(exist_ok=True)
        write_wav(talk, 1.0)
    await house.voicemail.sweeper.recover(alive=())
    assert all(talk.exists() for talk in talks)


async def test_unreadable_note_is_put_aside(house: House) -> None:
    note = house.files.path("incoming/broken").with_suffix(".json")
    note.write_text("{")
    await house.voicemail.sweeper.recover(alive=())
    assert not note.exists()
    assert (house.files.path("quarantine/broken").with_suffix(".json")).exists()


async def test_defect_in_mid_call_loses_no_recording(tmp_path: Path) -> None:
    async with open_house(tmp_path, review=True) as house:
        party = house.line(Speech(3.0), "1")
        read_keys = party.read_keys

        async def break_after_recording(effect: line.ReadKeys) -> line.Outcome:
            if any(isinstance(earlier, line.Record) for earlier in party.effects):
                raise RuntimeError("a defect")
            return await read_keys(effect)

        party.read_keys = break_after_recording  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            await house.leave_on(party)
        assert len(await house.inbox()) == 1


async def test_call_that_is_cancelled_in_mid_recording_is_finished_after_the_hang_up(house: House) -> None:
    party = house.line(TALK)
    is_recording = asyncio.Event()

    async def record_for_ever(effect: line.Record) -> line.Recorded:
        write_wav(house.files.path(effect.ref), 4.0, is_whole=False)
        is_recording.set()
        return await asyncio.Future()

    party.record = record_for_ever  # type: ignore[method-assign]
    call = asyncio.create_task(house.leave_on(party))
    await is_recording.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await house.inbox() == ()
    await house.voicemail.sweeper.on_hang_up(party.call_id)
    assert [message.duration_s for message in await house.inbox()] == [4.0]


async def test_what_is_no_recording_goes_to_quarantine_once_and_the_others_are_stored(house: House) -> None:
    broken, whole = draft(house, "broken"), draft(house, "whole")
    for one in (broken, whole):
        await house.files.begin(one)
    house.files.path(broken.ref).write_bytes(bytes(16_044))
    write_wav(house.files.path(whole.ref), 3.0)
    await house.voicemail.sweeper.recover(alive=())
    assert [message.id for message in await house.inbox()] == ["whole"]
    assert await house.files.drafts() == []
    quarantine = house.files.path("quarantine/incoming-broken")
    assert quarantine.stat().st_size == 16_044

"""Callers leave messages: whatever they do, what they said is in the mailbox once, or nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, Barge, Speech
from vmq.domain import line
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Folder
from vmq.domain.records import MailboxMade, MessageStored
from vmq.voicemail.requests import VmStatus

HANGS_UP = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


async def test_first_message_makes_the_mailbox_and_lights_the_lamp(house: House) -> None:
    result = await house.leave(Speech(3.0))
    (message,) = await house.inbox()
    assert (message.caller_number, message.duration_s) == ("2002", 3.0)
    assert result.status is VmStatus.SUCCESS
    assert result.message_file == f"/asterisk/recordings/1001/{message.id}"
    assert house.files.path(message.ref).exists()
    assert house.sink.lamp("1001") == MailboxChanged("1001", new=1, old=0, urgent=0)
    assert [record.mailbox for record in await house.records(MailboxMade)] == ["1001"]
    assert [record.message_id for record in await house.records(MessageStored)] == [message.id]


async def test_hang_up_while_recording_keeps_the_message(house: House) -> None:
    result = await house.leave(HANGS_UP)
    assert result.status is VmStatus.SUCCESS
    assert len(await house.inbox()) == 1


@pytest.mark.parametrize("review", [False, True])
async def test_hang_up_at_every_prompt_loses_nothing_and_leaves_nothing_half_saved(
    tmp_path: Path, review: bool
) -> None:
    script = (Speech(3.0), "1") if review else (Speech(3.0),)
    async with open_house(tmp_path, review=review) as house:
        whole = house.line(*script)
        await house.leave_on(whole)
        stored = len(await house.inbox())
        for prompt in range(len(whole.effects)):
            party = house.line(*script)
            hang_up_at(party, prompt)
            result = await house.leave_on(party)
            has_spoken = any(isinstance(effect, line.Record) for effect in party.effects)
            stored += has_spoken
            assert len(await house.inbox()) == stored, f"hung up at prompt {prompt}"
            assert (result.status is VmStatus.SUCCESS) == has_spoken
            assert await house.files.drafts() == []
            assert await house.files.unexplained() == [m.ref for m in sorted(await house.inbox(), key=lambda m: m.ref)]


def hang_up_at(party: object, prompt: int) -> None:
    """Let somebody hang up when he has heard that many prompts."""
    begin = party._begin  # type: ignore[attr-defined]

    def begin_or_hang_up(effect: line.Effect) -> None:
        if len(party.effects) >= prompt:  # type: ignore[attr-defined]
            party.party._script.clear()  # type: ignore[attr-defined]
            party.party._script.append(HANG_UP)  # type: ignore[attr-defined]
        begin(effect)

    party._begin = begin_or_hang_up  # type: ignore[attr-defined]


async def test_too_short_is_not_kept(house: House) -> None:
    result = await house.leave(Speech(0.5, ended_by=line.RecordEnd.HANG_UP))
    assert result.status is VmStatus.FAILED
    assert await house.mailboxes.find("1001") == {}
    assert await house.files.unexplained() == []


async def test_too_short_is_recorded_again(house: House) -> None:
    result = await house.leave(Speech(0.2), Speech(4.0))
    assert result.status is VmStatus.SUCCESS
    assert [message.duration_s for message in await house.inbox()] == [4.0]


async def test_full_mailbox_refuses_before_the_tone(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_messages=2) as house:
        for _ in range(2):
            await house.leave(HANGS_UP)
        party = house.line()
        result = await house.leave_on(party)
        assert result.status is VmStatus.FAILED
        assert "vm-mailboxfull" in party.clips
        assert not any(isinstance(effect, line.Record) for effect in party.effects)


async def test_greeting_only_mailbox_takes_no_message_and_is_a_success(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_messages=0) as house:
        party = house.line()
        result = await house.leave_on(party)
        assert result.status is VmStatus.SUCCESS
        assert not any(isinstance(effect, line.Record) for effect in party.effects)


async def test_urgent_by_option_and_by_review(tmp_path: Path) -> None:
    async with open_house(tmp_path, review=True) as house:
        await house.leave(Speech(3.0), "1", options="uU")
        await house.leave(Speech(3.0), "41")
        assert len(await house.mailboxes.messages("1001", Folder.URGENT)) == 2
        assert house.sink.lamp("1001") == MailboxChanged("1001", new=0, old=0, urgent=2)


async def test_operator_key_leaves_with_user_exit(house: House) -> None:
    result = await house.leave(Barge("0"), options="uo")
    assert (result.status, result.exit) == (VmStatus.USEREXIT, "o")
    assert dict(result.variables)["VMQ_EXIT"] == "o"


async def test_forwarded_call_belongs_to_the_telephone_that_forwarded_it(house: House) -> None:
    await house.leave(HANGS_UP, mailbox="", dialled="1003", redirecting="1002")
    await house.leave(HANGS_UP, mailbox="", dialled="1003")
    assert len(await house.inbox("1002")) == len(await house.inbox("1003")) == 1


async def test_call_for_nobody_goes_to_the_house_mailbox(tmp_path: Path) -> None:
    async with open_house(tmp_path, create_on_message=False, house_mailbox="house") as house:
        await house.leave(HANGS_UP, mailbox="", dialled="1003")
        assert len(await house.inbox("house")) == 1


async def test_call_for_nobody_without_a_house_mailbox_fails_spoken(tmp_path: Path) -> None:
    async with open_house(tmp_path, create_on_message=False) as house:
        party = house.line()
        result = await house.leave_on(party, mailbox="", dialled="1003")
        assert result.status is VmStatus.FAILED
        assert party.clips


async def test_recording_again_keeps_only_the_last(tmp_path: Path) -> None:
    async with open_house(tmp_path, review=True) as house:
        await house.leave(Speech(3.0), "3", Speech(5.0), "1")
        assert [message.duration_s for message in await house.inbox()] == [5.0]
        assert len(await house.files.unexplained()) == 1

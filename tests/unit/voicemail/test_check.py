"""Owners hear, delete and save messages; what they did is durable whenever they hang up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House, open_house
from tests.support.scripted_line import HANG_UP, SILENCE, Barge, ScriptedLine, Speech
from vmq.domain import line
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Folder, GreetingKind
from vmq.domain.records import MessageChanged
from vmq.voicemail.requests import VmStatus
from vmq.voicemail.wanted import WantedMailbox

PIN = "4711"
HEARS = SILENCE  # he hears a message out before he does the next thing
TALK = Speech(3.0, ended_by=line.RecordEnd.HANG_UP)


@pytest.fixture
async def owner(house: House) -> House:
    """A house where 1001 has its PIN and three messages."""
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
    for _ in range(3):
        house.clock.at += 60
        await house.leave(TALK)
    return house


async def check(house: House, *script: object) -> ScriptedLine:
    """Log in to 1001 with the PIN, then do what the script says."""
    party = house.line(f"{PIN}#", *script)  # type: ignore[arg-type]
    await house.check_on(party)
    return party


async def folder(house: House, folder: Folder) -> int:
    """How many messages a folder of 1001 holds."""
    return len(await house.mailboxes.messages("1001", folder))


async def test_heard_messages_are_old_when_the_call_is_over(owner: House) -> None:
    party = await check(owner, "1", HEARS, "6", HEARS, HANG_UP)
    assert await folder(owner, Folder.OLD) == 2
    assert await folder(owner, Folder.INBOX) == 1
    assert owner.sink.lamp("1001") == MailboxChanged("1001", new=1, old=2, urgent=0)
    heard = [segment.ref for segment in party.heard if isinstance(segment, line.Recording)]
    assert len(heard) == 2


async def test_messages_are_heard_oldest_first(owner: House) -> None:
    refs = [message.ref for message in await owner.inbox()]
    party = await check(owner, "1", HEARS, "6", HEARS, "6", HEARS, "#")
    assert [segment.ref for segment in party.heard if isinstance(segment, line.Recording)] == refs


async def test_message_deleted_is_gone_from_its_folder_and_can_come_back(owner: House) -> None:
    await check(owner, "1", "7", HANG_UP)
    assert await folder(owner, Folder.INBOX) == 2
    await check(owner, "1", HEARS, "7", "7", HANG_UP)
    assert await folder(owner, Folder.INBOX) == 1
    assert await folder(owner, Folder.OLD) == 1
    changes = [record.change for record in await owner.records(MessageChanged)]
    assert changes == ["deleted", "deleted", "undeleted", "heard"]


async def test_saving_moves_at_once(owner: House) -> None:
    await check(owner, "1", "92", HANG_UP)
    assert await folder(owner, Folder.WORK) == 1
    assert await folder(owner, Folder.INBOX) == 2


async def test_saving_to_inbox_keeps_a_message_new(owner: House) -> None:
    await check(owner, "1", "90", HANG_UP)
    assert await folder(owner, Folder.INBOX) == 3


async def test_full_folder_refuses_and_the_message_stays(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_messages=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        await house.leave(TALK)
        await check(house, "1", "92", HANG_UP)
        await house.leave(TALK)
        party = await check(house, "1", "92", HEARS, HANG_UP)
        assert "vm-mailboxfull" in party.clips
        assert await folder(house, Folder.WORK) == 1
        assert await folder(house, Folder.INBOX) == 1


async def test_deleted_messages_beyond_the_number_kept_are_gone_with_their_files(tmp_path: Path) -> None:
    async with open_house(tmp_path, keep_deleted=1) as house:
        await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
        for _ in range(2):
            house.clock.at += 60
            await house.leave(TALK)
        await check(house, "1", "7", "6", "7", HANG_UP)
        (kept,) = await house.mailboxes.messages("1001", Folder.DELETED)
        assert await house.files.unexplained() == [kept.ref]


async def test_messages_that_arrive_while_listening_stay_new(owner: House) -> None:
    party = owner.line(f"{PIN}#", "1", HEARS, "7", "6", HEARS, "7", HANG_UP)
    say = party.read_keys
    arrived = 0

    async def read_keys_while_others_call(effect: line.ReadKeys) -> line.Outcome:
        nonlocal arrived
        if any(isinstance(segment, line.Recording) for segment in effect.segments):
            arrived += 1
            owner.clock.at += 60
            await owner.leave(TALK)
        return await say(effect)

    party.read_keys = read_keys_while_others_call  # type: ignore[method-assign]
    await owner.check_on(party)
    assert arrived == 2
    assert await folder(owner, Folder.INBOX) == 1 + arrived
    assert await folder(owner, Folder.DELETED) == 2


async def test_message_that_arrives_while_the_counts_are_told_is_heard_with_the_others(owner: House) -> None:
    party = owner.line(f"{PIN}#", "1", HEARS, "6", HEARS, "6", HEARS, "6", HEARS, "#")
    say = party.read_keys

    async def read_keys_while_another_calls(effect: line.ReadKeys) -> line.Outcome:
        party.read_keys = say  # type: ignore[method-assign]
        owner.clock.at += 60
        await owner.leave(TALK)
        return await say(effect)

    party.read_keys = read_keys_while_another_calls  # type: ignore[method-assign]
    await owner.check_on(party)
    assert len([segment for segment in party.heard if isinstance(segment, line.Recording)]) == 4


async def test_two_sessions_on_one_mailbox_move_each_message_once(owner: House) -> None:
    first = owner.line(f"{PIN}#", "1", HEARS, "7", HANG_UP)
    read_keys = first.read_keys

    async def read_keys_beside_another_session(effect: line.ReadKeys) -> line.Outcome:
        if any(isinstance(segment, line.Recording) for segment in effect.segments):
            await check(owner, "1", "92", "1", "7", HANG_UP)
        return await read_keys(effect)

    first.read_keys = read_keys_beside_another_session  # type: ignore[method-assign]
    await owner.check_on(first)
    sizes = {name: await folder(owner, name) for name in Folder}
    assert sum(sizes.values()) == 3, sizes
    assert sizes[Folder.DELETED] == 1


async def test_urgent_messages_come_first_and_lead_on_to_the_others(owner: House) -> None:
    await owner.leave(TALK, options="uU")
    party = await check(owner, "1", HEARS, "6", HEARS, HANG_UP)
    assert "vm-Urgent" in party.clips
    assert await folder(owner, Folder.OLD) == 2
    assert await folder(owner, Folder.URGENT) == 0


async def test_hang_up_at_every_step_keeps_every_message(owner: House) -> None:
    script = [f"{PIN}#", "1", "7", "6", "91", "0", "1", Speech(2.0), "1", "*", "#"]
    for length in range(len(script) + 1):
        await owner.check_on(owner.line(*script[:length], HANG_UP))
        sizes = {name: await folder(owner, name) for name in Folder}
        assert sum(sizes.values()) == 3, (length, sizes)
        assert await owner.files.drafts() == []


async def test_greeting_is_recorded_and_heard_by_callers(owner: House) -> None:
    await check(owner, "0", "1", Speech(4.0), "1", HANG_UP)
    greeting = (await owner.mailboxes.find("1001"))["1001"].greetings[GreetingKind.UNAVAILABLE]
    assert owner.files.path(greeting.ref).exists()
    caller = owner.line(TALK)
    await owner.leave_on(caller)
    assert line.Recording(greeting.ref) in [
        line.Recording(segment.ref) for segment in caller.heard if isinstance(segment, line.Recording)
    ]


async def test_new_greeting_takes_the_place_of_the_old_one(owner: House) -> None:
    await check(owner, "0", "1", Speech(4.0), "1", "1", Speech(5.0), "1", HANG_UP)
    greeting = (await owner.mailboxes.find("1001"))["1001"].greetings[GreetingKind.UNAVAILABLE]
    assert greeting.duration_s == 5.0
    assert [ref for ref in await owner.files.unexplained() if "unavail" in ref] == [greeting.ref]


async def test_greeting_that_was_not_accepted_is_dropped(owner: House) -> None:
    await check(owner, "0", "1", Speech(4.0), HANG_UP)
    assert (await owner.mailboxes.find("1001"))["1001"].greetings == {}
    assert len(await owner.files.unexplained()) == 3


async def test_temporary_greeting_is_erased(owner: House) -> None:
    await check(owner, "0", "4", Speech(4.0), "1", HANG_UP)
    assert GreetingKind.TEMPORARY in (await owner.mailboxes.find("1001"))["1001"].greetings
    await check(owner, "0", "4", "2", HANG_UP)
    assert (await owner.mailboxes.find("1001"))["1001"].greetings == {}


async def test_lamps_are_told_again_after_a_reconnect(owner: House) -> None:
    owner.sink.events.clear()
    await owner.voicemail.republish_lamps()
    assert owner.sink.events == [MailboxChanged("1001", new=3, old=0, urgent=0)]


async def test_check_is_a_success_once_the_owner_is_in(owner: House) -> None:
    result = await owner.check_on(owner.line(f"{PIN}#", Barge("#")))
    assert result.status is VmStatus.SUCCESS


async def test_an_inbox_that_another_call_has_emptied_leaves_no_message_at_hand(house: House) -> None:
    await house.voicemail.ensure_mailboxes([WantedMailbox("1001", pin=PIN)])
    await house.leave(TALK)
    await house.leave(TALK, options="uU")
    mailboxes, (new,) = house.mailboxes, await house.inbox()
    party = house.line(f"{PIN}#", "1", HEARS, "6", "7", HANG_UP)
    list_messages = mailboxes.messages

    async def emptied(mailbox: str, folder: Folder) -> object:
        if folder is Folder.INBOX:
            await mailboxes.move(mailbox, [new.id], Folder.WORK)
        return await list_messages(mailbox, folder)

    mailboxes.messages = emptied  # type: ignore[method-assign]
    await house.check_on(party)
    assert party.clips.count("vm-nomore") == 1
    assert "vmq-not-stored" not in party.clips

"""The contract of the repositories of what owners send, of their lists and of upkeep, on every database we speak to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from vmq.db.lists import ListRepository
from vmq.db.mailboxes import MailboxRepository
from vmq.db.sendings import SendingRepository
from vmq.db.upkeep import UpkeepRepository
from vmq.domain.addresses import OwnList
from vmq.domain.mailbox import Folder, Mailbox
from vmq.domain.sending import Content, Sending, SentState, Spoken, copy_id
from vmq.domain.sent import Delivered

ROOM = {"1002": 9, "1003": 9}


@dataclass(frozen=True)
class Repositories:
    """All of one database."""

    mailboxes: MailboxRepository
    sendings: SendingRepository
    lists: ListRepository
    upkeep: UpkeepRepository

    async def deliver(self, sent: Sending, now: float = 20.0, *, is_late: bool = False, **room: int) -> Delivered:
        """Deliver, to mailboxes with much room unless that is told (m1002=0)."""
        told = {number.removeprefix("m"): most for number, most in room.items()}
        return await self.sendings.deliver(sent, {**ROOM, **told}, now, tells_sender=is_late, deliveries={})


@pytest.fixture(params=KINDS)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Repositories]:
    """Three mailboxes and no message."""
    async with open_database(request.param, tmp_path) as database:
        mailboxes = MailboxRepository(database)
        for number in ("1001", "1002", "1003"):
            await mailboxes.ensure(Mailbox(number), 1.0)
        yield Repositories(mailboxes, SendingRepository(database), ListRepository(database), UpkeepRepository(database))


def sending(name: str = "s1", deliver_at: float = 10.0, **content: object) -> Sending:
    """A message from 1001 to two, with everything that there may be."""
    parts = (Spoken(f"1001/piece0-{name}", "1003", 5.0, 1.5), Spoken(f"1001/piece1-{name}", "Zoë", 4.0, 2.0))
    said = Content("1001", "Ann", "1001", introduction=f"1001/intro-{name}", parts=parts)
    return Sending(
        id=name,
        mailbox="1001",
        made_at=10.0,
        deliver_at=deliver_at,
        ref=f"1001/sent-{name}",
        duration_s=3.5,
        recipients=("7",),
        targets=("1002", "1003"),
        content=replace(said, **content),  # type: ignore[arg-type]
    )


async def test_waiting_sending_comes_back_as_it_was_and_once(house: Repositories) -> None:
    for _ in range(2):
        await house.sendings.add(sending(deliver_at=50.0))
    assert await house.sendings.due(49.0) == []
    assert await house.sendings.due(50.0) == [sending(deliver_at=50.0)]
    assert await house.sendings.next_due() == 50.0
    assert await house.sendings.made_at("s1") == 10.0


# feature 17
async def test_delivery_is_the_same_when_done_again(house: Repositories) -> None:
    first = await house.deliver(sending())
    again = await house.deliver(sending(), now=30.0)
    assert {message.id for message in first.messages} == {copy_id("s1", "1002"), copy_id("s1", "1003")}
    assert {message.id for message in again.messages} == {message.id for message in first.messages}
    (message,) = await house.mailboxes.messages("1002", Folder.INBOX)
    assert message in first.messages
    assert message.received_at == 20.0
    assert [part.speaker for part in await house.sendings.parts_of(message.id)] == ["1003", "Zoë"]
    assert await house.sendings.next_due() is None


async def test_all_files_are_named(house: Repositories) -> None:
    sent = sending()
    await house.deliver(sent)
    copies = {sent.ref_for(target, ref) for target in sent.targets for ref in sent.refs}
    assert await house.mailboxes.refs() == {*sent.refs, *copies}
    (message,) = await house.mailboxes.messages("1002", Folder.INBOX)
    await house.mailboxes.move("1002", [message.id], Folder.DELETED)
    assert set(await house.mailboxes.purge("1002", keep=0)) == {sent.ref_for("1002", ref) for ref in sent.refs}


async def test_who_has_no_room_is_left_out_and_told_of_when_it_waited(house: Repositories) -> None:
    at_once = await house.deliver(sending(), m1002=0)
    assert (at_once.left_out, [message.mailbox for message in at_once.messages]) == (("1002",), ["1003"])
    await house.sendings.add(sending("s2"))
    late = await house.deliver(sending("s2"), is_late=True, m1002=0)
    assert [(m.mailbox, m.notice, m.sender) for m in late.messages if m.notice] == [("1001", "undelivered", "1002")]


async def test_what_was_taken_back_while_it_waited_does_not_go_out(house: Repositories) -> None:
    await house.sendings.add(sending())
    assert await house.sendings.take_back("s1", "1002") is not None
    removed = await house.sendings.take_back("s1", "1003")
    assert removed is not None
    assert set(removed.refs) == set(sending().refs)
    assert await house.deliver(sending(), is_late=True) == Delivered()
    assert await house.mailboxes.messages("1002", Folder.INBOX) == ()


# feature 31
async def test_state_of_each_copy_is_seen_and_only_the_unheard_are_taken_back(house: Repositories) -> None:
    await house.deliver(sending())
    await house.upkeep.heard("1002", copy_id("s1", "1002"), 25.0)
    found = await house.sendings.sent_from("1001")
    assert [(copy.mailbox, copy.state, copy.heard_at) for copy in found] == [
        ("1002", SentState.HEARD, 25.0),
        ("1003", SentState.UNHEARD, 0.0),
    ]
    assert await house.sendings.take_back("s1", "1002") is None
    removed = await house.sendings.take_back("s1", "1003")
    assert removed is not None
    assert removed.counts["1003"].new == 0
    assert await house.sendings.take_back("s1", "1003") is None
    assert (await house.sendings.sent_from("1001"))[1].state is SentState.GONE


async def test_receipts_are_written_once(house: Repositories) -> None:
    await house.deliver(sending(wants_receipt=True, wants_nonreceipt=True))
    told = await house.upkeep.heard("1002", copy_id("s1", "1002"), 25.0)
    assert [(notice.mailbox, notice.notice, notice.sender) for notice in told.messages] == [("1001", "heard", "1002")]
    assert (await house.upkeep.heard("1002", copy_id("s1", "1002"), 26.0)).messages == ()
    assert await house.upkeep.next_unheard() == 20.0
    assert (await house.upkeep.unheard(19.0, 30.0)).messages == ()
    late = await house.upkeep.unheard(20.0, 30.0)
    assert [(notice.notice, notice.sender) for notice in late.messages] == [("unheard", "1003")]
    assert (await house.upkeep.unheard(20.0, 31.0)).messages == ()
    assert await house.upkeep.next_unheard() is None


# feature 59
async def test_age_counts_from_when_a_message_came_into_its_folder(house: Repositories) -> None:
    await house.deliver(sending())
    copy = copy_id("s1", "1002")
    await house.mailboxes.move("1002", [copy], Folder.OLD, now=40.0)
    assert await house.upkeep.oldest([Folder.OLD]) == 40.0
    assert (await house.upkeep.expire([Folder.OLD], 40.0)).messages == ()
    gone = await house.upkeep.expire([Folder.OLD], 40.1)
    assert [message.id for message in gone.messages] == [copy]
    assert gone.counts["1002"].old == 0


async def test_what_was_sent_is_forgotten_and_the_copies_stay(house: Repositories) -> None:
    await house.deliver(sending())
    assert await house.upkeep.oldest_sent() == 20.0
    assert set((await house.upkeep.forget_sent(20.1)).refs) == set(sending().refs)
    assert await house.sendings.sent_from("1001") == []
    assert len(await house.mailboxes.messages("1003", Folder.INBOX)) == 1


# feature 33
async def test_changes_of_a_list_at_once_are_all_made(house: Repositories) -> None:
    numbers = [str(number) for number in range(1002, 1012)]

    async def add(number: str) -> None:
        await house.lists.change_addresses("1001", "3", lambda there: (*there, number))

    await asyncio.gather(*map(add, numbers))
    assert sorted((await house.lists.find("1001"))["3"].addresses) == numbers


async def test_lists_are_kept_in_the_order_of_their_numbers(house: Repositories) -> None:
    for number in ("12", "3"):
        await house.lists.change_addresses("1001", number, lambda _: ("1002", "1003"))
    assert list(await house.lists.find("1001")) == ["3", "12"]
    named = OwnList("1001", "3", "", "1001/list3-a", ("1002", "1003"))
    assert await house.lists.name("1001", "3", "1001/list3-a") == (named, "")
    assert (await house.lists.find("1001"))["3"] == named
    assert await house.lists.name("1001", "3", "1001/list3-b") == (
        replace(named, name_ref="1001/list3-b"),
        named.name_ref,
    )
    assert await house.lists.remove("1001", "3") == "1001/list3-b"
    assert await house.lists.remove("1001", "3") == ""

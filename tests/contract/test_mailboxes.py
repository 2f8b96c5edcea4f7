"""The contract of the mailboxes' repository, on every database we speak to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from vmq.db.mailboxes import MailboxRepository
from vmq.db.owners import OwnerRepository
from vmq.domain.mailbox import Counts, Folder, Greeting, GreetingKind, Mailbox, Message, Place, Stored
from vmq.domain.pin import LoginState


@pytest.fixture(params=KINDS)
async def mailboxes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MailboxRepository]:
    """An empty repository."""
    async with open_database(request.param, tmp_path) as database:
        yield MailboxRepository(database)


def message(name: str, at: float = 1.0, mailbox: str = "1001", folder: Folder = Folder.INBOX) -> Message:
    """A message."""
    return Message(name, mailbox, folder, at, 2.5, f"{mailbox}/{name}", "2002", "Zoë ☎", folder is Folder.URGENT)


async def names(mailboxes: MailboxRepository, folder: Folder = Folder.INBOX) -> list[str]:
    """The ids in a folder of 1001, in order."""
    return [found.id for found in await mailboxes.messages("1001", folder)]


# feature 57
async def test_message_comes_back_as_it_was_stored(mailboxes: MailboxRepository) -> None:
    stored = await mailboxes.add_message(message("a"))
    assert stored == Stored(Counts(new=1), is_new_message=True, is_new_mailbox=True)
    assert await mailboxes.messages("1001", Folder.INBOX) == (message("a"),)


async def test_message_stored_twice_is_there_once(mailboxes: MailboxRepository) -> None:
    await mailboxes.add_message(message("a"))
    again = await mailboxes.add_message(message("a"))
    assert again == Stored(Counts(new=1), is_new_message=False, is_new_mailbox=False)


@pytest.mark.parametrize("folder", [Folder.WORK, Folder.DELETED])
async def test_message_stored_again_stays_where_its_owner_put_it(mailboxes: MailboxRepository, folder: Folder) -> None:
    await mailboxes.add_message(message("a"))
    await mailboxes.move("1001", ["a"], folder)
    again, other = await asyncio.gather(
        mailboxes.add_message(message("a")), mailboxes.add_message(message("b", mailbox="1002"))
    )
    assert again == Stored(Counts(), is_new_message=False, is_new_mailbox=False)
    assert other == Stored(Counts(new=1), is_new_message=True, is_new_mailbox=True)
    assert await names(mailboxes, folder) == ["a"]


async def test_messages_stored_at_once_share_a_mailbox_that_is_made_once(mailboxes: MailboxRepository) -> None:
    stored = await asyncio.gather(*(mailboxes.add_message(message(f"m{n}", at=n)) for n in range(50)))
    assert sum(one.is_new_mailbox for one in stored) == 1
    assert len(await names(mailboxes)) == 50


async def test_same_message_stored_twice_at_once_is_new_once(mailboxes: MailboxRepository) -> None:
    stored = await asyncio.gather(*(mailboxes.add_message(message("a")) for _ in range(5)))
    assert sum(one.is_new_message for one in stored) == 1


async def test_order_is_by_time_not_by_arrival(mailboxes: MailboxRepository) -> None:
    for name, at in (("late", 30.0), ("early", 10.0), ("middle", 20.0)):
        await mailboxes.add_message(message(name, at))
    assert await names(mailboxes) == ["early", "middle", "late"]


async def test_find_gives_those_that_are_there_with_counts_and_greetings(mailboxes: MailboxRepository) -> None:
    await mailboxes.add_message(message("a"))
    await mailboxes.add_message(message("b", folder=Folder.URGENT))
    greeting = Greeting(GreetingKind.BUSY, "1001/busy-x", 3.0, 5.0, 9.0)
    assert await mailboxes.set_greeting("1001", greeting) == ""
    found = await mailboxes.find("1001", "1999")
    assert set(found) == {"1001"}
    assert found["1001"].counts == Counts(new=1, urgent=1)
    assert found["1001"].greetings == {GreetingKind.BUSY: greeting}


async def test_finds_at_once_each_get_their_own(mailboxes: MailboxRepository) -> None:
    for n in range(20):
        await mailboxes.ensure(Mailbox(f"10{n:02}"), 1.0)
    found = await asyncio.gather(*(mailboxes.find(f"10{n:02}") for n in range(20)))
    assert [list(one) for one in found] == [[f"10{n:02}"] for n in range(20)]


async def test_new_greeting_tells_which_it_replaces(mailboxes: MailboxRepository) -> None:
    await mailboxes.ensure(Mailbox("1001"), 1.0)
    await mailboxes.set_greeting("1001", Greeting(GreetingKind.NAME, "1001/a", 1.0, 1.0))
    assert await mailboxes.set_greeting("1001", Greeting(GreetingKind.NAME, "1001/b", 1.0, 2.0)) == "1001/a"
    assert await mailboxes.remove_greeting("1001", GreetingKind.NAME) == "1001/b"
    assert await mailboxes.remove_greeting("1001", GreetingKind.NAME) == ""


async def test_ensure_leaves_an_existing_mailbox_as_it_is(mailboxes: MailboxRepository) -> None:
    assert await mailboxes.ensure(Mailbox("1001", name="Ann"), 1.0)
    assert not await mailboxes.ensure(Mailbox("1001", name="Bob"), 2.0)
    assert (await mailboxes.find("1001"))["1001"].name == "Ann"


async def test_deleting_and_restoring_gives_the_old_place_back(mailboxes: MailboxRepository) -> None:
    await mailboxes.add_message(message("a", folder=Folder.URGENT))
    moved = await mailboxes.move("1001", ["a"], Folder.DELETED)
    assert moved.messages[0].restore_folder is Folder.URGENT
    assert moved.counts == Counts()
    again = await mailboxes.move("1001", ["a"], Folder.DELETED)
    assert again.messages[0].restore_folder is Folder.URGENT
    back = await mailboxes.restore("1001", ["a"])
    assert back.messages == (message("a", folder=Folder.URGENT),)
    assert back.counts == Counts(urgent=1)


async def test_move_into_a_full_folder_moves_nothing(mailboxes: MailboxRepository) -> None:
    for name in ("a", "b", "c"):
        await mailboxes.add_message(message(name))
    await mailboxes.move("1001", ["a"], Folder.WORK)
    assert (await mailboxes.move("1001", ["b", "c"], Folder.WORK, max_messages=2)).messages == ()
    assert await names(mailboxes, Folder.WORK) == ["a"]
    assert (await mailboxes.move("1001", ["b"], Folder.WORK, max_messages=2)).counts == Counts(new=1)


async def test_message_of_another_mailbox_is_not_moved(mailboxes: MailboxRepository) -> None:
    await mailboxes.add_message(message("a", mailbox="1002"))
    await mailboxes.ensure(Mailbox("1001"), 1.0)
    assert (await mailboxes.move("1001", ["a"], Folder.OLD)).messages == ()


async def test_only_what_is_still_new_becomes_old(mailboxes: MailboxRepository) -> None:
    for name in ("new", "urgent", "saved"):
        await mailboxes.add_message(message(name, folder=Folder.URGENT if name == "urgent" else Folder.INBOX))
    await mailboxes.move("1001", ["saved"], Folder.WORK)
    await mailboxes.mark_old("1001", ["new", "urgent", "saved"])
    assert sorted(await names(mailboxes, Folder.OLD)) == ["new", "urgent"]
    assert await names(mailboxes, Folder.WORK) == ["saved"]


async def test_a_message_by_its_id_in_its_own_mailbox_only(mailboxes: MailboxRepository) -> None:
    await mailboxes.add_message(message("a"))
    assert await mailboxes.message("1001", "a") == message("a")
    assert await mailboxes.message("1002", "a") is None
    assert await mailboxes.message("1001", "b") is None


async def test_pages_are_newest_first_and_leave_out_the_deleted(mailboxes: MailboxRepository) -> None:
    for name, at in (("a", 1.25), ("b", 2.1), ("c", 2.1), ("d", 3.3), ("e", 4.0)):
        await mailboxes.add_message(message(name, at))
    await mailboxes.add_message(message("z", 9.0, mailbox="1002"))
    await mailboxes.move("1001", ["e"], Folder.DELETED)
    await mailboxes.move("1001", ["b"], Folder.WORK)

    async def page(folder: Folder | None, after: Place | None, limit: int = 10) -> str:
        return "".join(found.id for found in await mailboxes.page("1001", folder, after, limit))

    assert await page(None, None, 2) == "dc"
    assert await page(None, (2.1, "c")) == "ba"
    assert await page(Folder.INBOX, (3.3, "d")) == "ca"
    assert await page(Folder.DELETED, None) == "e"


async def test_purge_keeps_the_newest_deleted(mailboxes: MailboxRepository) -> None:
    for at in range(4):
        await mailboxes.add_message(message(f"m{at}", float(at)))
    await mailboxes.move("1001", ["m0", "m1", "m2"], Folder.DELETED)
    assert sorted(await mailboxes.purge("1001", keep=1)) == ["1001/m0", "1001/m1"]
    assert await names(mailboxes, Folder.DELETED) == ["m2"]
    assert await mailboxes.refs() == {"1001/m2", "1001/m3"}


async def test_logins_counted_at_once_are_all_counted(mailboxes: MailboxRepository) -> None:
    await mailboxes.ensure(Mailbox("1001"), 1.0)
    changes = (mailboxes.change_login("1001", lambda state: LoginState(state.failures + 1)) for _ in range(10))
    states = await asyncio.gather(*changes)
    assert sorted(before.failures for before, _ in states) == list(range(10))
    assert (await mailboxes.find("1001"))["1001"].login == LoginState(10)


async def test_all_counts_has_every_mailbox(mailboxes: MailboxRepository) -> None:
    await mailboxes.ensure(Mailbox("1000"), 1.0)
    await mailboxes.add_message(message("a"))
    assert await mailboxes.all_counts() == {"1000": Counts(), "1001": Counts(new=1)}


# feature 43
async def test_pin_hash_is_kept(mailboxes: MailboxRepository) -> None:
    await mailboxes.ensure(Mailbox("1001"), 1.0)
    await OwnerRepository(mailboxes._database).set_pin("1001", "$argon2id$…", 5.0, history=0)
    assert (await mailboxes.find("1001"))["1001"].is_set_up

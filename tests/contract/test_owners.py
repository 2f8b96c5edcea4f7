"""The contract of the owners' repository, on every database we speak to: all of it comes back with the mailbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from vmq.db.mailboxes import MailboxRepository
from vmq.db.owners import OwnerRepository
from vmq.domain.mailbox import Folder, Greeting, GreetingKind, GreetingUse, Mailbox, Message

Both = tuple[MailboxRepository, OwnerRepository]


@pytest.fixture(params=KINDS)
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Both]:
    """Both repositories, and a mailbox."""
    async with open_database(request.param, tmp_path) as database:
        mailboxes = MailboxRepository(database)
        await mailboxes.ensure(Mailbox("1001"), now=1.0)
        yield mailboxes, OwnerRepository(database)


async def read(mailboxes: MailboxRepository) -> Mailbox:
    """1001 as it is now."""
    return (await mailboxes.find("1001"))["1001"]


# feature 40
async def test_earlier_pins_are_kept_newest_first_and_not_for_ever(both: Both) -> None:
    mailboxes, owners = both
    for number in range(4):
        await owners.set_pin("1001", f"hash {number}", float(number), history=2)
    found = await read(mailboxes)
    assert (found.pin_hash, found.pin_set_at, found.used_pins) == ("hash 3", 3.0, ("hash 2", "hash 1"))
    await owners.set_pin("1999", "of nobody", 1.0, history=2)


async def test_choices_are_kept_one_by_one(both: Both) -> None:
    mailboxes, owners = both
    await owners.keep_choices("1001", {"level": "brief\nand more", "wait_s": 2.5, "tells": False})
    await owners.keep_choices("1001", {"wait_s": 3})
    assert (await read(mailboxes)).choices == {"level": "brief\nand more", "wait_s": 3, "tells": False}


async def test_greetings_are_changed_only_where_they_are(both: Both) -> None:
    mailboxes, owners = both
    assert not await owners.change_greeting("1001", GreetingKind.TEMPORARY, is_on=False)
    await mailboxes.set_greeting("1001", Greeting(GreetingKind.TEMPORARY, "1001/t", 2.0, 1.0))
    assert await owners.change_greeting("1001", GreetingKind.TEMPORARY, is_on=False)
    assert await owners.change_greeting("1001", GreetingKind.TEMPORARY), "nothing to change"
    assert not await owners.change_greeting("1001", GreetingKind.BUSY)
    assert await owners.change_greeting("1001", GreetingKind.TEMPORARY, expires_at=9.0, is_blocking=True)
    (found,) = (await read(mailboxes)).greetings.values()
    assert (found.is_on, found.expires_at, found.is_blocking) == (False, 9.0, True)


async def test_one_use_for_each_sort_of_calls_until_all_are_forgotten(both: Both) -> None:
    mailboxes, owners = both
    first = GreetingUse("busy", GreetingKind.SLOT_1, 1_800_000_000.25)
    for use in (first, GreetingUse("all", GreetingKind.SLOT_2, 5.0), GreetingUse("all", GreetingKind.SLOT_3, 6.0)):
        await owners.use_greeting("1001", use)
    assert set((await read(mailboxes)).uses) == {first, GreetingUse("all", GreetingKind.SLOT_3, 6.0)}
    await owners.forget_uses("1001")
    assert (await read(mailboxes)).uses == ()


async def test_wishes(both: Both) -> None:
    mailboxes, owners = both
    await owners.set_operator("1001", "200")
    await owners.set_listed("1001", False)
    await owners.set_notified("1001", False)
    found = await read(mailboxes)
    assert (found.operator, found.is_listed, found.is_notified) == ("200", False, False)


# feature 58
async def test_deleted_messages_do_not_count_for_the_quota(both: Both) -> None:
    mailboxes, _ = both
    for name, folder in (("a", Folder.INBOX), ("b", Folder.WORK), ("c", Folder.DELETED)):
        await mailboxes.add_message(Message(name, "1001", folder, 1.0, 20.0, f"1001/{name}"))
    assert (await read(mailboxes)).used_s == 40.0

"""The contract of the outbox, on every database we speak to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.databases import KINDS, open_database
from vmq.db.engine import Database
from vmq.db.mailboxes import MailboxRepository
from vmq.db.outbox import OutboxRepository
from vmq.domain.delivery import Delivery, State, Way, Wish, deliveries_of
from vmq.domain.mailbox import Counts, Folder, Message

NOW = 1000.0
LEASE = 1300.0


@dataclass
class Post:
    """A database with mailboxes and an outbox."""

    database: Database
    mailboxes: MailboxRepository
    outbox: OutboxRepository

    async def add(self, name: str, *recipients: str, at: float = NOW, way: Way = Way.MAIL) -> None:
        """A message that is to be told to these."""
        message = Message(name, "1001", Folder.INBOX, at, 2.5, f"1001/{name}", "2002", "Zoë ☎")
        wishes = [Wish(way, recipient) for recipient in recipients]
        await self.mailboxes.add_message(message, deliveries_of(message, wishes, "pbx.example", at, 5000.0))

    async def all(self, state: State | None = None) -> list[Delivery]:
        """What there is."""
        return list(await self.outbox.page(state, 0, 100))


@pytest.fixture(params=KINDS)
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    """An empty one."""
    async with open_database(request.param, tmp_path) as database:
        yield Post(database, MailboxRepository(database), OutboxRepository(database))


async def test_a_delivery_comes_back_as_it_was_written(post: Post) -> None:
    message = Message("m", "1001", Folder.URGENT, NOW, 2.5, "1001/m", "2002", "Zoë ☎", is_urgent=True)
    (wanted,) = deliveries_of(message, [Wish(Way.MAIL, "ann@pbx.example")], "pbx.example", NOW, 5000.0)
    await post.mailboxes.add_message(message, [wanted])
    (found,) = await post.all()
    assert found.id
    assert replace(found, id=0) == wanted


async def test_a_message_stored_twice_is_delivered_once(post: Post) -> None:
    await asyncio.gather(*(post.add("m", "ann@pbx.example") for _ in range(4)))
    await post.add("m", "ann@pbx.example", "ben@pbx.example")
    assert [delivery.recipient for delivery in await post.all()] == ["ann@pbx.example"]


async def test_messages_stored_at_once_keep_their_own_deliveries(post: Post) -> None:
    await asyncio.gather(*(post.add(f"m{n}", f"{n}@pbx.example") for n in range(30)))
    found = {delivery.notice.message_id: delivery.recipient for delivery in await post.all()}
    assert found == {f"m{n}": f"{n}@pbx.example" for n in range(30)}


async def test_a_delivery_is_taken_by_one_worker_until_its_lease_ends(post: Post) -> None:
    await post.add("m", *(f"{n}@pbx.example" for n in range(20)))
    taken = await asyncio.gather(*(post.outbox.claim(NOW, LEASE, 3) for _ in range(8)))
    ids = [delivery.id for some in taken for delivery in some]
    assert len(ids) == len(set(ids)) == 20
    assert await post.outbox.claim(LEASE - 1, LEASE + 300, 20) == []
    again = await post.outbox.claim(LEASE, LEASE + 300, 20)
    assert {delivery.id for delivery in again} == set(ids)
    assert {delivery.attempts for delivery in again} == {2}


async def test_what_a_worker_still_has_in_hand_it_does_not_take_again(post: Post) -> None:
    await post.add("m", "ann@pbx.example", "ben@pbx.example")
    first, second = await post.outbox.claim(NOW, LEASE, 2)
    assert [each.id for each in await post.outbox.claim(LEASE, LEASE + 300, 5, [first.id])] == [second.id]
    assert await post.outbox.next_due([first.id, second.id]) is None


async def test_nothing_is_due_in_an_empty_outbox(post: Post) -> None:
    assert await post.outbox.next_due() is None
    assert await post.outbox.claim(NOW, LEASE, 5) == []


async def test_the_earliest_is_taken_first_and_tells_when_to_wake(post: Post) -> None:
    await post.add("late", "ann@pbx.example", at=NOW + 20)
    await post.add("early", "ann@pbx.example", at=NOW + 10)
    assert await post.outbox.next_due() == NOW + 10
    assert await post.outbox.claim(NOW, LEASE, 5) == []
    taken = await post.outbox.claim(NOW + 30, LEASE, 1)
    assert [delivery.notice.message_id for delivery in taken] == ["early"]


async def test_a_sent_one_is_not_due_any_more(post: Post) -> None:
    await post.add("m", "ann@pbx.example")
    (taken,) = await post.outbox.claim(NOW, LEASE, 1)
    await post.outbox.sent(taken, NOW + 2)
    assert await post.outbox.next_due() is None
    (sent,) = await post.all(State.SENT)
    assert sent.done_at == NOW + 2


async def test_a_failed_one_waits_and_says_why(post: Post) -> None:
    await post.add("m", "ann@pbx.example")
    (taken,) = await post.outbox.claim(NOW, LEASE, 1)
    await post.outbox.failed(taken, NOW + 30, "no route")
    assert await post.outbox.next_due() == NOW + 30
    assert (await post.all())[0].error == "no route"


async def test_a_worker_whose_lease_is_over_changes_nothing_for_the_next(post: Post) -> None:
    await post.add("m", "ann@pbx.example")
    (slow,) = await post.outbox.claim(NOW, LEASE, 1)
    await post.outbox.claim(LEASE, LEASE + 300, 1)
    await post.outbox.failed(slow, NOW + 30, "late")
    await post.outbox.given_up(slow, NOW + 30, "late")
    assert (await post.all())[0].state is State.PENDING
    assert await post.outbox.next_due() == LEASE + 300


async def test_a_dead_one_is_retried_or_dropped_only_when_asked_for(post: Post) -> None:
    await post.add("m", "ann@pbx.example", "ben@pbx.example")
    for taken in await post.outbox.claim(NOW, LEASE, 2):
        await post.outbox.given_up(taken, NOW + 5, "no such user")
    assert await post.outbox.next_due() is None
    first, second = await post.all(State.DEAD)
    assert await post.outbox.retry(first.id, NOW + 9, 5000.0)
    assert not await post.outbox.retry(first.id, NOW + 9, 5000.0)
    assert await post.outbox.drop(second.id)
    assert not await post.outbox.drop(second.id)
    (alive,) = await post.all()
    assert (alive.state, alive.attempts, alive.due_at, alive.expires_at) == (State.PENDING, 0, NOW + 9, NOW + 5009)
    assert not await post.outbox.drop(alive.id)


async def test_pages_go_on_where_they_ended(post: Post) -> None:
    await post.add("m", *(f"{n}@pbx.example" for n in range(5)))
    first = await post.outbox.page(None, 0, 3)
    rest = await post.outbox.page(None, first[-1].id, 3)
    assert [delivery.recipient for delivery in (*first, *rest)] == [f"{n}@pbx.example" for n in range(5)]


async def test_only_what_was_sent_or_given_up_long_ago_is_forgotten(post: Post) -> None:
    names = ("old", "new", "dead", "dying", "waits")
    await post.add("m", *(f"{name}@pbx.example" for name in names))
    old, new, dead, dying = await post.outbox.claim(NOW, LEASE, 4)
    await post.outbox.sent(old, NOW)
    await post.outbox.sent(new, NOW + 100)
    await post.outbox.given_up(dead, NOW, "no such user")
    await post.outbox.given_up(dying, NOW + 100, "no such user")
    assert await post.outbox.forget(NOW + 50) == 2
    assert [delivery.recipient.split("@")[0] for delivery in await post.all()] == ["new", "dying", "waits"]


async def test_a_message_is_deleted_once_all_its_mail_went_out_whole(post: Post) -> None:
    await post.add("m", "ann@pbx.example", "ben@pbx.example")
    first, second = await post.outbox.claim(NOW, LEASE, 2)
    assert (await post.outbox.sent(first, NOW, may_delete=True)).messages == ()
    moved = await post.outbox.sent(second, NOW, may_delete=True)
    assert [message.restore_folder for message in moved.messages] == [Folder.INBOX]
    assert moved.counts == Counts()
    assert [message.id for message in await post.mailboxes.messages("1001", Folder.DELETED)] == ["m"]


async def test_a_message_stays_when_a_part_of_its_mail_did_not_go_out_whole(post: Post) -> None:
    await post.add("m", "ann@pbx.example", "ben@pbx.example", "cid@pbx.example")
    first, second, third = await post.outbox.claim(NOW, LEASE, 3)
    await post.outbox.given_up(first, NOW, "no such user")
    await post.outbox.sent(second, NOW, may_delete=False)
    assert (await post.outbox.sent(third, NOW, may_delete=True)).messages == ()
    assert (await post.mailboxes.find("1001"))["1001"].counts == Counts(new=1)


async def test_two_mails_noted_at_once_delete_their_message(post: Post) -> None:
    await post.add("m", "ann@pbx.example", "ben@pbx.example")
    taken = await post.outbox.claim(NOW, LEASE, 2)
    await asyncio.gather(*(post.outbox.sent(delivery, NOW, may_delete=True) for delivery in taken))
    assert (await post.mailboxes.find("1001"))["1001"].counts == Counts()


async def test_what_an_earlier_run_had_in_hand_is_due_at_start_where_it_was_the_only_one(post: Post) -> None:
    await post.add("m", "ann@pbx.example")
    await post.outbox.claim(NOW, LEASE, 1)
    await post.outbox.resume(NOW + 1)
    assert await post.outbox.next_due() == (NOW + 1 if post.database.is_sqlite else LEASE)

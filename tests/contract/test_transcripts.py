"""The contract of texts in the database: written with their message, worked off once, found, and gone with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from tests.support.databases import KINDS, open_database
from vmq.db.engine import Database
from vmq.db.mailboxes import MailboxRepository
from vmq.db.outbox import OutboxRepository
from vmq.db.sendings import SendingRepository
from vmq.db.transcripts import TranscriptRepository
from vmq.db.upkeep import UpkeepRepository
from vmq.domain.delivery import State, Way, Wish, deliveries_of
from vmq.domain.mailbox import Folder, Mailbox, Message
from vmq.domain.sending import Content, Sending
from vmq.domain.transcript import TextJob, TextState, Transcript, Word

NOW = 1000.0
SAID = Transcript("Call me back, Zoë.", "en", 0.8, (Word("Call", 0.1, 0.3, 0.7), Word("me", 0.3, 0.4, 0.9)), "fake")


@dataclass
class Desk:
    """A database, and what reads and writes texts."""

    database: Database
    mailboxes: MailboxRepository
    texts: TranscriptRepository
    outbox: OutboxRepository

    async def store(self, name: str, at: float = NOW, **fields: object) -> Message:
        """A message that waits for its text; so does a mail that tells of it."""
        message = Message(name, "1001", Folder.INBOX, at, 2.5, f"1001/{name}", "2002", "Zoë ☎")
        message = replace(message, **fields)  # type: ignore[arg-type]
        wishes = [Wish(Way.MAIL, "ann@pbx.example")]
        wanted = deliveries_of(message, wishes, "pbx.example", at, 5000.0, text_wait_s=60.0)
        await self.mailboxes.add_message(message, wanted)
        return message

    async def claim(self, now: float = NOW) -> TextJob:
        """The next job."""
        job = await self.texts.claim(now, now + 100)
        assert job is not None
        return job

    async def found(self, search: str, folder: Folder | None = None) -> list[str]:
        """The messages that a search finds."""
        return [message.id for message in await self.mailboxes.page("1001", folder, None, 50, search)]

    async def rows(self) -> int:
        """How many texts there are."""
        query = sql("SELECT count(*) FROM transcripts")
        return int(await self.database.read("count", lambda c: c.execute(query).scalar_one()))


@pytest.fixture(params=KINDS)
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty one."""
    async with open_database(request.param, tmp_path) as database:
        mailboxes = MailboxRepository(database)
        await mailboxes.ensure(Mailbox("1001"), NOW)
        yield Desk(database, mailboxes, TranscriptRepository(database), OutboxRepository(database))


async def test_a_job_is_written_with_its_message_and_taken_once(desk: Desk) -> None:
    await desk.store("a", introduction="1001/intro", is_private=True)
    await desk.store("a")
    assert await desk.claim() == TextJob("a", "1001", "1001/a", 2.5, "1001/intro", is_private=True, attempts=1)
    assert await desk.texts.claim(NOW, NOW + 100) is None
    assert await desk.texts.next_due() == NOW + 100


async def test_the_newest_message_comes_first(desk: Desk) -> None:
    for at, name in enumerate("abc"):
        await desk.store(name, NOW + at)
    assert [(await desk.claim(NOW + 10)).message_id for _ in range(3)] == ["c", "b", "a"]


async def test_a_job_whose_worker_died_comes_back_and_has_been_tried(desk: Desk) -> None:
    await desk.store("a")
    await desk.claim()
    again = await desk.claim(NOW + 100)
    assert again.attempts == 2
    if desk.database.is_sqlite:
        await desk.texts.resume(NOW + 101)
        assert (await desk.claim(NOW + 101)).attempts == 3


async def test_a_text_comes_back_as_it_was_written(desk: Desk) -> None:
    await desk.store("a")
    assert await desk.texts.done(await desk.claim(), SAID, NOW)
    written = (await desk.texts.of(["a", "b"]))["a"]
    assert (written.state, written.transcript, written.mailbox) == (TextState.DONE, SAID, "1001")
    assert await desk.texts.next_due() is None


async def test_a_worker_that_comes_too_late_changes_nothing(desk: Desk) -> None:
    await desk.store("a")
    late = await desk.claim()
    assert await desk.texts.done(await desk.claim(NOW + 100), SAID, NOW)
    assert not await desk.texts.done(late, replace(SAID, text="too late"), NOW)
    await desk.texts.failed(late, NOW, "too late")
    assert (await desk.texts.of(["a"]))["a"].transcript.text == SAID.text


@pytest.mark.parametrize("how", ["done", "dead", "left out"])
async def test_who_waits_for_a_text_goes_out_when_there_is_one_or_will_be_none(desk: Desk, how: str) -> None:
    await desk.store("a")
    assert await desk.outbox.claim(NOW + 1, NOW + 500, 10) == []
    job = await desk.claim()
    if how == "done":
        await desk.texts.done(job, SAID, NOW + 1)
    else:
        await desk.texts.given_up(job, NOW + 1, "why", by_rule=how == "left out")
    (delivery,) = await desk.outbox.claim(NOW + 1, NOW + 500, 10)
    assert delivery.recipient == "ann@pbx.example"


async def test_who_waits_for_a_text_waits_no_longer_than_he_may(desk: Desk) -> None:
    await desk.store("a")
    await desk.outbox.resume(NOW + 1)  # a restart makes nobody wait less
    assert await desk.outbox.next_due() == NOW + 60
    assert len(await desk.outbox.claim(NOW + 60, NOW + 500, 10)) == 1


async def test_a_delivery_that_failed_keeps_its_own_time(desk: Desk) -> None:
    await desk.store("a")
    (delivery,) = await desk.outbox.claim(NOW + 60, NOW + 500, 10)
    await desk.outbox.failed(delivery, NOW + 90, "no link")
    await desk.texts.done(await desk.claim(), SAID, NOW + 61)
    assert await desk.outbox.next_due() == NOW + 90
    assert (await desk.outbox.page(State.PENDING, 0, 10))[0].error == "no link"


async def test_what_failed_too_often_is_listed_and_can_be_asked_for_again(desk: Desk) -> None:
    message = await desk.store("a")
    await desk.texts.given_up(await desk.claim(), NOW, "it crashed")
    (dead,) = await desk.texts.dead(10)
    assert (dead.message_id, dead.state, dead.error) == ("a", TextState.DEAD, "it crashed")
    assert await desk.texts.counts() == {TextState.DEAD: 1}
    assert await desk.texts.ask(message, NOW)
    assert await desk.texts.dead(10) == []
    assert (await desk.claim()).attempts == 1
    assert not await desk.texts.ask(replace(message, id="gone"), NOW)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("back", ["a"]),
        ("CALL back", ["a"]),
        ("bac", ["a"]),  # what begins a word
        ("ack", []),
        ("call missing", []),
        ("2002", ["b", "a"]),
        ("zoë", ["b", "a"]),
        ('"back" OR x*', []),  # nothing is an operator
        ("'; --", []),
        ("", ["b", "a"]),
    ],
)
async def test_messages_are_found_by_their_words_and_callers(desk: Desk, search: str, found: list[str]) -> None:
    await desk.store("a")
    await desk.texts.done(await desk.claim(), SAID, NOW)
    await desk.store("b", NOW + 1)
    assert await desk.found(search) == found


async def test_a_text_that_is_written_again_is_found_by_its_new_words_only(desk: Desk) -> None:
    message = await desk.store("a")
    await desk.texts.done(await desk.claim(), SAID, NOW)
    await desk.texts.ask(message, NOW)
    await desk.texts.done(await desk.claim(), replace(SAID, text="An invoice."), NOW)
    assert (await desk.found("back"), await desk.found("invoice")) == ([], ["a"])


async def test_a_deleted_message_is_found_in_deleted_alone_and_its_text_is_purged_with_it(desk: Desk) -> None:
    await desk.store("a")
    await desk.texts.done(await desk.claim(), SAID, NOW)
    await desk.mailboxes.move("1001", ["a"], Folder.DELETED)
    assert (await desk.found("back"), await desk.found("back", Folder.DELETED)) == ([], ["a"])
    await desk.mailboxes.purge("1001", 0)
    assert await desk.rows() == 0
    await desk.store("b")  # takes the place of the one that is gone, in an index that were not kept
    assert await desk.found("back", Folder.DELETED) == []
    assert await desk.found("back") == []


async def test_a_text_goes_when_its_message_has_been_kept_long_enough(desk: Desk) -> None:
    await desk.store("a")
    job = await desk.claim()
    await UpkeepRepository(desk.database).expire([Folder.INBOX], NOW + 1)
    assert await desk.rows() == 0
    assert not await desk.texts.done(job, SAID, NOW)


async def test_all_copies_of_what_was_sent_are_heard_once(desk: Desk) -> None:
    await desk.mailboxes.ensure(Mailbox("1002"), NOW)
    content = Content("1003", sender="1003")
    sent = Sending("s", "1001", NOW, NOW, "1001/s", 3.0, ("1001", "1002"), ("1001", "1002"), content)
    room = {"1001": 9, "1002": 9}
    await SendingRepository(desk.database).deliver(sent, room, NOW, tells_sender=False, deliveries={})
    first, second = await desk.claim(), await desk.claim()
    assert {first.mailbox, second.mailbox} == {"1001", "1002"}
    assert await desk.texts.same_sound(second, "en") is None
    await desk.texts.done(first, SAID, NOW)
    assert await desk.texts.same_sound(second, "en") == SAID
    assert await desk.texts.same_sound(second, "de") is None

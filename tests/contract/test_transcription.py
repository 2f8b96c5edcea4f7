"""Texts of messages from a stored recording to the journal: one worker over a real database, files and a recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.databases import open_database
from tests.support.post_office import JumpingClock
from tests.support.recogniser import InProcess, speech
from vmq.audio.store import RecordingStore
from vmq.db.mailboxes import MailboxRepository
from vmq.db.transcripts import TranscriptRepository
from vmq.domain.mailbox import Folder, Mailbox, Message
from vmq.domain.records import MessageTranscribed
from vmq.domain.transcript import MAX_ATTEMPTS, TextJob, TextState, WrittenText
from vmq.engine.memory import MemoryJournal
from vmq.errors import RecognitionError, RecognitionRefused
from vmq.recognition.worker import TextWorker

DEADLINE_S = 30.0


@dataclass
class Desk:
    """A worker and all around it; implements vmq.recognition.ports.House. `refuses` is why there is to be no text."""

    mailboxes: MailboxRepository
    texts: TranscriptRepository
    store: RecordingStore
    clock: JumpingClock
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    hearing: InProcess = field(default_factory=lambda: InProcess([], []))
    refuses: str = ""
    times_told: int = 0
    worker: TextWorker = field(init=False)

    def __post_init__(self) -> None:
        self.worker = TextWorker(
            self.texts, self.hearing, self, self.clock, self.journal,
            max_message_s=lambda: 100.0, sleep_until=self.clock.sleep_until,
        )  # fmt: skip

    def unwanted(self, job: TextJob) -> str:
        del job
        return self.refuses

    def language(self, mailbox: str) -> str:
        del mailbox
        return "en"

    def files(self, job: TextJob) -> Sequence[Path]:
        return [self.store.path(ref) for ref in (job.introduction, job.ref) if ref]

    def told(self) -> None:
        self.times_told += 1

    async def left(self, name: str, *words: str, introduction: str = "") -> None:
        """Somebody left a message that says this."""
        path = speech(self.store.path(f"1001/{name}"), *words)
        length_s = (path.stat().st_size - 44) / 16000
        intro = "1001/intro" if introduction else ""
        if introduction:
            speech(self.store.path(intro), introduction)
        message = Message(name, "1001", Folder.INBOX, self.clock.now(), length_s, f"1001/{name}", introduction=intro)
        await self.mailboxes.add_message(message)
        self.worker.wake()

    async def settled(self, name: str) -> WrittenText:
        """The text of a message, once nothing more comes of it; time jumps to the next try."""
        async with asyncio.timeout(DEADLINE_S):
            while (written := (await self.texts.of([name]))[name]).state is TextState.PENDING:
                self.clock.jump()
                await asyncio.sleep(0.01)
        return written


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Its worker runs."""
    async with open_database("sqlite", tmp_path) as database:
        store, clock, mailboxes = RecordingStore(tmp_path / "recordings"), JumpingClock(), MailboxRepository(database)
        await store.open()
        await mailboxes.ensure(Mailbox("1001"), clock.now())
        desk = Desk(mailboxes, TranscriptRepository(database), store, clock)
        task = asyncio.create_task(desk.worker.run())
        yield desk
        task.cancel()
        await asyncio.wait((task,))


# feature 52
async def test_what_is_said_is_kept_and_told(desk: Desk) -> None:
    await desk.left("a", "hello", "invoice")
    written = await desk.settled("a")
    assert (written.state, written.transcript.text) == (TextState.DONE, "hello invoice")
    (entry,) = await desk.journal.read()
    assert entry.record == MessageTranscribed("a", "1001", "en", 2, 0.9)
    assert desk.times_told == 1


async def test_an_introduction_is_heard_first_and_times_go_on_after_it(desk: Desk) -> None:
    await desk.left("a", "invoice", introduction="hello")
    transcript = (await desk.settled("a")).transcript
    assert transcript.text == "hello\ninvoice"
    assert [word.start_s for word in transcript.words] == [0.3, 1.8]


async def test_what_fails_is_tried_again_and_given_up_in_the_end(desk: Desk) -> None:
    desk.hearing.failures[:] = [RecognitionError("it crashed")] * MAX_ATTEMPTS
    await desk.left("a", "hello")
    written = await desk.settled("a")
    assert (written.state, written.attempts, written.error) == (TextState.DEAD, MAX_ATTEMPTS, "it crashed")
    assert len(desk.hearing.heard) == MAX_ATTEMPTS
    assert desk.clock.now() - 1_800_000_000.0 == 30 + 120 + 480


async def test_a_bad_recording_holds_up_no_other(desk: Desk) -> None:
    desk.hearing.failures[:] = [RecognitionError("it crashed")]
    await desk.left("a", "hello")
    await desk.left("b", "goodbye")
    assert (await desk.settled("b")).state is TextState.DONE
    assert (await desk.settled("a")).state is TextState.DONE


async def test_what_is_refused_is_not_tried_again(desk: Desk) -> None:
    desk.hearing.failures[:] = [RecognitionRefused("it knows no German")]
    await desk.left("a", "hello")
    written = await desk.settled("a")
    assert (written.state, written.attempts, written.error) == (TextState.LEFT_OUT, 1, "it knows no German")


async def test_a_message_whose_text_is_not_wanted_is_not_heard(desk: Desk) -> None:
    desk.refuses = "it is private"
    await desk.left("a", "hello")
    written = await desk.settled("a")
    assert (written.state, written.error, desk.hearing.heard) == (TextState.LEFT_OUT, "it is private", [])
    assert desk.times_told == 1


async def test_a_recording_that_is_lost_is_given_up(desk: Desk) -> None:
    await desk.left("a", "hello")
    desk.store.path("1001/a").unlink()
    written = await desk.settled("a")
    assert written.state is TextState.DEAD
    assert "restore it from a backup" in written.error


async def test_silence_is_a_text_without_words(desk: Desk) -> None:
    await desk.left("a")
    written = await desk.settled("a")
    assert (written.state, written.transcript.text) == (TextState.DONE, "")

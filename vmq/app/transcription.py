"""Everything of a running vmq that hears: the texts of messages, and words spoken instead of keys.

In: the running configuration, the open database and the recordings. Out: parts to run, what the deliveries and the HTTP
server ask, and an ear for telephone lines. Without a recogniser all of it is absent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from vmq.app.profiles import said_of
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.db.engine import Database
from vmq.db.transcripts import TranscriptRepository
from vmq.domain.mailbox import Message
from vmq.domain.transcript import TextJob, TextState, WrittenText
from vmq.engine.ports import Clock, Journal
from vmq.errors import ConfigError, RecognitionError, StorageError
from vmq.recognition.engines import find_engine
from vmq.recognition.ports import Options
from vmq.recognition.process import RecogniserProcess, Workplace
from vmq.recognition.worker import TextWorker

COMMAND_LIMIT_S = 10.0
"""Who speaks a command waits no longer for it to be understood."""

log = structlog.get_logger(__name__)


class Transcription:
    """Implements vmq.http.transcript_ports.Texts, the deliveries' Texts and vmq.recognition.ports.House,
    and is an Ear. `told` is called when a text is there that somebody may wait for."""

    def __init__(
        self,
        config: Callable[[], Config],
        *,
        database: Database,
        store: RecordingStore,
        journal: Journal,
        clock: Clock,
        told: Callable[[], None],
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self.told = told
        self._texts = TranscriptRepository(database)
        self.absent = _why_absent(config())
        place = _workplace(config())
        self._dictation = RecogniserProcess(place)
        self._commands = RecogniserProcess(replace(place, nice=0))
        self._worker = TextWorker(
            self._texts,
            self._dictation,
            self,
            clock,
            journal,
            max_message_s=lambda: config().transcription.max_message_s,
        )

    def wake(self) -> None:
        """Messages were stored."""
        self._worker.wake()

    async def run(self) -> None:
        """Write down what was said, until cancelled."""
        if self.absent:
            log.info("transcription_absent", why=self.absent)
            return
        try:
            await self._texts.resume(self._clock.now())
        except StorageError as error:
            log.error("transcriptions_not_resumed", error=str(error), advice="they go on when their leases end")
        try:
            await self._worker.run()
        finally:
            await self._dictation.close()
            await self._commands.close()

    # the house

    def unwanted(self, job: TextJob) -> str:
        """Why there is to be no text."""
        settings = self._config().transcription
        if not said_of(self._config(), job.mailbox, "transcribe"):
            return "the mailbox wants no texts (transcribe)"
        if job.is_private and not settings.private:
            return "it is private (transcription.private)"
        if job.duration_s > settings.max_message_s:
            return f"it is longer than {settings.max_message_s:g} s (transcription.max_message_s)"
        return ""

    def language(self, mailbox: str) -> str:
        """What is spoken to a mailbox."""
        tag = str(said_of(self._config(), mailbox, "language") or self._config().transcription.language)
        return tag.replace("-", "_").split("_")[0].lower()

    def files(self, job: TextJob) -> Sequence[Path]:
        """Its recordings."""
        return [self._store.path(ref) for ref in (job.introduction, job.ref) if ref]

    # the deliveries

    def wait_s(self, message: Message) -> float:
        """How long who is told of a new message waits for its text."""
        job = TextJob(message.id, message.mailbox, message.ref, message.duration_s, is_private=message.is_private)
        if self.absent or not message.ref or self.unwanted(job):
            return 0.0
        return self._config().transcription.mail_wait_s

    async def text(self, message_id: str) -> str:
        """What is said in a message; "" when that is not known. Raises StorageError."""
        written = (await self._texts.of([message_id])).get(message_id)
        return written.transcript.text if written else ""

    async def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """What is said in those messages that have a text. Raises StorageError."""
        found = (await self._texts.of(ids)).items()
        return {name: written.transcript.text for name, written in found if written.transcript.text}

    # the HTTP server

    async def of(self, ids: Sequence[str]) -> Mapping[str, WrittenText]:
        """The texts of messages. Raises StorageError."""
        return await self._texts.of(ids)

    async def ask(self, message: Message) -> bool:
        """Have a text written down again. Raises StorageError."""
        is_asked = await self._texts.ask(message, self._clock.now())
        self.wake()
        return is_asked

    async def counts(self) -> Mapping[TextState, int]:
        """How many messages there are in each state. Raises StorageError."""
        return await self._texts.counts()

    async def dead(self, limit: int) -> Sequence[WrittenText]:
        """Those that failed too often. Raises StorageError."""
        return await self._texts.dead(limit)

    # telephone lines

    @property
    def is_open(self) -> bool:
        """Are words taken for keys?"""
        return not self.absent and self._config().transcription.spoken_commands

    async def hear(self, wav: Path, language: str, phrases: Sequence[str]) -> str:
        """What was said instead of a key; "" when it could not be made out."""
        try:
            async with asyncio.timeout(COMMAND_LIMIT_S):
                heard = await self._commands.transcribe(
                    wav, language.replace("-", "_").split("_")[0].lower(), phrases, limit_s=COMMAND_LIMIT_S
                )
        except (RecognitionError, TimeoutError) as error:
            log.warning("command_not_recognised", error=str(error) or "no answer in time")
            return ""
        return heard.text


def _workplace(config: Config) -> Workplace:
    settings = config.transcription
    return Workplace(settings.recogniser, str(settings.model or ""), settings.threads, settings.nice, settings.idle_s)


def _why_absent(config: Config) -> str:
    """Why nothing is heard; "" = it is."""
    settings = config.transcription
    if not settings.recogniser:
        return "transcription.recogniser is empty"
    try:
        return find_engine(settings.recogniser).missing(Options(str(settings.model or ""), settings.threads))
    except ConfigError as error:
        log.error("transcription_not_as_configured", problem=str(error))
        return str(error)

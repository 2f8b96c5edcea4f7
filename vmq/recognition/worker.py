"""Has the texts of messages written down, the newest first and one at a time; each is noted as what became of it.

Nothing polls: it is woken by new messages, and by the clock when a failed one is due again. A job counts when begun,
so that a recording that ends the process, or the whole program, again and again is given up in the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from vmq.alarm import Alarm, SleepUntil
from vmq.domain.records import MessageTranscribed
from vmq.domain.transcript import TextJob, Transcript, Word, next_attempt
from vmq.engine.ports import Clock, Journal
from vmq.errors import RecognitionError, RecognitionRefused, StorageError
from vmq.recognition.ports import Hearing, House, TextJobs

FIXED_LIMIT_S = 60.0
LIMIT_FACTOR = 4.0  # seconds that a second of sound may take, on a machine that has other things to do
STORAGE_WAIT_S = 5.0
_LEASE_SLACK_S = 300.0
_LONGEST_ERROR = 500

log = structlog.get_logger(__name__)


class TextWorker:
    """The worker. `sleep_until` waits for a moment of the clock (epoch seconds)."""

    def __init__(
        self,
        jobs: TextJobs,
        hearing: Hearing,
        house: House,
        clock: Clock,
        journal: Journal,
        *,
        max_message_s: Callable[[], float],
        sleep_until: SleepUntil | None = None,
    ) -> None:
        self._jobs = jobs
        self._hearing = hearing
        self._house = house
        self._clock = clock
        self._journal = journal
        self._max_message_s = max_message_s
        self._alarm = Alarm(clock, sleep_until)

    def wake(self) -> None:
        """Messages were stored, or somebody asked again."""
        self._alarm.set_anew()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                self._alarm.set(await self._work_off())
            except StorageError as error:
                log.error("texts_unreachable", error=str(error), again_in_s=STORAGE_WAIT_S)
                self._alarm.set(self._clock.now() + STORAGE_WAIT_S)
            await self._alarm.wait()

    async def _work_off(self) -> float | None:
        """All that is due; when to look again (None = when woken)."""
        while True:
            now = self._clock.now()
            lease_s = _limit_s(self._max_message_s()) + _LEASE_SLACK_S
            job = await self._jobs.claim(now, now + lease_s)
            if job is None:
                return await self._jobs.next_due()
            await self._do(job)
            self._house.told()

    async def _do(self, job: TextJob) -> None:
        reason = self._house.unwanted(job)
        if reason:
            await self._jobs.given_up(job, self._clock.now(), reason, by_rule=True)
            return
        try:
            transcript = await self._heard(job)
        except RecognitionRefused as error:
            await self._jobs.given_up(job, self._clock.now(), str(error)[:_LONGEST_ERROR], by_rule=True)
            log.info("message_not_transcribed", message_id=job.message_id, reason=str(error))
        except (RecognitionError, StorageError) as error:
            await self._put_off(job, str(error)[:_LONGEST_ERROR])
        else:
            await self._note(job, transcript)

    async def _heard(self, job: TextJob) -> Transcript:
        language = self._house.language(job.mailbox)
        known = await self._jobs.same_sound(job, language)
        if known is not None:
            return known
        parts: list[tuple[float, Transcript]] = []
        begins_s = 0.0
        for path in self._house.files(job):
            length_s = await asyncio.to_thread(_length_s, path)
            heard = await self._hearing.transcribe(path, language, limit_s=_limit_s(length_s))
            parts.append((begins_s, heard))
            begins_s += length_s
        return joined(parts, language)

    async def _note(self, job: TextJob, transcript: Transcript) -> None:
        now = self._clock.now()
        if await self._jobs.done(job, transcript, now):
            words, sure = len(transcript.words), transcript.confidence
            self._journal.append(MessageTranscribed(job.message_id, job.mailbox, transcript.language, words, sure), now)
            log.info("message_transcribed", message_id=job.message_id, words=words, confidence=sure)

    async def _put_off(self, job: TextJob, error: str) -> None:
        now = self._clock.now()
        due_at = next_attempt(job, now)
        if due_at is None:
            await self._jobs.given_up(job, now, error)
            log.error("transcription_given_up", message_id=job.message_id, attempts=job.attempts, error=error)
        else:
            await self._jobs.failed(job, due_at, error)
            log.warning("transcription_failed", message_id=job.message_id, error=error, again_in_s=round(due_at - now))


def joined(parts: Sequence[tuple[float, Transcript]], language: str) -> Transcript:
    """One transcript of several recordings, each with the second at which it begins."""
    words = tuple(_later(word, begins_s) for begins_s, part in parts for word in part.words)
    sure = sum(word.confidence for word in words) / len(words) if words else 0.0
    text = "\n".join(part.text for _, part in parts if part.text)
    return Transcript(text, language, round(sure, 3), words, next((part.recogniser for _, part in parts), ""))


def _later(word: Word, by_s: float) -> Word:
    return replace(word, start_s=round(word.start_s + by_s, 2), end_s=round(word.end_s + by_s, 2))


def _limit_s(length_s: float) -> float:
    return FIXED_LIMIT_S + LIMIT_FACTOR * length_s


def _length_s(path: Path) -> float:
    """Of a recording of 16 bit at 8 kHz. Raises StorageError when it is not there."""
    try:
        return max(0, path.stat().st_size - 44) / 16000
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; restore it from a backup") from None

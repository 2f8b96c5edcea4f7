"""The texts of messages: rows that are written with their message, worked off by a lease, and gone with their message.

Every method raises StorageError when the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.engine import Connection

from vmq.db.engine import Database
from vmq.db.tables import messages, outbox, transcripts
from vmq.domain.delivery import State
from vmq.domain.mailbox import Message
from vmq.domain.transcript import TextJob, TextState, Transcript, Word, WrittenText

_IS_PENDING = transcripts.c.state == TextState.PENDING.value
_WITH_MESSAGES = transcripts.join(messages, messages.c.id == transcripts.c.message)


def add_jobs(connection: Connection, new: Iterable[Message]) -> None:
    """Write the jobs of new messages, as a part of the transaction that stores them. A notice has none."""
    wanted = [
        {
            "message": message.id,
            "state": TextState.PENDING.value,
            "created_at": message.received_at,
            "due_at": 0.0,
            "callers": " ".join(filter(None, (message.caller_name, message.caller_number, message.sender))),
        }
        for message in new
        if message.ref
    ]
    if wanted:
        connection.execute(insert(transcripts), wanted)


class TranscriptRepository:
    """Implements vmq.recognition.ports.TextJobs, and reads what is there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def resume(self, now: float) -> None:
        """At start: all that waits is due now, also what an earlier run had in hand. Where other nodes may be at work
        (PostgreSQL), leases end by themselves."""
        if self._database.is_sqlite:
            query = update(transcripts).where(_IS_PENDING, transcripts.c.due_at > now).values(due_at=now)
            await self._database.write("resume transcriptions", lambda connection: connection.execute(query))

    async def claim(self, now: float, until: float) -> TextJob | None:
        """Take the newest job that is due, until the lease ends."""
        query = select(transcripts.c.attempts, messages).select_from(_WITH_MESSAGES)
        query = query.where(_IS_PENDING, transcripts.c.due_at <= now).order_by(transcripts.c.created_at.desc()).limit(1)

        def work(connection: Connection) -> TextJob | None:
            row = connection.execute(query.with_for_update(skip_locked=True, of=transcripts)).first()
            if row is None:
                return None
            taken = {"attempts": row.attempts + 1, "due_at": until}
            connection.execute(update(transcripts).where(transcripts.c.message == row.id).values(taken))
            return TextJob(
                row.id,
                row.mailbox,
                row.ref,
                row.duration_s,
                row.introduction or "",
                row.is_private,
                row.sending_id,
                row.attempts + 1,
            )

        return await self._database.write("take a transcription", work)

    async def next_due(self) -> float | None:
        """When the next one is due; None when none waits."""
        query = select(func.min(transcripts.c.due_at)).where(_IS_PENDING)
        return await self._database.read("look for transcriptions", lambda c: c.execute(query).scalar_one())

    async def same_sound(self, job: TextJob, language: str) -> Transcript | None:
        """What was heard in another copy of what this is a copy of."""
        if not job.sending_id:
            return None
        is_same = (messages.c.sending_id == job.sending_id, messages.c.id != job.message_id)
        is_done = (transcripts.c.state == TextState.DONE.value, transcripts.c.language == language)
        query = select(transcripts).select_from(_WITH_MESSAGES).where(*is_same, *is_done).limit(1)

        def work(connection: Connection) -> Transcript | None:
            row = connection.execute(query).first()
            return _transcript(row) if row else None

        return await self._database.read("look for a text", work)

    async def done(self, job: TextJob, transcript: Transcript, now: float) -> bool:
        """Keep the text, and let those go out who waited for it; False when its message is gone, or another worker has
        the job by now."""
        change = {
            "state": TextState.DONE.value,
            "done_at": now,
            "language": transcript.language,
            "recogniser": transcript.recogniser[:80],
            "confidence": transcript.confidence,
            "text": transcript.text,
            "words": json.dumps([asdict(word) for word in transcript.words], ensure_ascii=False),
            "error": "",
        }
        return await self._settle("keep a text", job, now, change)

    async def failed(self, job: TextJob, due_at: float, error: str) -> None:
        """It is tried again at `due_at`; unless another worker has it by now."""
        query = update(transcripts).where(*_is_ours(job)).values(due_at=due_at, error=error)
        await self._database.write("note a failed transcription", lambda connection: connection.execute(query))

    async def given_up(self, job: TextJob, now: float, error: str, *, by_rule: bool = False) -> None:
        """There will be no text; those who waited for it go out."""
        state = TextState.LEFT_OUT if by_rule else TextState.DEAD
        await self._settle("give a transcription up", job, now, {"state": state.value, "done_at": now, "error": error})

    async def of(self, ids: Collection[str]) -> Mapping[str, WrittenText]:
        """The texts of messages, by message; those that have no row are left out."""
        query = select(transcripts, messages.c.mailbox).select_from(_WITH_MESSAGES)
        query = query.where(transcripts.c.message.in_(ids))
        found = await self._database.read("read texts", lambda c: [_written(row) for row in c.execute(query)])
        return {written.message_id: written for written in found}

    async def ask(self, message: Message, now: float) -> bool:
        """Have a text written down (again), as if its message were new; False when the message is gone."""
        again = {"state": TextState.PENDING.value, "attempts": 0, "due_at": now, "error": ""}
        query = update(transcripts).where(transcripts.c.message == message.id).values(again)
        return await self._database.write("ask for a text", lambda connection: connection.execute(query).rowcount > 0)

    async def counts(self) -> Mapping[TextState, int]:
        """How many messages there are in each state."""
        query = select(transcripts.c.state, func.count()).group_by(transcripts.c.state)
        found = await self._database.read("count texts", lambda c: [tuple(row) for row in c.execute(query)])
        return {TextState(state): count for state, count in found}

    async def dead(self, limit: int) -> Sequence[WrittenText]:
        """Those that failed too often, the newest first."""
        query = select(transcripts, messages.c.mailbox).select_from(_WITH_MESSAGES)
        query = query.where(transcripts.c.state == TextState.DEAD.value)
        ordered = query.order_by(transcripts.c.done_at.desc()).limit(limit)
        return await self._database.read("read dead texts", lambda c: [_written(row) for row in c.execute(ordered)])

    async def _settle(self, what: str, job: TextJob, now: float, change: Mapping[str, Any]) -> bool:
        """Note how a job ended. Deliveries that were never tried wait for nothing but this (vmq.domain.delivery)."""
        waits = (outbox.c.message_id == job.message_id, outbox.c.state == State.PENDING.value, outbox.c.attempts == 0)

        def work(connection: Connection) -> bool:
            is_ours = connection.execute(update(transcripts).where(*_is_ours(job)).values(change)).rowcount > 0
            connection.execute(update(outbox).where(*waits, outbox.c.due_at > now).values(due_at=now))
            return is_ours

        return await self._database.write(what, work)


def _is_ours(job: TextJob) -> tuple[Any, ...]:
    return (transcripts.c.message == job.message_id, _IS_PENDING, transcripts.c.attempts == job.attempts)


def _transcript(row: Row[Any]) -> Transcript:
    words = tuple(Word(**word) for word in json.loads(row.words))
    return Transcript(row.text, row.language, row.confidence, words, row.recogniser)


def _written(row: Row[Any]) -> WrittenText:
    return WrittenText(row.message, row.mailbox, TextState(row.state), _transcript(row), row.attempts, row.error)

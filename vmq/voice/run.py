"""One call: a session's effects carried out, one at a time, until its end.

Comes in: a session, the line, the subject's actions by name. Goes out: the End. A hang-up is fed once; an action that
raises StorageError has failed, and the flow says so. Whoever waits for an action hears a tone now and then; when he
hangs up meanwhile, it goes on to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, cast

import structlog

from vmq.dialogue.session import Session
from vmq.dialogue.vocabulary import Vocabulary
from vmq.domain import line
from vmq.engine.ports import Line
from vmq.errors import HungUp, PackError, StorageError, VmqError

Arguments = Mapping[str, str]
Answer = line.Done | line.Failed
Action = Callable[[Arguments], Awaitable[Answer]]
Actions = Mapping[str, Action]

log = structlog.get_logger(__name__)

WAIT_TONE = line.Tone("vmq-wait")
WAIT_TONE_S = 1.5
"""After how long, and how often, somebody who waits for an action hears the tone."""


class Recorder(Protocol):
    """Whoever must know that a recording starts."""

    async def begin(self) -> None:
        """Make ready to record. Raises StorageError: then nothing may be recorded."""
        ...


class NoRecorder:
    """For subjects that record nothing which must not be lost."""

    async def begin(self) -> None:
        """Nothing to make ready."""


class DialogueRun:
    """The run of one call."""

    def __init__(
        self, session: Session, party: Line, vocabulary: Vocabulary, actions: Actions, recorder: Recorder
    ) -> None:
        self._session = session
        self._line = party
        self._vocabulary = vocabulary
        self._actions = actions
        self._recorder = recorder
        self._is_gone = False

    async def to_end(self) -> line.End:
        """Carry the dialogue to its end. Raises PackError when the pack leads nowhere."""
        effect = self._session.start()
        while not isinstance(effect, line.End):
            effect = self._session.feed(await self._carry_out(effect))
        return effect

    async def _carry_out(self, effect: line.Effect) -> line.Outcome:
        if isinstance(effect, line.Act):
            return await self._act(effect)
        if self._is_gone:
            raise PackError(f"{self._session.where}: wants {type(effect).__name__} after the hang-up")
        try:
            return await self._on_the_line(effect)
        except HungUp:
            self._is_gone = True
            return line.HungUpSeen()

    async def _on_the_line(self, effect: line.Effect) -> line.Outcome:
        match effect:
            case line.Say():
                return await self._line.say(effect)
            case line.ReadKeys():
                return await self._line.read_keys(effect)
            case line.ReadDigits():
                return await self._line.read_digits(effect)
            case _:
                return await self._record(cast(line.Record, effect))

    async def _record(self, effect: line.Record) -> line.Outcome:
        try:
            await self._recorder.begin()
            recorded = await self._line.record(effect)
        except StorageError as error:
            log.error("recording_failed", call_id=self._line.call_id, where=self._session.where, error=str(error))
            return line.Failed()
        self._is_gone = recorded.ended_by is line.RecordEnd.HANG_UP
        return recorded

    async def _act(self, effect: line.Act) -> line.Outcome:
        wanted = self._vocabulary.actions[effect.action]
        if not wanted.takes(effect.arguments):
            log.error("action_refused", call_id=self._line.call_id, action=effect.action, where=self._session.where)
            return line.Failed()
        try:
            return await self._awaited(self._actions[effect.action](effect.arguments))
        except StorageError as error:
            log.error("action_failed", call_id=self._line.call_id, action=effect.action, error=str(error))
            return line.Failed() if wanted.can_fail else line.Done()

    async def _awaited(self, action: Awaitable[Answer]) -> Answer:
        """What an action gives. That its party has hung up, or can't be played to, is met by the next effect."""
        if self._is_gone:
            return await action
        working = asyncio.ensure_future(action)
        try:
            while not (await asyncio.wait((working,), timeout=WAIT_TONE_S))[0]:
                await self._line.say(line.Say((WAIT_TONE,)))
        except VmqError:
            pass
        except asyncio.CancelledError:
            working.cancel()
            await asyncio.wait((working,))
            raise
        return await working

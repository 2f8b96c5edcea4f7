"""Words instead of a key on a channel: records after the prompt by AGI RECORD FILE, and has it heard.

In: what may be said once a prompt was played, and an Ear. Out: a digit, words, or nothing. RECORD FILE ends at a key,
and after a second of silence (handle_recordfile of res_agi.c, option s=), also when nobody has spoken: a party that
waits costs a command a second. A key that is pressed while words are being made out is lost (docs/adr/0025).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.playback import ANY_KEY, SAMPLES_PER_S
from vmq.engine.ports import Ear, Recordings
from vmq.errors import HungUp, StorageError

SILENCE_S = 1
MIN_SPEECH_S = 0.15
MAX_SPEECH_S = 6.0
FOLDER = "copies"
"""Of the recordings. What was said stays no longer than until it is made out; the rest goes at the next start."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came: a `digit`, or `words`; neither when nothing did."""

    digit: str = ""
    words: str = ""


class Listener:
    """Listens on one session's channel."""

    def __init__(self, session: AgiSession, recordings: Recordings, ear: Ear) -> None:
        self._session = session
        self._recordings = recordings
        self._ear = ear
        self._ref = f"{FOLDER}/said-{re.sub('[^A-Za-z0-9.]', '-', session.call_id)}"

    @property
    def is_open(self) -> bool:
        """Are words taken for keys now?"""
        return self._ear.is_open

    async def listen(self, phrases: Mapping[str, str], language: str, timeout_s: float) -> Heard:
        """The next key or words, within `timeout_s` of silence. Raises HungUp, and StorageError when nothing can be
        recorded."""
        try:
            return await self._listen(phrases, language, timeout_s)
        finally:
            with suppress(OSError):
                self._recordings.path(self._ref).unlink(missing_ok=True)

    async def _listen(self, phrases: Mapping[str, str], language: str, timeout_s: float) -> Heard:
        left_s = timeout_s
        while left_s > 0:
            digit, length_s = await self._take()
            if digit:
                return Heard(digit)
            left_s -= max(length_s, SILENCE_S)
            if length_s < SILENCE_S + MIN_SPEECH_S:
                continue
            words = await self._ear.hear(self._recordings.path(self._ref), language, tuple(phrases))
            log.info("command_heard", call_id=self._session.call_id, words=words)
            if words:
                return Heard(words=words)
        return Heard()

    async def _take(self) -> tuple[str, float]:
        """Record until a key, the end of what is said, or a second of silence: the key, and the length of it all."""
        reply = await self._session.command(
            "RECORD FILE",
            self._recordings.asterisk_path(self._ref),
            "wav",
            ANY_KEY,
            str(round(MAX_SPEECH_S * 1000)),
            f"s={SILENCE_S}",
            timeout_s=None,
        )
        if reply.has_failed:
            await self._session.raise_if_gone()
            if reply.data in ("hangup", "waitfor"):
                raise HungUp("the party hung up")
            raise StorageError(f"Asterisk can't record to {self._recordings.asterisk_path(self._ref)}.wav")
        if reply.data == "dtmf":
            return reply.key, 0.0
        return "", reply.endpos / SAMPLES_PER_S

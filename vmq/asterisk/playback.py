"""Plays one segment on a channel by AGI, and says which key ended it.

In: segments of vmq.domain.line. Out: the key pressed, or nothing. Raises HungUp. A clip that no prompt set has is
spoken by a voice, where one is installed; what can't be played even so is logged and left out, and where a prompt has
no sound at all, the record tone says that something is wanted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from vmq.asterisk.agi import REPLY_S, AgiSession
from vmq.asterisk.agi_text import Reply
from vmq.domain import line
from vmq.domain.keys import can_grow
from vmq.engine.ports import Recordings
from vmq.errors import HungUp, StorageError

log = structlog.get_logger(__name__)

ANY_KEY = "0123456789*#ABCD"
FindClip = Callable[[str, str, Sequence[str]], str | None]
"""Clip id, language and the prompt sets to look in first → the file as Asterisk sees it, without extension, or a name
in Asterisk's own sounds."""
Speak = Callable[[str, str], Awaitable[str | None]]
"""Words and language → a file that says them, as Asterisk sees it, or None."""
SAMPLES_PER_S = 8000
HEADER_BYTES = 44
_STEPS = (line.Seek.FORWARD, line.Seek.REWIND)
NO_KEY = "x"
"""CONTROL STREAM FILE takes an empty forward or rewind key for its defaults # and *: no telephone has this one."""


class Player:
    """Plays segments on one session's channel, in `language`, with clips of the sets `prompts` before all others."""

    def __init__(
        self,
        session: AgiSession,
        find_clip: FindClip,
        recordings: Recordings,
        language: str,
        speak: Speak | None = None,
    ) -> None:
        self.language = language
        self.prompts: tuple[str, ...] = ()
        self._speak = speak
        self._is_heard = True
        self._session = session
        self._find_clip = find_clip
        self._recordings = recordings

    async def play(self, segment: line.Segment, keys: str = "") -> str:
        """Play to the end or until one of `keys`: that key, or nothing."""
        if isinstance(segment, line.Silence):
            return await self._pause(segment.seconds, keys)
        file = self._file(segment) or await self._spoken(segment)
        if not file:
            return ""
        start_s = segment.start_s if isinstance(segment, line.Recording) else 0.0
        offset = (str(round(start_s * SAMPLES_PER_S)),) if start_s > 0 else ()
        reply = await self._session.command("STREAM FILE", file, keys, *offset, timeout_s=None)
        await self._skip_if_failed(reply, file)
        return reply.key

    def begin(self) -> None:
        """A prompt begins that wants an answer."""
        self._is_heard = False

    async def hint(self, segments: Sequence[line.Segment], keys: str) -> str:
        """The record tone, if there was something to be heard since `begin` and nothing was: the key that cut it."""
        if self._is_heard or not any(isinstance(segment, line.Clip | line.Recording) for segment in segments):
            return ""
        log.error("agi.prompt_without_sound", language=self.language, played="the record tone instead")
        return await self.play(line.Tone(), keys)

    async def play_seekable(
        self, ref: str, effect: line.ReadKeys, tokens: Collection[str], *, cutting: str, at_s: float, pace: line.Pace
    ) -> tuple[str, float]:
        """Play a recording from `at_s` on: the key that stopped it (or nothing) and where it was then.

        Asterisk moves and pauses by itself where a key is one digit that begins no other (CONTROL STREAM FILE; it looks
        at these before the stop keys, main/file.c waitstream_core; a step past the end plays the last step again). It
        knows one length of step, no other moves and no longer keys: the first digits of those stop it.
        """
        file, factor = await self._paced(ref, pace)
        if not file:
            return "", at_s
        by_s = next((move.by_s for move in effect.seek.values() if move.kind in _STEPS), 0.0)
        own = {kind: _single_digits(effect, kind, tokens, by_s) for kind in (*_STEPS, line.Seek.PAUSE)}
        pause = own.pop(line.Seek.PAUSE)[:1]
        moving = "".join(own.values()) + pause
        stop = "".join(sorted({*cutting, *(token[0] for token in effect.seek)} - {*moving}))
        reply = await self._session.command(
            "CONTROL STREAM FILE",
            file,
            stop,
            str(round(by_s * 1000 / factor)),
            own[line.Seek.FORWARD] or NO_KEY,
            own[line.Seek.REWIND] or NO_KEY,
            pause,
            str(round(at_s * 1000 / factor)),
            timeout_s=None,
        )
        await self._skip_if_failed(reply, file)
        at_s = max(reply.endpos, 0) * factor / 1000 if reply.key else self.length_s(ref)
        return reply.key, at_s

    def length_s(self, ref: str) -> float:
        """How long a recording is; 0.0 when there is none."""
        try:
            return max(0, self._recordings.path(ref).stat().st_size - HEADER_BYTES) / 2 / SAMPLES_PER_S
        except (OSError, StorageError):
            return 0.0

    async def wait_for_digit(self, timeout_ms: int) -> str:
        """The next key, or nothing after so many milliseconds (-1: however long it takes)."""
        limit_s = None if timeout_ms < 0 else timeout_ms / 1000 + REPLY_S
        reply = await self._session.command("WAIT FOR DIGIT", str(timeout_ms), timeout_s=limit_s)
        if reply.has_failed:
            await self._session.raise_if_gone()
            raise HungUp("Asterisk can't wait for keys on this channel any more")
        return reply.key

    async def _paced(self, ref: str, pace: line.Pace) -> tuple[str, float]:
        """The file of a recording at this pace, and how many times as fast it is; at its own where that can't be."""
        if pace != line.Pace():
            try:
                return self._file(line.Recording(await self._recordings.paced(ref, pace))), pace.factor
            except StorageError as error:
                log.error("agi.pace_skipped", ref=ref, error=str(error))
        return self._file(line.Recording(ref)), 1.0

    async def _pause(self, seconds: float, keys: str) -> str:
        if keys:
            key = await self.wait_for_digit(max(1, round(seconds * 1000)))
            return key if key in keys else ""
        reply = await self._session.command("EXEC", "Wait", f"{seconds:.3f}", timeout_s=seconds + REPLY_S)
        if reply.has_failed:
            await self._session.raise_if_gone()
        return ""

    def _file(self, segment: line.Clip | line.Recording | line.Tone) -> str:
        """The segment's file as Asterisk sees it; empty (and logged) when there is none."""
        if isinstance(segment, line.Recording):
            try:
                return self._recordings.asterisk_path(segment.ref)
            except StorageError as error:
                log.error("agi.recording_skipped", ref=segment.ref, error=str(error))
                return ""
        clip_id = segment.name if isinstance(segment, line.Tone) else segment.id
        own = clip_id if clip_id.startswith("/") else ""  # a file that the dialplan named: Asterisk may have it
        return self._find_clip(clip_id, self.language, self.prompts) or own

    async def _spoken(self, segment: line.Segment) -> str:
        """A file that a voice made of a clip's words, since no prompt set has it; empty (and logged) without one."""
        if isinstance(segment, line.Recording):
            return ""
        clip_id, text = (segment.id, segment.text) if isinstance(segment, line.Clip) else (str(segment), "")
        file = await self._speak(text, self.language) if self._speak and text else None
        if file:
            log.warning("agi.clip_synthesised", why="no prompt set has it", clip=clip_id, language=self.language)
        else:
            log.error("agi.clip_skipped", why="no prompt set has it", clip=clip_id, language=self.language)
        return file or ""

    async def _skip_if_failed(self, reply: Reply, file: str) -> None:
        self._is_heard |= not reply.has_failed
        if reply.has_failed:
            await self._session.raise_if_gone()
            log.error("agi.file_skipped", file=file, why="missing, unreadable or of a format Asterisk can't play")


def _single_digits(effect: line.ReadKeys, kind: line.Seek, tokens: Collection[str], by_s: float) -> str:
    """The seek keys of one kind that Asterisk can act on by itself, in steps of `by_s`."""
    return "".join(
        token
        for token, move in effect.seek.items()
        if move.kind is kind
        and (kind not in _STEPS or move.by_s == by_s)
        and len(token) == 1
        and not can_grow(token, tokens)
        and not (effect.after and any(other.startswith(effect.after + token) for other in tokens))
    )

"""Plays one segment on a channel by AGI, and says which key ended it.

In: segments of vmq.domain.line. Out: the key pressed, or nothing. Raises HungUp. What can't be played is logged and
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

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
    ) -> None:
        self.language = language
        self.prompts: tuple[str, ...] = ()
        self._session = session
        self._find_clip = find_clip
        self._recordings = recordings

    async def play(self, segment: line.Segment, keys: str = "") -> str:
        """Play to the end or until one of `keys`: that key, or nothing."""
        if isinstance(segment, line.Silence):
            return await self._pause(segment.seconds, keys)
        file = self._file(segment)
        if not file:
            return ""
        reply = await self._session.command("STREAM FILE", file, keys, timeout_s=None)
        await self._skip_if_failed(reply, file)
        return reply.key

    async def play_seekable(
        self, recording: line.Recording, effect: line.ReadKeys, tokens: Collection[str], cutting: str, at_ms: int
    ) -> tuple[str, int]:
        """Play a recording from `at_ms` on: the key that stopped it (or nothing) and where it was then, in ms.

        Asterisk moves and pauses by itself where a key is one digit that begins no other (CONTROL STREAM FILE; it looks
        at these before the stop keys, main/file.c waitstream_core; a step past the end plays the last step again). It
        knows no restart key and no longer keys: the first digits of those stop it.
        """
        file = self._file(recording)
        if not file:
            return "", at_ms
        own = {kind: _single_digits(effect, kind, tokens) for kind in (line.Seek.FORWARD, line.Seek.REWIND)}
        pause = _single_digits(effect, line.Seek.PAUSE, tokens)[:1]
        moving = own[line.Seek.FORWARD] + own[line.Seek.REWIND] + pause
        stop = "".join(sorted({*cutting, *(token[0] for token in effect.seek)} - {*moving}))
        reply = await self._session.command(
            "CONTROL STREAM FILE",
            file,
            stop,
            str(round(effect.skip_s * 1000)),
            own[line.Seek.FORWARD] or NO_KEY,
            own[line.Seek.REWIND] or NO_KEY,
            pause,
            str(at_ms),
            timeout_s=None,
        )
        await self._skip_if_failed(reply, file)
        return reply.key, max(reply.endpos, 0)

    async def wait_for_digit(self, timeout_ms: int) -> str:
        """The next key, or nothing after so many milliseconds (-1: however long it takes)."""
        limit_s = None if timeout_ms < 0 else timeout_ms / 1000 + REPLY_S
        reply = await self._session.command("WAIT FOR DIGIT", str(timeout_ms), timeout_s=limit_s)
        if reply.has_failed:
            await self._session.raise_if_gone()
            raise HungUp("Asterisk can't wait for keys on this channel any more")
        return reply.key

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
        file = self._find_clip(clip_id, self.language, self.prompts)
        if not file:
            log.error("agi.clip_skipped", why="no prompt set has it", clip=clip_id, language=self.language)
        return file or ""

    async def _skip_if_failed(self, reply: Reply, file: str) -> None:
        if reply.has_failed:
            await self._session.raise_if_gone()
            log.error("agi.file_skipped", file=file, why="missing, unreadable or of a format Asterisk can't play")


def _single_digits(effect: line.ReadKeys, kind: line.Seek, tokens: Collection[str]) -> str:
    """The seek keys of one kind that Asterisk can act on by itself."""
    return "".join(
        token for token, seek in effect.seek.items() if seek is kind and len(token) == 1 and not can_grow(token, tokens)
    )

"""The `Line` port on an AGI session: plays, listens for keys and records on one channel.

In: effects of vmq.domain.line. Out: their outcomes, or HungUp. Clips and recordings are found by the resolvers it is
given; what can't be played is logged and left out, so that a missing file never ends a call.

Keys pressed between two AGI commands are lost (run_agi of res_agi.c throws their frames away), so one command follows
the other at once and nothing is awaited in between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.playback import ANY_KEY, FindClip, Player
from vmq.asterisk.recording import record_file
from vmq.domain import line
from vmq.domain.keys import can_grow, longest_key
from vmq.engine.ports import Recordings


class AgiLine:
    """A dialogue's line. One effect at a time. A digit that was typed too many counts for the next effect."""

    def __init__(self, session: AgiSession, find_clip: FindClip, recordings: Recordings, language: str = "") -> None:
        self.call_id = session.call_id
        self._session = session
        self._recordings = recordings
        self._player = Player(session, find_clip, recordings, language or session.language)
        self._ahead = ""

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """Speak this language from now on: ours, and what Asterisk's own sounds are looked up in."""
        is_change = language != self._player.language
        self._player.language, self._player.prompts = language, tuple(prompts)
        if is_change:
            await self._session.set_variable("CHANNEL(language)", language)

    async def say(self, effect: line.Say) -> line.Played:
        """Play to the end."""
        self._ahead = ""
        for segment in effect.segments:
            await self._player.play(segment)
        return line.Played()

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """Play, then wait for a key. A key that is not the beginning of a longer one counts at once."""
        if not effect.barge_in:
            self._ahead = ""
        if not self._ahead:
            for segment in effect.segments:
                if outcome := await self._play_and_listen(segment, effect):
                    return outcome
        typed = await self._digit(effect.timeout_s)
        return await self._finish(typed, effect) if typed else line.NoKey()

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """Play, then gather digits until enough, the end key, or silence."""
        digit = "" if self._ahead else await self._play_until_key(effect.segments, ANY_KEY)
        digit = digit or await self._digit(effect.timeout_s)
        if not digit:
            return line.NoKey()
        if digit in effect.keys:
            return line.KeyPressed(digit)
        digits = ""
        while digit and digit != effect.end_key:
            digits += digit
            if len(digits) >= effect.max_digits:
                break
            digit = await self._digit(effect.interdigit_s)
        return line.DigitsEntered(digits)

    async def record(self, effect: line.Record) -> line.Recorded:
        """Play, then record. A stop key during a prompt skips to the tone, which is always heard."""
        self._ahead = ""
        stop = "".join(sorted(effect.stop_keys))
        is_skipping = False
        for segment in effect.segments:
            if isinstance(segment, line.Tone):
                await self._player.play(segment)
            elif not is_skipping:
                is_skipping = bool(await self._player.play(segment, stop if effect.barge_in else ""))
        return await record_file(self._session, self._recordings, effect, stop)

    async def _play_until_key(self, segments: tuple[line.Segment, ...], keys: str) -> str:
        for segment in segments:
            if key := await self._player.play(segment, keys):
                return key
        return ""

    async def _play_and_listen(self, segment: line.Segment, effect: line.ReadKeys) -> line.Outcome | None:
        """Play one segment of a ReadKeys: the outcome of a key that cut in, or None when it was played to its end."""
        cutting = ANY_KEY if effect.barge_in else ""
        if not isinstance(segment, line.Recording) or not effect.seek:
            key = await self._player.play(segment, cutting)
            return await self._finish(key, effect) if key else None
        return await self._play_seekable(segment, effect, cutting)

    async def _play_seekable(
        self, recording: line.Recording, effect: line.ReadKeys, cutting: str
    ) -> line.Outcome | None:
        """Play a recording that keys move about in. Asterisk itself does what it can (see Player.play_seekable); the
        other seek keys come back to us as any key does, and the recording is taken up again at the new place."""
        tokens = frozenset(effect.seek) | (effect.keys if effect.barge_in else frozenset())
        at_ms = 0
        while True:
            key, at_ms = await self._player.play_seekable(recording, effect, tokens, cutting, at_ms)
            if not key:
                return None
            typed = await self._more(key, tokens, effect.interdigit_s)
            token = longest_key(typed, tokens)
            if token in effect.seek:
                if effect.seek[token] is line.Seek.PAUSE:
                    await self._digit(None)
                at_ms = _moved(at_ms, effect.seek[token], effect.skip_s)
            elif effect.barge_in:
                return self._outcome(typed, token)

    async def _finish(self, typed: str, effect: line.ReadKeys) -> line.Outcome:
        typed = await self._more(typed, effect.keys, effect.interdigit_s)
        return self._outcome(typed, longest_key(typed, effect.keys))

    def _outcome(self, typed: str, key: str) -> line.Outcome:
        if not key:
            return line.BadKey(typed)
        self._ahead = typed[len(key) :] + self._ahead
        return line.KeyPressed(key)

    async def _more(self, typed: str, keys: frozenset[str], interdigit_s: float) -> str:
        """Digits after the first, for as long as a longer key could come of them."""
        while can_grow(typed, keys) and (digit := await self._digit(interdigit_s)):
            typed += digit
        return typed

    async def _digit(self, timeout_s: float | None) -> str:
        """The next digit; empty after `timeout_s` without one (None: wait as long as it takes)."""
        if self._ahead:
            digit, self._ahead = self._ahead[0], self._ahead[1:]
            return digit
        if timeout_s is not None and timeout_s <= 0:
            return ""
        return await self._player.wait_for_digit(-1 if timeout_s is None else math.ceil(timeout_s * 1000))


def _moved(at_ms: int, seek: line.Seek, skip_s: float) -> int:
    """Where a recording that was stopped at `at_ms` goes on after a seek key."""
    skip_ms = round(skip_s * 1000)
    match seek:
        case line.Seek.FORWARD:
            return at_ms + skip_ms
        case line.Seek.REWIND:
            return max(0, at_ms - skip_ms)
        case line.Seek.RESTART:
            return 0
        case line.Seek.PAUSE:
            return at_ms

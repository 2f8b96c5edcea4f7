"""Reads the key of one ReadKeys effect on a channel, while its segments play and after.

In: the effect, a Player, and what was typed ahead. Out: KeyPressed, BadKey or NoKey. Asterisk moves about in a
recording by itself where it can (Player.play_seekable); all other keys come back to us, and the recording is taken up
again at the new place or pace.
"""

from __future__ import annotations

import asyncio
import math

import structlog

from vmq.asterisk.listening import Heard, Listener
from vmq.asterisk.playback import ANY_KEY, Player
from vmq.domain import line
from vmq.domain.keys import can_grow, joined, longest_key
from vmq.domain.spoken import key_meant
from vmq.errors import StorageError

log = structlog.get_logger(__name__)


class Typed:
    """The digits of one line: those typed too many for one effect count for the next."""

    def __init__(self, player: Player) -> None:
        self.ahead = ""
        self._player = player

    def take(self) -> str:
        """The next digit that was typed ahead, or nothing."""
        digit, self.ahead = self.ahead[:1], self.ahead[1:]
        return digit

    def put_back(self, digits: str) -> None:
        """Let digits count for what comes next."""
        self.ahead = digits + self.ahead

    def forget(self) -> None:
        """Nobody listens to what was typed ahead."""
        self.ahead = ""

    async def next(self, timeout_s: float | None) -> str:
        """The next digit; empty after `timeout_s` without one (None: wait as long as it takes)."""
        if self.ahead:
            return self.take()
        if timeout_s is not None and timeout_s <= 0:
            return ""
        return await self._player.wait_for_digit(-1 if timeout_s is None else math.ceil(timeout_s * 1000))


class KeyReading:
    """The reading of one key."""

    def __init__(self, effect: line.ReadKeys, player: Player, typed: Typed, listener: Listener | None = None) -> None:
        self._listener = listener
        self._effect = effect
        self._player = player
        self._typed = typed
        self._pace = effect.pace
        self._playback: line.Playback | None = None
        self._after = effect.after
        self._clock = asyncio.get_running_loop().time
        self._after_until = self._clock() + effect.interdigit_s
        self._cutting = ANY_KEY if effect.barge_in else ""

    async def read(self) -> line.Outcome:
        """Play all, unless a key cuts in, then wait for one."""
        if not self._effect.barge_in:
            self._typed.forget()
        self._player.begin()
        for segment in self._effect.segments:
            if outcome := await self._play(segment):
                return outcome
        if not self._typed.ahead and (key := await self._player.hint(self._effect.segments, self._cutting)):
            return await self._finish(key)
        if self._listener and self._listener.is_open and self._effect.phrases and not self._typed.ahead:
            return await self._listen(self._listener)
        digit = await self._typed.next(self._effect.timeout_s)
        return await self._finish(digit) if digit else self._nothing()

    async def _listen(self, listener: Listener) -> line.Outcome:
        """A key, or words that stand for one."""
        phrases = self._effect.phrases
        try:
            heard = await listener.listen(phrases, self._player.language, self._effect.timeout_s)
        except StorageError as error:
            log.error("agi.words_not_heard", error=str(error))
            heard = Heard(await self._typed.next(self._effect.timeout_s))
        if heard.digit:
            return await self._finish(heard.digit)
        if not heard.words:
            return self._nothing()
        key = key_meant(heard.words, phrases)
        return line.KeyPressed(key, self._playback) if key else line.BadKey("", self._playback)

    async def _play(self, segment: line.Segment) -> line.Outcome | None:
        """Play one segment: the outcome of a key that cut in, or None when it was played to its end."""
        if isinstance(segment, line.Recording):
            return await self._play_recording(segment)
        if self._typed.ahead:
            return None
        key = await self._player.play(segment, self._cutting)
        return await self._finish(key) if key else None

    async def _play_recording(self, recording: line.Recording) -> line.Outcome | None:
        """Play a recording that keys move about in."""
        effect = self._effect
        tokens = frozenset(effect.seek) | (effect.keys if effect.barge_in else frozenset())
        at_s = recording.start_s
        while True:
            key = self._typed.take()
            if not key:
                key, at_s = await self._player.play_seekable(
                    recording.ref, effect, tokens, cutting=self._cutting, at_s=at_s, pace=self._pace
                )
            self._playback = line.Playback(recording.ref, at_s, not key, self._pace)
            if not key:
                return None
            typed = await self._more(key, tokens)
            token = longest_key(typed, tokens)
            if token in effect.seek:
                self._typed.put_back(typed[len(token) :])
                self._remember(token)
                move = effect.seek[token]
                if move.kind is line.Seek.PAUSE:
                    await self._typed.next(None)
                at_s = self._player.length_s(recording.ref) if move.kind is line.Seek.END else line.moved(at_s, move)
                self._pace = self._pace.after(move.kind)
                if move.kind is line.Seek.END:
                    self._playback = line.Playback(recording.ref, at_s, True, self._pace)
                    return None
            elif effect.barge_in:
                return self._outcome(typed, token)

    async def _finish(self, typed: str) -> line.Outcome:
        typed = await self._more(typed, self._effect.keys)
        return self._outcome(typed, longest_key(typed, self._effect.keys))

    def _outcome(self, typed: str, key: str) -> line.Outcome:
        if not key:
            return line.BadKey(typed, self._playback)
        self._typed.put_back(typed[len(key) :])
        return line.KeyPressed(key, self._playback)

    async def _more(self, digit: str, tokens: frozenset[str]) -> str:
        """A key from its first digit on, for as long as a longer one could come of it."""
        typed = joined(self._take_after(), digit, tokens)
        while can_grow(typed, tokens, self._effect.immediate) and (
            more := await self._typed.next(self._effect.interdigit_s)
        ):
            typed += more
        return typed

    def _nothing(self) -> line.NoKey:
        return line.NoKey(self._playback, self._take_after())

    def _take_after(self) -> str:
        """The key that was acted on at once before, while what comes may still make a longer one of it."""
        after, self._after = self._after, ""
        return after if self._clock() <= self._after_until else ""

    def _remember(self, token: str) -> None:
        """A key was acted on at once: what comes soon may make a longer one of it."""
        if token in self._effect.immediate:
            self._after, self._after_until = token, self._clock() + self._effect.interdigit_s

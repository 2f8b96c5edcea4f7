"""The `Line` port on an AGI session: plays, listens for keys and records on one channel.

In: effects of vmq.domain.line. Out: their outcomes, or HungUp. Clips and recordings are found by the resolvers it is
given; what can't be played is logged and left out, so that a missing file never ends a call.

Keys pressed between two AGI commands are lost (run_agi of res_agi.c throws their frames away), so one command follows
the other at once and nothing is awaited in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmq.asterisk.agi import AgiSession
from vmq.asterisk.playback import ANY_KEY, FindClip, Player, Speak
from vmq.asterisk.reading import KeyReading, Typed
from vmq.asterisk.recording import record_file
from vmq.domain import line
from vmq.domain.keys import can_grow, longest_key
from vmq.engine.ports import Recordings


class AgiLine:
    """A dialogue's line. One effect at a time. A digit that was typed too many counts for the next effect.

    `beep` is a sound of Asterisk's that is heard instead of the tone before a recording, "" = none;
    `is_answered_late`: a call that is not answered yet is answered by its first recording.
    """

    def __init__(
        self,
        session: AgiSession,
        find_clip: FindClip,
        recordings: Recordings,
        language: str = "",
        speak: Speak | None = None,
    ) -> None:
        self.call_id = session.call_id
        self.beep: str | None = None
        self.is_answered_late = False
        self._session = session
        self._recordings = recordings
        self._player = Player(session, find_clip, recordings, language or session.language, speak)
        self._typed = Typed(self._player)

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """Speak this language from now on: ours, and what Asterisk's own sounds are looked up in."""
        is_change = language != self._player.language
        self._player.language, self._player.prompts = language, tuple(prompts)
        if is_change:
            await self._session.set_variable("CHANNEL(language)", language)

    async def say(self, effect: line.Say) -> line.Played:
        """Play to the end."""
        self._typed.forget()
        for segment in effect.segments:
            await self._player.play(segment)
        return line.Played()

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """Play, then wait for a key. A key that is not the beginning of a longer one counts at once."""
        return await KeyReading(effect, self._player, self._typed).read()

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """Play, then gather digits until enough, the end key, or silence."""
        digit = "" if self._typed.ahead else await self._play_until_key(effect.segments, ANY_KEY)
        typed = digit or await self._typed.next(effect.timeout_s)
        if not typed:
            return line.NoKey()
        while can_grow(typed, effect.keys) and (digit := await self._typed.next(effect.interdigit_s)):
            typed += digit
        key = longest_key(typed, effect.keys)
        if key:
            self._typed.put_back(typed[len(key) :])
            return line.KeyPressed(key)
        self._typed.put_back(typed[1:])
        return await self._gather(typed[0], effect)

    async def _gather(self, digit: str, effect: line.ReadDigits) -> line.Outcome:
        digits = ""
        while digit and digit != effect.end_key:
            if digits and digit in effect.anywhere:
                return line.KeyPressed(digit)
            digits += digit
            if len(digits) >= effect.max_digits:
                break
            digit = await self._typed.next(effect.interdigit_s)
        return line.DigitsEntered(digits)

    async def record(self, effect: line.Record) -> line.Recorded:
        """Play, then record. A stop key during a prompt skips to the tone, which is always heard."""
        self._typed.forget()
        if self.is_answered_late:
            self.is_answered_late = False
            await self._session.command("ANSWER")
        stop = "".join(sorted(effect.stop_keys))
        is_skipping = False
        for segment in effect.segments:
            if isinstance(segment, line.Tone):
                await self._play_tone(segment)
            elif not is_skipping:
                is_skipping = bool(await self._player.play(segment, stop if effect.barge_in else ""))
        return await record_file(self._session, self._recordings, effect, stop)

    async def _play_tone(self, tone: line.Tone) -> None:
        """Ours, or the dialplan's own sound in its place, or none."""
        if self.beep is None:
            await self._player.play(tone)
        elif self.beep:
            await self._session.command("STREAM FILE", self.beep, "", timeout_s=None)

    async def _play_until_key(self, segments: tuple[line.Segment, ...], keys: str) -> str:
        self._player.begin()
        for segment in segments:
            if key := await self._player.play(segment, keys):
                return key
        return await self._player.hint(segments, keys)

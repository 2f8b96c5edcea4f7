"""A telephone line for tests: somebody on it does what a script says, and everything he hears is written down.

A script is what the person does, in order:

- `"42#"`: keys, pressed once the prompt is over (one after the other, as effects ask for them);
- `Barge("1")`: keys pressed while a prompt plays; heard only where the effect lets keys cut in, or seek;
- `SILENCE`: nothing is pressed until the time is up (the first wait or the one between two digits);
- `Says("delete")`: he says this instead of pressing a key; heard only where words are listened for;
- `Speech(3.0, key="#")`: he speaks after the tone, and this ends the recording;
- `HANG_UP`: he hangs up, whatever the line is doing.

When the script is over, the next effect that waits for him finds that he has hung up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from vmq.domain import line
from vmq.domain.keys import can_grow, joined, longest_key
from vmq.domain.spoken import key_meant
from vmq.errors import HungUp


class Deed(Enum):
    """What a person does without a key."""

    SILENCE = "silence"
    HANG_UP = "hang_up"


SILENCE = Deed.SILENCE
HANG_UP = Deed.HANG_UP
HEARD_S = 5.0
"""How much of a recording is heard before each key that is pressed in it."""


@dataclass(frozen=True, slots=True)
class Barge:
    """Keys pressed while a prompt plays."""

    keys: str


@dataclass(frozen=True, slots=True)
class Says:
    """Words instead of a key."""

    words: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Speaking for so long; then a stop key, silence, the limit or a hang-up ends the recording."""

    seconds: float
    key: str = "#"
    ended_by: line.RecordEnd = line.RecordEnd.KEY


Step = str | Barge | Deed | Says | Speech


class Party:
    """The person on the line, and what he has left to do."""

    def __init__(self, *script: Step) -> None:
        self._script: deque[Step] = deque(script)

    @property
    def is_gone(self) -> bool:
        """True when hanging up is the next thing he does, or was the last."""
        return bool(self._script) and self._script[0] is HANG_UP

    @property
    def has_nothing_left(self) -> bool:
        """True when the script is over."""
        return not self._script

    @property
    def is_about_to_press(self) -> bool:
        """True when a key is the next thing he does."""
        return bool(self._script) and isinstance(self._script[0], str | Barge)

    def barge(self) -> str:
        """The next digit he presses while a prompt plays, or nothing."""
        return self._take(Barge)

    def press(self) -> str:
        """The next digit he presses when asked for one, or nothing when he waits too long. Raises HungUp."""
        if self.is_gone or self.has_nothing_left:
            raise HungUp("the script is over")
        if self._script[0] is SILENCE:
            self._script.popleft()
            return ""
        digit = self._take(str) or self._take(Barge)
        if not digit:
            raise AssertionError(f"asked for a key, but the script says {self._script[0]!r}")
        return digit

    def say(self) -> str:
        """What he says now instead of pressing a key, or nothing."""
        step = self._script[0] if self._script else None
        if not isinstance(step, Says):
            return ""
        self._script.popleft()
        return step.words

    def speak(self) -> Speech:
        """What he says after the tone. Raises HungUp."""
        if self.is_gone or self.has_nothing_left:
            raise HungUp("the script is over")
        step = self._script.popleft()
        if not isinstance(step, Speech):
            raise AssertionError(f"asked to speak, but the script says {step!r}")
        if step.ended_by is line.RecordEnd.HANG_UP:
            self._script = deque([HANG_UP])
        return step

    def unpress(self, digits: str) -> None:
        """Let digits that were taken too many be pressed again."""
        if digits:
            self._script.appendleft(digits)

    def _take(self, kind: type[str] | type[Barge]) -> str:
        if not self._script or not isinstance(self._script[0], kind):
            return ""
        step = self._script.popleft()
        keys = step.keys if isinstance(step, Barge) else str(step)
        if rest := keys[1:]:
            self._script.appendleft(Barge(rest) if isinstance(step, Barge) else rest)
        return keys[:1]


class ScriptedLine:
    """The `Line` port with a `Party` on it. `on_record(ref, seconds)` may put a file where the recording belongs."""

    def __init__(
        self, *script: Step, call_id: str = "test-1", on_record: Callable[[str, float], None] | None = None
    ) -> None:
        self.call_id = call_id
        self.party = Party(*script)
        self.heard: list[line.Segment] = []
        self.seeks: list[line.Seek] = []
        self.effects: list[line.Effect] = []
        self.voices: list[tuple[str, tuple[str, ...]]] = []
        self.lengths: dict[str, float] = {}
        self._on_record = on_record

    @property
    def clips(self) -> list[str]:
        """The ids of the clips heard so far, in order."""
        return [segment.id for segment in self.heard if isinstance(segment, line.Clip)]

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        """Note it."""
        self.voices.append((language, tuple(prompts)))

    async def say(self, effect: line.Say) -> line.Played:
        """Hear it all; keys are not listened to."""
        self._begin(effect)
        self.heard.extend(effect.segments)
        return line.Played()

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        """Hear it, then press what the script says."""
        self._begin(effect)
        hearing = _Hearing(self, effect)
        outcome = hearing.hear()
        if outcome is None and effect.timeout_s <= 0 and (hearing.is_too_late or not self.party.is_about_to_press):
            outcome = hearing.unanswered()
        if outcome is None and effect.phrases and (words := self.party.say()):
            key = key_meant(words, effect.phrases)
            outcome = line.KeyPressed(key, hearing.playback) if key else line.BadKey("", hearing.playback)
        if outcome is None:
            digit = self.party.press()
            outcome = hearing.outcome(digit, effect.keys) if digit else line.NoKey(hearing.playback)
        return outcome

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """Hear it, then type what the script says."""
        self._begin(effect)
        typed = self._hear(effect.segments, barge_in=True) or self.party.press()
        if not typed:
            return line.NoKey()
        while can_grow(typed, effect.keys) and (digit := self.party.press()):
            typed += digit
        if key := longest_key(typed, effect.keys):
            self.party.unpress(typed[len(key) :])
            return line.KeyPressed(key)
        self.party.unpress(typed[1:])
        digit, digits = typed[0], ""
        while digit and digit != effect.end_key:
            if digits and digit in effect.anywhere:
                return line.KeyPressed(digit)
            digits += digit
            if len(digits) >= effect.max_digits:
                break
            digit = self.party.press()
        return line.DigitsEntered(digits)

    async def record(self, effect: line.Record) -> line.Recorded:
        """Hear it, then speak as the script says."""
        self._begin(effect)
        self._hear(effect.segments, barge_in=effect.barge_in)
        speech = self.party.speak()
        kept_s = min(effect.from_s, self.lengths.get(effect.ref, 0.0)) if effect.from_s is not None else 0.0
        self.lengths[effect.ref] = kept_s + speech.seconds
        if self._on_record:
            self._on_record(effect.ref, kept_s + speech.seconds)
        key = speech.key if speech.ended_by is line.RecordEnd.KEY else ""
        return line.Recorded(kept_s + speech.seconds, speech.ended_by, key)

    def _begin(self, effect: line.Effect) -> None:
        if self.party.is_gone:
            raise HungUp(f"the script hung up at {type(effect).__name__}")
        self.effects.append(effect)

    def _hear(self, segments: tuple[line.Segment, ...], *, barge_in: bool) -> str:
        """Hear segments until a key cuts in; the key, or nothing."""
        for segment in segments:
            self.heard.append(segment)
            if barge_in and (digit := self.party.barge()):
                return digit
        return ""


class _Hearing:
    """One ReadKeys being heard. A key that is pressed in a recording comes HEARD_S after the last.

    `is_too_late`: nothing is heard (any more, after a key to the end of a recording) that a key could cut in.
    """

    def __init__(self, on: ScriptedLine, effect: line.ReadKeys) -> None:
        self.playback: line.Playback | None = None
        self.is_too_late = True
        self._line = on
        self._party = on.party
        self._effect = effect
        self._after = effect.after
        self._pace = effect.pace

    def hear(self) -> line.Outcome | None:
        """The outcome of a key that cut in, or None when all was heard."""
        for segment in self._effect.segments:
            self._line.heard.append(segment)
            self.is_too_late = False
            if isinstance(segment, line.Recording):
                outcome = self._hear_recording(segment)
            else:
                digit = self._party.barge() if self._effect.barge_in else ""
                outcome = self.outcome(digit, self._effect.keys) if digit else None
            if outcome is not None:
                return outcome
        return None

    def _hear_recording(self, recording: line.Recording) -> line.Outcome | None:
        effect, at_s = self._effect, recording.start_s
        tokens = frozenset(effect.seek) | (effect.keys if effect.barge_in else frozenset())
        length_s = self._line.lengths.get(recording.ref, 0.0)
        while digit := self._party.barge():
            at_s += HEARD_S
            self.playback = line.Playback(recording.ref, at_s, pace=self._pace)
            typed = self._more(digit, tokens)
            token = longest_key(typed, tokens)
            move = effect.seek.get(token)
            if move is None and effect.barge_in:
                return self._ended(typed, token)
            if move is not None:
                self._party.unpress(typed[len(token) :])
                self._line.seeks.append(move.kind)
                self._after = token if token in effect.immediate else ""
                self._pace = self._pace.after(move.kind)
                at_s = line.moved(at_s, move)
                if move.kind is line.Seek.END:
                    self.is_too_late = True
                    break
        self.playback = line.Playback(recording.ref, length_s, is_over=True, pace=self._pace)
        return None

    def unanswered(self) -> line.NoKey:
        """The outcome when no key cut in. What is heard out takes longer than a longer key may."""
        return line.NoKey(self.playback, self._after if self.is_too_late else "")

    def outcome(self, digit: str, keys: frozenset[str]) -> line.Outcome:
        """What a first digit comes to."""
        typed = self._more(digit, keys)
        return self._ended(typed, longest_key(typed, keys))

    def _ended(self, typed: str, key: str) -> line.Outcome:
        if not key:
            return line.BadKey(typed, self.playback)
        self._party.unpress(typed[len(key) :])
        return line.KeyPressed(key, self.playback)

    def _more(self, digit: str, tokens: frozenset[str]) -> str:
        typed, self._after = joined(self._after, digit, tokens), ""
        while can_grow(typed, tokens, self._effect.immediate) and (more := self._party.barge() or self._party.press()):
            typed += more
        return typed

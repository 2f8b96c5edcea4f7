"""A telephone line for tests: somebody on it does what a script says, and everything he hears is written down.

A script is what the person does, in order:

- `"42#"`: keys, pressed once the prompt is over (one after the other, as effects ask for them);
- `Barge("1")`: keys pressed while a prompt plays; heard only where the effect lets keys cut in, or seek;
- `SILENCE`: nothing is pressed until the time is up (the first wait or the one between two digits);
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
from vmq.domain.keys import can_grow, longest_key
from vmq.errors import HungUp


class Deed(Enum):
    """What a person does without a key."""

    SILENCE = "silence"
    HANG_UP = "hang_up"


SILENCE = Deed.SILENCE
HANG_UP = Deed.HANG_UP


@dataclass(frozen=True, slots=True)
class Barge:
    """Keys pressed while a prompt plays."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Speaking for so long; then a stop key, silence, the limit or a hang-up ends the recording."""

    seconds: float
    key: str = "#"
    ended_by: line.RecordEnd = line.RecordEnd.KEY


Step = str | Barge | Deed | Speech


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
        typed = self._hear(effect.segments, barge_in=effect.barge_in, seek=effect)
        if not typed and effect.timeout_s <= 0 and not self.party.is_about_to_press:
            return line.NoKey()
        typed = typed or self.party.press()
        if not typed:
            return line.NoKey()
        while can_grow(typed, effect.keys) and (digit := self.party.press()):
            typed += digit
        key = longest_key(typed, effect.keys)
        if not key:
            return line.BadKey(typed)
        self.party.unpress(typed[len(key) :])
        return line.KeyPressed(key)

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        """Hear it, then type what the script says."""
        self._begin(effect)
        digit = self._hear(effect.segments, barge_in=True) or self.party.press()
        if not digit:
            return line.NoKey()
        if digit in effect.keys:
            return line.KeyPressed(digit)
        digits = ""
        while digit and digit != effect.end_key:
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
        if self._on_record:
            self._on_record(effect.ref, speech.seconds)
        key = speech.key if speech.ended_by is line.RecordEnd.KEY else ""
        return line.Recorded(speech.seconds, speech.ended_by, key)

    def _begin(self, effect: line.Effect) -> None:
        if self.party.is_gone:
            raise HungUp(f"the script hung up at {type(effect).__name__}")
        self.effects.append(effect)

    def _hear(self, segments: tuple[line.Segment, ...], *, barge_in: bool, seek: line.ReadKeys | None = None) -> str:
        """Hear segments until a key cuts in; the key, or nothing."""
        for segment in segments:
            self.heard.append(segment)
            is_seekable = isinstance(segment, line.Recording) and seek is not None and bool(seek.seek)
            while (barge_in or is_seekable) and (digit := self.party.barge()):
                if is_seekable and seek and digit in seek.seek:
                    self.seeks.append(seek.seek[digit])
                elif barge_in:
                    return digit
        return ""

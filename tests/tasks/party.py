"""Who does a task on the stand-in: a ScriptedLine that lets every prompt finish, and listens until a message plays.

Out of it comes how long the prompts are that such a party hears, by the lengths of the shipped clips.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from functools import cache

from tests.support.scripted_line import Barge, Party, ScriptedLine, Speech
from tests.support.scripted_line import Step as LineStep
from tests.tasks.tasks import Deed, Step
from vmq.audio.sounds import load_prompts
from vmq.domain import line
from vmq.resources import shipped

SPOKEN_S = 2.0
PROMPTS = load_prompts(shipped("prompts"))


class Hand(Party):
    """The keys of one step. When they are pressed and a longer key could follow, nothing does."""

    def __init__(self, *script: LineStep) -> None:
        super().__init__(*script)
        self._has_pressed = False

    def press(self) -> str:
        """The next digit, or nothing when the step is over."""
        if self.has_nothing_left and self._has_pressed:
            return ""
        self._has_pressed = True
        return super().press()

    def barge(self) -> str:
        """The next digit that is pressed while something plays."""
        digit = super().barge()
        self._has_pressed = self._has_pressed or bool(digit)
        return digit

    def is_over(self) -> None:
        """An effect has ended: to press more takes another step."""
        self._has_pressed = False


class TaskParty(ScriptedLine):
    """One call of a task. After `listen` the keys are pressed while the message plays."""

    def __init__(self, steps: Sequence[Step], call_id: str, on_record: Callable[[str, float], None]) -> None:
        super().__init__(call_id=call_id, on_record=on_record)
        self._left = list(steps)
        self._prompts: Sequence[str] = ()
        self._go_on()

    @property
    def is_done(self) -> bool:
        """True when every step was taken."""
        return not self._left and (self.party.has_nothing_left or self.party.is_gone)

    @property
    def heard_s(self) -> float:
        """How long the prompts were, people's own recordings left out."""
        return sum(self._length_s(segment) for segment in self.heard)

    async def use_voice(self, language: str, prompts: Sequence[str] = ()) -> None:
        self._prompts = prompts
        await super().use_voice(language, prompts)

    async def read_keys(self, effect: line.ReadKeys) -> line.Outcome:
        is_listening = self._next_is(Deed.LISTEN)
        if is_listening and any(map(_is_message, effect.segments)):
            self._left.pop(0)
            self._go_on(is_playing=True)
        elif is_listening:
            self._begin(effect)
            self._hear(effect.segments, barge_in=False)
            return line.NoKey()
        outcome = await super().read_keys(effect)
        self._go_on()
        return outcome

    async def read_digits(self, effect: line.ReadDigits) -> line.Outcome:
        outcome = await super().read_digits(effect)
        self._go_on()
        return outcome

    async def record(self, effect: line.Record) -> line.Recorded:
        if self._left:
            step = self._left.pop(0)
            seconds = SPOKEN_S if step.deed is Deed.SPEAK else 0.0
            speech = Speech(seconds, step.keys) if step.keys else Speech(seconds, "", line.RecordEnd.HANG_UP)
            self.party = Hand(speech)
        recorded = await super().record(effect)
        self._go_on()
        return recorded

    def _go_on(self, *, is_playing: bool = False) -> None:
        """Take the next keys into the party's hand, when its last ones are pressed."""
        if isinstance(self.party, Hand):
            self.party.is_over()
        if self._next_is(Deed.PAUSE):
            self._left.pop(0)
        if self.party.has_nothing_left and self._next_is(Deed.PRESS):
            keys: LineStep = self._left.pop(0).keys
            self.party = Hand(Barge(str(keys)) if is_playing else keys)

    def _next_is(self, deed: Deed) -> bool:
        return self.party.has_nothing_left and bool(self._left) and self._left[0].deed is deed

    def _length_s(self, segment: line.Segment) -> float:
        if isinstance(segment, line.Silence):
            return segment.seconds
        if isinstance(segment, line.Recording):
            return 0.0
        clip = segment.id if isinstance(segment, line.Clip) else segment.name
        return _seconds(PROMPTS.asterisk_name(clip, "en", tuple(self._prompts)) or "")


def _is_message(segment: line.Segment) -> bool:
    return isinstance(segment, line.Recording) and segment.label == "message"


@cache
def _seconds(name: str) -> float:
    with wave.open(f"{name}.wav") as sound:
        return float(sound.getnframes() / sound.getframerate())

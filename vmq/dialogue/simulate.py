"""A call without a telephone: a session whose actions answer from a table, and whose party is whoever drives it.

For the scripts of a pack's tests, `vmq pack simulate`, and walks by hand. Nothing is printed; `heard` and `done` tell
what was said and asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.schema import Call
from vmq.dialogue.session import Session, Step
from vmq.domain import line
from vmq.errors import PackError

Answers = Mapping[str, Sequence[Mapping[str, object]]]
MAX_HEARD = 200  # effects played without anybody doing anything


def words(segments: Sequence[line.Segment]) -> str:
    """What segments say, as text: recordings and tones in angle brackets, clips without known words by their id."""
    said = []
    for segment in segments:
        match segment:
            case line.Clip(id=clip, text=text):
                said.append(text or f"<{clip}>")
            case line.Recording(label=label):
                said.append(f"<{label}>")
            case line.Tone(name=name):
                said.append(f"<{name}>")
    return " ".join(said)


class Simulator:
    """One simulated call. `effect` is always one that waits for the party, or the End.

    `answers` gives for each action what it answers, in turn (the last again and again): facts, and `failed = true` for
    a failure. An action without answers is done and changes nothing.
    """

    def __init__(
        self,
        pack: CompiledPack,
        entry: str,
        facts: Mapping[str, object],
        *,
        answers: Answers | None = None,
        settings: Mapping[str, object] | None = None,
        language: str = "",
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        """Start a call. Raises PackError as the session does."""
        self.heard: list[str] = []
        self.done: list[line.Act] = []
        self._answers = {action: list(given) for action, given in (answers or {}).items()}
        self._session = Session(pack, entry, facts, settings=settings, language=language, watch=watch)
        self.effect = self._carry_on(self._session.start())

    @classmethod
    def of_call(cls, pack: CompiledPack, call: Call, watch: Callable[[Step], None] | None = None) -> Simulator:
        """Start the call of one of a pack's tests, for somebody else to play its party."""
        return cls(pack, call.entry, call.facts, answers=call.answers, settings=call.settings, watch=watch)

    @property
    def where(self) -> str:
        """The flow and state at hand."""
        return self._session.where

    @property
    def is_over(self) -> bool:
        """Has the call ended?"""
        return isinstance(self.effect, line.End)

    def press(self, keys: str) -> None:
        """Press a key. While something is recorded it ends the recording after five seconds."""
        effect = self.effect
        if isinstance(effect, line.ReadKeys):
            if keys in effect.seek and any(isinstance(segment, line.Recording) for segment in effect.segments):
                self.heard.append(f"<{effect.seek[keys].kind.value}>")
            else:
                self._feed(line.KeyPressed(keys) if keys in effect.keys else line.BadKey(keys))
        elif isinstance(effect, line.ReadDigits):
            self._feed(
                line.KeyPressed(keys) if keys in effect.keys else line.DigitsEntered(keys.rstrip(effect.end_key))
            )
        else:
            self.record(5.0, key=keys)

    def enter(self, digits: str) -> None:
        """Type digits and the end key."""
        self._feed(line.DigitsEntered(digits))

    def wait(self) -> None:
        """Do nothing until something happens."""
        if isinstance(self.effect, line.Record):
            self.record(self.effect.max_s, ended_by=line.RecordEnd.MAX)
        else:
            self._feed(line.NoKey())

    def record(self, seconds: float, key: str = "", ended_by: line.RecordEnd | None = None) -> None:
        """Speak for so long; ended by a key, or by silence when none is given."""
        end = ended_by or (line.RecordEnd.KEY if key else line.RecordEnd.SILENCE)
        self._feed(line.Recorded(seconds, end, key))

    def hang_up(self) -> None:
        """Hang up."""
        self._feed(line.HungUpSeen())

    def _feed(self, outcome: line.Outcome) -> None:
        self.effect = self._carry_on(self._session.feed(outcome))

    def _carry_on(self, effect: line.Effect) -> line.Effect:
        """Play what needs nobody, answer actions, until the party's turn has come."""
        for _ in range(MAX_HEARD):
            match effect:
                case line.Say():
                    self.heard.append(words(effect.segments))
                    effect = self._session.feed(line.Played())
                case line.Act():
                    self.done.append(effect)
                    effect = self._session.feed(self._answer(effect.action))
                case line.ReadKeys(timeout_s=0) if not effect.keys:
                    self.heard.append(words(effect.segments))
                    effect = self._session.feed(line.NoKey())
                case _:
                    self.heard.append(words(getattr(effect, "segments", ())))
                    return effect
        raise PackError(f"{self.where}: goes on and on without its party doing anything")

    def _answer(self, action: str) -> line.Outcome:
        given = self._answers.get(action)
        if not given:
            return line.Done()
        answer = dict(given.pop(0) if len(given) > 1 else given[0])
        return line.Failed(answer) if answer.pop("failed", False) else line.Done(answer)

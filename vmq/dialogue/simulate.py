"""A call without a telephone: a session whose actions answer from a table, and whose party is whoever drives it.

For the scripts of a pack's tests, `vmq pack simulate`, and walks by hand. Nothing is printed; `heard` and `done` tell
what was said and asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.schema import Call
from vmq.dialogue.session import SAID, Session, Step
from vmq.dialogue.vocabulary import Fact, FactType, Item
from vmq.domain import line
from vmq.domain.keys import can_grow, joined, longest_key
from vmq.domain.spoken import key_meant
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
            case line.Recording(label=label, start_s=start_s):
                said.append(f"<{label} {start_s:g}s>" if start_s else f"<{label}>")
            case line.Tone(name=name):
                said.append(f"<{name}>")
    return " ".join(said)


class Simulator:
    """One simulated call. `effect` is always one that waits for the party, or the End.

    `answers` gives for each action what it answers, in turn (the last again and again): facts, and `failed = true` for
    a failure. An action without answers is done and changes nothing. Lists in facts are written as tables.
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
        self._known = pack.known_facts
        self._answers = {action: list(given) for action, given in (answers or {}).items()}
        given = read_lists(facts, self._known)
        self._watch = watch
        self._session = Session(pack, entry, given, settings=settings, language=language, watch=watch)
        self.effect = self._carry_on(self._session.start())
        self._tape = _Tape.of(self.effect)

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

    @property
    def chosen(self) -> Mapping[str, object]:
        """The settings that the party has changed."""
        return self._session.chosen

    def press(self, keys: str) -> None:
        """Press keys, one after the other without a pause. While something is recorded the first ends the recording
        after five seconds."""
        while keys and not self.is_over:
            keys = self._press_some(keys)

    def _press_some(self, keys: str) -> str:
        """Let one effect take what it takes of these keys; the rest."""
        effect = self.effect
        if isinstance(effect, line.ReadKeys):
            return self._press_key(effect, keys)
        if isinstance(effect, line.ReadDigits):
            return self._press_digits(effect, keys)
        self.record(5.0, key=keys[0])
        return keys[1:]

    def _press_key(self, effect: line.ReadKeys, keys: str) -> str:
        tokens = effect.keys | (frozenset(effect.seek) if self._tape.is_playing else frozenset())
        typed, rest = joined(self._tape.after, keys[0], tokens), keys[1:]
        while rest and can_grow(typed, tokens, effect.immediate):
            typed, rest = typed + rest[0], rest[1:]
        token = longest_key(typed, tokens)
        if self._tape.is_playing and token in effect.seek:
            self.heard.append(f"<{effect.seek[token].kind.value}>")
            self._tape.move(effect.seek[token])
            self._tape.after = token if token in effect.immediate else ""
            if self._watch:
                flow, _, state = self.where.partition(".")
                self._watch(Step(flow, state, f"seek_{token}", state))
            if not (self._tape.is_playing or effect.timeout_s):  # as on the line: nothing plays, nothing is waited for
                self._feed(line.NoKey(self._tape.playback, self._tape.after))
        elif token:
            self._feed(line.KeyPressed(token, self._tape.playback))
        else:
            self._feed(line.BadKey(typed, self._tape.playback))
        return typed[len(token) :] + rest if token else rest

    def _press_digits(self, effect: line.ReadDigits, keys: str) -> str:
        typed, rest = keys[0], keys[1:]
        while rest and can_grow(typed, effect.keys):
            typed, rest = typed + rest[0], rest[1:]
        if key := longest_key(typed, effect.keys):
            self._feed(line.KeyPressed(key))
            return typed[len(key) :] + rest
        digits, rest = "", typed + rest
        while rest and rest[0] != effect.end_key and len(digits) < effect.max_digits:
            if digits and rest[0] in effect.anywhere:
                self._feed(line.KeyPressed(rest[0]))
                return rest[1:]
            digits, rest = digits + rest[0], rest[1:]
        self._feed(line.DigitsEntered(digits))
        return rest[1:] if rest[:1] == effect.end_key and len(digits) < effect.max_digits else rest

    def speak(self, text: str) -> None:
        """Say something instead of pressing a key, once all was played. Where nobody listens to words, nothing
        happens."""
        effect = self.effect
        phrases = effect.phrases if isinstance(effect, line.ReadKeys) else {}
        self._tape.play(None)
        if not phrases:
            self._feed(line.NoKey(self._tape.playback))
            return
        if self._watch:
            flow, _, state = self.where.partition(".")
            self._watch(Step(flow, state, SAID, state))
        key = key_meant(text, phrases)
        playback = self._tape.playback
        self._feed(line.KeyPressed(key, playback) if key else line.BadKey("", playback))

    def play(self, seconds: float | None) -> None:
        """Hear so much of the recording that plays; None: to its end. The next key may come too late then to go on with
        the one before."""
        self._tape.play(seconds)
        if isinstance(self.effect, line.ReadKeys) and (seconds is None or seconds > self.effect.interdigit_s):
            self._tape.after = ""

    def enter(self, digits: str) -> None:
        """Type digits and the end key."""
        self._feed(line.DigitsEntered(digits))

    def wait(self) -> None:
        """Do nothing until something happens."""
        if isinstance(self.effect, line.Record):
            self.record(self.effect.max_s, ended_by=line.RecordEnd.MAX)
        else:
            self._tape.play(None)
            self._feed(line.NoKey(self._tape.playback))

    def record(self, seconds: float, key: str = "", ended_by: line.RecordEnd | None = None) -> None:
        """Speak for so long; ended by a key, or by silence when none is given."""
        end = ended_by or (line.RecordEnd.KEY if key else line.RecordEnd.SILENCE)
        self._feed(line.Recorded(seconds, end, key))

    def hang_up(self) -> None:
        """Hang up."""
        self._feed(line.HungUpSeen())

    def _feed(self, outcome: line.Outcome) -> None:
        self.effect = self._carry_on(self._session.feed(outcome))
        self._tape = _Tape.of(self.effect)

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
                case line.ReadKeys(timeout_s=0) if not (effect.keys or effect.seek):
                    self.heard.append(words(effect.segments))
                    tape = _Tape.of(effect)
                    tape.play(None)
                    effect = self._session.feed(line.NoKey(tape.playback))
                case _:
                    self.heard.append(words(getattr(effect, "segments", ())))
                    return effect
        raise PackError(f"{self.where}: goes on and on without its party doing anything")

    def _answer(self, action: str) -> line.Outcome:
        given = self._answers.get(action)
        if not given:
            return line.Done()
        answer = dict(read_lists(given.pop(0) if len(given) > 1 else given[0], self._known))
        return line.Failed(answer) if answer.pop("failed", False) else line.Done(answer)


class _Tape:
    """The recording of an effect as it plays: where it is, and how fast."""

    def __init__(self, ref: str = "", at_s: float = 0.0, pace: line.Pace | None = None, after: str = "") -> None:
        self.after = after
        self._ref = ref
        self._at_s = at_s
        self._pace = pace or line.Pace()
        self._is_over = False

    @classmethod
    def of(cls, effect: line.Effect) -> _Tape:
        """The tape of an effect: its last recording, or an empty one where it plays none."""
        if isinstance(effect, line.ReadKeys):
            for segment in reversed(effect.segments):
                if isinstance(segment, line.Recording):
                    return cls(segment.ref, segment.start_s, effect.pace, effect.after)
            return cls(after=effect.after)
        return cls()

    @property
    def is_playing(self) -> bool:
        return bool(self._ref) and not self._is_over

    @property
    def playback(self) -> line.Playback | None:
        return line.Playback(self._ref, self._at_s, self._is_over, self._pace) if self._ref else None

    def play(self, seconds: float | None) -> None:
        self._at_s += seconds or 0.0
        self._is_over = self._is_over or seconds is None

    def move(self, move: line.Move) -> None:
        self._at_s, self._pace = line.moved(self._at_s, move), self._pace.after(move.kind)
        self._is_over = self._is_over or move.kind is line.Seek.END


def read_lists(facts: Mapping[str, object], known: Mapping[str, Fact]) -> dict[str, object]:
    """Facts as a test has them, with lists made of their tables."""
    return {name: _items(value) if _is_list(known.get(name)) else value for name, value in facts.items()}


def _is_list(fact: Fact | None) -> bool:
    return fact is not None and fact.type is FactType.LIST


def _items(value: object) -> tuple[Item, ...]:
    tables = [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []
    texts = [{field: str(table.get(field, "")) for field in ("value", "name", "digits")} for table in tables]
    return tuple(Item(**text) for text in texts)

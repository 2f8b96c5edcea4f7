"""One call: outcomes in, effects out, one for one. Deterministic, and no I/O: the same outcomes give the same effects.

A hang-up is fed once. From then on states that need the line are passed by their `hung_up` edge, actions are still
done, and the dialogue comes to its end; so a recording can be kept after its caller is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vmq.dialogue.compile import MISSED, CompiledFlow, CompiledPack, Place
from vmq.dialogue.conditions import all_hold, amount
from vmq.dialogue.schema import USES_LINE, Do, Edge, Key, Kind, State
from vmq.dialogue.vocabulary import EMPTY
from vmq.domain import line
from vmq.errors import PackError

_MAX_STEPS = 1000  # states passed for one outcome; a pack that has passed its checks stays far below


@dataclass(frozen=True, slots=True)
class Step:
    """A move of a call through a flow: for logs and for the coverage of a pack's tests."""

    flow: str
    source: str
    trigger: str
    target: str


@dataclass(slots=True)
class Frame:
    """A flow under way: the model its machine moves. `misses` counts the tries that came to nothing in `missed_in`."""

    flow: CompiledFlow
    state: str
    misses: int = 0
    missed_in: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.flow.places[self.state]


class Session:
    """One call through a pack. `facts` is what is true now: the subject's, the pack's, the settings."""

    __slots__ = ("_effect", "_frames", "_is_gone", "_leads", "_pack", "_speaker", "_watch", "facts", "language")

    def __init__(
        self,
        pack: CompiledPack,
        entry: str,
        facts: Mapping[str, object],
        *,
        settings: Mapping[str, object] | None = None,
        language: str = "",
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        """A call of the entry's flow. `settings` are the owner's; names and values the pack does not take are left
        out. `watch` is told of every move. Raises PackError when the pack has no such entry."""
        flow = pack.flows.get(pack.pack.entries.get(entry, ""))
        if flow is None:
            raise PackError(
                f"personality {pack.pack.id}: has no flow for {entry}: add entry.{entry} to personality.toml"
            )
        self._pack = pack
        self.speak(language)
        self._frames = [Frame(flow, flow.flow.start)]
        self._leads: list[line.Segment] = []
        self._is_gone = False
        self._watch = watch
        self._effect: line.Effect | None = None
        self.facts: dict[str, object] = {
            **pack.vocabulary.empty_facts(),
            **{name: EMPTY[fact.type] for name, fact in pack.pack.facts.items()},
            **{f"setting.{name}": setting.default for name, setting in pack.pack.settings.items()},
            **facts,
        }
        for name, value in (settings or {}).items():
            known = pack.pack.settings.get(name)
            if known and known.accepts(value):
                self.facts[f"setting.{name}"] = value

    def speak(self, language: str) -> None:
        """Go on in this language ("": the pack's own). `language` is then what is spoken: the wanted one where the pack
        has it (`en_GB` where it has `en`), else the pack's."""
        wanted = (language or self._pack.pack.language).replace("-", "_")
        self._speaker = self._pack.speaker(wanted)
        spoken = self._speaker.book.language
        self.language = wanted if wanted.split("_")[0] == spoken.split("_")[0] else spoken

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompt sets whose clips the pack wants before those of others."""
        return self._pack.pack.prompts

    @property
    def where(self) -> str:
        """The flow and state at hand, for logs: `check_messages.main`."""
        return f"{self._frame.flow.flow.name}.{self._frame.state}"

    @property
    def is_over(self) -> bool:
        """Has End been given?"""
        return isinstance(self._effect, line.End)

    @property
    def may_retry(self) -> bool:
        """Are there tries left in the state at hand?"""
        return self._frame.misses < amount(self._frame.place.state.tries, self.facts)

    @property
    def _frame(self) -> Frame:
        return self._frames[-1]

    @classmethod
    def standing_at(cls, pack: CompiledPack, flow: str, place: str, facts: Mapping[str, object]) -> Session:
        """A session that will start at any place of any flow: for walks and tests."""
        session = cls(pack, next(iter(pack.pack.entries)), facts)
        session._frames = [Frame(pack.flows[flow], place)]
        return session

    def start(self) -> line.Effect:
        """The first effect."""
        self._effect = self._settle()
        return self._effect

    def feed(self, outcome: line.Outcome) -> line.Effect:
        """What to do next, after the outcome of the last effect. Raises PackError for an outcome that does not fit."""
        if isinstance(outcome, line.HungUpSeen):
            if self._is_gone or self.is_over:
                return self._needs_effect()
            if isinstance(self._effect, line.Act):
                raise PackError(f"{self.where}: a hang-up was fed while an action is under way: feed its outcome first")
            self._is_gone = True
            self._leads.clear()
            self._effect = self._settle()
            return self._effect
        trigger = self._take(outcome)
        if trigger:
            self._move(trigger)
        self._effect = self._settle()
        return self._effect

    def _needs_effect(self) -> line.Effect:
        return self._effect if self._effect is not None else self.start()

    def _take(self, outcome: line.Outcome) -> str:  # noqa: PLR0911 - one return a case
        """The trigger that an outcome is, its facts taken in; "" when the state is to be entered (again)."""
        state = self._frame.place.state
        match outcome, self._effect:
            case line.Done(facts=facts), line.Act():
                self.facts.update(facts)
                return "ok"
            case line.Failed(facts=facts), line.Act() | line.Record():
                self.facts.update(facts)
                return "failed"
            case line.Played(), line.Say():
                return "played" if state.kind is Kind.SAY else ""
            case line.KeyPressed(key=key), line.ReadKeys() | line.ReadDigits():
                return f"key_{key}"
            case line.BadKey(), line.ReadKeys():
                return "bad_key"
            case line.NoKey(), line.ReadKeys() | line.ReadDigits():
                return "no_key"
            case line.DigitsEntered(digits=digits), line.ReadDigits():
                if len(digits) < amount(state.min_digits, self.facts):
                    return "bad_key"
                self.facts[state.into] = digits
                return "entered"
            case line.Recorded() as recorded, line.Record():
                return self._take_recording(state, recorded)
        raise PackError(f"{self.where}: {outcome} is no answer to {type(self._effect).__name__}")

    def _take_recording(self, state: State, recorded: line.Recorded) -> str:
        is_long = recorded.duration_s >= amount(state.min_s, self.facts)
        self.facts["is_recorded"] = is_long
        self.facts["recorded_s"] = recorded.duration_s
        if recorded.ended_by is line.RecordEnd.HANG_UP:
            self._is_gone = True
            return ""
        if any(key.digits == recorded.key for key in self._live_keys(state)):
            return f"key_{recorded.key}"
        return "recorded" if is_long else "too_short"

    def _move(self, trigger: str) -> None:
        """Fire a trigger in the frame at hand, counting misses. Raises PackError when the flow has no way on."""
        frame = self._frame
        edge = frame.place.edge
        if trigger in MISSED:
            frame.misses += 1
            frame.missed_in = frame.state
        elif edge is None:
            frame.misses = 0
        elif trigger == "ok" and not self._is_gone:
            self._leads += self._speaker.say(edge.say, self.facts)
        source = frame.state
        if not frame.flow.fire(trigger, frame, self):
            raise PackError(f"{self.where}: has no way on after {trigger}: run `vmq pack check {self._pack.pack.id}`")
        if self._watch:
            self._watch(Step(frame.flow.flow.name, source, trigger, frame.state))

    def _settle(self) -> line.Effect:
        """Pass through states until one gives an effect."""
        for _ in range(_MAX_STEPS):
            effect = self._enter()
            if effect is not None:
                return effect
        raise PackError(f"{self.where}: goes round without an end: run `vmq pack check {self._pack.pack.id}`")

    def _enter(self) -> line.Effect | None:
        """The effect of the place at hand, or None after moving on from it."""
        frame = self._frame
        place = frame.place
        state = place.state
        if place.edge is not None:
            return self._pass_way(place.edge)
        if frame.missed_in != state.name:
            frame.misses, frame.missed_in = 0, ""
        if state.kind in USES_LINE:
            if self._is_gone:
                self._move("hung_up")
                return None
            return self._line_effect(state)
        if state.kind is Kind.ACT and state.do:
            return self._act(state.do)
        if state.kind is Kind.CALL:
            self._frames.append(Frame(self._pack.flows[state.flow], self._pack.flows[state.flow].flow.start))
        elif state.kind is Kind.CHOOSE:
            self._move("chosen")
        elif state.kind is Kind.END:
            return self._end(state)
        return None

    def _pass_way(self, edge: Edge) -> line.Effect | None:
        """An edge that sets, does or says something."""
        self.facts.update(edge.sets)
        if edge.do:
            return self._act(edge.do)
        self._move("ok")
        return None

    def _end(self, state: State) -> line.Effect | None:
        """The end of a sub-flow gives way to its caller; an exit, or the last end, is the end of all."""
        if len(self._frames) > 1 and not state.exit:
            self._frames.pop()
            self._move("hung_up" if self._is_gone else "returned")
            return None
        if self._leads and not self._is_gone:
            return line.Say(self._segments(""))
        return line.End(state.name, "" if self._is_gone else state.exit)

    def _act(self, do: Do) -> line.Act:
        arguments = {
            name: str(self.facts.get(argument.value, "")) if argument.is_fact else argument.value
            for name, argument in do.arguments.items()
        }
        return line.Act(do.action, arguments)

    def _line_effect(self, state: State) -> line.Effect:
        """What the line is to do in a state."""
        keys = self._live_keys(state)
        segments = self._segments(state.cue, keys)
        if state.kind is Kind.SAY:
            return line.Say(segments)
        digits = frozenset(key.digits for key in keys)
        if state.kind is Kind.RECORD:
            return line.Record(
                segments,
                ref=str(self.facts.get(state.into, "")),
                max_s=amount(state.max_s, self.facts),
                silence_s=amount(state.silence_s, self.facts),
                stop_keys=state.stop | digits,
                barge_in=state.is_barge_in,
            )
        timeout_s, interdigit_s = amount(state.timeout_s, self.facts), amount(state.interdigit_s, self.facts)
        if state.kind is Kind.ASK:
            return line.ReadDigits(
                segments,
                max_digits=int(amount(state.max_digits, self.facts)),
                end_key=state.end_key,
                timeout_s=timeout_s,
                interdigit_s=interdigit_s,
                keys=digits,
            )
        return line.ReadKeys(
            segments,
            keys=digits,
            timeout_s=timeout_s,
            interdigit_s=interdigit_s,
            barge_in=state.is_barge_in,
            seek=state.seek,
            skip_s=amount(state.skip_s, self.facts),
        )

    def _segments(self, cue: str, keys: Sequence[Key] = ()) -> tuple[line.Segment, ...]:
        """What edges left to be said, then the cue."""
        segments = (*self._leads, *self._speaker.say(cue, self.facts, keys))
        self._leads.clear()
        return segments

    def _live_keys(self, state: State) -> tuple[Key, ...]:
        guards = self._pack.vocabulary.guards
        return tuple(key for key in state.keys if all_hold(key.edge.when, self.facts, guards))

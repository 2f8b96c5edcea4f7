"""One call: outcomes in, effects out, one for one. Deterministic, and no I/O: the same outcomes give the same effects.

A hang-up is fed once. From then on states that need the line are passed by their `hung_up` edge, actions are still
done, and the dialogue comes to its end; so a recording can be kept after its caller is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from vmq.dialogue.compile import MISSED, CompiledPack
from vmq.dialogue.conditions import all_hold, amount
from vmq.dialogue.effects import line_effect, live_keys
from vmq.dialogue.frame import Frame
from vmq.dialogue.hearing import Hearing
from vmq.dialogue.schema import MAX_CALL_DEPTH, USES_LINE, Argument, Do, Edge, Key, Kind, State, Undo
from vmq.dialogue.spoken import phrases_of
from vmq.dialogue.undo import Deeds
from vmq.dialogue.vocabulary import EMPTY
from vmq.domain import line
from vmq.errors import PackError

_MAX_STEPS = 1000  # states passed for one outcome; a pack that has passed its checks stays far below
_MAX_IDLE = 5000  # outcomes without anything from the party: thousands of messages played one after the other

SAID = "said"
"""The trigger of a step that tells of words spoken instead of a key; the key's own step comes after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move of a call through a flow: for logs and for the coverage of a pack's tests."""

    flow: str
    source: str
    trigger: str
    target: str


class Session:
    """One call through a pack. `facts` is what is true now: the subject's, the pack's, the settings. `chosen` are the
    settings that the party has changed in this call: the subject keeps them, where it can, for the next."""

    __slots__ = ("_after", "_deeds", "_effect", "_frames", "_hearing", "_idle", "_is_gone", "_leads", "_pack",
                 "_speaker", "_watch", "chosen", "facts", "language")  # fmt: skip

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
        self._hearing = Hearing()
        self._deeds = Deeds()
        self._after = ""
        self._idle = 0
        self.chosen: dict[str, object] = {}
        self.facts: dict[str, object] = {
            **pack.vocabulary.empty_facts(),
            **{name: EMPTY[fact.type] for name, fact in pack.pack.own_facts.items()},
            **{f"setting.{name}": setting.default for name, setting in pack.pack.settings.items()},
            **facts,
        }
        self.adopt(settings or {})

    def adopt(self, settings: Mapping[str, object]) -> None:
        """From now on with these settings; names and values that the pack does not take are left out."""
        for name, value in settings.items():
            known = self._pack.pack.settings.get(name)
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
    def mark(self) -> Hashable:
        """Equal for two sessions of a pack that will give the same effects for the same outcomes: for walks."""
        frames = tuple(frame.mark for frame in self._frames)
        past = (self._hearing.mark, self._deeds.mark, tuple(self._leads), self._after, self._is_gone)
        return (frames, tuple(self.facts), tuple(self.facts.values()), type(self._effect), past)

    @property
    def _frame(self) -> Frame:
        return self._frames[-1]

    @classmethod
    def standing_at(cls, pack: CompiledPack, flow: str, place: str, facts: Mapping[str, object]) -> Session:
        """A session that will start at any place of any flow: for walks and tests."""
        session = cls(pack, next(iter(pack.pack.entries)), facts)
        session._frames = [Frame(pack.flows[flow], place)]
        return session

    def fork(self) -> Session:
        """The same call, to go on in another way: for walks and tests."""
        other = copy(self)
        other._frames = [replace(frame, menus=list(frame.menus)) for frame in self._frames]
        other._leads, other._hearing, other._deeds = list(self._leads), copy(self._hearing), self._deeds.copy()
        other.facts, other.chosen = dict(self.facts), dict(self.chosen)
        return other

    def start(self) -> line.Effect:
        """The first effect."""
        self._effect = self._settle()
        return self._effect

    def feed(self, outcome: line.Outcome) -> line.Effect:
        """What to do next, after the outcome of the last effect. Raises PackError for an outcome that does not fit, and
        when the dialogue goes on for ever without its party."""
        if isinstance(outcome, line.HungUpSeen):
            if self._is_gone or self.is_over:
                return self._needs_effect()
            if isinstance(self._effect, line.Act):
                raise PackError(f"{self.where}: a hang-up was fed while an action is under way: feed its outcome first")
            self._is_gone = True
            self._leads.clear()
            self._effect = self._settle()
            return self._effect
        self._idle += 1
        if self._idle > _MAX_IDLE:
            raise PackError(f"{self.where}: goes on and on without its party: let it come to an end")
        trigger = self._take(outcome)
        if trigger:
            self._move(trigger)
        self._effect = self._settle()
        return self._effect

    def _needs_effect(self) -> line.Effect:
        return self._effect if self._effect is not None else self.start()

    # outcomes in

    def _take(self, outcome: line.Outcome) -> str:  # noqa: PLR0911 - one return a case
        """The trigger that an outcome is, its facts taken in; "" when the state is to be entered (again)."""
        state = self._frame.place.state
        match outcome, self._effect:
            case line.Done(), line.Act() as act:
                return self._take_done(outcome, act)
            case line.Failed(facts=facts), line.Act() | line.Record():
                self.facts.update(facts)
                return "failed"
            case line.Played(), line.Say():
                return "played" if state.kind is Kind.SAY else ""
            case line.KeyPressed(key=key), line.ReadKeys() | line.ReadDigits():
                self._hear(outcome.playback)
                self._press(state, key)
                return f"key_{key}"
            case line.BadKey(), line.ReadKeys():
                self._idle = 0
                self._hear(outcome.playback)
                return "bad_key"
            case line.NoKey(), line.ReadKeys() | line.ReadDigits():
                self._hear(outcome.playback)
                self._after = outcome.after
                return "no_key"
            case line.DigitsEntered(digits=digits), line.ReadDigits():
                return self._take_digits(state, digits)
            case line.Recorded() as recorded, line.Record() as effect:
                return self._take_recording(state, recorded, effect)
        raise PackError(f"{self.where}: {outcome} is no answer to {type(self._effect).__name__}")

    def _take_done(self, done: line.Done, act: line.Act) -> str:
        self.facts.update(done.facts)
        edge = self._frame.place.edge
        if edge is None or edge.undo is None:
            self._deeds.note(act, done, self._pack.vocabulary.actions)
        self.facts["can_undo"] = bool(self._deeds)
        is_more = edge is not None and edge.undo is Undo.VISIT and self._deeds
        return "" if is_more else "ok"

    def _hear(self, playback: line.Playback | None) -> None:
        if playback:
            self._hearing.take(playback)
            self.facts.update(self._hearing.facts)

    def _press(self, state: State, digits: str) -> None:
        """What a key does besides leading on."""
        self._idle = 0
        key = next((key for key in self._live_keys(state) if key.digits == digits), None)
        if key and key.seek:
            self._hearing.move(line.Move(key.seek, amount(key.by_s, self.facts)))
            self.facts.update(self._hearing.facts)
        if key and key.is_immediate:
            self._after = digits

    def _take_digits(self, state: State, digits: str) -> str:
        self._idle = 0
        if len(digits) < amount(state.min_digits, self.facts) or not self._is_in_range(state, digits):
            return "bad_key"
        self.facts[state.into] = digits
        return "entered"

    def _is_in_range(self, state: State, digits: str) -> bool:
        if not digits or (state.low is None and state.high is None):
            return True
        if not digits.isdecimal():
            return False
        is_high_enough = state.low is None or int(digits) >= amount(state.low, self.facts)
        return is_high_enough and (state.high is None or int(digits) <= amount(state.high, self.facts))

    def _take_recording(self, state: State, recorded: line.Recorded, effect: line.Record) -> str:
        is_long = recorded.duration_s >= amount(state.min_s, self.facts)
        self._hearing.recorded(effect.ref, recorded.duration_s)
        self.facts.update(self._hearing.facts)
        self.facts["is_recorded"] = is_long
        self.facts["recorded_s"] = recorded.duration_s
        if recorded.ended_by is line.RecordEnd.HANG_UP:
            self._is_gone = True
            return ""
        if recorded.ended_by is line.RecordEnd.KEY:
            self._idle = 0
        if any(key.digits == recorded.key for key in self._live_keys(state)):
            return f"key_{recorded.key}"
        if not is_long:
            return "too_short"
        return "limit" if recorded.ended_by is line.RecordEnd.MAX and "limit" in state.edges else "recorded"

    # moving on

    def _move(self, trigger: str) -> None:
        """Fire a trigger in the frame at hand, counting misses. Raises PackError when the flow has no way on."""
        frame = self._frame
        place = frame.place
        edge = place.edge
        if trigger in MISSED:
            frame.miss(trigger)
            self.facts.update(frame.miss_facts)
        elif edge is None:
            frame.forget_misses()
        elif trigger == "ok" and not self._is_gone:
            self._leads += self._speaker.say(edge.say, self.facts)
        source = frame.state
        if not frame.flow.fire(trigger, frame, self):
            raise PackError(f"{self.where}: has no way on after {trigger}: run `vmq pack check {self._pack.pack.id}`")
        if edge is not None and edge.is_back and trigger == "ok":
            frame.state = frame.menu_before(place.state, default=frame.state)
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
            frame.forget_misses()
        self.facts.update(frame.miss_facts)
        if state.kind in USES_LINE:
            if self._is_gone:
                self._move("hung_up")
                return None
            frame.pass_menu(state)
            return self._line_effect(state)
        if state.kind is Kind.ACT and state.do:
            return self._act(state.do)
        if state.kind is Kind.CALL:
            self._call(state)
        elif state.kind is Kind.CHOOSE:
            self._move("chosen")
        elif state.kind is Kind.END:
            return self._end(state)
        return None

    def _pass_way(self, edge: Edge) -> line.Effect | None:
        """An edge that picks, sets, does, undoes or says something."""
        if edge.pick:
            items = self.facts.get(edge.pick.source)
            if isinstance(items, tuple) and len(items) >= edge.pick.number:
                self.facts[edge.pick.into] = items[edge.pick.number - 1].value
        for name, value in self._values(edge.sets).items():
            self._set(name, value)
        if edge.is_restart:
            self._hearing.restart()
            self.facts.update(self._hearing.facts)
        if edge.do:
            return self._act(edge.do)
        if edge.undo and self._deeds:
            return self._deeds.take()
        self._move("ok")
        return None

    def _set(self, name: str, value: object) -> None:
        """Set a fact; a setting only to what an owner may give."""
        chosen = name.removeprefix("setting.")
        if chosen != name:
            if not self._pack.pack.settings[chosen].accepts(value):
                return
            self.chosen[chosen] = value
        self.facts[name] = value

    def _call(self, state: State) -> None:
        if len(self._frames) > MAX_CALL_DEPTH:
            raise PackError(f"{self.where}: flows call each other without end: run `vmq pack check`")
        flow = self._pack.flows[state.flow]
        hidden = {name: self.facts[name] for name in flow.flow.takes}
        given = {name: EMPTY[fact.type] for name, fact in flow.flow.takes.items()} | self._values(state.arguments)
        self._frames.append(Frame(flow, flow.flow.start, outer=hidden))
        self.facts.update(given)

    def _end(self, state: State) -> line.Effect | None:
        """The end of a sub-flow gives way to its caller; an exit, or the last end, is the end of all."""
        if len(self._frames) > 1 and not state.exit:
            self.facts.update(self._frames.pop().outer)
            self.facts["result"] = state.name
            own = f"returned_{state.name}"
            returned = own if own in self._frame.place.state.edges else "returned"
            self._move("hung_up" if self._is_gone else returned)
            return None
        if self._leads and not self._is_gone:
            return line.Say(self._segments(""))
        return line.End(state.name, "" if self._is_gone else state.exit)

    def _values(self, arguments: Mapping[str, Argument]) -> dict[str, object]:
        return {
            name: self.facts.get(str(argument.value), "") if argument.is_fact else argument.value
            for name, argument in arguments.items()
        }

    def _act(self, do: Do) -> line.Act:
        return line.Act(do.action, {name: str(value) for name, value in self._values(do.arguments).items()})

    # effects out

    def _line_effect(self, state: State) -> line.Effect:
        keys = self._live_keys(state)
        after, self._after = self._after, ""
        segments = self._segments(state.cue, keys)
        phrases = self._phrases(state, keys)
        return line_effect(state, segments, keys, self.facts, self._hearing, after=after, phrases=phrases)

    def _phrases(self, state: State, keys: Sequence[Key]) -> Mapping[str, str]:
        """What may be said instead of pressing a key."""
        if state.spoken is None or not all_hold(state.spoken, self.facts, self._pack.vocabulary.guards):
            return {}
        return phrases_of(keys, self._speaker.book)

    def _segments(self, cue: str, keys: Sequence[Key] = ()) -> tuple[line.Segment, ...]:
        """What edges left to be said, then the cue."""
        segments = (*self._leads, *self._speaker.say(cue, self.facts, keys))
        self._leads.clear()
        return segments

    def _live_keys(self, state: State) -> tuple[Key, ...]:
        return live_keys(state, self.facts, self._pack.vocabulary.guards)

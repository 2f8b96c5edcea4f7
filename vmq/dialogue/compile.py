"""A pack becomes tables: each flow one `transitions` machine that all calls share, used as a pure table of edges.

Every written state is a state; every edge with an action becomes a state of its own between the two, left by `ok` or
`failed`, so that each wait for the world is a state. Conditions ask the call at hand (a `World`); the machine holds no
model and has no callbacks that act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from transitions import Machine

from vmq.dialogue.conditions import Condition, holds
from vmq.dialogue.cues import Speaker
from vmq.dialogue.grammar import grammar_for
from vmq.dialogue.schema import AGAIN, Do, Edge, Flow, Pack, State
from vmq.dialogue.vocabulary import Fact, Facts, Vocabulary
from vmq.errors import PackError

MISSED = frozenset({"no_key", "bad_key", "too_short"})


class World(Protocol):
    """What a condition may ask: the call's facts, and whether the state may be tried again."""

    @property
    def facts(self) -> Facts:
        """What is true now."""
        ...

    @property
    def may_retry(self) -> bool:
        """Are there tries left in the state at hand?"""
        ...


class Model(Protocol):
    """What a machine moves: anything with the name of its state."""

    state: str


Check = Callable[[World], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A state of the machine: a written state, or an edge's action on the way to `edge.to`."""

    name: str
    state: State
    edge: Edge | None = None

    @property
    def do(self) -> Do | None:
        """The action to be done here; what an undo does is known only when it comes to it."""
        return self.edge.do if self.edge else self.state.do


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the machine: where it leads when all its checks hold."""

    dest: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class CompiledFlow:
    """One flow's table. `ways` are the machine's own rows by place and trigger, in its order.

    They are walked here: a machine's event does the same, but with a dozen callbacks and log lines for each step, which
    made a fifth of what a call costs before its first prompt.
    """

    flow: Flow
    machine: Machine
    places: Mapping[str, Place]
    ways: Mapping[tuple[str, str], tuple[Way, ...]]

    def fire(self, trigger: str, model: Model, world: World) -> bool:
        """Move `model` (an object with `.state`) along; False when no edge fits."""
        for way in self.ways.get((model.state, trigger), ()):
            if all(check(world) for check in way.checks):
                model.state = way.dest
                return True
        return False


@dataclass(frozen=True, slots=True)
class CompiledPack:
    """A pack that calls of one subject can be run on."""

    pack: Pack
    vocabulary: Vocabulary
    flows: Mapping[str, CompiledFlow]
    speakers: Mapping[str, Speaker]
    known_facts: Mapping[str, Fact]

    def speaker(self, language: str) -> Speaker:
        """Who speaks this language (`en_GB` falls back to `en`, then to the pack's own)."""
        wanted = language.replace("-", "_")
        for tag in (wanted, wanted.split("_")[0], self.pack.language):
            if tag in self.speakers:
                return self.speakers[tag]
        raise PackError(f"personality {self.pack.id}: speaks no {language} and not its own {self.pack.language}")


def compile_pack(pack: Pack, vocabulary: Vocabulary) -> CompiledPack:
    """Compile a pack that has passed its checks. Raises PackError when it can't be."""
    speakers = {}
    for language, book in pack.books.items():
        grammar = grammar_for(language)
        if grammar:
            speakers[language] = Speaker(book, grammar, vocabulary.guards)
    try:
        flows = {name: compile_flow(flow, vocabulary) for name, flow in pack.flows.items()}
    except (KeyError, ValueError) as error:
        raise PackError(f"personality {pack.id}: can't be compiled ({error}): run `vmq pack check` on it") from error
    return CompiledPack(pack, vocabulary, flows, speakers, pack.known_facts(vocabulary))


def compile_flow(flow: Flow, vocabulary: Vocabulary) -> CompiledFlow:
    """The table of one flow."""
    builder = _Builder(flow, vocabulary)
    for state in flow.states.values():
        builder.add_state(state)
    machine = Machine(
        model=None,
        states=list(builder.places),
        initial=flow.start,
        transitions=builder.transitions,
        auto_transitions=False,
        send_event=False,
    )
    ways = {
        (source, trigger): tuple(
            Way(cast(str, row.dest), tuple(cast(Check, condition.func) for condition in row.conditions)) for row in rows
        )
        for trigger, event in machine.events.items()
        for source, rows in event.transitions.items()
    }
    return CompiledFlow(flow, machine, builder.places, ways)


class _Builder:
    """Gathers places and transitions."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary) -> None:
        self._flow = flow
        self._vocabulary = vocabulary
        self.places: dict[str, Place] = {}
        self.transitions: list[dict[str, object]] = []

    def add_state(self, state: State) -> None:
        """A written state with all its edges."""
        self.places[state.name] = Place(state.name, state)
        for trigger, edges in state.edges.items():
            for number, edge in enumerate(edges):
                self._add_edge(state, trigger, number, edge)
            if trigger.startswith("key_"):
                for place, bad in enumerate(state.edges.get("bad_key", ())):
                    self._add(trigger, state, self._way(state, "bad_key", place, bad), self._checks(bad))

    def _add_edge(self, state: State, trigger: str, number: int, edge: Edge) -> None:
        """An edge; what comes back for another try gives up when there is none left."""
        conditions = self._checks(edge)
        is_retry = trigger in MISSED and edge.to == AGAIN
        self._add(trigger, state, self._way(state, trigger, number, edge), [*conditions, *([_may_retry] * is_retry)])
        if is_retry:
            for place, last in enumerate(state.edges["gave_up"]):
                way = self._way(state, "gave_up", place, last)
                self._add(trigger, state, way, [*conditions, *self._checks(last)])

    def _checks(self, edge: Edge) -> list[Check]:
        return [_check(condition, self._vocabulary) for condition in edge.when]

    def _way(self, state: State, trigger: str, number: int, edge: Edge) -> str:
        """Where an edge leads at once: its target, or a place of its own when something is to be done on the way.

        Of an edge back the machine has the way that is taken where there is no menu before.
        """
        target = edge.to or state.name
        if edge.is_plain:
            return target
        way = Place(f"{state.name}/{trigger}.{number}", state, edge)
        if way.name not in self.places:
            self.places[way.name] = way
            self._add("ok", way, target, [])
            if edge.failed:
                self._add("failed", way, edge.failed, [])
        return way.name

    def _add(self, trigger: str, source: State | Place, dest: str, conditions: Sequence[Check]) -> None:
        self.transitions.append(
            {"trigger": trigger, "source": source.name, "dest": dest, "conditions": list(conditions)}
        )


def _may_retry(world: World) -> bool:
    return world.may_retry


def _check(condition: Condition, vocabulary: Vocabulary) -> Check:
    def check(world: World) -> bool:
        return holds(condition, world.facts, vocabulary.guards)

    return check

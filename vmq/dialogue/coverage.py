"""What the calls of a pack leave out: states, ways out, seek keys never pressed, flows where nobody speaks and might,
actions that never failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vmq.dialogue.compile import CompiledFlow, CompiledPack, Place
from vmq.dialogue.schema import AGAIN, GONE, Edge, State
from vmq.dialogue.script import run_call
from vmq.dialogue.session import SAID, Step
from vmq.dialogue.spoken import hears_words


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was missed: states, ways out and seek keys as `file: key`, files of flows where keys may be spoken and never
    are, actions that never failed by name. `reached` of `all` were not."""

    states: tuple[str, ...]
    edges: tuple[str, ...]
    seeks: tuple[str, ...]
    spoken: tuple[str, ...]
    failures: tuple[str, ...]
    reached: int
    all: int

    @property
    def is_whole(self) -> bool:
        """Was nothing missed?"""
        return self.reached == self.all

    @property
    def percent(self) -> float:
        """How much was reached; 100 only when nothing was missed."""
        return 100.0 if self.is_whole else min(99.0, 100 * self.reached / self.all)


def coverage(pack: CompiledPack) -> Coverage:
    """Run all calls of the pack and see what they missed.

    What several states inherit counts once, where it is written. A hang-up that leads straight to `gone` and a miss
    that only asks again do not count: the walk takes them in every state.
    """
    steps = {step for call in pack.pack.calls for step in run_call(pack, call).steps}
    said = {(step.flow, step.source) for step in steps if step.trigger == SAID}
    steps = {step for step in steps if step.trigger != SAID}
    seen = {(step.flow, state) for step in steps for state in (step.target, step.source)}
    states: dict[str, bool] = {}
    edges: dict[str, bool] = {}
    seeks: dict[str, bool] = {}
    spoken: dict[str, bool] = {}
    for name, flow in pack.flows.items():
        taken = {key for step in steps if step.flow == name for key in _edge_keys(flow, step)}
        sought = {(step.source, step.trigger.removeprefix("seek_")) for step in steps
                  if step.flow == name and step.trigger.startswith("seek_")}  # fmt: skip
        for state in flow.flow.states.values():
            if state.name != GONE:
                states[f"{flow.flow.file}: {state.key}"] = (name, state.name) in seen
            if hears_words(state):
                spoken[flow.flow.file] = spoken.get(flow.flow.file, False) or (name, state.name) in said
            for edge in _counted(state):
                edges[f"{flow.flow.file}: {edge.key}"] = edge.key in taken
            for key in state.keys:
                if key.seek:
                    place = f"{flow.flow.file}: {key.edge.key}"
                    seeks[place] = seeks.get(place, False) or (state.name, key.digits) in sought
    failures = _failures(pack, steps)
    every = [found for kind in (states, edges, seeks, spoken, failures) for found in kind.values()]
    return Coverage(
        _missed(states),
        _missed(edges),
        _missed(seeks),
        _missed(spoken),
        _missed(failures),
        reached=sum(every),
        all=len(every),
    )


def _missed(reached: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(sorted(place for place, is_reached in reached.items() if not is_reached))


def _counted(state: State) -> Iterator[Edge]:
    """The edges that scripts should take."""
    is_retried = any(edge.to == AGAIN for edges in state.edges.values() for edge in edges)
    for trigger, edges in state.edges.items():
        if trigger == "failed" or (trigger == "gave_up" and not is_retried):
            continue
        for edge in edges:
            is_plain = edge.is_plain and not edge.when
            if not (is_plain and edge.to == (GONE if trigger == "hung_up" else AGAIN)):
                yield edge


def _edge_keys(flow: CompiledFlow, step: Step) -> Iterator[str]:
    """Where the edge that a step took is written."""
    place = flow.places[step.source]
    if place.edge is not None:
        return
    for trigger in (step.trigger, "gave_up", "bad_key"):
        found = [
            edge.key
            for number, edge in enumerate(place.state.edges.get(trigger, ()))
            if step.target == _leads_to(flow, place, f"{place.name}/{trigger}.{number}", edge)
        ]
        if found:
            yield from found
            return


def _leads_to(flow: CompiledFlow, place: Place, way: str, edge: Edge) -> str:
    return way if way in flow.places else edge.to or place.name


def _failures(pack: CompiledPack, steps: Iterable[Step]) -> Mapping[str, bool]:
    """The actions of this pack that can fail, and whether they did."""
    used = {place.do.action for flow in pack.flows.values() for place in flow.places.values() if place.do}
    doing = (pack.flows[step.flow].places[step.source].do for step in steps if step.trigger == "failed")
    failed = {do.action for do in doing if do}
    return {name: name in failed for name in used if pack.vocabulary.actions[name].can_fail}

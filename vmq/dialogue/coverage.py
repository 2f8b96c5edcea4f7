"""What a pack's own test calls leave out: states never entered, edges never taken, actions that never failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vmq.dialogue.compile import CompiledFlow, CompiledPack
from vmq.dialogue.schema import AGAIN, GONE, Edge, State
from vmq.dialogue.script import run_call
from vmq.dialogue.session import Step


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was missed, as `file: key`; `taken` of `written` edges were taken."""

    states: tuple[str, ...]
    edges: tuple[str, ...]
    failures: tuple[str, ...]
    taken: int
    written: int


def coverage(pack: CompiledPack) -> Coverage:
    """Run all calls of the pack and see what they missed.

    An edge that several states inherit counts once, where it is written. A hang-up that leads straight to `gone` and a
    miss that only asks again do not count: the walk takes them in every state.
    """
    steps = {step for call in pack.pack.calls for step in run_call(pack, call).steps}
    seen = {(step.flow, step.target) for step in steps} | {(step.flow, step.source) for step in steps}
    states, written, taken = [], set(), set()
    for name, flow in pack.flows.items():
        states += [
            f"{flow.flow.file}: {state.key}"
            for state in flow.flow.states.values()
            if (name, state.name) not in seen and state.name != GONE
        ]
        written |= {(flow.flow.file, edge.key) for state in flow.flow.states.values() for edge in _counted(state)}
        taken |= {(flow.flow.file, key) for step in steps if step.flow == name for key in _edge_keys(flow, step)}
    missed = tuple(f"{file}: {key}" for file, key in sorted(written - taken))
    return Coverage(tuple(states), missed, _never_failed(pack, steps), len(written & taken), len(written))


def _counted(state: State) -> Iterator[Edge]:
    """The edges that scripts should take."""
    is_retried = any(edge.to == AGAIN for edges in state.edges.values() for edge in edges)
    for trigger, edges in state.edges.items():
        if trigger == "failed" or (trigger == "gave_up" and not is_retried):
            continue
        for edge in edges:
            is_plain = not (edge.when or edge.sets or edge.do or edge.say)
            if not (is_plain and edge.to == (GONE if trigger == "hung_up" else AGAIN)):
                yield edge


def _edge_keys(flow: CompiledFlow, step: Step) -> Iterator[str]:
    """Where the edge that a step took is written."""
    place = flow.places[step.source]
    if place.edge is not None:
        return
    for trigger in (step.trigger, "gave_up", "bad_key"):
        for number, edge in enumerate(place.state.edges.get(trigger, ())):
            way = f"{place.name}/{trigger}.{number}"
            if step.target == (way if way in flow.places else edge.to or place.name):
                yield edge.key
                return


def _never_failed(pack: CompiledPack, steps: Iterable[Step]) -> tuple[str, ...]:
    """Actions of this pack that can fail and never did."""
    used, failed = set(), set()
    for flow in pack.flows.values():
        used |= {place.do.action for place in flow.places.values() if place.do}
    for step in steps:
        do = pack.flows[step.flow].places[step.source].do
        if do and step.trigger == "failed":
            failed.add(do.action)
    return tuple(sorted(name for name in used - failed if pack.vocabulary.actions[name].can_fail))

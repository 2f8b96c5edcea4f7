"""Does a flow make sense? Every outcome has a way on, every state is reached and can end, nobody goes round in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from vmq.dialogue.checking import Checked
from vmq.dialogue.compile import MISSED
from vmq.dialogue.findings import Finding
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import AGAIN, GONE, NEXT, USES_LINE, Edge, Flow, Kind, State

Graph = Mapping[str, Collection[str]]


def check_edges(checked: Checked) -> Iterator[Finding]:
    """Each outcome leads somewhere: the last edge has no `when`, none before it lacks one, actions may fail."""
    for flow in checked.sound_flows():
        for state in flow.states.values():
            for trigger, edges in state.edges.items():
                if not trigger.startswith("key_"):
                    yield from _ordered(flow, edges)
                for edge in edges:
                    if edge.do and not edge.failed and checked.vocabulary.actions[edge.do.action].can_fail:
                        text = f'{edge.do.action} can fail: write failed = "a state", here or in [defaults]'
                        yield Finding(flow.file, f"{edge.key}.failed", text)
            yield from _needed(checked, flow, state)


def _ordered(flow: Flow, edges: tuple[Edge, ...]) -> Iterator[Finding]:
    if edges and edges[-1].when:
        yield Finding(
            flow.file, f"{edges[-1].key}.when", 'the last way out must always be open: add { to = "a state" }'
        )
    for edge, following in pairwise(edges):
        if not edge.when:
            yield Finding(flow.file, following.key, f"is never taken, since {edge.key} has no when: give it one")


def _needed(checked: Checked, flow: Flow, state: State) -> Iterator[Finding]:
    is_retried = any(edge.to == AGAIN for miss in MISSED for edge in state.edges.get(miss, ()))
    if is_retried and not state.edges.get("gave_up"):
        text = 'is missing: write gave_up = "a state", where it goes on after the last try, here or in [defaults]'
        yield Finding(flow.file, f"{state.key}.gave_up", text)
    if state.do and not state.edges.get("failed") and checked.vocabulary.actions[state.do.action].can_fail:
        text = f'{state.do.action} can fail: write failed = "a state", here or in [defaults]'
        yield Finding(flow.file, f"{state.key}.failed", text)
    if state.kind is Kind.RECORD and not state.edges.get("failed"):
        text = 'recording fails when the disk is full: write failed = "a state", here or in [defaults]'
        yield Finding(flow.file, f"{state.key}.failed", text)


def check_reach(checked: Checked) -> Iterator[Finding]:
    """Every flow is used, every state can be reached, and an end can be reached from it without a hang-up."""
    called = {state.flow for flow in checked.pack.flows.values() for state in flow.states.values()}
    for name, flow in checked.pack.flows.items():
        if name not in called and name not in checked.pack.entries.values():
            text = f"nobody starts this flow: call it from another, or write entry.… in {MANIFEST}, or delete the file"
            yield Finding(flow.file, "(whole file)", text)
    for flow in checked.sound_flows():
        graph = {state.name: _targets(state) for state in flow.states.values()}
        reached = _reach(graph, [flow.start])
        ends = [state.name for state in flow.states.values() if state.kind is Kind.END]
        calm = {name: _targets(flow.states[name], leave_out=("hung_up",)) for name in graph}
        ways_back = {name: [source for source, targets in calm.items() if name in targets] for name in graph}
        ending = _reach(ways_back, ends)
        for state in flow.states.values():
            if state.name not in reached and state.name != GONE:
                text = "nothing leads here: name it in a to = …, or delete it"
                yield Finding(flow.file, state.key, text)
            elif state.name in reached and state.name not in ending:
                text = "no end can be reached from here but by hanging up: give it a way to an end"
                yield Finding(flow.file, state.key, text)


def check_loops(checked: Checked) -> Iterator[Finding]:
    """A silent caller comes to an end, so does a call whose caller is gone, and no flow calls itself."""
    for flow in checked.sound_flows():
        silent = {state.name: _targets(state, only=_silent(state)) for state in flow.states.values()}
        for loop in _loops(silent):
            text = f"goes round without a key being pressed ({' → '.join(loop)}): let one of them lead on, to an end"
            yield Finding(flow.file, flow.states[loop[0]].key, text)
        gone = {state.name: _targets(state, only=_gone(state)) for state in flow.states.values()}
        for loop in _loops(gone):
            text = f"goes round after a hang-up ({' → '.join(loop)}): let hung_up lead to an end"
            yield Finding(flow.file, flow.states[loop[0]].key, text)
    calls = {
        name: {state.flow for state in flow.states.values() if state.flow in checked.pack.flows}
        for name, flow in checked.pack.flows.items()
    }
    for loop in _loops(calls):
        text = f"flows call each other in a ring ({' → '.join(loop)}): let one of them end instead"
        yield Finding(checked.pack.flows[loop[0]].file, "(whole file)", text)


def _silent(state: State) -> tuple[str, ...]:
    """The outcomes that come without anybody doing anything."""
    return (NEXT.get(state.kind, "") if state.kind is not Kind.ASK else "", "no_key", "too_short", "gave_up", "failed")


def _gone(state: State) -> tuple[str, ...]:
    """The outcomes that come when nobody is there any more."""
    return ("hung_up",) if state.kind in USES_LINE | {Kind.CALL} else ("chosen", "ok", "failed")


def _targets(state: State, only: Collection[str] = (), leave_out: Collection[str] = ()) -> set[str]:
    """Where a state can lead, by some outcomes or by all; retries of itself do not count."""
    is_retried = any(edge.to == AGAIN for miss in MISSED for edge in state.edges.get(miss, ()))
    targets = set()
    for trigger, edges in state.edges.items():
        if (only and trigger not in only) or trigger in leave_out or (trigger == "gave_up" and not is_retried):
            continue
        for edge in edges:
            targets |= {edge.to, edge.failed} - {AGAIN}
    return targets


def _reach(graph: Graph, starts: Collection[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph.get(name, ())
    return reached


def _loops(graph: Graph) -> Iterator[list[str]]:
    """One loop for each knot of the graph, from its first name in order and back to it."""
    reported: set[str] = set()
    for start in sorted(graph):
        loop = _way(graph, start, start)
        if loop and not reported.intersection(loop):
            reported.update(loop)
            yield loop


def _way(graph: Graph, start: str, goal: str) -> list[str]:
    """The shortest way from `start` over at least one edge to `goal`; empty when there is none."""
    ways = {name: [start, name] for name in sorted(graph.get(start, ()))}
    waiting = list(ways)
    while waiting:
        name = waiting.pop(0)
        if name == goal:
            return ways[name]
        for target in sorted(graph.get(name, ())):
            if target not in ways:
                ways[target] = [*ways[name], target]
                waiting.append(target)
    return []

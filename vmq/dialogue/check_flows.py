"""Does a flow make sense? Every outcome has a way on, every state is reached and can end, nobody goes round in vain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise

from vmq.dialogue.checking import Checked
from vmq.dialogue.compile import MISSED
from vmq.dialogue.findings import Finding
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import AGAIN, GONE, MAX_CALL_DEPTH, NEXT, USES_LINE, Do, Edge, Flow, Kind, Pack, State
from vmq.dialogue.vocabulary import Action

Graph = Mapping[str, Collection[str]]


def check_edges(checked: Checked) -> Iterator[Finding]:
    """Each outcome leads somewhere: the last edge has no `when`, none before it lacks one, actions may fail."""
    for flow in checked.sound_flows():
        for state in flow.states.values():
            for trigger, edges in state.edges.items():
                if not trigger.startswith("key_"):
                    yield from _ordered(flow, edges)
                for edge in edges:
                    doing = _what_can_fail(checked, edge)
                    if doing and not edge.failed:
                        text = f'{doing} can fail: write failed = "a state", here or in [defaults]'
                        yield Finding(flow.file, f"{edge.key}.failed", text)
            yield from _needed(checked, flow, state)


def _what_can_fail(checked: Checked, edge: Edge) -> str:
    """What an edge does that can fail; "" when nothing can."""
    actions = checked.vocabulary.actions
    if edge.do:
        return edge.do.action if actions[edge.do.action].can_fail else ""
    undone = {action.undo for action in actions.values() if action.undo} if edge.undo else set()
    return "an undo" if any(actions[name].can_fail for name in undone) else ""


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


def check_keyless(checked: Checked) -> Iterator[Finding]:
    """A party without keys is never asked for one."""
    for name in (name for name, entry in checked.vocabulary.entries.items() if entry.is_keyless):
        for flow in (checked.pack.flows[flow] for flow in sorted(checked.pack.reached_from([name]))):
            for state in flow.states.values():
                if state.kind in (Kind.MENU, Kind.ASK):
                    text = f"waits for keys, which the party of {name} has not: say or record instead"
                    yield Finding(flow.file, state.key, text)


def check_started(pack: Pack) -> Iterator[Finding]:
    """Every flow is used."""
    called = {state.flow for flow in pack.flows.values() for state in flow.states.values()}
    for name, flow in pack.flows.items():
        if name not in called and name not in pack.entries.values():
            text = f"nobody starts this flow: call it from another, or write entry.… in {MANIFEST}, or delete the file"
            yield Finding(flow.file, "(whole file)", text)


def check_reach(checked: Checked) -> Iterator[Finding]:
    """Every state can be reached, and an end can be reached from it without a hang-up."""
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
    """A silent caller comes to an end, and so does a call whose caller is gone."""
    for flow in checked.sound_flows():
        graph = {state.name: _targets(state) for state in flow.states.values()}
        silent = _silent(checked, flow, frozenset())
        for loop in _loops(silent):
            text = f"goes round without a key being pressed ({' → '.join(loop)}): let one of them lead on, to an end"
            yield Finding(flow.file, flow.states[loop[0]].key, text)
        gone = {state.name: _quiet(checked, flow, state, graph, _is_of_the_gone) for state in flow.states.values()}
        for loop in _loops(gone):
            text = f"goes round after a hang-up ({' → '.join(loop)}): let hung_up lead to an end"
            yield Finding(flow.file, flow.states[loop[0]].key, text)


def check_nesting(pack: Pack) -> Iterator[Finding]:
    """No flow calls itself, nor do flows call each other too deep."""
    calls = {
        name: sorted({state.flow for state in flow.states.values() if state.flow in pack.flows})
        for name, flow in pack.flows.items()
    }
    loops = list(_loops(calls))
    for loop in loops:
        text = f"flows call each other in a ring ({' → '.join(loop)}): let one of them end instead"
        yield Finding(pack.flows[loop[0]].file, "(whole file)", text)
    level = set() if loops else {name for name in pack.entries.values() if name in calls}
    for _ in range(MAX_CALL_DEPTH):
        level = {called for name in level for called in calls[name]}
    for name in sorted(level):
        text = f"is called through more than {MAX_CALL_DEPTH} flows: call it from one nearer to the entry"
        yield Finding(pack.flows[name].file, "(whole file)", text)


def _silent(checked: Checked, flow: Flow, callers: frozenset[str]) -> Graph:
    """Where each state of a flow leads without anybody doing anything. `callers` are the flows that led to this one."""
    graph = {state.name: _targets(state) for state in flow.states.values()}
    ends = {
        state.flow: _silent_ends(checked, state.flow, callers | {flow.name})
        for state in flow.states.values()
        if state.kind is Kind.CALL
    }

    def is_silent(state: State, outcome: str) -> bool:
        if outcome.startswith("returned"):
            named = {trigger.removeprefix("returned_") for trigger in state.edges if trigger.startswith("returned_")}
            found = ends[state.flow]
            return bool(found - named) if outcome == "returned" else outcome.removeprefix("returned_") in found
        return _is_silent(state, outcome)

    return {state.name: _quiet(checked, flow, state, graph, is_silent) for state in flow.states.values()}


def _silent_ends(checked: Checked, name: str, callers: frozenset[str]) -> set[str]:
    """The ends that a called flow comes to without a key being pressed; none of one with mistakes or in a ring."""
    flow = checked.pack.flows.get(name)
    if flow is None or flow.file in checked.bad_files or name in callers:
        return set()
    reached = _reach(_silent(checked, flow, callers), [flow.start])
    return {end for end in reached if flow.states[end].kind is Kind.END}


def _is_silent(state: State, outcome: str) -> bool:
    """Does the outcome come without anybody doing anything?"""
    if outcome in ("no_key", "too_short", "gave_up", "failed", "limit"):
        return True
    return state.kind is not Kind.ASK and outcome == NEXT.get(state.kind)


def _is_of_the_gone(state: State, outcome: str) -> bool:
    """Does the outcome come when nobody is there any more?"""
    if state.kind in USES_LINE | {Kind.CALL}:
        return outcome == "hung_up"
    return outcome in ("chosen", "ok", "failed")


def _quiet(checked: Checked, flow: Flow, state: State, graph: Graph, fits: Callable[[State, str], bool]) -> set[str]:
    """Where a state leads by outcomes of one sort, and for ever: what a finite action leads to comes to an end."""
    actions = checked.vocabulary.actions
    targets: set[str] = set()
    for trigger in _triggers(state):
        if not fits(state, trigger):
            continue
        is_ended = trigger == "ok" and _is_finite(state.do, actions)
        for edge in state.edges[trigger]:
            if not is_ended and not _is_finite(edge.do, actions):
                targets.add(edge.to)
                if edge.is_back:
                    targets |= _menus_before(flow, state, graph)
            targets.add(edge.failed)
    return targets - {AGAIN}


def _is_finite(do: Do | None, actions: Mapping[str, Action]) -> bool:
    return do is not None and actions[do.action].is_finite


def _menus_before(flow: Flow, state: State, graph: Graph) -> set[str]:
    """The menus that a way back can lead to."""
    menus = [other.name for other in flow.states.values() if other.kind in (Kind.MENU, Kind.ASK)]
    return {name for name in menus if state.name in _reach(graph, [name])}


def _triggers(state: State) -> Iterator[str]:
    """The outcomes that can come of a state."""
    is_retried = any(edge.to == AGAIN for miss in MISSED for edge in state.edges.get(miss, ()))
    yield from (trigger for trigger in state.edges if trigger != "gave_up" or is_retried)


def _targets(state: State, leave_out: Collection[str] = ()) -> set[str]:
    """Where a state can lead; retries of itself do not count."""
    edges = [edge for trigger in _triggers(state) if trigger not in leave_out for edge in state.edges[trigger]]
    return {target for edge in edges for target in (edge.to, edge.failed)} - {AGAIN}


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

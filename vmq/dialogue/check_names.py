"""Is every name known? Flows, states, cues, guards, facts, actions and their arguments, settings, entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vmq.dialogue.checking import Checked, fits, wanted
from vmq.dialogue.conditions import Amount
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import Argument, Do, Edge, Flow, Key, Kind, State
from vmq.dialogue.vocabulary import Fact, FactType

_AMOUNTS = ("timeout_s", "interdigit_s", "tries", "min_digits", "max_digits", "low", "high", "min_s", "max_s",
            "silence_s")  # fmt: skip
_INTO = {Kind.ASK: (FactType.DIGITS, FactType.SECRET), Kind.RECORD: (FactType.RECORDING,)}


def check_names(checked: Checked) -> Iterator[Finding]:
    """All names in the flows."""
    for flow in checked.pack.flows.values():
        if flow.start and flow.start not in flow.states:
            yield Finding(flow.file, "start", f'there is no state "{flow.start}": {offer(flow.start, flow.states)}')
        for state in flow.states.values():
            yield from _state(checked, flow, state)
            for edges in state.edges.values():
                for edge in edges:
                    yield from _edge(checked, flow, edge)


def _state(checked: Checked, flow: Flow, state: State) -> Iterator[Finding]:
    if state.cue:
        yield from _cue(checked, flow.file, f"{state.key}.cue", state.cue)
    if state.kind is Kind.ACT and state.do and state.do.action:
        yield from _do(checked, flow.file, state.key, state.do)
    if state.kind is Kind.CALL and state.flow:
        yield from _call(checked, flow, state)
    if state.into:
        types = _INTO[state.kind]
        yield from _into(checked, flow.file, f"{state.key}.into", state.into, types)
    for name in _AMOUNTS:
        value = getattr(state, name)
        if value is not None:
            yield from _amount(checked, flow.file, f"{state.key}.{name}", value)
    for key in state.keys:
        yield from _key(checked, flow, state, key)


def _key(checked: Checked, flow: Flow, state: State, key: Key) -> Iterator[Finding]:
    if len(key.digits) > 1 and state.kind is Kind.RECORD:
        yield Finding(flow.file, key.edge.key, "ends a recording, which one digit does only: take one digit")
    yield from _amount(checked, flow.file, f"{key.edge.key}.by_s", key.by_s)
    if key.is_only_seek:
        for condition in key.edge.when:
            yield from checked.condition(condition, flow.file, key.edge.key)
        if not key.edge.is_plain:
            text = "only moves about in a recording: write to = …, or take out what it does besides"
            yield Finding(flow.file, key.edge.key, text)


def _call(checked: Checked, flow: Flow, state: State) -> Iterator[Finding]:
    called = checked.pack.flows.get(state.flow)
    if called is None:
        hint = offer(state.flow, checked.pack.flows)
        yield Finding(flow.file, f"{state.key}.flow", f'there is no flow "{state.flow}": {hint}')
        return
    yield from _given(checked, flow.file, f"{state.key}.with", state.arguments, called.takes)
    for name, fact in called.takes.items():
        if name not in state.arguments:
            text = f"{called.name} needs {name} ({fact.type}): write with = {{ {name} = … }}"
            yield Finding(flow.file, f"{state.key}.with", text)
    own = [trigger.removeprefix("returned_") for trigger, edges in state.edges.items()
           if trigger.startswith("returned_") and edges and edges[0].key.startswith(f"{state.key}.")]  # fmt: skip
    for end in own:
        if end not in called.ends:
            hint = offer(end, called.ends)
            yield Finding(flow.file, f"{state.key}.results.{end}", f'{called.name} has no end "{end}": {hint}')
    told_apart = {end for end in called.ends if f"returned_{end}" in state.edges}
    if "returned" not in state.edges and told_apart < set(called.ends):
        left = sorted(set(called.ends) - told_apart)
        yield Finding(flow.file, f"{state.key}.next", f'is missing: write next = "a state" for the ends {left}')


def _into(checked: Checked, file: str, key: str, name: str, types: tuple[FactType, ...]) -> Iterator[Finding]:
    fitting = checked.names(*types)
    if name not in fitting:
        yield Finding(file, key, f'"{name}" can\'t take what comes in here: {offer(name, fitting)}')


def _edge(checked: Checked, flow: Flow, edge: Edge) -> Iterator[Finding]:
    for field, target in (("back" if edge.is_back else "to", edge.to), ("failed", edge.failed)):
        if target and target not in flow.states:
            hint = offer(target, flow.states)
            yield Finding(flow.file, f"{edge.key}.{field}", f'there is no state "{target}": {hint}')
    for condition in edge.when:
        yield from checked.condition(condition, flow.file, edge.key)
    if edge.say:
        yield from _cue(checked, flow.file, f"{edge.key}.say", edge.say)
    if edge.do and edge.do.action:
        yield from _do(checked, flow.file, edge.key, edge.do)
    if edge.pick:
        yield from _into(checked, flow.file, f"{edge.key}.from", edge.pick.source, (FactType.LIST,))
        yield from _into(checked, flow.file, f"{edge.key}.into", edge.pick.into, (FactType.DIGITS, FactType.TEXT))
    if not edge.sets:
        return
    settings = {name: fact for name, fact in checked.facts.items() if name.startswith("setting.")}
    own = {**checked.pack.own_facts, **settings}
    yield from _given(checked, flow.file, f"{edge.key}.set", edge.sets, own, hint=f"or add fact.… to {MANIFEST}")
    for name, argument in edge.sets.items():
        setting = checked.pack.settings.get(name.removeprefix("setting.")) if name in settings else None
        is_of_type = setting is not None and not argument.is_fact and fits(setting.fact, argument.value)
        if setting and is_of_type and not setting.accepts(argument.value):
            text = f"{argument.value!r} is not within the setting's bounds: write a value that is"
            yield Finding(flow.file, f"{edge.key}.set.{name}", text)


def _given(
    checked: Checked, file: str, key: str, values: Mapping[str, Argument], facts: Mapping[str, Fact], *, hint: str = ""
) -> Iterator[Finding]:
    """Values that facts are given."""
    for name, argument in values.items():
        where, fact = f"{key}.{name}", facts.get(name)
        if fact is None:
            more = f", {hint}" if hint else ""
            yield Finding(file, where, f'"{name}" can\'t be given here: {offer(name, facts)}{more}')
        elif argument.is_fact:
            yield from _given_fact(checked, file, where, str(argument.value), fact)
        elif fact.type in (FactType.TIME, FactType.LIST) or not fits(fact, argument.value):
            yield Finding(file, where, f"{argument.value!r} does not fit: {wanted(fact)}")


def _given_fact(checked: Checked, file: str, key: str, name: str, wanted_fact: Fact) -> Iterator[Finding]:
    fitting = [other for other, fact in checked.facts.items() if fact.type is wanted_fact.type]
    if name not in fitting:
        yield Finding(file, key, f'"{name}" is no {wanted_fact.type.value}: {offer(name, fitting)}')


def _do(checked: Checked, file: str, key: str, do: Do) -> Iterator[Finding]:
    action = checked.vocabulary.actions.get(do.action)
    if action is None:
        hint = offer(do.action, checked.vocabulary.actions)
        yield Finding(file, f"{key}.do", f'there is no action "{do.action}": {hint}')
        return
    for name in action.arguments:
        if name not in do.arguments:
            yield Finding(file, f"{key}.with", f'{do.action} needs {name}: write with = {{ {name} = "…" }}')
    for name, argument in do.arguments.items():
        value = str(argument.value)
        if name not in action.arguments:
            hint = offer(name, action.arguments)
            yield Finding(file, f"{key}.with.{name}", f"{do.action} takes no {name}: {hint}")
        elif argument.is_fact and value not in checked.facts:
            hint = offer(value, checked.facts)
            yield Finding(file, f"{key}.with.{name}", f'there is no fact "{value}": {hint}')
        elif name in action.values:
            fact = checked.facts.get(value) if argument.is_fact else None
            for open_value in (fact.values or ("",)) if fact else (value,):
                if open_value not in action.values[name]:
                    hint = offer(open_value, action.values[name])
                    yield Finding(file, f"{key}.with.{name}", f'{do.action} takes no {name} "{open_value}": {hint}')


def _cue(checked: Checked, file: str, key: str, cue: str) -> Iterator[Finding]:
    for book in checked.pack.books.values():
        if cue not in book.cues:
            text = f'{book.file} has no cue "{cue}": {offer(cue, book.cues)}, or add [cue.{cue}] there'
            yield Finding(file, key, text)


def _amount(checked: Checked, file: str, key: str, value: Amount) -> Iterator[Finding]:
    if isinstance(value, str):
        numbers = checked.names(FactType.NUMBER)
        if value not in numbers:
            yield Finding(file, key, f'"{value}" is no number: {offer(value, numbers)}')

"""Is every name known? Flows, states, cues, guards, facts, actions and their arguments, settings, entries."""

from __future__ import annotations

from collections.abc import Iterator

from vmq.dialogue.checking import Checked, fits, wanted
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.grammar import grammar_for, languages
from vmq.dialogue.parse_pack import MANIFEST
from vmq.dialogue.schema import Amount, Do, Edge, Flow, Kind, State
from vmq.dialogue.vocabulary import FactType

_AMOUNTS = ("timeout_s", "interdigit_s", "tries", "skip_s", "min_digits", "max_digits", "min_s", "max_s", "silence_s")
_INTO = {Kind.ASK: (FactType.DIGITS, FactType.SECRET), Kind.RECORD: (FactType.RECORDING,)}


def check_manifest(checked: Checked) -> Iterator[Finding]:
    """Language, entries, and facts that would hide the subject's."""
    pack = checked.pack
    if pack.language and grammar_for(pack.language) is None:
        yield Finding(MANIFEST, "language", f'"{pack.language}" can\'t be spoken: {offer(pack.language, languages())}')
    elif pack.language and pack.language not in pack.books:
        yield Finding(MANIFEST, "language", f"has no cues: write cues/{pack.language}.toml")
    for name, flow in pack.entries.items():
        if name not in checked.vocabulary.entries:
            hint = offer(name, checked.vocabulary.entries)
            yield Finding(MANIFEST, f"entry.{name}", f'nobody starts "{name}": {hint}')
        if flow not in pack.flows:
            yield Finding(MANIFEST, f"entry.{name}", f'there is no flow "{flow}": {offer(flow, pack.flows)}')
    for name in checked.vocabulary.entries:
        if name not in pack.entries:
            yield Finding(MANIFEST, f"entry.{name}", f'is missing: write entry.{name} = "…", the flow for it')
    for name in pack.facts:
        if name in checked.vocabulary.all_facts:
            yield Finding(MANIFEST, f"fact.{name}", "is a fact of the subject already: take another name")


def check_calls(checked: Checked) -> Iterator[Finding]:
    """The names in the pack's own tests."""
    pack = checked.pack
    for call in pack.calls:
        if call.entry not in pack.entries:
            yield Finding(call.file, f"{call.key}.entry", f'no entry "{call.entry}": {offer(call.entry, pack.entries)}')
        for action in call.answers:
            if action not in checked.vocabulary.actions:
                hint = offer(action, checked.vocabulary.actions)
                yield Finding(call.file, f"{call.key}.answers.{action}", f"there is no such action: {hint}")


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
    if state.kind is Kind.CALL and state.flow and state.flow not in checked.pack.flows:
        hint = offer(state.flow, checked.pack.flows)
        yield Finding(flow.file, f"{state.key}.flow", f'there is no flow "{state.flow}": {hint}')
    if state.into:
        yield from _into(checked, flow, state)
    for name in _AMOUNTS:
        yield from _amount(checked, flow.file, f"{state.key}.{name}", getattr(state, name))
    for key in state.keys:
        if key.digits in state.seek:
            text = f"seeks in this state too: take {key.digits} out of seek or out of keys"
            yield Finding(flow.file, f'{state.key}.seek."{key.digits}"', text)
        if len(key.digits) > 1 and state.kind is not Kind.MENU:
            yield Finding(flow.file, key.edge.key, "a key of more than one digit works in a menu only: take one digit")


def _into(checked: Checked, flow: Flow, state: State) -> Iterator[Finding]:
    types = _INTO[state.kind]
    names = [name for name, fact in checked.facts.items() if fact.type in types]
    if state.into not in names:
        text = f'"{state.into}" can\'t take what comes in here: {offer(state.into, names)}'
        yield Finding(flow.file, f"{state.key}.into", text)


def _edge(checked: Checked, flow: Flow, edge: Edge) -> Iterator[Finding]:
    for field, target in (("to", edge.to), ("failed", edge.failed)):
        if target and target not in flow.states:
            hint = offer(target, flow.states)
            yield Finding(flow.file, f"{edge.key}.{field}", f'there is no state "{target}": {hint}')
    for condition in edge.when:
        yield from checked.condition(condition, flow.file, edge.key)
    if edge.say:
        yield from _cue(checked, flow.file, f"{edge.key}.say", edge.say)
    if edge.do and edge.do.action:
        yield from _do(checked, flow.file, edge.key, edge.do)
    for name, value in edge.sets.items():
        fact = checked.pack.facts.get(name)
        where = f"{edge.key}.set.{name}"
        if fact is None:
            text = f"is no fact of this pack: {offer(name, checked.pack.facts)}, or add fact.{name} to {MANIFEST}"
            yield Finding(flow.file, where, text)
        elif not fits(fact, value):
            yield Finding(flow.file, where, f"{value!r} does not fit: {wanted(fact)}")


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
        if name not in action.arguments:
            hint = offer(name, action.arguments)
            yield Finding(file, f"{key}.with.{name}", f"{do.action} takes no {name}: {hint}")
        elif argument.is_fact and argument.value not in checked.facts:
            hint = offer(argument.value, checked.facts)
            yield Finding(file, f"{key}.with.{name}", f'there is no fact "{argument.value}": {hint}')
        elif name in action.values:
            fact = checked.facts.get(argument.value) if argument.is_fact else None
            for value in (fact.values or ("",)) if fact else (argument.value,):
                if value not in action.values[name]:
                    hint = offer(value, action.values[name])
                    yield Finding(file, f"{key}.with.{name}", f'{do.action} takes no {name} "{value}": {hint}')


def _cue(checked: Checked, file: str, key: str, cue: str) -> Iterator[Finding]:
    for book in checked.pack.books.values():
        if cue not in book.cues:
            text = f'{book.file} has no cue "{cue}": {offer(cue, book.cues)}, or add [cue.{cue}] there'
            yield Finding(file, key, text)


def _amount(checked: Checked, file: str, key: str, value: Amount) -> Iterator[Finding]:
    if isinstance(value, str):
        numbers = [name for name, fact in checked.facts.items() if fact.type is FactType.NUMBER]
        if value not in numbers:
            yield Finding(file, key, f'"{value}" is no number: {offer(value, numbers)}')

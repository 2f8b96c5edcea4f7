"""One flow file: TOML table in, Flow out, with defaults, flow-wide keys and key sets worked into each state.

Every mistake is collected; a state that can't be read stays in the flow as broken, so that nothing else is reported
because of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vmq.dialogue.conditions import Condition
from vmq.dialogue.fields import NAME, Fields
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.parse_edge import EdgeReader, read_arguments, read_conditions
from vmq.dialogue.parse_keys import Keys, read_keys, read_picks
from vmq.dialogue.schema import GONE, MISSES, NEXT, At, Do, Edge, Flow, Key, Kind, State
from vmq.dialogue.vocabulary import Fact, FactType

_TIMES = ("timeout_s", "interdigit_s", "tries")
_KEYED = frozenset({Kind.MENU, Kind.ASK, Kind.RECORD})
_WITH_HANG_UP = frozenset({Kind.SAY, Kind.MENU, Kind.ASK, Kind.RECORD, Kind.CALL})
_DEFAULTS = ("timeout_s", "interdigit_s", "tries", "barge_in", "spoken", "no_key", "bad_key", "too_short", "gave_up",
             "failed", "hung_up", "results")  # fmt: skip


def parse_flow(name: str, file: str, table: Mapping[str, object], findings: list[Finding]) -> Flow:
    """A flow from its file's table."""
    top = Fields(table, file, "", findings)
    start = top.text("start")
    takes = {argument: read_fact(argument, fields) for argument, fields in top.sub("takes").subs()}
    reader = _FlowReader(top.sub("defaults"), top.sub("keys"), top.sub("keyset"))
    states = {state: reader.state(state, fields) for state, fields in top.sub("state").subs()}
    for state, key in reader.implied_ends():
        if states.setdefault(state, State(name=state, kind=Kind.END, key=key)).kind is not Kind.END:
            findings.append(Finding(file, key, f'"{state}" is a state that is no end: write to = "{state}"'))
    states.setdefault(GONE, State(name=GONE, kind=Kind.END, key=f"state.{GONE}"))
    top.finish()
    return Flow(name, file, start, states, takes)


def read_fact(name: str, fields: Fields) -> Fact:
    """A fact that a pack declares: its own, or an argument of a flow."""
    kind = fields.text("type", choices=[kind.value for kind in FactType])
    if not NAME.match(name):
        fields.mistake("", "a fact's name is small letters, digits and _, starting with a letter: rename it")
    fact = Fact(FactType(kind) if kind in list(FactType) else FactType.TEXT, fields.text("meaning"),
                fields.texts("values"))  # fmt: skip
    fields.finish()
    return fact


class _FlowReader:
    """Reads the states of one flow, with what they inherit."""

    def __init__(self, defaults: Fields, flow_keys: Fields, keysets: Fields) -> None:
        for name in defaults.table:
            if name not in _DEFAULTS:
                defaults.mistake(name, f"can't be a default: {offer(name, _DEFAULTS)}, or take it out")
        self._edges = EdgeReader()
        self._defaults = defaults
        self._flow_keys = read_keys(flow_keys, self._edges)
        self._keysets = {name: read_keys(fields, self._edges) for name, fields in keysets.subs()}
        self._used: set[str] = set()

    def implied_ends(self) -> Iterator[tuple[str, str]]:
        """(name, key) of the ends that edges of states name by `ends`."""
        yield from ((name, key) for name, key in self._edges.implied_ends.items() if name in self._used)

    def state(self, name: str, fields: Fields) -> State:
        """One state. Reports and marks as broken what can't be read."""
        if not NAME.match(name):
            fields.mistake("", "a state's name is small letters, digits and _, starting with a letter: rename it")
        written = fields.text("kind", choices=[kind.value for kind in Kind])
        if written not in list(Kind):
            return State(name=name, kind=Kind.END, key=fields.key, is_broken=True)
        kind = Kind(written)
        keys = self._keys(kind, fields) if kind in _KEYED else ()
        state = State(
            name=name,
            kind=kind,
            key=fields.key,
            edges=self._state_edges(kind, fields, keys),
            cue=fields.text("cue", "") if kind in _KEYED else fields.text("cue") if kind is Kind.SAY else "",
            keys=keys,
            spoken=self._spoken(fields) if kind is Kind.MENU else None,
            **self._numbers(kind, fields),  # type: ignore[arg-type]
            **_own_fields(kind, fields),  # type: ignore[arg-type]
        )
        fields.finish()
        self._used |= {edge.to for edges in state.edges.values() for edge in edges}
        return state

    def _state_edges(self, kind: Kind, fields: Fields, keys: tuple[Key, ...]) -> dict[str, tuple[Edge, ...]]:
        edges: dict[str, tuple[Edge, ...]] = {}
        for key in keys:
            if not key.is_only_seek:
                edges[f"key_{key.digits}"] = (*edges.get(f"key_{key.digits}", ()), key.edge)
        failed = self._failed(fields)
        if kind is Kind.CALL:
            edges |= self._results(fields)
        if kind in NEXT and (kind is not Kind.CALL or fields.has("next") or not edges):
            edges[NEXT[kind]] = self._edges.edges(fields, "next", failed=failed)
        for miss in MISSES.get(kind, ()):
            edges[miss] = self._inherited(fields, miss, is_miss=True)
        if kind in MISSES:
            edges["gave_up"] = self._inherited(fields, "gave_up")
        if kind is Kind.RECORD and fields.has("limit"):
            edges["limit"] = self._edges.edges(fields, "limit", failed=failed)
        if kind in (Kind.ACT, Kind.RECORD):
            edges["failed"] = (Edge(fields.at("failed"), failed),) if failed else ()
        if kind in _WITH_HANG_UP:
            edges["hung_up"] = self._inherited(fields, "hung_up") or (Edge(fields.at("hung_up"), GONE),)
        return edges

    def _results(self, fields: Fields) -> dict[str, tuple[Edge, ...]]:
        """The ways out for single ends of a called flow; defaults for those that it has not do no harm."""
        own, inherited = fields.sub("results"), self._defaults.sub("results")
        found = {}
        for source in (inherited, own):
            for name in source.table:
                found[f"returned_{name}"] = self._edges.edges(source, name, failed=self._failed(fields))
        return found

    def _inherited(self, fields: Fields, name: str, is_miss: bool = False) -> tuple[Edge, ...]:
        source = fields if fields.has(name) else self._defaults
        fields.raw(name)
        failed = self._failed(fields)
        if not source.has(name) and is_miss:
            return (Edge(fields.at(name), ""),)
        return self._edges.edges(source, name, is_miss=is_miss, failed=failed) if source.has(name) else ()

    def _failed(self, fields: Fields) -> str:
        return fields.text("failed", "") or self._defaults.text("failed", "")

    def _keys(self, kind: Kind, fields: Fields) -> tuple[Key, ...]:
        inherited: dict[str, tuple[Key, ...]] = {}
        if kind is not Kind.RECORD and fields.flag("flow_keys", True):
            inherited |= self._flow_keys
        for name in fields.texts("use"):
            if name not in self._keysets:
                fields.mistake("use", f'there is no key set "{name}": {offer(name, self._keysets)}')
            inherited |= self._keysets.get(name, {})
        own: Keys = read_keys(fields.sub("keys"), self._edges)
        for digits, keys in own.items():
            for key in keys:
                _check_key(kind, key, fields.sub("keys"), digits)
        picks = read_picks(fields.sub("pick"), self._edges) if kind is Kind.MENU and fields.has("pick") else {}
        found = {**_usable(kind, inherited), **picks, **own}
        failed = self._failed(fields)
        return tuple(_with_failed(key, failed) for keys in found.values() for key in keys)

    def _spoken(self, fields: Fields) -> tuple[Condition, ...] | None:
        """When keys may be spoken: `true`, `{ when = … }`, or `false`."""
        source = fields if fields.has("spoken") else self._defaults
        value = source.raw("spoken")
        fields.raw("spoken")
        if isinstance(value, dict):
            table = source.sub("spoken")
            conditions = read_conditions(table)
            table.finish()
            return conditions
        return () if source.flag("spoken", False) else None

    def _numbers(self, kind: Kind, fields: Fields) -> dict[str, object]:
        if kind not in _KEYED:
            return {}
        plain = State(name="", kind=kind, key="")
        numbers: dict[str, object] = {}
        for name in _TIMES:
            inherited = self._defaults.amount(name, getattr(plain, name))
            numbers[name] = fields.amount(name, inherited)
        numbers["is_barge_in"] = fields.flag("barge_in", self._defaults.flag("barge_in", True))
        return numbers


def _own_fields(kind: Kind, fields: Fields) -> dict[str, object]:
    """The fields that one kind alone has."""
    if kind is Kind.ASK:
        return {
            "into": fields.text("into"),
            "min_digits": fields.amount("min_digits", 1),
            "max_digits": fields.amount("max_digits", 20),
            "low": fields.amount("low", 0) if fields.has("low") else None,
            "high": fields.amount("high", 0) if fields.has("high") else None,
            "end_key": fields.text("end_key", "#", choices=("#", "*", "")),
        }
    if kind is Kind.RECORD:
        at = fields.text("at", At.START, choices=[at.value for at in At])
        return {
            "into": fields.text("into"),
            "at": At(at) if at in list(At) else At.START,
            "min_s": fields.amount("min_s", 0),
            "max_s": fields.amount("max_s", 60),
            "silence_s": fields.amount("silence_s", 0),
            "stop": frozenset(fields.texts("stop", ("#",))),
        }
    if kind is Kind.ACT:
        return {"do": Do(fields.text("do"), read_arguments(fields, "with"))}
    if kind is Kind.CALL:
        return {"flow": fields.text("flow"), "arguments": read_arguments(fields, "with")}
    if kind is Kind.END:
        return {"exit": fields.text("exit", "")}
    return {}


def _check_key(kind: Kind, key: Key, fields: Fields, digits: str) -> None:
    """Report what a key of this kind of state can't be."""
    if key.seek and kind is not Kind.MENU:
        fields.mistake(digits, "moves about in a recording, which only a menu plays: take seek out")
    if key.is_immediate and kind is not Kind.MENU:
        fields.mistake(digits, "is immediate, which keys of a menu only can be: take it out")
    if key.is_anywhere and (kind is not Kind.ASK or len(digits) > 1):
        fields.mistake(digits, "counts anywhere, which keys of one digit in an ask only can: take it out")


def _usable(kind: Kind, keys: Keys) -> dict[str, tuple[Key, ...]]:
    """What a state takes of inherited keys: those that move about in recordings are for menus."""
    if kind is Kind.MENU:
        return dict(keys)
    return {digits: tuple(key for key in found if not key.seek) for digits, found in keys.items()}


def _with_failed(key: Key, failed: str) -> Key:
    edge = key.edge
    if (edge.do is None and edge.undo is None) or edge.failed or not failed:
        return key
    return replace(key, edge=replace(edge, failed=failed))

"""One flow file: TOML table in, Flow out, with defaults, flow-wide keys and key sets worked into each state.

Every mistake is collected; a state that can't be read stays in the flow as broken, so that nothing else is reported
because of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from vmq.dialogue.fields import NAME, Fields
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.parse_edge import read_arguments, read_edge, read_edges
from vmq.dialogue.schema import GONE, MISSES, NEXT, Do, Edge, Flow, Key, Kind, State
from vmq.domain.line import Seek

_TIMES = ("timeout_s", "interdigit_s", "tries")
_KEYED = frozenset({Kind.MENU, Kind.ASK, Kind.RECORD})
_WITH_HANG_UP = frozenset({Kind.SAY, Kind.MENU, Kind.ASK, Kind.RECORD, Kind.CALL})
_DIGITS = frozenset("0123456789*#ABCD")
_DEFAULTS = ("timeout_s", "interdigit_s", "tries", "barge_in", "skip_s", "no_key", "bad_key", "too_short", "gave_up",
             "failed", "hung_up")  # fmt: skip


def parse_flow(name: str, file: str, table: Mapping[str, object], findings: list[Finding]) -> Flow:
    """A flow from its file's table."""
    top = Fields(table, file, "", findings)
    start = top.text("start")
    reader = _FlowReader(top.sub("defaults"), top.sub("keys"), top.sub("keyset"))
    states = {state: reader.state(state, fields) for state, fields in top.sub("state").subs()}
    states.setdefault(GONE, State(name=GONE, kind=Kind.END, key=f"state.{GONE}"))
    top.finish()
    return Flow(name, file, start, states)


class _FlowReader:
    """Reads the states of one flow, with what they inherit."""

    def __init__(self, defaults: Fields, flow_keys: Fields, keysets: Fields) -> None:
        for name in defaults.table:
            if name not in _DEFAULTS:
                defaults.mistake(name, f"can't be a default: {offer(name, _DEFAULTS)}, or take it out")
        self._defaults = defaults
        self._flow_keys = _read_keys(flow_keys)
        self._keysets = {name: _read_keys(fields) for name, fields in keysets.subs()}

    def state(self, name: str, fields: Fields) -> State:
        """One state. Reports and marks as broken what can't be read."""
        if not NAME.match(name):
            fields.mistake("", "a state's name is small letters, digits and _, starting with a letter: rename it")
        written = fields.text("kind", choices=[kind.value for kind in Kind])
        if written not in list(Kind):
            return State(name=name, kind=Kind.END, key=fields.key, is_broken=True)
        kind = Kind(written)
        keys = self._keys(kind, fields) if kind in _KEYED else ()
        seek = _read_seek(fields) if kind is Kind.MENU else {}
        keys = tuple(key for key in keys if key.digits not in seek or fields.sub("keys").has(key.digits))
        state = State(
            name=name,
            kind=kind,
            key=fields.key,
            edges=self._edges(kind, fields, keys),
            cue=fields.text("cue", "") if kind in _KEYED else fields.text("cue") if kind is Kind.SAY else "",
            keys=keys,
            seek=seek,
            **self._numbers(kind, fields),  # type: ignore[arg-type]
            **_own_fields(kind, fields),  # type: ignore[arg-type]
        )
        fields.finish()
        return state

    def _edges(self, kind: Kind, fields: Fields, keys: tuple[Key, ...]) -> dict[str, tuple[Edge, ...]]:
        edges: dict[str, tuple[Edge, ...]] = {f"key_{key.digits}": (key.edge,) for key in keys}
        if kind in NEXT:
            edges[NEXT[kind]] = read_edges(fields, "next", failed=self._failed(fields))
        for miss in MISSES.get(kind, ()):
            edges[miss] = self._inherited(fields, miss, is_miss=True)
        if kind in MISSES:
            edges["gave_up"] = self._inherited(fields, "gave_up")
        if kind in (Kind.ACT, Kind.RECORD):
            failed = self._failed(fields)
            edges["failed"] = (Edge(fields.at("failed"), failed),) if failed else ()
        if kind in _WITH_HANG_UP:
            edges["hung_up"] = self._inherited(fields, "hung_up") or (Edge(fields.at("hung_up"), GONE),)
        return edges

    def _inherited(self, fields: Fields, name: str, is_miss: bool = False) -> tuple[Edge, ...]:
        source = fields if fields.has(name) else self._defaults
        fields.raw(name)
        failed = self._failed(fields)
        if not source.has(name) and is_miss:
            return (Edge(fields.at(name), ""),)
        return read_edges(source, name, is_miss=is_miss, failed=failed) if source.has(name) else ()

    def _failed(self, fields: Fields) -> str:
        return fields.text("failed", "") or self._defaults.text("failed", "")

    def _keys(self, kind: Kind, fields: Fields) -> tuple[Key, ...]:
        found: dict[str, Key] = {}
        if kind is not Kind.RECORD and fields.flag("flow_keys", True):
            found |= self._flow_keys
        for name in fields.texts("use"):
            if name not in self._keysets:
                fields.mistake("use", f'there is no key set "{name}": {offer(name, self._keysets)}')
            found |= self._keysets.get(name, {})
        found |= _read_keys(fields.sub("keys"))
        failed = self._failed(fields)
        return tuple(_with_failed(key, failed) for key in found.values())

    def _numbers(self, kind: Kind, fields: Fields) -> dict[str, object]:
        if kind not in _KEYED:
            return {}
        plain = State(name="", kind=kind, key="")
        wanted = (*_TIMES, "skip_s") if kind is Kind.MENU else _TIMES
        numbers: dict[str, object] = {}
        for name in wanted:
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
            "end_key": fields.text("end_key", "#", choices=("#", "*", "")),
        }
    if kind is Kind.RECORD:
        return {
            "into": fields.text("into"),
            "min_s": fields.amount("min_s", 0),
            "max_s": fields.amount("max_s", 60),
            "silence_s": fields.amount("silence_s", 0),
            "stop": frozenset(fields.texts("stop", ("#",))),
        }
    if kind is Kind.ACT:
        return {"do": Do(fields.text("do"), read_arguments(fields))}
    if kind is Kind.CALL:
        return {"flow": fields.text("flow")}
    if kind is Kind.END:
        return {"exit": fields.text("exit", "")}
    return {}


def _read_keys(fields: Fields) -> dict[str, Key]:
    keys = {}
    for digits, key in fields.subs():
        if not digits or set(digits) - _DIGITS:
            fields.mistake(digits, 'is no key: write digits, "*" and "#" only, as in keys."7" or keys."*3"')
            continue
        name = key.text("name")
        is_hidden = key.flag("hidden", False)
        keys[digits] = Key(digits, name, read_edge(key), is_hidden)
    return keys


def _read_seek(fields: Fields) -> dict[str, Seek]:
    seek = fields.sub("seek")
    read = {}
    for digit in seek.table:
        word = seek.text(digit, choices=[kind.value for kind in Seek])
        if word in list(Seek):
            read[digit] = Seek(word)
    return read


def _with_failed(key: Key, failed: str) -> Key:
    edge = key.edge
    if edge.do is None or edge.failed or not failed:
        return key
    return Key(key.digits, key.name, Edge(edge.key, edge.to, edge.when, edge.sets, edge.do, edge.say, failed),
               key.is_hidden)  # fmt: skip

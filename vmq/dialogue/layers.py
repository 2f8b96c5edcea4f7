"""A pack's file made of layers: what it inherits (of common.toml, of the pack it is based on) and what it writes.

Tables are merged down to single states, keys, cues, labels, facts and the fields of a state; what is written there
takes the place of what was inherited, whole. `false` switches a key, a state or a cue off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmq.dialogue.findings import Finding

Table = Mapping[str, object]
COMMON = "common.toml"
_COMMON_TABLES = ("defaults", "keys", "keyset")
_ANY = "*"
_MERGED = frozenset(
    {
        (),
        ("state",),
        ("state", _ANY),
        ("state", _ANY, "keys"),
        ("state", _ANY, "results"),
        ("defaults",),
        ("defaults", "results"),
        ("keys",),
        ("keyset",),
        ("keyset", _ANY),
        ("takes",),
        ("cue",),
        ("label",),
        ("text",),
        ("words",),
        ("card",),
        ("entry",),
        ("setting",),
        ("setting", _ANY),
        ("fact",),
    }
)
"""Where tables are merged; others replace what they inherit."""
_STEP = re.compile(r'"([^"]*)"|([^.\[\]"]+)|\[(\d+)\]')


@dataclass(frozen=True, slots=True)
class Layer:
    """One file as it is written. `file` is relative to its pack; the id of another than the one read stands before."""

    file: str
    table: Table


@dataclass(frozen=True, slots=True)
class Layered:
    """A file of a pack: what all layers give together. `layers` has the uppermost first."""

    file: str
    table: Table
    layers: tuple[Layer, ...]


def layered(file: str, layers: Sequence[Layer]) -> Layered:
    """The layers as one table; the uppermost comes first."""
    table: Table = {}
    for layer in reversed(layers):
        table = _over(table, layer.table, ())
    return Layered(file, table, tuple(layers))


def common_part(table: Table) -> Table:
    """What every flow takes from common.toml."""
    return {name: table[name] for name in _COMMON_TABLES if name in table}


def _over(below: Table, above: Table, path: tuple[str, ...]) -> Table:
    merged = dict(below)
    for name, value in above.items():
        inner = (*path, name)
        old = merged.get(name)
        if isinstance(value, dict) and isinstance(old, dict) and _is_merged(inner) and not _is_other(old, value):
            merged[name] = _over(old, value, inner)
        else:
            merged[name] = value
    return merged


def _is_merged(path: tuple[str, ...]) -> bool:
    if path in _MERGED:
        return True
    return any(
        len(pattern) == len(path) and all(wanted in (_ANY, step) for wanted, step in zip(pattern, path, strict=True))
        for pattern in _MERGED
    )


def _is_other(old: Table, new: Table) -> bool:
    """Is it a state of another kind, or a setting of another type, which shares no fields with the old one?"""
    return any(name in new and name in old and new[name] != old[name] for name in ("kind", "type"))


def relocate(finding: Finding, files: Mapping[str, Layered]) -> Finding:
    """The finding with the file that its key is written in; the uppermost that has most of it."""
    layers = files[finding.file].layers if finding.file in files else ()
    if not layers:
        return finding
    steps = [quoted or plain or number for quoted, plain, number in _STEP.findall(finding.key)]
    best = max(layers, key=lambda layer: _depth(layer.table, steps))
    return Finding(best.file, finding.key, finding.text)


def _depth(value: object, steps: Sequence[str]) -> int:
    """How many steps of a path there are."""
    for depth, step in enumerate(steps):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return depth
    return len(steps)

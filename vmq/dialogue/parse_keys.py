"""The keys of a flow as they are written: `"7" = { name, … }`, a list of those, or false for a key switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vmq.dialogue.conditions import Condition
from vmq.dialogue.fields import Fields
from vmq.dialogue.parse_edge import EdgeReader
from vmq.dialogue.schema import Key, Pick
from vmq.dialogue.schema_cues import MAX_PICKS
from vmq.domain.line import Seek

_DIGITS = frozenset("0123456789*#ABCD")
Keys = Mapping[str, tuple[Key, ...]]
"""Keys by their digits, in the order of their writing; none at all = switched off."""


def read_keys(fields: Fields, edges: EdgeReader) -> Keys:
    """All keys of a table."""
    keys: dict[str, tuple[Key, ...]] = {}
    for digits in fields.table:
        value = fields.raw(digits)
        if not digits or set(digits) - _DIGITS:
            fields.mistake(digits, 'is no key: write digits, "*" and "#" only, as in keys."7" or keys."*3"')
        elif value is False:
            keys[digits] = ()
        elif isinstance(value, list):
            keys[digits] = tuple(_read_key(digits, key, edges) for key in fields.items(digits))
            if not keys[digits]:
                fields.wrong_type(digits, value, "{ name = …, to = … }, a list of those, or false")
        else:
            keys[digits] = (_read_key(digits, fields.sub(digits), edges),)
    return keys


def _read_key(digits: str, fields: Fields, edges: EdgeReader) -> Key:
    name = fields.text("name")
    is_hidden = fields.flag("hidden", False)
    word = fields.text("seek", choices=[kind.value for kind in Seek]) if fields.has("seek") else ""
    seek = Seek(word) if word in list(Seek) else None
    by_s = fields.amount("by_s", 3.0)
    is_immediate = fields.flag("immediate", False)
    is_anywhere = fields.flag("anywhere", False)
    is_only_seek = fields.has("seek") and not any(fields.has(way) for way in ("to", "back", "ends"))
    edge = edges.edge(fields, may_stay=is_only_seek)
    return Key(digits, name, edge, is_hidden, seek, by_s, is_only_seek, is_immediate, is_anywhere)


def read_picks(fields: Fields, edges: EdgeReader) -> Keys:
    """`pick = { from, into, name, to, … }`: the keys 1 to 9 take the items of a list."""
    source, into, name = fields.text("from"), fields.text("into"), fields.text("name")
    edge = edges.edge(fields)
    keys = {}
    for number in range(1, MAX_PICKS + 1):
        there = Condition(source, low=number)
        way = replace(edge, when=(there, *edge.when), pick=Pick(source, number, into))
        keys[str(number)] = (Key(str(number), name, way, is_hidden=True),)
    return keys

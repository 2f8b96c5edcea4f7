"""Edges and conditions as they are written: "state", { when, set, do, with, say, to, failed }, or a list of those."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.dialogue.fields import Fields
from vmq.dialogue.schema import AGAIN, Argument, Condition, Do, Edge

_FORMS = '"a state", { to = "a state", … } or a list of such tables'


def read_edges(fields: Fields, name: str, is_miss: bool = False, failed: str = "") -> tuple[Edge, ...]:
    """The edges of one outcome, in order. A miss may leave `to` out: the same state again."""
    value = fields.raw(name)
    if isinstance(value, str):
        return (Edge(fields.at(name), value),)
    if isinstance(value, dict):
        return (read_edge(fields.sub(name), is_miss, failed),)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        tables = [Fields(item, fields.file, f"{fields.at(name)}[{place}]", fields.findings)
                  for place, item in enumerate(value)]  # fmt: skip
        return tuple(read_edge(table, is_miss, failed) for table in tables)
    if value is None:
        fields.mistake(name, f"is missing: write {name} = {_FORMS}")
    else:
        fields.wrong_type(name, value, _FORMS)
    return ()


def read_edge(fields: Fields, is_miss: bool = False, failed: str = "") -> Edge:
    """One edge from its table; the caller has read what else the table may hold."""
    do = Do(fields.text("do"), read_arguments(fields)) if fields.has("do") else None
    edge = Edge(
        key=fields.key,
        to=fields.text("to", AGAIN if is_miss else None),
        when=read_conditions(fields),
        sets=dict(fields.sub("set").table),
        do=do,
        say=fields.text("say", ""),
        failed=fields.text("failed", failed) if do else "",
    )
    fields.finish(("when", "set", "do", "with", "say", "to", "failed"))
    return edge


def read_arguments(fields: Fields) -> dict[str, Argument]:
    """The `with` of an action: texts, or `{ fact = "name" }`."""
    arguments = {}
    table = fields.sub("with")
    for name in table.table:
        value = table.raw(name)
        if isinstance(value, str):
            arguments[name] = Argument(value)
        elif isinstance(value, dict) and set(value) == {"fact"} and isinstance(value["fact"], str):
            arguments[name] = Argument(value["fact"], is_fact=True)
        else:
            table.wrong_type(name, value, '"a text" or { fact = "its name" }')
    return arguments


def read_conditions(fields: Fields) -> tuple[Condition, ...]:
    """`when`: a name, "not name", a list of those (all must hold), or { fact = value, … }."""
    value = fields.raw("when")
    if value is None:
        return ()
    if isinstance(value, dict):
        return tuple(_equal(fields, name, wanted) for name, wanted in value.items())
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        fields.wrong_type("when", value, '"a guard", "not a guard", a list of those, or { fact = value }')
        return ()
    return tuple(_named(str(name)) for name in names)


def _named(text: str) -> Condition:
    words = text.split()
    return Condition(words[-1], is_negated=words[0] == "not") if len(words) <= 2 else Condition(text)


def _equal(fields: Fields, name: str, wanted: object) -> Condition:
    if isinstance(wanted, (bool, int, float, str)):
        return Condition(name, equals=wanted)
    fields.mistake("when", f"{name} can be compared with a number, a text, true or false: write {{ {name} = 0 }}")
    return Condition(name, equals=0)


def plain_table(value: object) -> Mapping[str, object]:
    """A table as TOML gave it, or an empty one."""
    return value if isinstance(value, dict) else {}

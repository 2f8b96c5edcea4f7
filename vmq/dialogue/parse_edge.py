"""Edges and conditions as they are written: "state", { when, set, do, with, say, to, … }, or a list of those."""

from __future__ import annotations

from collections.abc import Mapping

from vmq.dialogue.conditions import Condition
from vmq.dialogue.fields import Fields
from vmq.dialogue.schema import AGAIN, Argument, Do, Edge, Undo

_FORMS = '"a state", { to = "a state", … } or a list of such tables'
_WAYS = ("to", "back", "ends")
EDGE_FIELDS = ("when", "set", "do", "with", "undo", "restart", "say", "failed", *_WAYS)


class EdgeReader:
    """Reads the edges of one flow; `implied_ends` are those that edges name by `ends`."""

    def __init__(self) -> None:
        self.implied_ends: dict[str, str] = {}

    def edges(self, fields: Fields, name: str, is_miss: bool = False, failed: str = "") -> tuple[Edge, ...]:
        """The edges of one outcome, in order. A miss may leave `to` out: the same state again."""
        value = fields.raw(name)
        if isinstance(value, str):
            return (Edge(fields.at(name), value),)
        if isinstance(value, dict):
            return (self.edge(fields.sub(name), is_miss, failed),)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return tuple(self.edge(table, is_miss, failed) for table in fields.items(name))
        if value is None:
            fields.mistake(name, f"is missing: write {name} = {_FORMS}")
        else:
            fields.wrong_type(name, value, _FORMS)
        return ()

    def edge(self, fields: Fields, may_stay: bool = False, failed: str = "") -> Edge:
        """One edge from its table; the caller has read what else the table may hold."""
        do = Do(fields.text("do"), read_arguments(fields, "with")) if fields.has("do") else None
        undo = fields.text("undo", "", choices=(*Undo, "")) if fields.has("undo") else ""
        if do and undo:
            fields.mistake("undo", "comes with do: an edge does something or undoes something, take one out")
        can_fail = do is not None or bool(undo)
        edge = Edge(
            key=fields.key,
            to=self._target(fields, may_stay),
            when=read_conditions(fields),
            sets=read_arguments(fields, "set"),
            do=do,
            say=fields.text("say", ""),
            failed=fields.text("failed", failed) if can_fail else "",
            is_back=fields.has("back"),
            undo=Undo(undo) if undo else None,
            is_restart=fields.flag("restart", False),
        )
        fields.finish(EDGE_FIELDS)
        return edge

    def _target(self, fields: Fields, may_stay: bool) -> str:
        written = [name for name in _WAYS if fields.has(name)]
        if len(written) > 1:
            fields.mistake(written[1], f"comes with {written[0]}: an edge leads one way, take one out")
        if "ends" in written:
            end = fields.text("ends")
            self.implied_ends.setdefault(end, fields.at("ends"))
            return end
        if "back" in written:
            return fields.text("back")
        return fields.text("to", AGAIN if may_stay else None)


def read_arguments(fields: Fields, name: str) -> dict[str, Argument]:
    """A table of values: texts, numbers, true or false, or `{ fact = "name" }`."""
    arguments = {}
    table = fields.sub(name)
    for word in table.table:
        value = table.raw(word)
        if isinstance(value, (str, bool, int, float)):
            arguments[word] = Argument(value)
        elif isinstance(value, dict) and set(value) == {"fact"} and isinstance(value["fact"], str):
            arguments[word] = Argument(value["fact"], is_fact=True)
        else:
            table.wrong_type(word, value, 'a text, a number, true or false, or { fact = "its name" }')
    return arguments


def read_conditions(fields: Fields) -> tuple[Condition, ...]:
    """`when`: a name, "not name", a list of those (all must hold), or { fact = value, … } with a value or bounds."""
    value = fields.raw("when")
    if value is None:
        return ()
    if isinstance(value, dict):
        return tuple(_compared(fields, name, wanted) for name, wanted in value.items())
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        fields.wrong_type("when", value, '"a guard", "not a guard", a list of those, or { fact = value }')
        return ()
    return tuple(_named(str(name)) for name in names)


def _named(text: str) -> Condition:
    words = text.split()
    return Condition(words[-1], is_negated=words[0] == "not") if len(words) <= 2 else Condition(text)


def _compared(fields: Fields, name: str, wanted: object) -> Condition:
    if isinstance(wanted, (bool, int, float, str)):
        return Condition(name, equals=wanted)
    if isinstance(wanted, dict) and wanted and set(wanted) <= {"min", "max"}:
        bounds = [wanted.get(side) for side in ("min", "max")]
        if all(bound is None or _is_number(bound) for bound in bounds):
            return Condition(name, low=bounds[0], high=bounds[1])
    text = f"{name} is compared with a value or within bounds: write {{ {name} = 0 }} or {{ {name} = {{ min = 1 }} }}"
    fields.mistake("when", text)
    return Condition(name, equals=0)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def plain_table(value: object) -> Mapping[str, object]:
    """A table as TOML gave it, or an empty one."""
    return value if isinstance(value, dict) else {}

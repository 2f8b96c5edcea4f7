"""A setting as the cell of a spreadsheet, and back: yes and no, numbers, words, and `name:number` for pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

DEFAULT = "-"
"""What is written into a cell to go back to the default; an empty one leaves the setting as it is."""
_YES = frozenset({"yes", "y", "true", "1", "on", "x"})
_NO = frozenset({"no", "n", "false", "0", "off"})
_WORDS = re.compile(r"[\s,;]+")


def columns_of(model: type[BaseModel]) -> list[str]:
    """The settings that fit into a cell."""
    return [name for name in model.model_fields if _kind(model, name) != "other"]


def to_value(model: type[BaseModel], name: str, cell: str) -> Any:
    """What a cell says; None = the default. Raises ValueError with what to write instead."""
    return None if cell == DEFAULT else _READERS.get(_kind(model, name), str)(cell)


def to_cell(value: Any) -> str:
    """A setting as a cell; one that isn't said is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, Mapping):
        return " ".join(f"{name}:{to_cell(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(_word, value))
    return str(value)


def _word(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return f"{value['name']}:{value['penalty']}" if "penalty" in value else str(value["name"])


def _number(cell: str) -> int | float:
    text = cell.replace(",", ".")
    try:
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    except ValueError:
        raise ValueError("write a number") from None


def _boolean(cell: str) -> bool:
    if cell.lower() not in _YES | _NO:
        raise ValueError("write yes or no")
    return cell.lower() in _YES


def _words(cell: str) -> list[str]:
    return [word for word in _WORDS.split(cell) if word]


def _member(word: str) -> Any:
    name, colon, penalty = word.partition(":")
    return {"name": name, "penalty": _number(penalty)} if colon else name


def _pair(word: str) -> tuple[str, Any]:
    name, colon, value = word.partition(":")
    if not colon:
        raise ValueError(f"write {word}:1, a name and a number")
    return name, _number(value)


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "words": _words,
    "members": lambda cell: [_member(word) for word in _words(cell)],
    "pairs": lambda cell: dict(_pair(word) for word in _words(cell)),
}


@cache
def _kind(model: type[BaseModel], name: str) -> str:
    """How a setting stands in a cell: text, boolean, number, words, members (of queues), pairs, or other = not."""
    schema = model.model_json_schema()["properties"][name]
    parts = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    kinds = {part.get("type", "string") for part in parts}
    if kinds == {"array"}:
        return "members" if "$ref" in parts[0].get("items", {}) else "words"
    if kinds == {"object"}:
        return "pairs" if "patternProperties" in parts[0] else "other"
    return kinds.pop() if len(kinds) == 1 else "other"

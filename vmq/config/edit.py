"""Changes a configuration's text: single settings and whole tables; comments, order and layout stay as they were.

Everything here goes from text to text; vmq.config.file reads and writes. What else the file says stays byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from vmq.config.layout import Span, spans
from vmq.errors import ConfigError

BLOCKS = frozenset({"announce", "callback"})
"""Tables within a table that get a header of their own; others are written in one line."""


def section(text: str, name: str) -> dict[str, Any]:
    """What `[name]` says; nothing where it isn't there. Raises ConfigError when the text is not TOML."""
    try:
        found = tomlkit.parse(text).unwrap().get(name, {})
    except TOMLKitError as error:
        raise ConfigError(f"is not valid TOML: {error}") from None
    return found if isinstance(found, dict) else {}


def set_value(text: str, section: str, key: str, value: str | int | float | bool | list[str]) -> str:
    """The text with `[section] key = value`. Raises ConfigError when it is not TOML."""
    try:
        document = tomlkit.parse(text)
        table = document.setdefault(section, tomlkit.table())
        table[key] = value
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise ConfigError(f"is not valid TOML: {error}") from None


def find(text: str, kind: str, key: str, name: str) -> Span | None:
    """Where the table `[[kind]]` with `key = name` stands."""
    for span in spans(text, kind):
        if _table(text, span)[1].get(key) == name:
            return span
    return None


def tables(text: str, kind: str) -> list[dict[str, Any]]:
    """What all tables `[[kind]]` say, in their order."""
    return [table for _, table in located(text, kind)]


def located(text: str, kind: str) -> list[tuple[Span, dict[str, Any]]]:
    """All tables `[[kind]]`: where each stands, and what it says. Who changes several begins with the last."""
    return [(span, _table(text, span)[1].unwrap()) for span in spans(text, kind)]


def change(text: str, span: Span, changes: Mapping[str, Any]) -> str:
    """The text with these keys of one table set; None drops a key, for one of BLOCKS there are changes again."""
    document, table = _table(text, span)
    _apply(table, changes)
    changed = tomlkit.dumps(document)
    if not changed.endswith("\n"):
        changed += "\n"
    return text[: span.begin] + changed + text[span.end :]


def add(text: str, kind: str, *added_tables: Mapping[str, Any]) -> str:
    """The text with these tables more, after the last of their kind, else at the end."""
    added = "\n".join(_new(kind, values) for values in added_tables)
    others = spans(text, kind)
    at = others[-1].end if others else len(text)
    before = text[:at]
    gap = "" if not before.strip() else "\n" if before.endswith("\n") else "\n\n"
    gap = "" if before.endswith("\n\n") else gap
    after = text[at:]
    return before + gap + added + ("\n" if after.strip() and not after.startswith("\n") else "") + after


def _new(kind: str, values: Mapping[str, Any]) -> str:
    document = tomlkit.document()
    table = tomlkit.table()
    _apply(table, values)
    several = tomlkit.aot()
    several.append(table)
    document.append(kind, several)
    return tomlkit.dumps(document).strip("\n") + "\n"


def remove(text: str, span: Span) -> str:
    """The text without a table and the comments directly above it."""
    before, after = text[: span.above], text[span.end :]
    if before.endswith("\n\n") or not before:
        after = after.removeprefix("\n")
    return before + after


def _table(text: str, span: Span) -> tuple[tomlkit.TOMLDocument, Any]:
    document = tomlkit.parse(text[span.begin : span.end])
    return document, document[span.kind][0]


def _apply(table: Any, changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        elif key in BLOCKS and isinstance(value, Mapping):
            if key not in table:
                table[key] = tomlkit.table()
            _apply(table[key], value)
        elif isinstance(value, Mapping) and isinstance(table.get(key), Mapping):
            _replace(table[key], value)
        else:
            table[key] = _item(value)


def _replace(table: Any, values: Mapping[str, Any]) -> None:
    """Let a table within say just this, without touching what it says already."""
    for gone in [key for key in table if key not in values]:
        del table[gone]
    for key, value in values.items():
        if _plain(table.get(key)) != value:
            table[key] = _item(value)


def _plain(value: Any) -> Any:
    return value.unwrap() if isinstance(value, Item) else value


def _item(value: Any) -> Any:
    """As TOML in one line."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, each in value.items():
            inline[key] = _item(each)
        return inline
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for each in value:
            array.append(_item(each))
        return array
    return tomlkit.item(value)

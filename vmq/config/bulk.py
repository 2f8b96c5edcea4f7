"""Many tables of one kind at once, as a sheet: what would change line by line, all that is wrong, and the new text.

A line whose mailbox (or agent) is there changes what its cells say; others are added. What the sheet doesn't name stays
as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from vmq.config import edit
from vmq.config.cells import columns_of, to_cell, to_value
from vmq.config.differences import KINDS, differences, merged, secrets_of
from vmq.config.file import ConfigFile
from vmq.config.load import TABLES
from vmq.config.sheets import Row, Sheet, read_sheet, write_sheet
from vmq.errors import ConfigError

SHEETS = frozenset({"mailbox", "agent"})
"""The kinds that can be had as a sheet."""
_FIRST = ("number", "name", "full_name", "device", "pin", "class_of_service", "email", "queues")
"""Columns that every sheet has, as far as the kind has them, in this order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sheet would do: `lines` say it for each line that changes something, `problems` what is wrong with it,
    `text` is the configuration afterwards."""

    lines: tuple[str, ...]
    problems: tuple[str, ...]
    text: str


def export_sheet(text: str, kind: str) -> bytes:
    """All tables of a kind as a sheet, with the columns that any of them says something in. Secrets are left empty."""
    model, tables = KINDS[kind], edit.tables(text, kind)
    shown = [name for name in columns_of(model) if name not in secrets_of(model)]
    said = [name for name in shown if any(name in table for table in tables)]
    columns = [name for name in _FIRST if name in columns_of(model)]
    columns += [name for name in said if name not in columns]
    rows = [{name: to_cell(table.get(name)) for name in columns if name in shown} for table in tables]
    return write_sheet(columns, rows)


def take_sheet(file: ConfigFile, kind: str, content: bytes, *, is_dry: bool) -> tuple[str, ...]:
    """Let a configuration file say what a sheet does, all of it or nothing; tells line by line what changes. With
    `is_dry` that is all. Raises ConfigError with all that is wrong, by line and column."""
    before = file.text()
    plan = plan_sheet(before, kind, content)
    if plan.problems:
        raise ConfigError("\n".join(plan.problems))
    if is_dry:
        file.check(plan.text)
    else:
        file.write(plan.text, before)
    return plan.lines


def plan_sheet(text: str, kind: str, content: bytes) -> Plan:
    """What a sheet would do to a configuration. Raises ConfigError for what is no text."""
    sheet, model, key = read_sheet(content), KINDS[kind], TABLES[kind]
    problems = [*sheet.problems, *_of_columns(sheet, model, key)]
    there = {table.get(key): (span, table) for span, table in edit.located(text, kind)}
    lines, added = [], []
    changed: dict[Any, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    for row in sheet.rows:
        name = row.cells.get(key, "")
        wrong = _of_name(row, name, key, seen)
        values = _values(model, row, wrong)
        before = there[name][1] if name in there else None
        after = merged(before or {}, {**values, key: name})
        wrong += [] if wrong else _of_model(model, row, after)
        problems += wrong
        changes = {} if wrong else differences(model, before or {key: name}, after)
        if before is None and not wrong:
            added.append({key: name, **changes})
            lines.append(f"line {row.line}: {kind} {name}: new{_told(model, {}, changes)}")
        elif changes and before is not None:
            changed[name] = changes
            lines.append(f"line {row.line}: {kind} {name}:{_told(model, before, changes)}")
    for name in sorted(changed, key=lambda each: there[each][0].begin, reverse=True):
        text = edit.change(text, there[name][0], changed[name])
    text = edit.add(text, kind, *added) if added else text
    return Plan(tuple(lines), tuple(problems), text)


def _of_columns(sheet: Sheet, model: type[BaseModel], key: str) -> list[str]:
    known = columns_of(model)
    found = [] if key in sheet.columns else [f"there is no column {key}; the first line names the columns"]
    for name in filter(None, sheet.columns):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            advice = f"write {near[0]}" if near else "take it out, or see docs/configuration.md for the settings"
            found.append(f"column {name}: there is no such setting; {advice}")
    return found


def _of_name(row: Row, name: str, key: str, seen: dict[str, int]) -> list[str]:
    if not name:
        return [f"line {row.line}, {key}: is empty; write one"]
    if name in seen:
        return [f"line {row.line}, {key}: {name} is in line {seen[name]} too; keep one"]
    seen[name] = row.line
    return []


def _values(model: type[BaseModel], row: Row, wrong: list[str]) -> dict[str, Any]:
    found = {}
    for name, cell in row.cells.items():
        if name in columns_of(model):
            try:
                found[name] = to_value(model, name, cell)
            except ValueError as error:
                wrong.append(f"line {row.line}, {name}: {_shown(model, name, cell)}: {error}")
    return found


def _of_model(model: type[BaseModel], row: Row, values: Mapping[str, Any]) -> list[str]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        return [
            f"line {row.line}, {problem['loc'][0]}: {_shown(model, str(problem['loc'][0]), problem['input'])}: "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        ]
    return []


def _told(model: type[BaseModel], before: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    """` name Ann → Anna, pin changed`."""
    told = []
    for name, value in changes.items():
        if name in secrets_of(model):
            told.append(f"{name} {'changed' if name in before else 'set'}")
        elif name in before:
            told.append(f"{name} {to_cell(before[name]) or 'nothing'} → {to_cell(value) or 'the default'}")
        else:
            told.append(f"{name} {to_cell(value)}")
    return f" {', '.join(told)}" if told else ""


def _shown(model: type[BaseModel], name: str, value: Any) -> str:
    return "what it says" if name in secrets_of(model) else repr(to_cell(value) if value != "" else "")

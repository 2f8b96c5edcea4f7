"""What an import gathers before it is written: tables of vmq's configuration, named as vmq names things."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class Table:
    """One table to be: its name, and settings as the file has them (tables within are dicts)."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)

    def set(self, key: str, value: Any) -> str:
        """Set `key` (`announce.position` is one of a table within); what was written, for the report."""
        *tables, last = key.split(".")
        table = self.settings
        for inner in tables:
            table = table.setdefault(inner, {})
        table[last] = value
        return f"{key} = {json.dumps(value, ensure_ascii=False)}"

    def get(self, key: str) -> Any:
        """What was set, or None."""
        value: Any = self.settings
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


@dataclass(slots=True)
class Drafts:
    """All tables, by kind and in the order they came. `sections` are those that are there once. `known_agents` are
    agents that are configured, name by device."""

    queues: dict[str, Table] = field(default_factory=dict)
    agents: dict[str, Table] = field(default_factory=dict)
    penalty_rules: dict[str, Table] = field(default_factory=dict)
    mailboxes: dict[str, Table] = field(default_factory=dict)
    sections: dict[str, Table] = field(default_factory=dict)
    queue_log: dict[str, bool] = field(default_factory=dict)
    known_agents: Mapping[str, str] = field(default_factory=dict)

    def tables(self) -> list[tuple[str, Table]]:
        """Kind and table, in the order they are written: what is named before who names it."""
        kinds = (
            ("penalty_rule", self.penalty_rules),
            ("queue", self.queues),
            ("agent", self.agents),
            ("mailbox", self.mailboxes),
        )
        return [(kind, table) for kind, tables in kinds for table in tables.values()]

    def section(self, name: str) -> Table:
        """The table of a section, such as `voicemail`."""
        return self.sections.setdefault(name, Table(name))


def vmq_name(text: str, taken: Container[str] = ()) -> str:
    """A name as vmq has them (letters, digits, `_.-`), made of any text; with a number when it is taken."""
    name = _NOT_IN_NAMES.sub("-", text.strip()).strip("-._")[:60] or "unnamed"
    number, found = 2, name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found

"""One TOML table being read: typed access by field, every mistake collected as a Finding, unknown fields reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.schema import MAX_AMOUNT

NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_TYPES = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}


def path(key: str, name: str) -> str:
    """The TOML path of a field, quoted where TOML wants it."""
    written = name if _BARE.match(name) and not name.isdigit() else f'"{name}"'
    return f"{key}.{written}" if key else written


class Fields:
    """A table at `key` of `file`. Each getter notes a mistake and gives the default; `finish` reports leftovers."""

    def __init__(self, table: Mapping[str, object], file: str, key: str, findings: list[Finding]) -> None:
        self.table = table
        self.file = file
        self.key = key
        self.findings = findings
        self._seen: set[str] = set()

    def mistake(self, name: str, text: str) -> None:
        """Note a mistake at one field ("" = at the table itself)."""
        self.findings.append(Finding(self.file, path(self.key, name) if name else self.key or "(whole file)", text))

    def at(self, name: str) -> str:
        """The TOML path of a field of this table."""
        return path(self.key, name)

    def has(self, name: str) -> bool:
        """Is the field written?"""
        return name in self.table

    def raw(self, name: str) -> object:
        """The field as TOML gave it, or None."""
        self._seen.add(name)
        return self.table.get(name)

    def text(self, name: str, default: str | None = None, choices: Iterable[str] = ()) -> str:
        """A text; one of `choices` where given. Without a default it must be written."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if value is None or (value == "" and default is None and not choices):
            wanted = " or ".join(f'"{choice}"' for choice in choices) or '"…"'
            self.mistake(name, f"is {'missing' if value is None else 'empty'}: write {name} = {wanted}")
        elif not isinstance(value, str):
            self.wrong_type(name, value, "text in quotes")
        elif choices and value not in choices:
            self.mistake(name, f'"{value}" is not known here: {offer(value, choices)}')
        else:
            return value
        return default or ""

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; one text alone will do."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong_type(name, value, 'a list of texts, ["…", "…"]')
        return default

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong_type(name, value, "true or false")
        return default

    def amount(self, name: str, default: float | str) -> float | str:
        """A number, or the name of a fact or setting that is one."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if 0 <= value <= MAX_AMOUNT:
                return value
            self.mistake(name, f"{value} is not from 0 to {MAX_AMOUNT}: write a number that is")
            return default
        self.wrong_type(name, value, "a number, or a setting by name")
        return default

    def sub(self, name: str) -> Fields:
        """A table inside this one; empty when it is not there."""
        value = self.raw(name)
        if value is not None and not isinstance(value, dict):
            self.wrong_type(name, value, "a table")
        return Fields(value if isinstance(value, dict) else {}, self.file, self.at(name), self.findings)

    def items(self, name: str) -> list[Fields]:
        """The tables of a list of tables."""
        value = self.raw(name)
        tables = value if isinstance(value, list) else []
        return [
            Fields(item, self.file, f"{self.at(name)}[{place}]", self.findings)
            for place, item in enumerate(tables)
            if isinstance(item, dict)
        ]

    def subs(self) -> Iterator[tuple[str, Fields]]:
        """All fields of this table, each a table by itself. Those that are `false` are switched off: not there."""
        for name in self.table:
            if self.raw(name) is not False:
                yield name, self.sub(name)

    def finish(self, known: Iterable[str] = ()) -> None:
        """Report the fields nobody asked for. `known` are fields that fit, though not read now."""
        for name in self.table:
            if name not in self._seen:
                hint = offer(name, {*self._seen, *known})
                self.mistake(name, f"no such field here: {hint}, or take it out")

    def only(self, known: Iterable[str]) -> None:
        """Report fields that are not among `known`, without reading any."""
        for name in self.table:
            if name not in known:
                self.mistake(name, f"no such field here: {offer(name, known)}, or take it out")

    def wrong_type(self, name: str, value: object, wanted: str) -> None:
        """Note that a field is of the wrong type."""
        self.mistake(name, f"is {_TYPES.get(type(value), type(value).__name__)}: write {wanted}")

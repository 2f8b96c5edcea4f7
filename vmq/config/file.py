"""The configuration file as something to ask and to change, table by table; it is checked whole before it is written.

A change that the check refuses is not written, nor one of what somebody else has changed meanwhile.
Tables are told apart by kind and name (`queue`, `sales`), and have an etag that changes when what they say does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmq.config import edit
from vmq.config.differences import revealed, secrets_of, set_table
from vmq.config.load import TABLES, parse, read_text
from vmq.config.model import Config
from vmq.disk import write_at_once
from vmq.errors import ConfigError, SettingChanged, SettingUnknown

_ETAG_KEY = secrets.token_bytes(16)
"""A PIN is part of what an etag is made of, and would soon be guessed from a plain digest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A table as the file says it, with all defaults and without secrets; `etag` stands for exactly what it says."""

    name: str
    settings: Mapping[str, Any]
    etag: str


class ConfigFile:
    """A configuration file. `environ` wins over it, as in `load`; `further` finds what else is wrong with one."""

    def __init__(
        self, path: Path, environ: Mapping[str, str], further: Callable[[Config], Iterable[str]] = lambda _: ()
    ) -> None:
        self.path = path
        self.further = further
        self._environ = dict(environ)

    def load(self) -> Config:
        """What it says now. Raises ConfigError; also for an empty file, which is one that is just being written, or was
        written to a full disk: what runs is not to end by it."""
        text = read_text(self.path)
        if not text.strip():
            raise ConfigError(f"{self.path}: is empty; write it again, or restart vmq to run without queues")
        return self._checked(text)

    def entries(self, kind: str) -> list[Entry]:
        """All tables of a kind, in the file's order. Raises ConfigError when the file can't be used."""
        return _entries(self.load(), kind)

    def entry(self, kind: str, name: str) -> Entry:
        """One table. Raises SettingUnknown, ConfigError."""
        for entry in self.entries(kind):
            if entry.name == name:
                return entry
        raise SettingUnknown(f"{self.path}: there is no {kind} {name!r}")

    def put(self, kind: str, name: str, settings: Mapping[str, Any], etag: str = "") -> bool:
        """Let a table say just this; what isn't said gets its default. True when the table is new.

        `etag` is that of the table as it was when the change was thought of: empty = whatever it says now.
        """
        return self._set(kind, name, settings, etag, is_whole=True)

    def patch(self, kind: str, name: str, settings: Mapping[str, Any], etag: str = "") -> None:
        """Change some settings of a table; None = back to the default. Raises as `delete`."""
        self._set(kind, name, settings, etag, is_whole=False)

    def delete(self, kind: str, name: str, etag: str = "") -> None:
        """Take a table out, with the comments directly above it. Raises SettingUnknown, SettingChanged, ConfigError."""
        text = self.text()
        self.write(self._without(text, kind, name, etag), text)

    def preview(self, kind: str, name: str, settings: Mapping[str, Any] | None, etag: str = "") -> tuple[str, str]:
        """The file's text as it is, and as `put` (or, for None, `delete`) would leave it. Raises as those do."""
        text = self.text()
        if settings is None:
            wanted = self._without(text, kind, name, etag)
        else:
            wanted = self._with(text, kind, name, settings, etag, is_whole=True)
        self._checked(wanted)
        return text, wanted

    def check_there(self) -> None:
        """Raises ConfigError when it isn't, or can't be read."""
        read_text(self.path)

    def text(self) -> str:
        """What stands in it, as text; nothing when it isn't there yet. Raises ConfigError."""
        return read_text(self.path) if self.path.exists() else ""

    def check(self, text: str) -> None:
        """Raises ConfigError for a text that it may not say, with all that is wrong."""
        self._checked(text)

    def set_value(self, section: str, key: str, value: str | int | float | bool) -> None:
        """Set `[section] key`; the file may not be there yet. Raises ConfigError."""
        text = self.text()
        try:
            self._replace(edit.set_value(text, section, key, value))
        except ConfigError as error:
            raise ConfigError(f"{self.path}: {error}") from None

    def _set(self, kind: str, name: str, settings: Mapping[str, Any], etag: str, *, is_whole: bool) -> bool:
        text = self.text()
        self.write(self._with(text, kind, name, settings, etag, is_whole=is_whole), text)
        return edit.find(text, kind, TABLES[kind], name) is None

    def _with(self, text: str, kind: str, name: str, settings: Mapping[str, Any], etag: str, *, is_whole: bool) -> str:
        """The text after a change to a table."""
        self._compare(text, kind, name, etag)
        if not is_whole and edit.find(text, kind, TABLES[kind], name) is None:
            raise SettingUnknown(f"{self.path}: there is no {kind} {name!r}")
        return set_table(text, kind, name, settings, is_whole=is_whole)

    def _without(self, text: str, kind: str, name: str, etag: str) -> str:
        """The text without a table."""
        span = edit.find(text, kind, TABLES[kind], name)
        if span is None:
            raise SettingUnknown(f"{self.path}: there is no {kind} {name!r}")
        self._compare(text, kind, name, etag)
        return edit.remove(text, span)

    def _compare(self, text: str, kind: str, name: str, etag: str) -> None:
        """Raises SettingChanged when the table is not the one that `etag` stands for (`*`: any that is there)."""
        if not etag:
            return
        found = [entry.etag for entry in _entries(parse(text, self.path, self._environ), kind) if entry.name == name]
        if not found or etag not in (*found, "*"):
            raise SettingChanged(f"{self.path}: {kind} {name} was changed meanwhile; read it again, and change that")

    def _checked(self, text: str) -> Config:
        config = parse(text, self.path, self._environ)
        if problems := [f"{self.path}: {problem}" for problem in self.further(config)]:
            raise ConfigError("\n".join(problems))
        return config

    def write(self, text: str, was: str) -> None:
        """Let the file say this instead of what it said. Raises SettingChanged when it doesn't say that any more."""
        self._checked(text)
        now = self.text()
        if now != was:
            raise SettingChanged(f"{self.path}: was changed meanwhile; read it again, and change that")
        if text != was:
            self._replace(text)

    def _replace(self, text: str) -> None:
        """Write it in one step. A new file is readable by its owner only."""
        try:
            path = self.path.resolve()
            write_at_once(path, text, mode=path.stat().st_mode & 0o777 if path.exists() else 0o600)
        except OSError as error:
            raise ConfigError(f"{self.path}: can't be written ({error.strerror}); check owner and free space") from None


def _entries(config: Config, kind: str) -> list[Entry]:
    found = []
    for table in getattr(config, kind):
        settings = table.model_dump(mode="json", exclude=set(secrets_of(type(table))))
        said = json.dumps(revealed(table), sort_keys=True).encode()
        digest = hmac.new(_ETAG_KEY, said, hashlib.sha256).hexdigest()[:16]
        found.append(Entry(settings[TABLES[kind]], settings, f'"{digest}"'))
    return found

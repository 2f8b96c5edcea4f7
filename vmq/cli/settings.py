"""`vmq queue|agent|mailbox|list|cos|… list|show|add|set|remove`: the configuration, table by table.

With --config the file is changed (a vmq that runs on it sees that); without, the running vmq is asked to by its API.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption
from vmq.config.load import TABLES
from vmq.errors import ConfigError
from vmq.http.plurals import plural

KINDS = {
    "queue": "Queues: their settings, and who serves them.",
    "agent": "Agents: their settings, and what they do.",
    "trunk": "Outside lines.",
    "schedule": "Opening hours.",
    "penalty_rule": "Rules by which callers' penalty limits change with their wait.",
    "door": "Front doors: their settings, and what they kept from ringing.",
    "doorbell": "Doorbells: lines without a keypad that ring telephones.",
    "mailbox": "Mailboxes: their settings, PINs, messages and lists.",
    "list": "Distribution lists of the house's.",
    "class_of_service": "Classes of service: what holds for all mailboxes that name one.",
    "webhook": "Web addresses that are told of messages.",
}
TYPED = {"class_of_service": "cos"}
"""What is typed for a kind, where that isn't its name."""
OWN_SHOW = frozenset({"mailbox"})
"""Kinds whose `show` tells more than the configuration does: see vmq.cli.mailbox. Theirs is `settings`."""

Name = Annotated[str, typer.Argument(help="Its name (or number) in the configuration.")]
Values = Annotated[
    list[str] | None,
    typer.Argument(help="key=value as in TOML: ring_s=20 announce.position=no; key= goes back to the default."),
]


def settings_apps(there: Mapping[str, typer.Typer]) -> dict[str, typer.Typer]:
    """A group of commands for each kind, by the noun it is typed as; one that is `there` gets them beside its own."""
    found = {}
    for kind, text in KINDS.items():
        noun = TYPED.get(kind) or kind.replace("_", "-")
        found[noun] = there.get(noun) or typer.Typer(no_args_is_help=True, help=text)
        _add(found[noun], kind)
    return found


def _add(app: typer.Typer, kind: str) -> None:
    word, many = kind.replace("_", " "), plural(kind).replace("-", " ")
    key = TABLES[kind]

    @app.command("list", help=f"All {many} of the configuration.")
    def list_(config: ConfigOption = None, url: UrlOption = "") -> None:
        for settings in _backend(config, url).all(kind):
            out.print(settings[key], markup=False)

    @app.command("settings" if kind in OWN_SHOW else "show", help=f"One {word} as configured, with its defaults.")
    def show(name: Name, config: ConfigOption = None, url: UrlOption = "") -> None:
        for key, value in _backend(config, url).get(kind, name).items():
            out.print(f"{key} = {json.dumps(value, ensure_ascii=False)}", markup=False)

    @app.command("add", help=f"Add one {word} to the configuration.")
    def add(name: Name, values: Values = None, config: ConfigOption = None, url: UrlOption = "") -> None:
        backend = _backend(config, url)
        if any(settings[key] == name for settings in backend.before_adding(kind)):
            raise ConfigError(f"there is a {word} {name!r} already; change it with `set`")
        backend.put(kind, name, parse_values(values or []))

    @app.command("set", help=f"Change settings of one {word}.")
    def set_(name: Name, values: Values = None, config: ConfigOption = None, url: UrlOption = "") -> None:
        _backend(config, url).patch(kind, name, parse_values(values or []))

    @app.command("remove", help=f"Take one {word} out of the configuration.")
    def remove(name: Name, config: ConfigOption = None, url: UrlOption = "") -> None:
        _backend(config, url).delete(kind, name)


def parse_values(words: list[str]) -> dict[str, Any]:
    """`ring_s=20 announce.on_join=true` → {"ring_s": 20, "announce": {"on_join": True}}; nothing after the = is None.

    What is no TOML value is a text. Raises ConfigError for a word without =.
    """
    found: dict[str, Any] = {}
    for word in words:
        key, separator, text = word.partition("=")
        if not separator or not key.strip():
            raise ConfigError(f"{word!r} says nothing; write key=value, e.g. ring_s=20")
        table = found
        *tables, last = key.strip().split(".")
        for name in tables:
            table = table.setdefault(name, {})
        table[last] = _value(text) if text else None
    return found


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


class _File:
    """The file itself. One that isn't there is a slip of the pen, but for what adds to it: that makes it."""

    def __init__(self, path: Path) -> None:
        from vmq.config.file import ConfigFile

        self._file = ConfigFile(path, os.environ)
        self.put = self._file.put

    def all(self, kind: str) -> list[Mapping[str, Any]]:
        return [entry.settings for entry in self._file.entries(kind)]

    def before_adding(self, kind: str) -> list[Mapping[str, Any]]:
        return self.all(kind) if self._file.path.exists() else []

    def get(self, kind: str, name: str) -> Mapping[str, Any]:
        return self._file.entry(kind, name).settings

    def patch(self, kind: str, name: str, values: Mapping[str, Any]) -> None:
        self._file.check_there()
        self._file.patch(kind, name, values)

    def delete(self, kind: str, name: str) -> None:
        self._file.check_there()
        self._file.delete(kind, name)


class _Api:
    """A running vmq."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def all(self, kind: str) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = self._remote.ask("GET", _address(kind))["items"]
        return items

    def before_adding(self, kind: str) -> list[Mapping[str, Any]]:
        return self.all(kind)

    def get(self, kind: str, name: str) -> Mapping[str, Any]:
        settings: Mapping[str, Any] = self._remote.ask("GET", _address(kind, name))
        return settings

    def put(self, kind: str, name: str, values: Mapping[str, Any]) -> None:
        self._remote.ask("PUT", _address(kind, name), values)

    def patch(self, kind: str, name: str, values: Mapping[str, Any]) -> None:
        self._remote.ask("PATCH", _address(kind, name), values)

    def delete(self, kind: str, name: str) -> None:
        self._remote.ask("DELETE", _address(kind, name))


def _backend(config: ConfigOption, url: str) -> _File | _Api:
    return _File(config) if config and not url else _Api(Remote(config, url))


def _address(kind: str, name: str = "") -> str:
    return f"/config/{plural(kind)}" + (f"/{name}" if name else "")

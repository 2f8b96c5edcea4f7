"""A mailbox gets another number: everywhere in a configuration's text where it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmq.config import edit
from vmq.config.mailbox_contradictions import RESERVED
from vmq.errors import ConfigError

_NUMBERS = frozenset({"number", "aliases", "readers", "lamps", "members", "mailboxes", "may_broadcast"})
_MEANT = frozenset({"house_mailbox", "announcement_mailbox", "mailbox"})
_WAYS = frozenset({"offer", "closed_to", "friends_to"})
_TABLES = frozenset({"overflow", "keys", "announce"})
"""Tables within a table: each of their keys is a way."""
_KINDS = ("mailbox", "list", "webhook", "queue", "door", "doorbell")


def rename_mailbox(text: str, number: str, to: str, *, keep_as_alias: bool) -> str:
    """The text in which `to` stands for the mailbox `number`, which calls may still reach as an alias of it. A text
    that doesn't name the mailbox comes back as it is, but for that alias. Raises ConfigError when it is not TOML, and
    for a number that can be no mailbox's."""
    mailboxes = edit.tables(text, "mailbox")
    if to in RESERVED:
        raise ConfigError(f"{to}: is the name of one of vmq's own folders; choose another")
    for table in mailboxes:
        if to in table.get("aliases", ()):
            raise ConfigError(f"{to}: calls for it go to mailbox {table.get('number')}; take it out of its aliases")
    for kind in _KINDS:
        for span, table in reversed(edit.located(text, kind)):
            is_other = kind == "list" and table.get("number") == number  # a list of this number stays one
            changes = {} if is_other else _changes(table, number, to)
            if kind == "mailbox" and table.get("number") == number and keep_as_alias:
                changes["aliases"] = [*table.get("aliases", ()), number]
            text = edit.change(text, span, changes) if changes else text
    if keep_as_alias and all(table.get("number") != number for table in mailboxes):
        text = edit.add(text, "mailbox", {"number": to, "aliases": [number]})
    voicemail = edit.section(text, "voicemail")
    for key, value in _changes(voicemail, number, to).items():
        text = edit.set_value(text, "voicemail", key, value)
    return text


def _changes(table: Mapping[str, Any], number: str, to: str) -> dict[str, Any]:
    """The keys of a table that mean the mailbox, as they are to be."""
    found = {key: _renamed(key, value, number, to) for key, value in table.items()}
    return {key: value for key, value in found.items() if value != table[key]}


def _way(way: str, number: str, to: str) -> str:
    """`mailbox:1001` of an overflow or a door, `voicemail:1001` of a key or an offer."""
    kind, _, target = way.partition(":")
    return f"{kind}:{to}" if kind in ("mailbox", "voicemail") and target == number else way


def _renamed(key: str, value: Any, number: str, to: str) -> Any:
    if key in _TABLES and isinstance(value, Mapping):
        return {name: _way(way, number, to) if isinstance(way, str) else way for name, way in value.items()}
    if key in _WAYS and isinstance(value, str):
        return _way(value, number, to)
    if key in _NUMBERS and isinstance(value, list):
        return [to if each == number else each for each in value]
    if key in _NUMBERS | _MEANT and value == number:
        return to
    return value

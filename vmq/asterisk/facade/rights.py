"""Classes of rights, as main/manager.c has them: what a user may read and do, and which events he asked for.

A set of classes is one number, a bit a class (EVENT_FLAG_* in include/asterisk/manager.h).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CLASSES: dict[str, int] = {
    "system": 1 << 0,
    "call": 1 << 1,
    "log": 1 << 2,
    "verbose": 1 << 3,
    "command": 1 << 4,
    "agent": 1 << 5,
    "user": 1 << 6,
    "config": 1 << 7,
    "dtmf": 1 << 8,
    "reporting": 1 << 9,
    "cdr": 1 << 10,
    "dialplan": 1 << 11,
    "originate": 1 << 12,
    "agi": 1 << 13,
    "cc": 1 << 15,
    "aoc": 1 << 16,
    "test": 1 << 17,
    "security": 1 << 18,
    "message": 1 << 30,
}
ALL = (1 << 31) - 1
NONE = 0
AGENT, COMMAND, SYSTEM = CLASSES["agent"], CLASSES["command"], CLASSES["system"]

_TRUE = frozenset({"yes", "true", "y", "t", "1", "on"})
_FALSE = frozenset({"no", "false", "n", "f", "0", "off"})
_PRIVILEGE = re.compile(rb"\r\nPrivilege: ([^\r]*)")
_LISTED = re.compile(r"\(Priv: ([^)]*)\)$")


def rights(names: Iterable[str]) -> int:
    """The classes of these names; `all` is every class. What is no class counts for nothing."""
    wanted = {name.strip() for name in names}
    return ALL if "all" in wanted else sum(CLASSES.get(name, NONE) for name in wanted)


def event_mask(text: str) -> int | None:
    """An EventMask: a number, a truth value, or class names parted by commas (strings_to_mask()). None for nothing."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text) & ALL
    if is_false(text):
        return NONE
    return ALL if is_true(text) else rights(text.split(","))


def is_true(text: str) -> bool:
    """What ast_true() takes for yes."""
    return text.lower() in _TRUE


def is_false(text: str) -> bool:
    """What ast_false() takes for no."""
    return text.lower() in _FALSE


def category(message: bytes) -> int | None:
    """The classes of an event, from its Privilege header (where `all` is always named too); None when it has none."""
    found = _PRIVILEGE.search(message)
    return None if found is None else rights(found[1].decode("ascii", "replace").removesuffix(",all").split(","))


def may_read(readable: int, classes: int) -> bool:
    """True when an event of these classes may be read: all of them are needed."""
    return readable & classes == classes


def may_do(writable: int, classes: int) -> bool:
    """True when an action of these classes may be done: one of them is enough, and some need none."""
    return classes == NONE or bool(writable & classes)


def needed_for(listed: str) -> int:
    """The classes of an action, from what ListCommands says of it: `Hangup channel.  (Priv: system,call,all)`."""
    found = _LISTED.search(listed)
    return NONE if found is None else rights(found[1].removesuffix(",all").split(","))

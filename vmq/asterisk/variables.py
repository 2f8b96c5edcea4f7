"""Channel variables on their way: quoted for AMI and MSet(), and those that a caller leaves to his agent's leg.

A variable whose name begins with `_` is inherited by the channels that Dial() makes, with `__` also by theirs
(main/channel.c, ast_channel_inherit_variables). Originate inherits nothing: vmq keeps what it hears of them (VarSet).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LINE = 900
"""Most bytes of a header's value: manager.c cuts a line at 1024."""

_SPECIAL = re.compile(r'([\\"(),\[\]])')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_BREAKS = str.maketrans(dict.fromkeys("\r\n\0", " "))


def assignment(name: str, value: str) -> str:
    """`NAME=value` as one part of a comma-separated list (main/app.c, __ast_app_separate_args). What would end the line
    becomes a blank; what does not fit in one is cut."""
    quoted = _SPECIAL.sub(r"\\\1", value.translate(_BREAKS))
    room = MAX_LINE - len(name)
    while len(quoted.encode()) > room:
        value = value[: len(value) - max(1, (len(quoted) - room) // 2)]
        quoted = _SPECIAL.sub(r"\\\1", value.translate(_BREAKS))
    return f"{name}={quoted}"


def assignments(variables: Iterable[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """As many variables as fit in one line, as MSet()'s argument; and the rest."""
    parts: list[str] = []
    rest: list[tuple[str, str]] = []
    used = 0
    for name, value in variables:
        part = assignment(name, value)
        if used + len(part.encode()) + 1 <= MAX_LINE:
            parts.append(part)
            used += len(part.encode()) + 1
        else:
            rest.append((name, value))
    return ",".join(parts), rest


def unescaped(text: str) -> str:
    """The value of a VarSet event as it was (ast_escape_c)."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


class Heritage:
    """The inheritable variables of all channels that live, by channel id."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, str]] = {}

    def note(self, channel_id: str, name: str, value: str) -> None:
        """A channel's variable was set; an empty value unsets it."""
        variables = self._of.setdefault(channel_id, {})
        for known in [known for known in variables if known.lstrip("_") == name.lstrip("_")]:
            del variables[known]
        if value:
            variables[name] = value
        elif not variables:
            del self._of[channel_id]

    def gone(self, channel_id: str) -> None:
        """The channel is no more."""
        self._of.pop(channel_id, None)

    def keep(self, channel_ids: Iterable[str]) -> None:
        """After a reconnect: forget all channels but these."""
        living = set(channel_ids)
        self._of = {channel_id: each for channel_id, each in self._of.items() if channel_id in living}

    def left_by(self, channel_id: str) -> list[tuple[str, str]]:
        """What a channel made by this one would get: `_X` as X, `__X` as it is."""
        variables = self._of.get(channel_id, {})
        return [(name if name.startswith("__") else name[1:], value) for name, value in variables.items()]

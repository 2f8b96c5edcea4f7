"""What a change to the configuration's text changes, line by line, as people read it; secrets are left out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from vmq.config.model import Config

AROUND = 3  # lines shown before and after a change
HIDDEN = '"…"'
_HEADER = re.compile(r"""\s*\[\[?\s*["']?([A-Za-z_]+)""")
_LONG = re.compile(r"""\s*(\"{3}|'{3})""")
"""What a text of several lines begins with."""


def shown_diff(was: str, text: str) -> str:
    """The lines that go (`-`) and come (`+`) with some around them, in the form of `diff -u`; "" when none do."""
    before, after = was.splitlines(), text.splitlines()
    shown_before, shown_after = list(_without_secrets(before)), list(_without_secrets(after))
    lines = []
    for group in _groups(before, after):
        _, first, _, to, _ = group[0]
        last, to_last = group[-1][2], group[-1][4]
        lines.append(f"@@ -{first + 1},{last - first} +{to + 1},{to_last - to} @@")
        for what, old, old_end, new, new_end in group:
            if what == "equal":
                lines += [f" {line}" for line in shown_before[old:old_end]]
                continue
            lines += [f"-{line}" for line in shown_before[old:old_end]]
            lines += [f"+{line}" for line in shown_after[new:new_end]]
    return "\n".join(lines)


def _groups(before: Sequence[str], after: Sequence[str]) -> Iterator[Sequence[tuple[str, int, int, int, int]]]:
    """The changes with what is around them. What both begin and end with is left out before they are compared: tables
    are much alike, and comparing thousands of them takes minutes."""
    most = min(len(before), len(after))
    same = next((at for at in range(most) if before[at] != after[at]), most)
    ends = next((at for at in range(most - same) if before[-1 - at] != after[-1 - at]), most - same)
    begin, rest = max(0, same - AROUND), max(0, ends - AROUND)
    matcher = SequenceMatcher(None, before[begin : len(before) - rest], after[begin : len(after) - rest])
    for group in matcher.get_grouped_opcodes(AROUND):
        yield [(what, old + begin, end + begin, new + begin, to + begin) for what, old, end, new, to in group]


def _without_secrets(lines: Sequence[str]) -> Iterator[str]:
    """However a secret is written: under its table's head, with the table's name before it, in braces, in quotes, in
    several lines. Where that can't be told, what is a secret anywhere counts as one."""
    secret, quotes = _ANY, ""
    for line in lines:
        if quotes:
            quotes = "" if quotes in line else quotes
            yield HIDDEN
            continue
        if header := _HEADER.match(line):
            secret = _SECRETS.get(header[1], _ANY)
        found = secret.search(line)
        if found is None:
            yield line
            continue
        rest = line[found.end() :]
        if (long := _LONG.match(rest)) and long[1] not in rest[long.end() :]:
            quotes = long[1]
        yield line[: found.end()] + HIDDEN


def _key(keys: Iterable[str]) -> re.Pattern[str]:
    """Finds one of these keys with a value after it; nothing where there are none."""
    names = "|".join(sorted(keys))
    return re.compile(rf"""(?<![A-Za-z0-9_-])["']?({names})["']?\s*=\s*(?=\S)""") if names else re.compile(r"(?!)")


def _secret_keys(kind: Any) -> frozenset[str]:
    """The keys of a section, and of what is in it, whose values are secrets."""
    found: set[str] = set()
    for inner in (kind, *get_args(kind)):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for key, info in inner.model_fields.items():
                found |= {key} if info.annotation is SecretStr else _secret_keys(info.annotation)
    return frozenset(found)


_KEYS = {name: _secret_keys(info.annotation) for name, info in Config.model_fields.items()}
_SECRETS = {name: _key(keys) for name, keys in _KEYS.items()}
"""By section of the file."""
_ANY = _key(frozenset().union(*_KEYS.values()))

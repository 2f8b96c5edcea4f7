"""What a change to the configuration's text changes, line by line, as people read it; secrets are left out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from vmq.config.model import Config

AROUND = 3  # lines shown before and after a change
HIDDEN = '"…"'
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)")
_KEY = re.compile(r"(\s*(?:[A-Za-z_]+\.)*([A-Za-z_]+)\s*=\s*)\S")


def shown_diff(was: str, text: str) -> str:
    """The lines that go (`-`) and come (`+`) with some around them, in the form of `diff -u`; "" when none do."""
    before, after = was.splitlines(), text.splitlines()
    shown_before, shown_after = list(_without_secrets(before)), list(_without_secrets(after))
    lines = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
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


def _without_secrets(lines: Sequence[str]) -> Iterator[str]:
    secret: frozenset[str] = frozenset()
    for line in lines:
        if header := _HEADER.match(line):
            secret = _SECRETS.get(header[1], frozenset())
        found = _KEY.match(line)
        yield found[1] + HIDDEN if found and found[2] in secret else line


def _secret_keys(kind: Any) -> frozenset[str]:
    """The keys of a section, and of what is in it, whose values are secrets."""
    found: set[str] = set()
    for inner in (kind, *get_args(kind)):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for key, info in inner.model_fields.items():
                found |= {key} if info.annotation is SecretStr else _secret_keys(info.annotation)
    return frozenset(found)


_SECRETS = {name: _secret_keys(info.annotation) for name, info in Config.model_fields.items()}
"""By section of the file."""

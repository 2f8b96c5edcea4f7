"""The audit log's entries: who did what, when, from where, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DONE = "done"
HIDDEN = "…"
MAX_TEXT = 200
MAX_DEPTH = 10
_SECRET_WORDS = ("pass", "secret", "pin", "token", "key", "url")
_SECRET_NAMES = frozenset({"code", "state"})  # of an OpenID provider's answer


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`who` is empty for somebody who wasn't let in; `result` is `done`, or the id of the problem he was told."""

    at: float
    who: str
    address: str
    action: str
    target: str
    details: Mapping[str, Any]
    result: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which entries, newest first; empty = any. `before` is the id of the last one that was seen."""

    who: str = ""
    action: str = ""
    target: str = ""
    result: str = ""
    begin: float = 0.0
    end: float = 0.0
    before: int = 0
    limit: int = 100


def without_secrets(value: Any, depth: int = MAX_DEPTH) -> Any:
    """A request's arguments as they may be kept: what is called like a secret is hidden, whatever it is; long texts are
    cut, and what lies deeper than `depth`.

    So a field that is a secret must be called one (`new_password`, not `new`)."""
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        return HIDDEN
    if isinstance(value, Mapping):
        return {_text(str(key)): _hidden(str(key), inner, depth - 1) for key, inner in list(value.items())[:50]}
    if isinstance(value, list | tuple):
        return [without_secrets(inner, depth - 1) for inner in value[:50]]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """As much of it as is kept, and of that only what is text: half a surrogate pair can't be stored or shown."""
    return value[:MAX_TEXT].encode(errors="replace").decode()


def _hidden(key: str, value: Any, depth: int) -> Any:
    is_secret = key in _SECRET_NAMES or any(word in key.lower() for word in _SECRET_WORDS)
    return HIDDEN if is_secret and value not in ("", None) else without_secrets(value, depth)

"""The audit log's entries: who did what, when, from where, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DONE = "done"
HIDDEN = "…"
MAX_TEXT = 200
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


def without_secrets(value: Any) -> Any:
    """A request's arguments as they may be kept: what is called like a secret is hidden, long texts are cut.

    So a field that is a secret must be called one (`new_password`, not `new`)."""
    if isinstance(value, Mapping):
        return {str(key)[:MAX_TEXT]: _hidden(str(key), inner) for key, inner in list(value.items())[:50]}
    if isinstance(value, list | tuple):
        return [without_secrets(inner) for inner in value[:50]]
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _hidden(key: str, value: Any) -> Any:
    is_secret = key in _SECRET_NAMES or any(word in key.lower() for word in _SECRET_WORDS)
    return HIDDEN if is_secret and value and isinstance(value, str) else without_secrets(value)

"""What the configuration's tables are called in addresses (`/config/mailboxes`), and what tells them apart."""

from __future__ import annotations

_IRREGULAR = {"class_of_service": "classes-of-service", "mailbox": "mailboxes"}

_NUMBERED = frozenset({"mailbox", "list"})


def key_of(kind: str) -> str:
    """Which setting a table of this kind is known by."""
    return "number" if kind in _NUMBERED else "name"


def plural(kind: str) -> str:
    """The word of an address for all tables of a kind."""
    return _IRREGULAR.get(kind) or f"{kind.replace('_', '-')}s"

"""A few words to an agent, kept until he has read them. Pure data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MAX_NOTES = 20
"""Unread ones that an agent may have; beyond that the oldest goes."""


@dataclass(frozen=True, slots=True)
class Note:
    """Who said what, and when (epoch seconds)."""

    note_id: str
    at: float
    by: str
    text: str


def as_data(notes: tuple[Note, ...]) -> tuple[dict[str, Any], ...]:
    """As records and views have them."""
    return tuple(asdict(note) for note in notes)

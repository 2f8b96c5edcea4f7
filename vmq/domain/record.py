"""The base of what the journal keeps; the records themselves are in vmq.domain.records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """Base of all records."""

"""What one says about a studio take, and what one hears of it: the terms of its import, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vmq.audio.sheet import Row


@dataclass(frozen=True, slots=True)
class Terms:
    """Who speaks and what may be done with it; where doubtful clips go, unless the set takes all."""

    voice: str
    licence: str
    aside: Path
    takes_all: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a row: the file it is in now (None: it was not found), and what is doubtful about it."""

    row: Row
    file: Path | None
    doubts: tuple[str, ...]

    @property
    def is_in_set(self) -> bool:
        """True when the set has it."""
        return self.file is not None and not self.doubts


@dataclass(frozen=True, slots=True)
class TakeReport:
    """All rows, and the seconds of the take that no row was found for."""

    rows: Sequence[Imported]
    left_over_s: Sequence[tuple[float, float]]

"""A sheet of figures: one row for each name and interval, that facts are counted into and spans of time spread over."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import tzinfo
from typing import Generic, TypeVar

from vmq.reports.intervals import Interval, interval_at, pieces

Figures = TypeVar("Figures")


@dataclass(frozen=True, slots=True)
class Row(Generic[Figures]):
    """The figures of one name (a queue, an agent) from `begin` to `end`, epoch seconds."""

    name: str
    begin: float
    end: float
    figures: Figures


class Sheet(Generic[Figures]):
    """`zone_of` gives the time zone that a name's intervals are cut in."""

    def __init__(self, make: Callable[[], Figures], interval: Interval, zone_of: Callable[[str], tzinfo]) -> None:
        self._make = make
        self._interval = interval
        self._zone_of = zone_of
        self._rows: dict[tuple[str, float], Row[Figures]] = {}
        self._below: dict[tuple[str, float], Row[Figures]] = {}

    def at(self, name: str, at: float) -> Figures:
        """The figures to count a fact of this moment into."""
        begin, end = interval_at(at, self._interval, self._zone_of(name))
        row = self._rows.get((name, begin))
        if row is None:
            row = deepcopy(self._below.get((name, begin))) or Row(name, begin, end, self._make())
            self._rows[name, begin] = row
        return row.figures

    def spread(self, name: str, begin: float, end: float, figure: str) -> None:
        """Add the seconds of a span to one figure of each interval that it touches."""
        for at, seconds in pieces(begin, end, self._interval, self._zone_of(name)):
            figures = self.at(name, at)
            setattr(figures, figure, getattr(figures, figure) + seconds)

    def spread_among(self, name: str, begin: float, end: float, figure: str, kind: str) -> None:
        """The same for a figure that is a dict of seconds by kind."""
        for at, seconds in pieces(begin, end, self._interval, self._zone_of(name)):
            kinds = getattr(self.at(name, at), figure)
            kinds[kind] = kinds.get(kind, 0.0) + seconds

    def overlay(self) -> Sheet[Figures]:
        """A sheet with the same rows; what is added to it leaves this one as it is."""
        above = Sheet(self._make, self._interval, self._zone_of)
        above._below = self._rows
        return above

    def rows(self, begin: float, end: float, name: str = "") -> Sequence[Row[Figures]]:
        """The rows that begin in [begin, end), of all names or of one, by time and then by name."""
        all_rows = ChainMap(self._rows, self._below).values()
        found = (row for row in all_rows if begin <= row.begin < end and name in ("", row.name))
        return sorted(found, key=lambda row: (row.begin, row.name))

    def forget(self, before: float) -> None:
        """Drop the rows that ended by then."""
        self._rows = {key: row for key, row in self._rows.items() if row.end > before}

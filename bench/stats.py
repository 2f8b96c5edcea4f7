"""Measured seconds → what a bench prints: one row a case in milliseconds, and each requirement with pass or FAIL."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """All samples of one case, in seconds. `peer` is the row that its ratio is taken to, if there is one."""

    title: str
    samples: Sequence[float]
    peer: Row | None = None

    @property
    def median_s(self) -> float:
        """The median."""
        return statistics.median(self.samples)

    @property
    def p95_s(self) -> float:
        """The smallest sample that 95 % of all are not above (nearest rank)."""
        return sorted(self.samples)[math.ceil(0.95 * len(self.samples)) - 1]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that must be at most `limit` (with `is_least`: at least); `unit` is written behind both numbers."""

    title: str
    value: float
    limit: float
    unit: str
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def __str__(self) -> str:
        word = "pass" if self.is_met else "FAIL"
        bound = "at least" if self.is_least else "at most"
        return f"{word}  {self.title}: {self.value:.3g} {self.unit}, {bound} {self.limit:g} {self.unit}"


def table(rows: Iterable[Row]) -> str:
    """The rows in milliseconds, each with the ratio of its peer's median to its own."""
    lines = [f"{'ms':<52}{'n':>5}{'min':>9}{'median':>9}{'p95':>9}{'max':>9}{'peer/own':>10}"]
    for row in rows:
        figures = (min(row.samples), row.median_s, row.p95_s, max(row.samples))
        ratio = f"{row.peer.median_s / row.median_s:.1f}" if row.peer and row.median_s else ""
        numbers = "".join(f"{seconds * 1000:>9.1f}" for seconds in figures)
        lines.append(f"{row.title:<52}{len(row.samples):>5}{numbers}{ratio:>10}")
    return "\n".join(lines)


def verdict(requirements: Sequence[Requirement]) -> int:
    """Print each requirement; the exit status is 0 when all are met, else 1."""
    print()
    for requirement in requirements:
        print(requirement)
    return int(not all(requirement.is_met for requirement in requirements))

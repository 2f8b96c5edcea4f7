"""Outcomes for a reader: a table, variant beside variant, and a plot of the waits (SVG)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygal
from pygal.style import CleanStyle

from vmq.simulate.outcome import Outcome, percentile

_SHARES = [*range(0, 100, 5), 99, 100]

_COLUMNS: Sequence[tuple[str, Callable[[Outcome], str]]] = (
    ("variant", lambda outcome: outcome.name),
    ("agents", lambda outcome: f"{outcome.agents}"),
    ("callers", lambda outcome: f"{outcome.entered:,}"),
    ("answered", lambda outcome: f"{outcome.answered:,}"),
    ("gave up", lambda outcome: f"{_per_cent(outcome.abandoned, outcome.entered)}"),
    ("wait, mean", lambda outcome: f"{outcome.mean_wait_s:.2f} s"),
    ("median", lambda outcome: f"{outcome.wait_s(0.5):.2f} s"),
    ("95 %", lambda outcome: f"{outcome.wait_s(0.95):.1f} s"),
    ("longest", lambda outcome: f"{max(outcome.waits, default=0.0):.0f} s"),
    ("in time", lambda outcome: f"{outcome.level:.1f} %"),
    ("busy", lambda outcome: f"{outcome.occupancy:.1f} %"),
    ("most/fewest calls", lambda outcome: f"{outcome.spread:.2f}" if outcome.spread else "-"),
)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Lines of text, the heads first. "In time" is of answered and abandoned callers; "busy" is talk and wrap-up."""
    rows = [[head for head, _ in _COLUMNS]]
    rows += [[cell(outcome) for _, cell in _COLUMNS] for outcome in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def plot_waits(outcomes: Sequence[Outcome]) -> str:
    """A line a variant: which share of answered callers (across) waited at most how long (up, seconds)."""
    chart = pygal.XY(
        title="How long answered callers waited",
        x_title="share of answered callers, %",
        y_title="waited at most, s",
        show_dots=False,
        legend_at_bottom=True,
        style=CleanStyle,
        js=[],
    )
    for outcome in outcomes:
        chart.add(outcome.name, [(share, round(percentile(outcome.waits, share / 100), 3)) for share in _SHARES])
    drawn: str = chart.render(is_unicode=True)
    return drawn


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The names to the left, figures to the right."""
    return [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]


def _per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"

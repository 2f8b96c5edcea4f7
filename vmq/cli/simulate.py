"""`vmq simulate`: what would happen in a call centre, variant beside variant."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from vmq.cli.base import ConfigOption, out, settings


def simulate(
    scenario: Annotated[Path, typer.Argument(help="The scenario, a TOML file (docs/simulator.md).")],
    begin: Annotated[str, typer.Option("--from", help="Take the journal's calls from here on, e.g. 2026-11-16.")] = "",
    end: Annotated[str, typer.Option("--to", help="… up to here; left out: one day.")] = "",
    plot: Annotated[Path | None, typer.Option(help="Write a plot of the waits here, as SVG.")] = None,
    config: ConfigOption = None,
) -> None:
    """Play a scenario's variants over the same calls, and print them side by side."""
    from vmq.app.simulation import journal_of, left_out_words, read_scenario, simulate, split_calls
    from vmq.simulate.sheet import plot_waits, table

    wanted = read_scenario(scenario)
    journal = None
    if begin:
        journal, left_out = split_calls(wanted, asyncio.run(journal_of(settings(config), begin, end)))
        if words := left_out_words(left_out):
            out.print(words, markup=False, highlight=False)
    outcomes = simulate(wanted, journal, str(scenario))
    for line in table(outcomes):
        out.print(line, markup=False, highlight=False)
    if plot is not None:
        plot.write_text(plot_waits(outcomes), encoding="utf-8")
        out.print(f"plot: {plot}", markup=False)

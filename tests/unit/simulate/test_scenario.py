"""Scenario files: what they may say, what is told of mistakes, and what `vmq simulate` prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vmq.app.simulation import read_scenario, simulate
from vmq.cli import app
from vmq.errors import ConfigError
from vmq.simulate.sheet import plot_waits, table

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"

SMALL = """
[simulation]
hours = 0.5
talk = { mean_s = 60 }
patience = { mean_s = 30 }
[[arrivals]]
queue = "sales"
per_hour = 120
[[queue]]
name = "sales"
[[agents]]
name = "ann"
count = 2
queues = ["sales"]
[[variant]]
name = "as it is"
[[variant]]
name = "one more"
add = 1
[[variant]]
name = "app_queue"
engine = "polling"
"""


def scenario(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scenario.toml"
    path.write_text(text)
    return path


def test_variants_stand_side_by_side(tmp_path: Path) -> None:
    outcomes = simulate(read_scenario(scenario(tmp_path, SMALL)))
    assert [outcome.name for outcome in outcomes] == ["as it is", "one more", "app_queue"]
    assert [outcome.agents for outcome in outcomes] == [2, 3, 2]
    assert len({outcome.entered for outcome in outcomes}) == 1
    assert outcomes[1].abandoned < outcomes[0].abandoned
    lines = table(outcomes)
    assert len(lines) == 4
    assert lines[2].startswith("one more")
    assert plot_waits(outcomes).count("one more") >= 1


@pytest.mark.parametrize("example", ["monday", "erlang"])
def test_the_examples_are_scenarios(example: str) -> None:
    assert read_scenario(EXAMPLES / f"{example}.toml").arrivals


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SMALL.replace("per_hour = 120", "per_hour = -1"), "per_hour"),
        (SMALL.replace('queue = "sales"\nper', 'queue = "salse"\nper'), "there is no queue 'salse'"),
        (SMALL.replace("count = 2", "count = 0"), "count"),
        (SMALL.replace("add = 1", 'queue = { strategy = "fairest" }'), "strategy"),
        ("[simulation\n", "can't be read"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        simulate(read_scenario(scenario(tmp_path, text)))


def test_the_command_prints_the_table_and_writes_the_plot(tmp_path: Path) -> None:
    plot = tmp_path / "waits.svg"
    done = CliRunner().invoke(app, ["simulate", str(scenario(tmp_path, SMALL)), "--plot", str(plot)])
    assert done.exit_code == 0, done.output
    assert "one more" in done.output
    assert plot.read_text().startswith("<?xml")

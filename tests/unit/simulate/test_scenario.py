"""Scenario files: what they may say, what is told of mistakes, and what `vmq simulate` prints."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from vmq.app.program import running
from vmq.app.simulation import read_scenario, simulate
from vmq.cli import app
from vmq.config.model import AgiConfig, Config, HttpConfig, PathsConfig, QueueConfig
from vmq.domain.events import CallerJoined, ChannelHungUp
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


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The configuration of a vmq that has run: two callers of sales and one of support came, and gave up."""
    config = Config(
        agi=AgiConfig(port=0),
        http=HttpConfig(port=0),
        paths=PathsConfig(data=tmp_path / "data"),
        queue=(QueueConfig(name="sales"), QueueConfig(name="support")),
    )

    async def run() -> None:
        async with asyncio.timeout(30), running(config) as program:
            for call_id, queue in (("1.1", "sales"), ("1.2", "support"), ("1.3", "sales")):
                program.engine.take(CallerJoined(call_id, f"PJSIP/{call_id}", queue, time.time()))
                program.engine.take(ChannelHungUp(call_id, 16))

    asyncio.run(run())
    path = tmp_path / "vmq.toml"
    path.write_text(f'[paths]\ndata = "{tmp_path / "data"}"\n')
    return path


def simulate_from(journal: Path, scenario: Path, ago: timedelta = timedelta(hours=1)) -> Result:
    begin = datetime.now() - ago
    days = ["--from", begin.isoformat(), "--to", (begin + timedelta(hours=2)).isoformat()]
    return CliRunner().invoke(app, ["simulate", str(scenario), *days, "--config", str(journal)])


def test_calls_of_a_journal_are_played_and_those_of_other_queues_are_told(journal: Path, tmp_path: Path) -> None:
    done = simulate_from(journal, scenario(tmp_path, SMALL))
    assert done.exit_code == 0, done.output
    told, _, *variants = done.output.splitlines()
    assert told.endswith("(add it as [[queue]] to play them too): 1 of support")
    names = ("as it is", "one more", "app_queue")
    assert [line.removeprefix(name).split()[1] for line, name in zip(variants, names, strict=True)] == ["2", "2", "2"]


def test_a_journal_without_calls_of_the_scenario_says_which_it_has(journal: Path, tmp_path: Path) -> None:
    other = scenario(tmp_path, SMALL.replace('"sales"', '"billing"'))
    failed = simulate_from(journal, other)
    assert "only 2 of sales, 1 of support; add them as [[queue]]" in str(failed.exception)
    failed = simulate_from(journal, other, timedelta(days=300))
    assert "no call of the scenario's queues in these days; choose others" in str(failed.exception)


def test_the_command_prints_the_table_and_writes_the_plot(tmp_path: Path) -> None:
    plot = tmp_path / "waits.svg"
    done = CliRunner().invoke(app, ["simulate", str(scenario(tmp_path, SMALL)), "--plot", str(plot)])
    assert done.exit_code == 0, done.output
    assert "one more" in done.output
    assert plot.read_text().startswith("<?xml")

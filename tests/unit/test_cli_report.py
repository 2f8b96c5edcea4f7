"""`vmq report`: what it prints, in each form, and what it says of a mistake."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.reported import START, write_day
from tests.unit.test_cli import vmq

DAY = ("--from", "2025-11-22", "--to", "2025-11-23")
CONFIG = """
[reports]
time_zone = "Europe/Berlin"
[[queue]]
name = "sales"
[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["sales"]
logged_in = false
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    asyncio.run(write_day(tmp_path / "vmq-data"))
    file = tmp_path / "vmq.toml"
    file.write_text(CONFIG)
    return file


def test_queue_log_lines_are_the_files(config: Path) -> None:
    done = vmq("report", "queue-log", *DAY, "--config", config)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{int(START) - 60}|NONE|NONE|NONE|QUEUESTART|"
    assert lines[2] == f"{int(START)}|c1|sales|NONE|ENTERQUEUE||0301234567|1"
    assert lines[-1] == f"{int(START) + 3672}|c1|sales|ann|COMPLETECALLER|12|3660|1"


def test_figures_as_csv_have_the_same_columns_whatever_happened(config: Path) -> None:
    done = vmq("report", "queues", *DAY, "--interval", "1d", "--format", "csv", "--config", config)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["queue"], row["entered"], row["left.timeout"], row["answered_waits.20"]) == ("sales", "2", "0", "1")


def test_calls_as_json(config: Path) -> None:
    calls = json.loads(vmq("report", "calls", *DAY, "--format", "json", "--config", config).stdout)
    assert [call["outcome"] for call in calls] == ["completed", "abandoned"]


def test_a_table_for_people(config: Path) -> None:
    done = vmq("report", "agents", *DAY, "--agent", "ann", "--interval", "1d", "--config", config)
    heading, row = done.stdout.splitlines()
    assert heading.split()[:2] == ["agent", "begin"]
    assert row.split()[:2] == ["ann", "2025-11-22T00:00:00+01:00"]


def test_nothing_is_said_to_be_nothing(config: Path) -> None:
    assert (
        vmq("report", "calls", "--from", "2020-01-01", "--to", "2020-01-02", "--config", config).stdout == "nothing\n"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--from", "monday"), "is no time; write"), (("--from", "2025-11-23", "--to", "2025-11-22"), "must end after")],
)
def test_a_mistake_is_one_line(config: Path, words: tuple[str, ...], says: str) -> None:
    done = vmq("report", "calls", *words, "--config", config)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    done = vmq("report", "calls", cwd=tmp_path)
    assert done.returncode == 1
    assert "there is no database in" in done.stderr

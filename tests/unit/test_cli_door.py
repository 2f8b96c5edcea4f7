"""`vmq door report|calls|forgive`: what is asked of a running vmq, and what is printed."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from vmq.cli import app

ROW = {
    "door": "main",
    "calls": 3,
    "rang": 1,
    "kept_out": 2,
    "kept_out_share": 0.667,
    "kept_out_numbers": 1,
    "outcomes": {"put_through": 1, "robot": 2},
}
CALL = {
    "at": 1_763_812_800.0,
    "door": "main",
    "call_id": "1.1",
    "number": "030",
    "name": "Eve",
    "outcome": "robot",
    "to": "",
}


class Running:
    """A vmq that has these doors, and notes what it is asked."""

    asked: list[tuple[str, str, Any]]

    def __init__(self, _config: object, _url: str = "") -> None:
        """Any will do."""

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        self.asked.append((method, address, body))
        if "report" in address:
            return {"rows": [ROW]}
        return {"rows": [CALL], "next": None if "after=7" in address else 7}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    Running.asked = []
    monkeypatch.setattr("vmq.cli.door.Remote", Running)
    return Running.asked


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["door", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_report_is_a_table(asked: list[tuple[str, str, Any]]) -> None:
    heading, row = run("report", "--from", "yesterday", "--door", "main").splitlines()
    assert heading.split()[:3] == ["door", "calls", "rang"]
    assert row.split() == ["main", "3", "1", "2", "66.7%", "1", "put_through", "1,", "robot", "2"]
    assert asked == [("GET", "/doors/report?from=yesterday&door=main", None)]


def test_calls_are_asked_for_part_by_part(asked: list[tuple[str, str, Any]]) -> None:
    _, first, second = run("calls").splitlines()
    assert first == second
    assert first.split()[-4:] == ["main", "030", "Eve", "robot"]
    assert [address.partition("&after=")[2] for _, address, _ in asked] == ["0&limit=500", "7&limit=500"]


def test_a_report_as_json_has_everything(asked: list[tuple[str, str, Any]]) -> None:
    assert '"kept_out_share": 0.667' in run("report", "--json")
    assert '"call_id": "1.1"' in run("calls", "--json")


def test_a_number_is_forgiven(asked: list[tuple[str, str, Any]]) -> None:
    assert run("forgive", "+49 30 1").strip() == "done"
    assert asked == [("POST", "/doors/forgive", {"number": "+49 30 1"})]

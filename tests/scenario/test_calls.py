"""The scenarios of calls on the stand-in PBX. The same files run on a real Asterisk: tests/live/test_scenarios.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario.play import play_scenario
from tests.scenario.story import CALLS, HOUSE_DIALPLAN, read_scenario
from tests.support.lab_calls import LabCalls


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
async def test_scenario(path: Path, tmp_path: Path) -> None:
    world = LabCalls(tmp_path, HOUSE_DIALPLAN.read_text())
    await play_scenario(read_scenario(path), world, tmp_path)

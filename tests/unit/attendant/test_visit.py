"""What a caller's flow may do at a door: one that was written badly puts nobody through elsewhere."""

from __future__ import annotations

from pathlib import Path

from tests.unit.attendant.test_service import DOOR, House
from vmq.attendant.ports import Outside
from vmq.attendant.visit import Visit
from vmq.audio.store import RecordingStore
from vmq.domain import line
from vmq.domain.door import Verdict


def visit_at(house: House, folder: Path) -> Visit:
    outside = Outside(house, house, house, house.journal, RecordingStore(folder, "/rec"), house.clock)
    return Visit(DOOR, outside, house, Verdict.TRUSTED, "")


async def test_nobody_is_a_match_whom_the_directory_did_not_give(tmp_path: Path) -> None:
    visit = visit_at(House(tmp_path, DOOR), tmp_path)
    assert isinstance(await visit.table["call_match"]({"number": "1003"}), line.Failed)
    await visit.table["find_names"]({"letters": "266"})
    assert isinstance(await visit.table["call_match"]({"number": "1003"}), line.Failed)
    assert visit.to == ""
    assert isinstance(await visit.table["call_match"]({"number": "1002"}), line.Done)
    assert visit.to == "extension:1002@house"

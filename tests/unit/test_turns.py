"""Which tests are dealt out to which worker."""

from __future__ import annotations

import pytest

from tests.support.turns import FIRST, PARTS, WAITING, is_for_waiting, next_for, part_of

LIVE, WALK, OTHER = "tests/live/test_soak.py", "tests/packs/test_walk.py", "tests/unit/domain/test_pin.py"


def test_one_half_of_the_workers_takes_what_waits_first_and_then_helps_the_others() -> None:
    assert [is_for_waiting(f"gw{number}", 5) for number in range(5)] == [True, True, True, False, False]
    assert next_for(True, [OTHER, WALK, LIVE]) == LIVE
    assert next_for(True, [OTHER, WALK]) == WALK
    assert next_for(False, [LIVE, OTHER, WALK]) == WALK
    assert next_for(False, [LIVE]) == LIVE


@pytest.mark.parametrize("file", PARTS)
def test_a_long_file_is_in_parts_and_each_test_in_one(file: str) -> None:
    nodes = [f"{file}::test_scenario[{number}]" for number in range(200)]
    parts = [part_of(node) for node in nodes]
    assert len(set(parts)) == PARTS[file]
    assert parts == [part_of(node) for node in nodes]
    assert all(part.startswith(file) for part in parts)


def test_other_files_are_whole() -> None:
    assert {part_of(f"{OTHER}::test_{number}") for number in range(9)} == {OTHER}


@pytest.mark.parametrize("start", [*WAITING, *FIRST, *PARTS])
def test_what_is_named_is_there(start: str, pytestconfig: pytest.Config) -> None:
    assert list(pytestconfig.rootpath.glob(f"{start}*"))

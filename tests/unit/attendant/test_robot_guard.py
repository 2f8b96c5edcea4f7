"""The bench of the robot guard with a few callers: its crowd calls, and vmq's report tells what was seen.

Whether every person gets through in time is for the bench, on a quiet machine.
"""

from __future__ import annotations

from bench.robot_callers import Kind
from bench.robot_guard import REPEATS, run


async def test_a_few_callers_of_each_kind() -> None:
    few = {kind: 2 for kind in Kind if kind is not Kind.PRESSING}
    seen = await run(few, seed=7, pace=0.05)
    assert seen.made == {kind: 2 * (REPEATS if kind is Kind.REPEATING else 1) for kind in few}
    kept = (Kind.SILENT, Kind.TALKING, Kind.BLOCKED)
    assert [seen.rang[kind] for kind in kept] == [0, 0, 0]
    assert seen.lost(Kind.FRIEND) == 0
    (row,) = seen.report
    assert row["rang"] == seen.rang.total()
    # who gives up before the door has answered is not in its report
    assert row["calls"] == sum(row["outcomes"].values()) <= seen.made.total()
    assert row["outcomes"]["blocked"] == 2
    assert row["outcomes"]["friend"] == 2

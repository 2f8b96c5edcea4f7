"""Which tests run at the same time (`pytest -n 5 --dist loadscope`): those that wait beside those that compute.

Tests of calls, on a real Asterisk or the stand-in, and those in a browser take their time whatever the machine does;
the others take what the processor gives. So one half of the workers takes what waits first, the other what computes,
politely: a telephone's sound must not stutter because of them. Whoever runs out helps the others.

One worker runs a file's tests, in their order. Files of many minutes are dealt out in parts.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import Any

from xdist.scheduler import LoadScopeScheduling

WAITING = ("tests/live/", "tests/scenario/test_calls", "tests/browser/", "tests/install/", "tests/faults/")
PARTS = {"tests/live/test_scenarios.py": 9, "tests/scenario/test_calls.py": 6}
FIRST = ("tests/live/test_scenarios.py", "tests/install/", "tests/live/", "tests/scenario/test_calls.py",
         "tests/browser/", "tests/packs/", "tests/tasks/", "tests/contract/", "tests/fuzz/")  # fmt: skip
"""What takes long begins early, or it would run alone in the end."""
NICENESS = 10


class Turns(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out files, and parts of files."""

    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        best = next_for(is_for_waiting(node.gateway.id, self.numnodes), self.workqueue)
        self.workqueue.move_to_end(best, last=False)
        super()._assign_work_unit(node)


def is_for_waiting(worker: str, count: int) -> bool:
    """True for a worker (gw0, gw1 …) of `count` that takes what waits."""
    return int(worker.removeprefix("gw")) < (count + 1) // 2


def part_of(nodeid: str) -> str:
    """The file, or the part of a file, that a test is in."""
    file = nodeid.partition("::")[0]
    parts = PARTS.get(file, 1)
    return file if parts == 1 else f"{file} {zlib.crc32(nodeid.encode()) % parts}"


def next_for(waits: bool, parts: Iterable[str]) -> str:
    """What a worker takes next that takes first what waits, or else what computes."""
    return min(parts, key=lambda part: (part.startswith(WAITING) != waits, _rank(part)))


def be_polite(worker: str, count: int) -> None:
    """In a worker, at its start: one that computes gives way to all that is timed by sound."""
    if not is_for_waiting(worker, count):
        os.nice(NICENESS)


def _rank(part: str) -> int:
    return next((at for at, start in enumerate(FIRST) if part.startswith(start)), len(FIRST))

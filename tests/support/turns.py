"""Which tests run at the same time (`pytest -n 5 --dist loadscope`): those that wait beside those that compute.

Tests of calls, on a real Asterisk or the stand-in, and those in a browser take their time whatever the machine does;
the others take what the processor gives. So one half of the workers takes what waits first, the other what computes,
politely: a telephone's sound must not stutter because of them. Whoever runs out helps the others.

One worker runs a file's tests, in their order. Files of many minutes are dealt out in parts.
"""

from __future__ import annotations

import os
import zlib
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
        file = nodeid.partition("::")[0]
        parts = PARTS.get(file, 1)
        return file if parts == 1 else f"{file} {zlib.crc32(nodeid.encode()) % parts}"

    def _assign_work_unit(self, node: Any) -> None:
        waits = is_for_waiting(node.gateway.id, self.numnodes)
        best = min(self.workqueue, key=lambda scope: (scope.startswith(WAITING) != waits, _rank(scope)))
        self.workqueue.move_to_end(best, last=False)
        super()._assign_work_unit(node)


def is_for_waiting(worker: str, count: int) -> bool:
    """True for a worker (gw0, gw1 …) of `count` that takes what waits."""
    return int(worker.removeprefix("gw")) < (count + 1) // 2


def be_polite(worker: str, count: int) -> None:
    """In a worker, at its start: one that computes gives way to all that is timed by sound."""
    if not is_for_waiting(worker, count):
        os.nice(NICENESS)


def _rank(scope: str) -> int:
    return next((at for at, start in enumerate(FIRST) if scope.startswith(start)), len(FIRST))

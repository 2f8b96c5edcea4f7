"""What processes cost: CPU seconds of a pid, from Linux's /proc."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """User and system seconds that a process has used so far (proc(5): utime and stime of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


async def cpu_shares(pids: Sequence[int], seconds: float) -> list[float]:
    """Each process' share of one core over the next `seconds`, in percent."""
    clock = asyncio.get_running_loop().time
    began, before = clock(), [cpu_s(pid) for pid in pids]
    await asyncio.sleep(seconds)
    took_s = clock() - began
    return [100 * (cpu_s(pid) - used) / took_s for pid, used in zip(pids, before, strict=True)]

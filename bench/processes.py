"""What processes cost: CPU seconds of a pid, by the clock that Linux keeps for each, and memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used so far, those of its ended threads included.

    The clock's number is what clock_getcpuclockid(3) gives, which Python has for threads only.
    """
    return time.clock_gettime(~pid << 3 | 2)


async def cpu_shares(pids: Sequence[int], seconds: float) -> list[float]:
    """Each process' share of one core over the next `seconds`, in percent."""
    clock = asyncio.get_running_loop().time
    began, before = clock(), [cpu_s(pid) for pid in pids]
    await asyncio.sleep(seconds)
    took_s = clock() - began
    return [100 * (cpu_s(pid) - used) / took_s for pid, used in zip(pids, before, strict=True)]


def rss_mb(pid: int) -> float:
    """Memory that a process has in use now, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)

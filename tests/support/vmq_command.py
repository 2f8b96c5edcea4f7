"""The `vmq` command, run to its end as a person runs it: its exit status and what it said.

In: its words, and a folder to run in. Out: `Said`. `bound_by_modes` takes away what lets root read and write
everything, so that a test of file rights means the same for every user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEADLINE_S = 60
_WITHOUT_ROOTS_EYES = (
    "setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit status, and the lines of its two outputs."""

    status: int
    out: list[str]
    errors: list[str]


def vmq(
    *words: str | Path, folder: Path, bound_by_modes: bool = False, variables: Mapping[str, str] | None = None
) -> Said:
    """Run `vmq` with these words, and variables of the environment. Raises TimeoutExpired when it doesn't end."""
    command = [*command_start(bound_by_modes), *map(str, words)]
    usual = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), "COLUMNS": "200"}
    environment = {**usual, **(variables or {})}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    return Said(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


def command_start(bound_by_modes: bool = False) -> list[str]:
    """How `vmq` is called with this Python."""
    needs_less = bound_by_modes and os.geteuid() == 0
    if needs_less and not shutil.which("setpriv"):
        raise RuntimeError("setpriv (package util-linux) is needed to test file rights as root")
    return [*(_WITHOUT_ROOTS_EYES if needs_less else ()), sys.executable, "-m", "vmq.cli"]

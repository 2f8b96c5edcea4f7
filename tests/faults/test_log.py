"""Standard error can't be written to: the log is lost, and nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.vmq_command import ROOT, command_start

PATIENCE_S = 60
LAST_LINE = "Now try it yourself"


def test_calls_are_served_when_the_log_has_no_room(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen(
            [*command_start(), "run", "--guide"],
            cwd=tmp_path,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": str(ROOT),
                "HOME": str(tmp_path),
                "VMQ_HTTP__PORT": "0",
                "VMQ_AGI__PORT": "0",
            },
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
        )
    assert process.stdout is not None
    try:
        assert any(LAST_LINE in line for line in process.stdout)
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.communicate()

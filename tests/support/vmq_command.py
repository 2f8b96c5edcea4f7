"""The `vmq` command, run to its end as a person runs it: its exit status and what it said.

In: its words, and a folder to run in. Out: `Said`. `bound_by_modes` takes away what lets root read and write
everything, so that a test of file rights means the same for every user. The other commands are forks of one process
that has loaded the program: loading it takes longer than most of them do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
DEADLINE_S = 60
COLUMNS = "200"
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
    *words: str | Path,
    folder: Path,
    bound_by_modes: bool = False,
    variables: Mapping[str, str] | None = None,
    typed: str = "",
) -> Said:
    """Run `vmq` with these words, variables of the environment, and what is typed when it asks. Raises TimeoutExpired
    when it doesn't end."""
    usual = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), "COLUMNS": COLUMNS}
    environment = {**usual, **(variables or {})}
    if not bound_by_modes:
        done = forked(list(map(str, words)), folder, environment, typed)
        return Said(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())
    command = [*command_start(bound_by_modes), *map(str, words)]
    done = subprocess.run(
        command, cwd=folder, env=environment, input=typed, capture_output=True, text=True, timeout=DEADLINE_S,
        check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


@cache
def _loaded() -> ForkServerContext:
    """The process that has loaded the program; it ends with this one."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["vmq.cli", "vmq.app.program", "vmq.app.backup", "vmq.app.restore", __name__])
    with patch.dict(os.environ, COLUMNS=COLUMNS):  # read when it is loaded
        context.Process(target=int).start()
    return context


def forked(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `vmq` with these words in a fork of the process that has loaded it. Raises TimeoutExpired."""
    with TemporaryDirectory() as room:
        files = [Path(room, name) for name in ("in", "out", "errors")]
        files[0].write_text(typed, encoding="utf-8")
        process = _loaded().Process(target=_command, args=(words, folder, environment, files))
        process.start()
        process.join(DEADLINE_S)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(["vmq", *words], DEADLINE_S)
        _, out, errors = (file.read_text(encoding="utf-8") for file in files)
        return subprocess.CompletedProcess(list(words), process.exitcode, out, errors)


def _command(words: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[Path]) -> None:
    """The command, in its own process."""
    from vmq.cli import main

    for number, file in enumerate(files):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.argv = ["vmq", *words]
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    main()


def command_start(bound_by_modes: bool = False) -> list[str]:
    """How `vmq` is called with this Python."""
    needs_less = bound_by_modes and os.geteuid() == 0
    if needs_less and not shutil.which("setpriv"):
        raise RuntimeError("setpriv (package util-linux) is needed to test file rights as root")
    return [*(_WITHOUT_ROOTS_EYES if needs_less else ()), sys.executable, "-m", "vmq.cli"]

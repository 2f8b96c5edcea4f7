"""Runs calls that leave a message again and again, killed a step later each time: `python -m … FOLDER CALLERS`.

The callers, one for each mailbox from 1001 on, hang up in the same moment. A step is a call to the operating system or
to a port that changes something. Each run has a folder of its own (`step-1`, `step-2`, …) with the house's files and
database as the kill left them, and a file `spoken-<mailbox>` for each caller who had spoken. The last run goes through;
its folder is `whole`. Each run is a fork of this process: nothing is imported twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.support.house import House, open_house, personality
from tests.support.scripted_line import Speech
from tests.support.wav import write_wav
from vmq.domain import line

MAX_STEPS = 200
OS_CALLS = ("fsync", "replace", "unlink", "mkdir", "scandir")


class Killer:
    """Kills this process, without any notice, when it is about to do its n-th step."""

    def __init__(self, at: int) -> None:
        self._left = at
        self._lock = threading.Lock()  # steps are done by several threads

    def guard(self, owner: object, name: str) -> None:
        """Count the calls of a function or method as steps."""
        real: Callable[..., Any] = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        setattr(owner, name, counted)

    def step(self) -> None:
        """One step."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def calls(folder: Path, killer: Killer, callers: int) -> None:
    """Each leaves a message of three seconds, and hangs up while recording."""
    async with open_house(folder) as house:
        for name in OS_CALLS:
            killer.guard(os, name)
        killer.guard(house.mailboxes, "add_message")
        killer.guard(house.journal, "append")
        killer.guard(house.journal, "flush")
        killer.guard(house.sink, "post")
        await asyncio.gather(*(call(house, folder, killer, str(1001 + number)) for number in range(callers)))
        killer.step()


async def call(house: House, folder: Path, killer: Killer, mailbox: str) -> None:
    """One of them."""
    party = house.line(Speech(3.0, ended_by=line.RecordEnd.HANG_UP))

    def speak(ref: str, seconds: float) -> None:
        """Record as Asterisk does: the sizes are written at the end."""
        killer.step()
        write_wav(house.files.path(ref), seconds / 2, is_whole=False)
        (folder / f"spoken-{mailbox}").touch()
        killer.step()
        write_wav(house.files.path(ref), seconds)
        killer.step()

    party._on_record = speak
    await house.leave_on(party, mailbox=mailbox)


def run_all(base: Path, work: Callable[[Path, Killer], Coroutine[Any, Any, None]]) -> None:
    """All runs of some work, each in a folder of its own and killed one step later than the one before."""
    personality("comedian")
    for number in range(1, MAX_STEPS):
        folder = base / f"step-{number}"
        folder.mkdir()
        child = os.fork()
        if child == 0:
            sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the life of the process
            asyncio.run(work(folder, Killer(number)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            folder.rename(base / "whole")
            sys.exit(os.waitstatus_to_exitcode(status))
    sys.exit(f"not through after {MAX_STEPS} steps")


def main() -> None:
    """Callers that are killed."""
    run_all(Path(sys.argv[1]), lambda folder, killer: calls(folder, killer, int(sys.argv[2])))


if __name__ == "__main__":
    main()

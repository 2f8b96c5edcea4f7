"""Makes a backup, or restores one over another house, again and again, killed a step later each time.

`python -m tests.support.killed_backups backup|restore PREPARED FOLDER`: each run begins with a copy of PREPARED (which
holds `house`, and `backup.tar` to restore). See killed_calls.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.killed_calls import Killer, run_all
from vmq.app.backup import make_backup
from vmq.app.restore import restore

STEPS = {"backup": ("open", "fsync", "replace", "unlink"), "restore": ("sync", "replace")}


def backed_up(folder: Path) -> None:
    make_backup(folder / "house" / "vmq.toml", folder / "backup.tar", {})


def restored(folder: Path) -> None:
    restore(folder / "backup.tar", folder / "house" / "vmq.toml", {}, force=True)


def main() -> None:
    """All runs."""
    works: dict[str, Callable[[Path], None]] = {"backup": backed_up, "restore": restored}
    do, prepared = works[sys.argv[1]], Path(sys.argv[2])

    async def work(folder: Path, killer: Killer) -> None:
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        # What is tested are the kills; waiting for the whole machine's disks is not.
        os.sync, os.fsync = lambda: None, lambda _: None
        for name in STEPS[sys.argv[1]]:
            killer.guard(os, name)
        do(folder)
        killer.step()

    run_all(Path(sys.argv[3]), work)


if __name__ == "__main__":
    main()

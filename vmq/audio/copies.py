"""Further names of a recording, and one recording made of several. Whole and durable, and the same when done again."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from vmq.audio.parts import sound_of, write_sound
from vmq.audio.wav import read_head
from vmq.disk import sync, sync_folders
from vmq.errors import BrokenRecordingError

_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS}
"""What a file system says that knows no hard links, or has used them up."""


def link_all(names: Sequence[tuple[Path, Path]]) -> None:
    """Link recordings to their new names, or copy them where that can't be. Raises OSError, BrokenRecordingError."""
    for source, target in names:
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            _link(source, target)
    sync_folders(target.parent for _, target in names)


def compose(sources: Sequence[Path], target: Path) -> float:
    """Write one recording of several; gives its length in seconds. Raises OSError, BrokenRecordingError."""
    if not target.exists():
        for source in sources:
            if not source.exists():
                raise BrokenRecordingError(f"recording {source}: is not there any more, and was to be sent on")
        target.parent.mkdir(exist_ok=True)
        write_sound(target, b"".join(sound_of(source) for source in sources))
        sync_folders([target.parent])
    return read_head(target).duration_s


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise BrokenRecordingError(f"recording {source}: is not there any more, and was to be sent on") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        whole = target.with_suffix(".whole")
        shutil.copyfile(source, whole)
        sync(whole)
        whole.replace(target)

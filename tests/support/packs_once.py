"""The shipped packs, opened once for all programs that the tests of one process start: each would read and check the
same files for seconds. Other packs are opened as ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from vmq.dialogue.check import Subjects, open_pack
from vmq.dialogue.checking import Sounds
from vmq.dialogue.compile import CompiledPack
from vmq.resources import shipped

SHIPPED = shipped("personalities")
_opened: dict[Path, dict[str, CompiledPack]] = {}


@contextmanager
def packs_once() -> Iterator[None]:
    """Programs that start meanwhile share the shipped packs."""
    with patch("vmq.app.packs.open_pack", _open_once):
        yield


def _open_once(
    folder: Path, subjects: Subjects, sounds: Sounds, roots: Sequence[Path], *, is_tried: bool
) -> dict[str, CompiledPack]:
    if folder.parent != SHIPPED or not is_tried:
        return open_pack(folder, subjects, sounds, roots, is_tried=is_tried)
    if folder not in _opened:
        _opened[folder] = open_pack(folder, subjects, sounds, roots, is_tried=True)
    return _opened[folder]

"""A recording whose end did not fit on the disk, which Asterisk doesn't tell."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.wav import write_wav
from vmq.asterisk.recording import ROOM_BYTES, _is_cut
from vmq.domain.line import Record, Recorded, RecordEnd

EFFECT = Record((), "take", max_s=60, silence_s=10)


@pytest.mark.parametrize(
    ("file_s", "took_s", "ended_by", "room_bytes", "is_cut"),
    [
        (2.0, 4.0, RecordEnd.KEY, 0, True),
        (2.0, 4.0, RecordEnd.KEY, ROOM_BYTES, False),
        (3.8, 4.0, RecordEnd.KEY, 0, False),
        (4.8, 14.0, RecordEnd.SILENCE, 0, False),
        (2.0, 14.0, RecordEnd.SILENCE, 0, True),
        (58.0, 60.0, RecordEnd.MAX, 0, True),
    ],
)
def test_cut_when_the_disk_is_full_and_sound_is_missing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    file_s: float,
    took_s: float,
    ended_by: RecordEnd,
    room_bytes: int,
    is_cut: bool,
) -> None:
    disk = SimpleNamespace(f_blocks=1000, f_bavail=room_bytes // 4096, f_frsize=4096)
    monkeypatch.setattr(os, "statvfs", lambda folder: disk)
    path = tmp_path / "take.wav"
    write_wav(path, file_s)
    assert _is_cut(path, Recorded(file_s, ended_by), EFFECT, took_s) is is_cut


def test_a_file_system_that_does_not_tell_its_size_is_not_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "statvfs", lambda folder: SimpleNamespace(f_blocks=0, f_bavail=0, f_frsize=4096))
    path = tmp_path / "take.wav"
    write_wav(path, 1.0)
    assert not _is_cut(path, Recorded(1.0, RecordEnd.KEY), EFFECT, 4.0)

"""A recording's picture: as many figures as asked for, loud where it is loud."""

from __future__ import annotations

from array import array

from vmq.audio.peaks import peaks


def test_loud_parts_are_high() -> None:
    sound = array("h", [0] * 800 + [16384, -16384] * 400 + [-32768] * 800)
    assert peaks(sound.tobytes(), 3) == (0, 50, 100)


def test_there_are_no_more_parts_than_samples() -> None:
    assert peaks(array("h", [0, 3277]).tobytes(), 240) == (0, 10)
    assert peaks(b"", 240) == ()
    assert peaks(b"\x00", 1) == ()

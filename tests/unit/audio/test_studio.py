"""A studio's take becomes clips of a set: levelled, trimmed, at the telephone's rate, its origin written down."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from vmq.audio.catalogue import read_catalogue
from vmq.audio.catalogue_edit import add_clips, new_catalogue
from vmq.audio.lint import lint
from vmq.audio.sheet import as_csv, read_csv, sheet
from vmq.audio.studio import import_take, read_take
from vmq.audio.takes import Terms
from vmq.errors import ConfigError
from vmq.resources import shipped

CLIPS = (
    "vm-login",
    "vm-password",
    "vm-incorrect",
    "vm-goodbye",
    "vm-youhave",
    "vm-no",
    "vm-opts",
    "digits/7",
    "vm-nomore",
)
HOUSE = read_catalogue(shipped("prompts") / "en-house")
RATE_HZ = 48000


def write_take(file: Path, clips: tuple[str, ...] = CLIPS, gain: float = 0.3, width: int = 2) -> Path:
    """A take of a speaker (the house's voice), two seconds between lines, in a room that is not quite silent."""
    parts = [np.zeros(RATE_HZ)]
    for clip_id in clips:
        with wave.open(str(HOUSE.file(clip_id))) as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
        parts += [soxr.resample(samples, 8000, RATE_HZ) * gain * 3, np.zeros(2 * RATE_HZ)]
    samples = np.concatenate(parts)
    samples = samples + np.random.default_rng(2).normal(0, 0.0008, len(samples))
    scaled = np.clip(samples, -1, 1) * ((1 << (8 * width - 1)) - 1)
    data = scaled.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
    with wave.open(str(file), "wb") as out:
        out.setparams((1, width, RATE_HZ, 0, "NONE", ""))
        out.writeframes(data)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of which nothing is recorded yet."""
    folder = tmp_path / "en-jane"
    new_catalogue(
        folder, {"id": "en-jane", "language": "en", "engine": "", "voice": "Jane", "licence": "own"}, "Jane's."
    )
    add_clips(folder, "Lines", {clip_id: HOUSE.clips[clip_id].text for clip_id in CLIPS})
    return folder


@pytest.mark.parametrize("width", [2, 3])
def test_a_take_fills_the_set(folder: Path, tmp_path: Path, width: int) -> None:
    rows = sheet(read_catalogue(folder), {})
    take = write_take(tmp_path / "take.wav", width=width)
    report = import_take(folder, take, rows, Terms("Jane", "CC-BY-4.0", tmp_path / "aside"), 0.8)
    assert [(one.row.id, one.doubts) for one in report.rows] == [(clip_id, ()) for clip_id in CLIPS]
    assert report.left_over_s == []
    assert [str(finding) for finding in lint(folder)] == []
    clip = read_catalogue(folder).clips["digits/7"]
    assert (clip.voice, clip.licence, clip.text) == ("Jane", "CC-BY-4.0", "seven")
    assert clip.duration_s == pytest.approx(HOUSE.clips["digits/7"].duration_s, abs=0.12)


def test_what_is_in_doubt_goes_aside_and_not_into_the_set(folder: Path, tmp_path: Path) -> None:
    rows = sheet(read_catalogue(folder), {})
    take = write_take(tmp_path / "take.wav", CLIPS[:6] + CLIPS[7:])
    report = import_take(folder, take, rows, Terms("Jane", "", tmp_path / "aside"), 0.8)
    missing = next(one for one in report.rows if one.row.id == "vm-opts")
    assert missing.file is None
    doubtful = [one for one in report.rows if one.doubts and one.file]
    assert {one.row.id for one in doubtful} == {"vm-youhave", "vm-no", "digits/7", "vm-nomore"}
    assert all(one.file.parent == tmp_path / "aside" and one.file.exists() for one in doubtful)
    assert not (folder / "digits/7.wav").exists()
    assert (folder / "vm-login.wav").exists()


def test_all_can_be_taken_at_ones_own_risk(folder: Path, tmp_path: Path) -> None:
    rows = sheet(read_catalogue(folder), {})
    take = write_take(tmp_path / "take.wav", CLIPS[:6] + CLIPS[7:])
    import_take(folder, take, rows, Terms("Jane", "", tmp_path / "aside", takes_all=True), 0.8)
    assert (folder / "digits/7.wav").exists()
    assert not (tmp_path / "aside").exists()


def test_a_row_that_the_set_does_not_have_stops_the_import(folder: Path, tmp_path: Path) -> None:
    rows = sheet(HOUSE, {})[-3:]
    with pytest.raises(ConfigError, match="has no clip"):
        import_take(folder, write_take(tmp_path / "take.wav"), rows, Terms("Jane", "", tmp_path), 0.8)


@pytest.mark.parametrize("content", [b"", b"ID3 this is no WAV"])
def test_a_take_that_is_no_wav_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "take.wav").write_bytes(content)
    with pytest.raises(ConfigError, match="not a WAV file"):
        read_take(tmp_path / "take.wav")


def test_a_sheet_comes_back_from_its_csv(folder: Path, tmp_path: Path) -> None:
    rows = sheet(read_catalogue(folder), {"vm-no": ["counts: in the middle"]})
    (tmp_path / "sheet.csv").write_text(as_csv(rows), encoding="utf-8-sig")
    assert read_csv(tmp_path / "sheet.csv") == rows
    assert next(row for row in rows if row.id == "vm-no").context == "counts: in the middle"


def test_a_file_that_is_no_sheet_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match="is no sheet"):
        read_csv(tmp_path / "sheet.csv")

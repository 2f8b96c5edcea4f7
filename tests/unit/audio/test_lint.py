"""Each mistake a prompt set can have is found, by its own words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydub import AudioSegment
from pydub.generators import Sine

from vmq.audio.lint import lint

HEAD = '[set]\nid = "t"\nlanguage = "en"\nengine = "hibari"\nvoice = "heart"\nlicence = "Apache-2.0"\n[clip]\n'


def a_word(ms: int = 600, gain: float = -16.0, rate_hz: int = 8000) -> AudioSegment:
    return Sine(440, sample_rate=rate_hz).to_audio_segment(duration=ms).apply_gain(gain)


def findings(folder: Path, sound: AudioSegment | bytes | None, text: str = "seven") -> list[str]:
    """What lint finds in a set of one clip with this sound."""
    file = folder / "word.wav"
    if isinstance(sound, bytes):
        file.write_bytes(sound)
    elif sound is not None:
        sound.export(file, format="wav").close()
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest() if sound is not None else ""
    (folder / "catalog.toml").write_text(f'{HEAD}word = {{ text = "{text}", sha256 = "{sha256}" }}\n')
    return [finding.text for finding in lint(folder)]


def test_a_good_clip_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, a_word()) == []


@pytest.mark.parametrize(
    ("sound", "text", "says"),
    [
        (None, "seven", "missing"),
        (b"not a sound", "seven", "not a WAV"),
        (a_word(rate_hz=16000), "seven", "16000 Hz"),
        (AudioSegment.from_mono_audiosegments(a_word(), a_word()), "seven", "2 channels"),
        (AudioSegment.silent(600, frame_rate=8000), "seven", "silent"),
        (a_word(gain=-30), "seven", "level of -33"),
        (a_word(gain=-6), "seven", "level of -9"),
        (a_word().overlay(a_word(ms=4, gain=0)), "seven", "clipped"),
        (a_word(ms=60), "seven", "lasts 0.06"),
        (a_word(ms=5000), "seven", "lasts 5.00"),
        (a_word(), "", "no text"),
    ],
)
def test_a_mistake_is_found(tmp_path: Path, sound: AudioSegment | bytes | None, text: str, says: str) -> None:
    (found,) = findings(tmp_path, sound, text)
    assert says in found


def test_a_changed_file_and_a_stray_one_are_found(tmp_path: Path) -> None:
    findings(tmp_path, a_word())
    a_word(ms=700).export(tmp_path / "word.wav", format="wav").close()
    a_word().export(tmp_path / "stray.wav", format="wav").close()
    changed, stray = lint(tmp_path)
    assert (changed.clip_id, stray.clip_id) == ("word", "stray")
    assert "sha256" in changed.text
    assert "not in the catalogue" in stray.text

"""Building a prompt set: only what changed is made, the same bytes each time, and no alias from the voice's rate."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydub import AudioSegment

from vmq.audio import levels, speech
from vmq.audio.build import build
from vmq.audio.lint import lint
from vmq.audio.voices import open_voice
from vmq.errors import ConfigError

CATALOGUE = """# A comment that must stay.
[set]
id = "test"
language = "en"
engine = "hibari"
voice = "heart"
licence = "Apache-2.0"

[clip]
# Words
one = { text = "one" }
"digits/2" = { text = "two" }
beep = { text = "(tone)", tone_hz = 1000, tone_s = 0.25 }
"silence/1" = { text = "", silence_s = 1 }
"""


class ToneVoice:
    """Speaks every text as a 440 Hz tone at 24 kHz between two silences, and keeps count."""

    name = "tone-voice 1"

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
        self.spoken.append(text)
        return padded(sine(440, 0.4 / speed, 24000)), 24000


def sine(hz: float, seconds: float, rate_hz: int) -> NDArray[np.float32]:
    return (0.2 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def padded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(12000, np.float32), samples, np.zeros(12000, np.float32)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.toml").write_text(CATALOGUE)
    return tmp_path


def hashes(folder: Path) -> dict[str, str]:
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*.wav")}


def test_everything_missing_is_made_and_written_down(folder: Path) -> None:
    assert build(folder, ToneVoice()) == ["one", "digits/2", "beep", "silence/1"]
    entry = tomllib.loads((folder / "catalog.toml").read_text())["clip"]["digits/2"]
    assert entry["text"] == "two"
    assert entry["sha256"] == hashlib.sha256((folder / "digits/2.wav").read_bytes()).hexdigest()
    assert entry["duration_s"] == pytest.approx(0.49, abs=0.03)
    assert "# A comment that must stay." in (folder / "catalog.toml").read_text()
    assert lint(folder) == []


def test_a_second_build_makes_nothing_and_changes_nothing(folder: Path) -> None:
    build(folder, ToneVoice())
    before = (folder / "catalog.toml").read_bytes()
    voice = ToneVoice()
    assert build(folder, voice) == []
    assert voice.spoken == []
    assert (folder / "catalog.toml").read_bytes() == before


def test_a_changed_text_a_lost_file_and_a_changed_file_are_made_again(folder: Path) -> None:
    build(folder, ToneVoice())
    catalogue = folder / "catalog.toml"
    catalogue.write_text(catalogue.read_text().replace('"two"', '"a pair"'))
    (folder / "beep.wav").unlink()
    (folder / "one.wav").write_bytes((folder / "one.wav").read_bytes() + b"\0\0")
    assert build(folder, ToneVoice()) == ["one", "digits/2", "beep"]


def test_the_same_catalogue_gives_the_same_bytes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "catalog.toml").write_text(CATALOGUE)
    build(folder, ToneVoice())
    build(other, ToneVoice())
    assert list(hashes(folder).values()) == list(hashes(other).values())


def test_somebodys_own_recording_is_left_alone(folder: Path) -> None:
    catalogue = folder / "catalog.toml"
    catalogue.write_text(catalogue.read_text().replace('{ text = "one" }', '{ text = "one", voice = "Jane" }'))
    speech.tone(300, 0.5).export(folder / "one.wav", format="wav").close()
    before = (folder / "one.wav").read_bytes()
    assert "one" not in build(folder, ToneVoice())
    assert (folder / "one.wav").read_bytes() == before
    assert lint(folder) == []


def test_speech_is_at_the_telephones_rate_trimmed_and_levelled() -> None:
    made = speech.speech(ToneVoice(), "one", 1.0)
    assert (made.frame_rate, made.channels, made.sample_width) == (8000, 1, 2)
    assert made.dBFS == pytest.approx(levels.SPEECH_DBFS, abs=0.2)
    assert 400 <= len(made) <= 520


def test_what_the_telephone_can_not_carry_does_not_fold_into_what_it_can() -> None:
    class HissingVoice(ToneVoice):
        def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
            return padded(sine(440, 0.4, 24000) + sine(5000, 0.4, 24000)), 24000

    made = speech.speech(HissingVoice(), "one", 1.0)
    middle = np.array(made.get_array_of_samples(), dtype=float)[800:2400] * np.hanning(1600)
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(middle)) + 1e-9)
    hz = np.fft.rfftfreq(1600, 1 / 8000)
    voice, alias = spectrum[np.argmin(abs(hz - 440))], spectrum[np.argmin(abs(hz - 3000))]
    assert alias < voice - 60


def test_loud_peaks_limit_the_level() -> None:
    quiet_with_a_click = AudioSegment.silent(500, frame_rate=8000).overlay(speech.tone(1000, 0.02), position=200)
    assert levels.level(quiet_with_a_click).max_dBFS == pytest.approx(levels.PEAK_DBFS, abs=0.1)


def test_what_was_made_before_an_interruption_counts(folder: Path) -> None:
    class Hoarse(ToneVoice):
        def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
            if text == "two":
                raise KeyboardInterrupt
            return super().speak(text, speed)

    with pytest.raises(KeyboardInterrupt):
        build(folder, Hoarse())
    assert build(folder, ToneVoice()) == ["digits/2", "beep", "silence/1"]


def test_a_text_that_the_voice_is_silent_for_is_told(folder: Path) -> None:
    class Mute(ToneVoice):
        def speak(self, text: str, speed: float) -> tuple[NDArray[np.float32], int]:
            return np.zeros(0, np.float32), 24000

    with pytest.raises(ConfigError, match="one: tone-voice 1 is silent for this text"):
        build(folder, Mute())


@pytest.mark.parametrize(
    ("engine", "says"),
    [("hibarri", "write one of hibari"), ("", "people record this set"), ("kokoro", "pip install --group tts")],
)
def test_a_voice_that_is_not_known_or_not_here_is_told(engine: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=says):
        open_voice(engine, "af_bella")

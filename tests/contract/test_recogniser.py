"""The Recogniser protocol: the tests' own and Whisper pass the same suite; Whisper where it is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.live import audio
from tests.support.recogniser import VoiceRecogniser, speech
from vmq.domain.spoken import key_meant, plain_words
from vmq.recognition.ports import Options, Recogniser
from vmq.recognition.whisper import ENGINE
from vmq.resources import shipped

WHY_NOT = ENGINE.missing(Options())


@dataclass
class Rig:
    """A recogniser, and how to make somebody speak to it."""

    recogniser: Recogniser
    folder: Path

    def say(self, *words: str) -> Path:
        """A file in which this is said: a word that stands for a voice, or one that a clip says."""
        path = self.folder / "said.wav"
        if isinstance(self.recogniser, VoiceRecogniser):
            return speech(path, *words)
        gap = np.zeros(round(0.4 * audio.RATE_HZ))
        clips = [audio.read_wav(shipped("prompts") / "en-house" / f"{CLIPS[word]}.wav") for word in words]
        return audio.write_wav(path, np.concatenate([gap, *(part for clip in clips for part in (clip, gap))]))


CLIPS = {"hello": "vm-youhave", "goodbye": "vm-goodbye", "delete": "vmq-pl-do-delete"}
SAYS = {"hello": "you have", "goodbye": "goodbye", "delete": "delete"}


@pytest.fixture(
    params=[
        "fake",
        pytest.param("whisper", marks=pytest.mark.skipif(bool(WHY_NOT), reason=f"needs the extra stt: {WHY_NOT}")),
    ],
    scope="module",
)
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    """One of each kind; a model is loaded once."""
    return VoiceRecogniser() if request.param == "fake" else ENGINE.open(Options(threads=2))


@pytest.fixture
def rig(recogniser: Recogniser, tmp_path: Path) -> Rig:
    """With a folder for what is said."""
    return Rig(recogniser, tmp_path)


def expected(rig: Rig, words: Sequence[str]) -> list[str]:
    """What a file of these words says."""
    is_fake = isinstance(rig.recogniser, VoiceRecogniser)
    return " ".join(word if is_fake else SAYS[word] for word in words).split()


def test_it_has_a_name_and_knows_its_languages(rig: Rig) -> None:
    assert rig.recogniser.name
    assert rig.recogniser.hears("en")
    assert not rig.recogniser.hears("xx")


def test_silence_says_nothing(rig: Rig) -> None:
    heard = rig.recogniser.transcribe(audio.write_wav(rig.folder / "x.wav", np.zeros(8 * audio.RATE_HZ)), "en")
    assert (heard.text, heard.words, heard.confidence) == ("", (), 0.0)


# feature 52
def test_what_is_said_is_written_down_word_by_word(rig: Rig) -> None:
    heard = rig.recogniser.transcribe(rig.say("hello", "goodbye"), "en")
    assert list(plain_words(heard.text)) == expected(rig, ["hello", "goodbye"])
    assert [word for part in heard.words for word in plain_words(part.text)] == expected(rig, ["hello", "goodbye"])
    assert heard.language == "en"
    assert heard.recogniser == rig.recogniser.name
    assert 0.3 < heard.confidence <= 1


def test_words_come_one_after_the_other_within_the_recording(rig: Rig) -> None:
    path = rig.say("hello", "goodbye")
    words = rig.recogniser.transcribe(path, "en").words
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= len(audio.read_wav(path)) / audio.RATE_HZ + 0.3
    assert all(0 <= word.confidence <= 1 for word in words)


def test_a_command_is_made_out(rig: Rig) -> None:
    phrases = {"delete": "7", "next": "6", "call back": "8"}
    assert key_meant(rig.recogniser.transcribe(rig.say("delete"), "en", tuple(phrases)).text, phrases) == "7"

"""Clips that no set has: spoken by a program when it is there, once; never an error, never a wait without end."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import pytest

from vmq.audio import spoken
from vmq.audio.spoken import SpokenClips
from vmq.audio.store import RecordingStore

SCRIPT = """#!/bin/sh
echo "$@" >> {log}
{before}
cp {sound} "$6"
"""


def program(tmp_path: Path, before: str = "") -> Path:
    """A voice that says the same to everything, as espeak-ng would: -v LANG -s SPEED -w FILE -- TEXT."""
    sound = tmp_path / "sound.wav"
    with wave.open(str(sound), "wb") as out:
        out.setparams((1, 2, 22050, 0, "NONE", ""))
        out.writeframes(b"\x00\x10\x00\xf0" * 11025)
    file = tmp_path / "voice"
    file.write_text(SCRIPT.format(log=tmp_path / "log", before=before, sound=sound))
    file.chmod(0o755)
    return file


def calls(tmp_path: Path) -> list[str]:
    log = tmp_path / "log"
    return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def store(tmp_path: Path) -> RecordingStore:
    return RecordingStore(tmp_path / "recordings", "/spool")


async def test_words_become_a_file_for_the_telephone_that_is_made_once(tmp_path: Path, store: RecordingStore) -> None:
    voice = SpokenClips(store, str(program(tmp_path)))
    first, again = await asyncio.gather(voice.speak("Guten Tag", "de_DE"), voice.speak("Guten Tag", "de_DE"))
    assert first == again
    assert first.startswith("/spool/prompts/spoken/de_DE/")
    with wave.open(str(store.path(first.removeprefix("/spool/")))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() == pytest.approx(8000, abs=10)
    (call,) = calls(tmp_path)
    assert call.startswith("-v de-de ") and call.endswith("-- Guten Tag")


@pytest.mark.parametrize("language", ["../etc", "de; rm", "", "-x"])
async def test_a_language_that_is_none_is_not_tried(tmp_path: Path, store: RecordingStore, language: str) -> None:
    assert await SpokenClips(store, str(program(tmp_path))).speak("Hi", language) is None
    assert calls(tmp_path) == []


async def test_without_the_program_there_is_nothing(store: RecordingStore) -> None:
    assert await SpokenClips(store, "no-such-voice").speak("Hi", "en") is None


@pytest.mark.parametrize("before", ["exit 1", "echo > $6; exit 0"])
async def test_a_voice_that_fails_is_nothing(tmp_path: Path, store: RecordingStore, before: str) -> None:
    assert await SpokenClips(store, str(program(tmp_path, before))).speak("Hi", "en") is None


async def test_a_voice_that_hangs_is_ended(
    tmp_path: Path, store: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spoken, "TIMEOUT_S", 0.2)
    assert await SpokenClips(store, str(program(tmp_path, "exec sleep 60"))).speak("Hi", "en") is None

"""The measure of likeness: it knows a recording again after all that a telephone call does to it, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.live import audio

KNOWN = audio.known_recording(seed=1)


def through_mu_law(signal: audio.Signal) -> audio.Signal:
    """What G.711 leaves of a signal (mu = 255, 8 bit)."""
    mu = np.float64(255)
    compressed = np.sign(signal) * np.log1p(mu * np.abs(signal)) / np.log1p(mu)
    coarse = np.round(compressed * 127) / 127
    expanded: audio.Signal = np.sign(coarse) * np.expm1(np.abs(coarse) * np.log1p(mu)) / mu
    return expanded


def delayed(signal: audio.Signal, by_s: float) -> audio.Signal:
    return np.concatenate([np.zeros(round(by_s * audio.RATE_HZ)), signal, np.zeros(audio.RATE_HZ)])


@pytest.mark.parametrize(
    "recorded",
    [KNOWN, delayed(KNOWN, 0.7), 0.1 * KNOWN, -KNOWN, through_mu_law(delayed(KNOWN, 0.013))],
    ids=["itself", "delayed", "quieter", "inverted", "mu-law"],
)
async def test_it_is_known_again(recorded: audio.Signal) -> None:
    assert audio.likeness(KNOWN, recorded) > 0.98


@pytest.mark.parametrize(
    "recorded",
    [audio.known_recording(seed=2), audio.music(), np.zeros(16000), np.zeros(0), 0.001 * audio.known_recording(seed=3)],
    ids=["another", "music", "silence", "nothing", "a whisper"],
)
async def test_another_is_not_taken_for_it(recorded: audio.Signal) -> None:
    assert audio.likeness(KNOWN, recorded) < 0.3


async def test_half_of_it_is_half_as_like() -> None:
    assert 0.6 < audio.likeness(KNOWN, KNOWN[: len(KNOWN) // 2]) < 0.8

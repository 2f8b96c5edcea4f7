"""Known recordings and how alike two recordings are.

In: a reference that a telephone played, and what was recorded at the other end. Out: a likeness from 0 to 1 that does
not mind delay, level or the loss of mu-law; a different recording, music or silence scores low.
All audio is 8 kHz, mono, 16 bit: what the telephone network carries.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
Signal = NDArray[np.float64]


def known_recording(seed: int, length_s: float = 2.0) -> Signal:
    """A recording nobody else makes: short chirps whose pitches follow from `seed`."""
    chooser = np.random.default_rng(seed)
    step_s = 0.1
    steps = []
    for _ in range(round(length_s / step_s)):
        start_hz, end_hz = chooser.uniform(400, 3000, 2)
        t = np.arange(round(step_s * RATE_HZ)) / RATE_HZ
        phase = 2 * np.pi * (start_hz * t + (end_hz - start_hz) * t**2 / (2 * step_s))
        steps.append(np.sin(phase) * np.hanning(len(t)) ** 0.3)
    return 0.4 * np.concatenate(steps)


def music(length_s: float = 4.0) -> Signal:
    """What callers on hold hear in the lab: two steady tones, unlike any known recording."""
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return 0.1 * (np.sin(2 * np.pi * 262 * t) + np.sin(2 * np.pi * 330 * t))


def write_wav(path: Path, signal: Signal) -> Path:
    """Write a signal of -1..1 and return the path."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(as_pcm(signal))
    return path


def read_wav(path: Path) -> Signal:
    """Read a 16-bit WAV as -1..1, the first channel only. Raises ValueError for another width or rate."""
    with wave.open(str(path), "rb") as source:
        if source.getsampwidth() != 2 or source.getframerate() != RATE_HZ:
            raise ValueError(f"{path} is not 16 bit at {RATE_HZ} Hz")
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        return samples[:: source.getnchannels()].astype(np.float64) / 32768


def as_pcm(signal: Signal) -> bytes:
    """A signal of -1..1 as samples of 16 bit."""
    return (np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes()


def as_signal(pcm: bytes) -> Signal:
    """Samples of 16 bit as -1..1."""
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32768


def likeness(reference: Signal, recorded: Signal) -> float:
    """The best normalised cross-correlation over all delays, 0..1.

    The reference must be in the recording whole: what is missing of it lowers the result in proportion.
    """
    if not len(reference) or not len(recorded) or not reference.any():
        return 0.0
    padded = np.concatenate([np.zeros(len(reference)), recorded, np.zeros(len(reference))])
    size = 1 << (len(padded) + len(reference)).bit_length()
    spectrum = np.fft.rfft(padded, size) * np.conj(np.fft.rfft(reference, size))
    products = np.fft.irfft(spectrum, size)[: len(padded) - len(reference) + 1]
    running = np.concatenate([[0.0], np.cumsum(padded**2)])
    energies = running[len(reference) :] - running[: -len(reference)]
    # A window of near silence holds nothing to be like: it must not win by division.
    floor = 1e-4 * float(reference @ reference)
    norms = np.sqrt(np.maximum(energies, floor) * float(reference @ reference))
    return float(np.max(np.abs(products) / norms))


def similarity(reference_wav: Path, recorded_wav: Path) -> float:
    """`likeness` of two WAV files: above 0.9 it is the same recording, below 0.3 another."""
    return likeness(read_wav(reference_wav), read_wav(recorded_wav))

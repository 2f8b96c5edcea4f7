"""Cues and facts become segments: variants, plurals, numbers, recordings, keys by name, choices; and `say`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import comedian, compiled_toy
from vmq.dialogue.say import say_cue
from vmq.dialogue.simulate import words
from vmq.domain.line import Clip, Recording, Silence, Tone
from vmq.errors import PackError

FLOW = """
start = "menu"
[state.menu]
kind = "menu"
cue = "menu"
gave_up = "over"
keys."76" = { name = "leave", to = "over" }
keys."*3" = { name = "paint", do = "paint", with = { color = "red" }, to = "menu" }
keys."1" = { name = "secret", hidden = true, to = "menu" }
[state.over]
kind = "end"
"""
CUES = """
[cue.menu]
say = [{ choices = "*" }, "or", { key = "leave" }]
[cue.choice]
say = [{ label = "*" }, "press", { key = "*" }]
[cue.count]
one_of = [
  { when = { count = 0 }, say = ["none"] },
  { when = ["has_some", "not is_open"], say = [
    { number = "count" }, { plural = "count", one = "door", other = ["doors", "shut"] },
  ] },
  { say = ["open"] },
]
[cue.rest]
say = [
  { recording = "tape" }, { silence = 0.5 }, { tone = "beep" },
  { when = "is_open", digits = "code" }, { time = "seen_at" },
]
[label]
leave = ["to-leave"]
paint = ["to-paint"]
"""


@pytest.fixture
def toy(tmp_path: Path):
    return compiled_toy(tmp_path, FLOW, CUES)


@pytest.mark.parametrize(
    ("facts", "clips"),
    [
        ({"count": "0"}, ["none"]),
        ({"count": "1"}, ["digits/1", "door"]),
        ({"count": "21"}, ["digits/20", "digits/1", "doors", "shut"]),
        ({"count": "2", "is_open": "yes"}, ["open"]),
    ],
)
def test_the_first_variant_that_fits_is_said(toy, facts: dict[str, str], clips: list[str]) -> None:
    assert [segment.id for segment in say_cue(toy, "count", facts) if isinstance(segment, Clip)] == clips


def test_choices_are_spoken_with_the_keys_they_are_bound_to(toy) -> None:
    said = [segment.id for segment in say_cue(toy, "menu", {}) if isinstance(segment, Clip)]

    assert said == [
        *["to-leave", "press", "digits/7", "digits/6", "to-paint", "press", "digits/star", "digits/3"],
        *["or", "digits/7", "digits/6"],
    ]


def test_recordings_silence_and_tones(toy) -> None:
    assert say_cue(toy, "rest", {"tape": "t/1", "code": "12"}) == (Recording("t/1", "tape"), Silence(0.5), Tone("beep"))


def test_what_is_empty_is_left_out(toy) -> None:
    assert say_cue(toy, "rest", {}) == (Silence(0.5), Tone("beep"))


@pytest.mark.parametrize(
    ("cue", "facts", "told"),
    [
        ("cuont", {}, 'write "count"'),
        ("count", {"cuont": "1"}, 'write "count"'),
        ("count", {"count": "many"}, "write a number"),
        ("count", {"is_open": "perhaps"}, "write yes or no"),
        ("count", {"seen_at": "soon"}, "write a time like"),
        ("count", {"color": "rde"}, 'write "red"'),
    ],
)
def test_what_can_not_be_said_is_told(toy, cue: str, facts: dict[str, str], told: str) -> None:
    with pytest.raises(PackError, match=told):
        say_cue(toy, cue, facts)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, "you have no messages"),
        ({"new": "1"}, "you have one new message"),
        ({"old": "1"}, "you have one old message"),
        ({"urgent": "2"}, "you have two urgent messages"),
        ({"urgent": "1", "new": "1"}, "you have one urgent and one new message"),
        ({"new": "0", "old": "2", "urgent": "1"}, "you have one urgent and two old messages"),
        ({"new": "101", "old": "1"}, "you have one hundred one new and one old message"),
        ({"urgent": "1", "new": "2", "old": "1"}, "you have one urgent and two new and one old message"),
    ],
)
def test_comedian_counts_messages_in_good_english(facts: dict[str, str], text: str) -> None:
    assert words(say_cue(comedian(), "intro", facts)).lower() == text
